"""A form's bits: `schema 10 | version 6`, then the fields in their order, the last bits 0 (SPEC.md, section 5.2).

A form of a version that is newer than the schema known here is read as far as it is known: versions only append.
"""

from dataclasses import dataclass

from protocol.codec import Codec
from protocol.forms.bits import BitReader, BitWriter
from protocol.forms.fixed_kinds import Choice, Flags
from protocol.forms.kinds import (
    CODEC_BITS,
    COUNT_BITS,
    COUNT_CLASS_BITS,
    COUNT_FROM,
    Count,
    Field,
    FieldKind,
    FixedKind,
    Repeat,
    Text,
    count_class,
)
from protocol.forms.schema import FORM_BYTES_MAX, HEADER_BITS, SCHEMA_NUMBER_MAX, VERSION_MAX, Schema, Schemas
from protocol.forms.values import CodedText, Record, Value
from protocol.reasons import Dropped, LocalProtocolError, Reason


@dataclass(frozen=True, slots=True)
class Form:
    """A form whose schema is known."""

    schema: Schema
    values: Record
    """One for each field of the schema, None where it is left out or came with a later version."""
    version: int
    """In which it was written."""

    @property
    def is_newer(self) -> bool:
        """Whether it says more than is known here."""
        return self.version > self.schema.version


@dataclass(frozen=True, slots=True)
class UnknownForm:
    """A form of a schema that is not known here."""

    number: int
    version: int
    raw: bytes
    """Its fields."""


@dataclass(frozen=True, slots=True)
class _Version:
    """In which version a form is written."""

    number: int
    is_newer: bool


def encode_form(form: Form) -> bytes:
    """The body of a message.

    Raises:
        LocalProtocolError: the other end could not read it, or it is longer than its schema allows.
    """
    raw = packed(form)
    if len(raw) > form.schema.bytes_max:
        raise LocalProtocolError(f"form {form.schema.name} of {len(raw)} bytes, at most {form.schema.bytes_max}")
    return raw


def packed(form: Form) -> bytes:
    """The same, however long.

    Raises:
        LocalProtocolError: the other end could not read it.
    """
    schema = form.schema
    if form.is_newer or form.version < 1 or len(form.values) != len(schema.fields):
        raise LocalProtocolError(f"form {schema.name} in version {form.version}, known is {schema.version}")
    bits = BitWriter()
    bits.put(schema.number, 10)
    bits.put(form.version, 6)
    _write_record(bits, schema.fields, form.values, _Version(form.version, is_newer=False))
    return bits.bytes()


def decode_form(body: bytes, schemas: Schemas) -> Form | UnknownForm | Dropped:
    """Read a form; of a schema not known, its number and its bytes."""
    if len(body) < HEADER_BITS // 8:
        return Dropped(Reason.TRUNCATED, "form")
    if len(body) > FORM_BYTES_MAX:
        return Dropped(Reason.TOO_LARGE, f"form of {len(body)} bytes")
    bits = BitReader(body)
    number, version = bits.take(10), bits.take(6)
    if not 1 <= number <= SCHEMA_NUMBER_MAX or not 1 <= version <= VERSION_MAX:
        return Dropped(Reason.BAD_NUMBER, f"form {number}, version {version}")
    schema = schemas.get(number)
    if schema is None:
        return UnknownForm(number, version, body[HEADER_BITS // 8 :])
    is_newer = version > schema.version
    if len(body) > schema.bytes_max and not is_newer:
        return Dropped(Reason.TOO_LARGE, f"form {schema.name} of {len(body)} bytes")
    values = _read_record(bits, schema.fields, _Version(version, is_newer))
    if isinstance(values, Dropped):
        return Dropped(values.reason, f"form {schema.name}: {values.detail}")
    # What follows in a newer form belongs to fields that are not known here.
    fault = None if is_newer else _end_fault(bits)
    return fault or Form(schema, values, version)


def _end_fault(bits: BitReader) -> Dropped | None:
    if bits.left >= 8:
        return Dropped(Reason.TRAILING_BYTES, "form")
    return Dropped(Reason.RESERVED_BITS, "form") if bits.rest() else None


def _write_record(bits: BitWriter, fields: tuple[Field, ...], values: Record, version: _Version) -> None:
    for field, value in zip(fields, values, strict=True):
        if field.since > version.number:
            fits = value is None
        elif value is None:
            fits = field.optional
            bits.put(0, int(field.optional))
        else:
            bits.put(int(field.optional), int(field.optional))
            fits = _write(bits, field.kind, value, version)
        if not fits:
            raise LocalProtocolError(f"{field.name} is out of range, or must be there")


def _write(bits: BitWriter, kind: FieldKind, value: Value, version: _Version) -> bool:
    """Append a value; False when the field cannot hold it."""
    match kind, value:
        case Count(), int():
            if not 0 <= value <= kind.most:
                return False
            _write_count(bits, value)
        case Text(), CodedText():
            if not _is_text(kind, value):
                return False
            bits.put(value.codec, CODEC_BITS)
            _write_count(bits, len(value.raw))
            bits.put(int.from_bytes(value.raw, "big"), 8 * len(value.raw))
        case Repeat(), tuple():
            if not kind.least <= len(value) <= kind.most:
                return False
            bits.put(len(value) - kind.least, kind.count_bits)
            for record in value:
                _write_record(bits, kind.fields, record, version)
        case ((Count() | Text() | Repeat()), _):
            return False
        case _:
            code = kind.code_of(value)
            if code is None or not 0 <= code < 1 << kind.bits or _value_of(kind, code, version) != value:
                return False
            bits.put(code, kind.bits)
    return True


def _read_record(bits: BitReader, fields: tuple[Field, ...], version: _Version) -> Record | Dropped:
    values: list[Value | None] = []
    for field in fields:
        is_there = field.since <= version.number and (not field.optional or bits.take(1) == 1)
        value = _read(bits, field.kind, version) if is_there else None
        if bits.is_overrun:
            return Dropped(Reason.TRUNCATED, field.name)
        if is_there and value is None:
            return Dropped(Reason.FORM_MALFORMED, field.name)
        if isinstance(value, Dropped):
            return value
        values.append(value)
    return tuple(values)


def _read(bits: BitReader, kind: FieldKind, version: _Version) -> Value | Dropped | None:
    """The next value; None when it is out of range."""
    match kind:
        case Count():
            count = _read_count(bits)
            return count if count <= kind.most else None
        case Text():
            codec, size = bits.take(CODEC_BITS), _read_count(bits)
            if size > kind.bytes_max:
                return None
            text = CodedText(codec, bits.take(8 * size).to_bytes(size, "big"))
            return text if _is_text(kind, text) else None
        case Repeat():
            return _read_records(bits, kind, version)
        case _:
            return _value_of(kind, bits.take(kind.bits), version)


def _read_records(bits: BitReader, kind: Repeat, version: _Version) -> Value | Dropped | None:
    count = kind.least + bits.take(kind.count_bits)
    if count > kind.most:
        return None
    records: list[Record] = []
    for _ in range(count):
        record = _read_record(bits, kind.fields, version)
        if isinstance(record, Dropped):
            return record
        records.append(record)
    return tuple(records)


def _value_of(kind: FixedKind, code: int, version: _Version) -> Value | None:
    if isinstance(kind, Choice | Flags) and not (version.is_newer or kind.is_known(code, version.number)):
        return None
    return kind.value_of(code)


def _is_text(kind: Text, text: CodedText) -> bool:
    is_codec = 0 <= text.codec < 1 << CODEC_BITS and text.codec != Codec.FORM
    return is_codec and 1 <= len(text.raw) <= kind.bytes_max


def _write_count(bits: BitWriter, value: int) -> None:
    index = count_class(value)
    bits.put(index, COUNT_CLASS_BITS)
    bits.put(value - COUNT_FROM[index], COUNT_BITS[index])


def _read_count(bits: BitReader) -> int:
    index = bits.take(COUNT_CLASS_BITS)
    return COUNT_FROM[index] + bits.take(COUNT_BITS[index])
