"""From a table, as TOML gives it, to a schema: every key known, every bound kept, or one sentence on what is wrong.

```
schema = 1            number on the air, 1 to 1022
name = "status"       for programs and commands
version = 1           the newest that this table describes
bytes_max = 16        a form of it is never longer, 2 bytes of header included
right = "orders"      what its author must be allowed; without it nothing
da = "...", en = "..."
[[field]]             in the order on the air; a new one only at the end, with `since`
name, da, en, kind, brief_da, brief_en, since, optional, and what the kind asks for
```
"""

from collections.abc import Mapping
from typing import Final

from protocol.certificates import Right
from protocol.forms.fixed_kinds import (
    Choice,
    Choosable,
    ClockTime,
    Flags,
    Holder,
    Instant,
    Label,
    MessageNumber,
    Number,
    Place,
    Station,
    YesNo,
)
from protocol.forms.kinds import COUNT_MAX, Count, Field, FieldKind, Repeat, Text
from protocol.forms.schema import (
    FIELDS_MAX,
    FORM_BYTES_MAX,
    RECORDS_MAX,
    SCHEMA_NUMBER_MAX,
    VERSION_MAX,
    Schema,
    Schemas,
)
from protocol.forms.tables import LABEL_CHARACTERS_MAX, SchemaMistake, Table
from protocol.numbers import Kind

CHOICE_BITS_MAX: Final = 6
FLAG_BITS_MAX: Final = 24
NUMBER_MAX: Final = 1 << 20
"""Of least and most; more is counted in another unit."""
KINDS: Final = {
    "yes_no": (),
    "choice": ("bits", "choices"),
    "flags": ("bits", "choices"),
    "number": ("least", "most", "step", "unit", "or_more"),
    "count": ("most", "unit"),
    "clock": (),
    "time": (),
    "position": (),
    "message": (),
    "station": (),
    "holder": ("of",),
    "text": ("bytes_max",),
    "repeat": ("least", "most", "fields"),
}
"""By the word in a table, the keys of its own that each kind has."""
_FIELD_KEYS: Final = ("name", "kind", "da", "en", "brief_da", "brief_en", "since", "optional")
_PLAIN: Final[Mapping[str, FieldKind]] = {
    "yes_no": YesNo(),
    "clock": ClockTime(),
    "time": Instant(),
    "position": Place(),
    "message": MessageNumber(),
    "station": Station(),
}


def parse_schema(table: object) -> Schema:
    """Read one schema.

    Raises:
        SchemaMistake: the first thing that is wrong with it.
    """
    top = Table(table, "schema", ("schema", "name", "version", "bytes_max", "right", "da", "en", "field"))
    version = top.whole("version", 1, VERSION_MAX)
    fields = _fields(top.list_of("field", FIELDS_MAX), version, "field", kinds=tuple(KINDS))
    rights = tuple(right.name.lower() for right in Right if right.name is not None)
    schema = Schema(
        number=top.whole("schema", 1, SCHEMA_NUMBER_MAX),
        name=top.name("name"),
        version=version,
        title=top.label(),
        bytes_max=top.whole("bytes_max", 2, FORM_BYTES_MAX),
        right=Right[top.one_of("right", rights).upper()] if top.has("right") else Right(0),
        fields=fields,
    )
    inside = sum(len(field.kind.fields) for field in fields if isinstance(field.kind, Repeat))
    if len(fields) + inside > FIELDS_MAX:
        raise SchemaMistake(f"{schema.name}: {len(fields) + inside} fields, at most {FIELDS_MAX}")
    if schema.bits_without_texts_max > 8 * schema.bytes_max:
        bytes_needed = -(-schema.bits_without_texts_max // 8)
        raise SchemaMistake(f"{schema.name}: bytes_max: filled in it has {bytes_needed} bytes without its texts")
    return schema


def parse_schemas(tables: list[object]) -> Schemas:
    """Read all that a station knows.

    Raises:
        SchemaMistake: one is wrong, or two have the same number or name.
    """
    schemas: dict[int, Schema] = {}
    for schema in map(parse_schema, tables):
        if schema.number in schemas or any(schema.name == other.name for other in schemas.values()):
            raise SchemaMistake(f"{schema.name}: there is another schema {schema.number}, or one of this name")
        schemas[schema.number] = schema
    return dict(sorted(schemas.items()))


def _fields(tables: list[object], version: int, where: str, kinds: tuple[str, ...]) -> tuple[Field, ...]:
    fields = tuple(_field(table, version, f"{where} {at}", kinds) for at, table in enumerate(tables, 1))
    if len({field.name for field in fields}) < len(fields):
        raise SchemaMistake(f"{where}: two have the same name")
    versions = [field.since for field in fields]
    if versions != sorted(versions):
        raise SchemaMistake(f"{where}: a newer version appends its fields: since must not fall")
    return fields


def _field(entries: object, version: int, where: str, kinds: tuple[str, ...]) -> Field:
    if not isinstance(entries, Mapping):
        raise SchemaMistake(f"{where}: a table is needed")
    own = KINDS.get(str(entries.get("kind")), ())
    table = Table(entries, where, (*_FIELD_KEYS, *own))
    kind = table.one_of("kind", kinds)
    return Field(
        name=table.name("name"),
        label=table.label(),
        brief=table.label("brief_", may_be_empty=True) if table.has("brief_da") or table.has("brief_en") else None,
        since=table.whole("since", 1, version, 1),
        optional=table.flag("optional"),
        kind=_PLAIN[kind] if kind in _PLAIN else _kind(kind, table, version),
    )


def _kind(word: str, table: Table, version: int) -> FieldKind:
    match word:
        case "choice":
            bits = table.whole("bits", 1, CHOICE_BITS_MAX)
            return Choice(bits, _choosable(table, 1 << bits, version))
        case "flags":
            bits = table.whole("bits", 1, FLAG_BITS_MAX)
            return Flags(bits, _choosable(table, bits, version))
        case "number":
            return _number(table)
        case "count":
            return Count(table.whole("most", 1, COUNT_MAX), _unit(table))
        case "holder":
            spaces = {kind.name.lower(): kind for kind in Kind if kind is not Kind.SEVERAL}
            words = table.list_of("of", len(spaces))
            if not all(isinstance(one, str) and one in spaces for one in words) or len({*words}) < len(words):
                raise table.wrong("of", f"some of {', '.join(spaces)}")
            return Holder(tuple(spaces[str(one)] for one in words))
        case "text":
            return Text(table.whole("bytes_max", 1, FORM_BYTES_MAX))
        case _:
            return _repeat(table, version)


def _number(table: Table) -> Number:
    least = table.whole("least", -NUMBER_MAX, NUMBER_MAX)
    most = table.whole("most", least + 1, NUMBER_MAX)
    step = table.whole("step", 1, most - least, 1)
    if (most - least) % step:
        raise table.wrong("step", "one that leads from least to most")
    return Number(least, most, step, _unit(table), table.flag("or_more"))


def _repeat(table: Table, version: int) -> Repeat:
    least = table.whole("least", 0, RECORDS_MAX - 1)
    most = table.whole("most", least + 1, RECORDS_MAX)
    kinds = tuple(kind for kind in KINDS if kind not in ("text", "repeat"))
    fields = _fields(table.list_of("fields", FIELDS_MAX), version, f"{table.place}: fields", kinds)
    if any(field.since > 1 for field in fields):
        raise table.wrong("fields", "no since: a record never grows, a new field follows the records")
    return Repeat(least, most, fields)


def _choosable(table: Table, most: int, version: int) -> tuple[Choosable, ...]:
    options = []
    for at, entries in enumerate(table.list_of("choices", most), 1):
        one = Table(entries, f"{table.place}: choices {at}", ("name", "da", "en", "since"))
        options.append(Choosable(one.name("name"), one.label(), one.whole("since", 1, version, 1)))
    if len({option.name for option in options}) < len(options):
        raise table.wrong("choices", "names that differ")
    versions = [option.since for option in options]
    if versions != sorted(versions):
        raise table.wrong("choices", "since in ascending order: a newer version appends")
    return tuple(options)


def _unit(table: Table) -> Label:
    if not table.has("unit"):
        return Label("", "")
    entries = table.list_of("unit", 2)
    if len(entries) != 2 or not all(isinstance(one, str) and len(one) <= LABEL_CHARACTERS_MAX for one in entries):
        raise table.wrong("unit", 'the Danish and the English one: ["t", "h"]')
    return Label(str(entries[0]), str(entries[1]))
