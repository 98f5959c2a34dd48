"""The bytes of options: each `more 1 | number 4 | length 3`, then its value (SPEC.md, section 4).

One set of options has one form. Reading accepts that form only, so that what is read and written again is the same.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from protocol.layout import Layout
from protocol.numbers import SIGNATURE_BYTES, Address, Kind, Reference
from protocol.options import OPTIONS_MAX, Options, Recipient, Releaser, Role, WideField, WideNumber
from protocol.reasons import Dropped, LocalProtocolError, Reason, refuse_ours


class OptionNumber(IntEnum):
    """The options of this version; 10 to 15 belong to newer ones."""

    DRILL = 0
    REPLY_TO = 1
    ANSWER_BY = 2
    CANCELS = 3
    SUPERSEDES = 4
    RECIPIENTS = 5
    RELEASER = 6
    WIDE = 7
    WRITTEN_AT = 8
    LOGICAL = 9


OPTION_HEADER: Final = Layout(1, 4, 3)
LENGTH_FOLLOWS: Final = 7
"""This length means that the next byte holds it; shorter values must not use that byte."""
REFERENCE: Final = Layout(26, 6)
RECIPIENT: Final = Layout(3, 11, 2)
OPERATOR: Final = Layout(5, 11)
WIDE_NUMBER: Final = Layout(8, 32)
PAPER_TIME: Final = Layout(4, 20)
VALUE_BYTES: Final[Mapping[int, int]] = {
    OptionNumber.DRILL: 4,
    OptionNumber.REPLY_TO: REFERENCE.size,
    OptionNumber.ANSWER_BY: 2,
    OptionNumber.CANCELS: REFERENCE.size,
    OptionNumber.SUPERSEDES: REFERENCE.size,
    OptionNumber.RELEASER: OPERATOR.size + SIGNATURE_BYTES,
    OptionNumber.WIDE: WIDE_NUMBER.size,
    OptionNumber.WRITTEN_AT: PAPER_TIME.size,
    OptionNumber.LOGICAL: 2,
}
"""Bytes of each value that has one length; recipients have two each."""

Item = tuple[int, bytes]


def encode_options(options: Options) -> bytes:
    """Lay out the options; nothing at all when there are none.

    Raises:
        LocalProtocolError: a value is outside its bounds, or there are more than `OPTIONS_MAX`.
    """
    refuse_ours(options.fault())
    items = _items(options)
    if len(items) > OPTIONS_MAX:
        raise LocalProtocolError(f"{len(items)} options, at most {OPTIONS_MAX}")
    parts: list[bytes] = []
    for place, (number, value) in enumerate(items, 1):
        length = min(len(value), LENGTH_FOLLOWS)
        parts.append(OPTION_HEADER.pack(place < len(items), number, length))
        if length == LENGTH_FOLLOWS:
            parts.append(bytes([len(value)]))
        parts.append(value)
    return b"".join(parts)


def decode_options(raw: bytes) -> tuple[Options, int] | Dropped:
    """Read options at the start of `raw`; answers them and how many bytes they took."""
    items: list[Item] = []
    place = 0
    more = True
    while more:
        if len(items) == OPTIONS_MAX:
            return Dropped(Reason.OPTIONS_NOT_CANONICAL, "too many")
        if place >= len(raw):
            return Dropped(Reason.TRUNCATED, "options")
        more_bit, number, length = OPTION_HEADER.unpack(raw[place : place + 1])
        more = bool(more_bit)
        place += 1
        if length == LENGTH_FOLLOWS:
            if place >= len(raw):
                return Dropped(Reason.TRUNCATED, "options")
            length, place = raw[place], place + 1
            if length < LENGTH_FOLLOWS:
                return Dropped(Reason.OPTIONS_NOT_CANONICAL, "a short value with a length byte")
        if len(raw) - place < length:
            return Dropped(Reason.TRUNCATED, f"option {number}")
        items.append((number, raw[place : place + length]))
        place += length
    options = _typed(items)
    return options if isinstance(options, Dropped) else (options, place)


def pack_reference(reference: Reference) -> bytes:
    """Four bytes, the last six bits 0.

    Raises:
        LocalProtocolError: a part is outside its space.
    """
    if not reference.is_numbered:
        raise LocalProtocolError(f"{reference} cannot be referred to")
    return REFERENCE.pack(reference.bits, 0)


def unpack_reference(raw: bytes) -> Reference | Dropped:
    """Read four bytes."""
    bits, rest = REFERENCE.unpack(raw)
    reference = Reference.from_bits(bits)
    if rest:
        return Dropped(Reason.RESERVED_BITS, "after a reference")
    return reference if reference.is_numbered else Dropped(Reason.BAD_NUMBER, "reference")


def _items(options: Options) -> list[Item]:
    """Every value as bytes, in ascending order of numbers."""
    items: list[Item] = []
    if options.drill is not None:
        items.append((OptionNumber.DRILL, options.drill.to_bytes(4, "big")))
    if options.reply_to is not None:
        items.append((OptionNumber.REPLY_TO, pack_reference(options.reply_to)))
    if options.answer_by_min is not None:
        items.append((OptionNumber.ANSWER_BY, options.answer_by_min.to_bytes(2, "big")))
    if options.cancels is not None:
        items.append((OptionNumber.CANCELS, pack_reference(options.cancels)))
    if options.supersedes is not None:
        items.append((OptionNumber.SUPERSEDES, pack_reference(options.supersedes)))
    if options.recipients:
        items.append((OptionNumber.RECIPIENTS, b"".join(map(_pack_recipient, options.recipients))))
    if options.releaser is not None:
        items.append((OptionNumber.RELEASER, OPERATOR.pack(0, options.releaser.operator) + options.releaser.signature))
    items += [(OptionNumber.WIDE, WIDE_NUMBER.pack(wide.field, wide.number)) for wide in options.wide]
    if options.written_at is not None:
        items.append((OptionNumber.WRITTEN_AT, PAPER_TIME.pack(0, options.written_at)))
    if options.logical is not None:
        items.append((OptionNumber.LOGICAL, options.logical.to_bytes(2, "big")))
    items += options.unknown
    return items


def _pack_recipient(recipient: Recipient) -> bytes:
    return RECIPIENT.pack(recipient.address.kind, recipient.address.number, recipient.role)


def _typed(items: list[Item]) -> Options | Dropped:
    """Give the values their types, or say what is wrong with them."""
    numbers = [number for number, _ in items]
    if numbers != sorted(numbers) or len(set(numbers)) + max(0, numbers.count(OptionNumber.WIDE) - 1) != len(numbers):
        return Dropped(Reason.OPTIONS_NOT_CANONICAL, "an option stands twice or out of order")
    for number, value in items:
        fault = _value_fault(number, value)
        if fault is not None:
            return Dropped(fault, f"option {number}")
    releaser = _value(items, OptionNumber.RELEASER)
    recipients = _value(items, OptionNumber.RECIPIENTS) or b""
    options = Options(
        drill=_integer(items, OptionNumber.DRILL),
        reply_to=_reference(items, OptionNumber.REPLY_TO),
        answer_by_min=_integer(items, OptionNumber.ANSWER_BY),
        cancels=_reference(items, OptionNumber.CANCELS),
        supersedes=_reference(items, OptionNumber.SUPERSEDES),
        recipients=tuple(_recipient(recipients[at : at + 2]) for at in range(0, len(recipients), 2)),
        releaser=None if releaser is None else Releaser(OPERATOR.unpack(releaser[:2])[1], releaser[2:]),
        wide=tuple(_wide(value) for number, value in items if number == OptionNumber.WIDE),
        written_at=_integer(items, OptionNumber.WRITTEN_AT),
        logical=_integer(items, OptionNumber.LOGICAL),
        unknown=tuple(item for item in items if item[0] > OptionNumber.LOGICAL),
    )
    return options.fault() or options


def _value_fault(number: int, value: bytes) -> Reason | None:
    """Why a value cannot be typed: its length, a bit that must be 0, a code that names nothing."""
    match number:
        case OptionNumber.RECIPIENTS:
            if not value or len(value) % 2:
                return Reason.OPTIONS_NOT_CANONICAL
            fields = [RECIPIENT.unpack(value[at : at + 2]) for at in range(0, len(value), 2)]
            is_named = all(kind <= Kind.SEVERAL and role <= Role.COPY for kind, _, role in fields)
            return None if is_named else Reason.BAD_NUMBER
        case _ if number > OptionNumber.LOGICAL:
            return None
        case _ if len(value) != VALUE_BYTES[number]:
            return Reason.OPTIONS_NOT_CANONICAL
        case OptionNumber.REPLY_TO | OptionNumber.CANCELS | OptionNumber.SUPERSEDES:
            return Reason.RESERVED_BITS if REFERENCE.unpack(value)[1] else None
        case OptionNumber.RELEASER:
            return Reason.RESERVED_BITS if OPERATOR.unpack(value[:2])[0] else None
        case OptionNumber.WIDE:
            is_field = WIDE_NUMBER.unpack(value)[0] in (WideField.AUTHOR, WideField.RECIPIENT)
            return None if is_field else Reason.BAD_NUMBER
        case OptionNumber.WRITTEN_AT:
            return Reason.RESERVED_BITS if PAPER_TIME.unpack(value)[0] else None
        case _:
            return None


def _value(items: list[Item], wanted: int) -> bytes | None:
    return next((value for number, value in items if number == wanted), None)


def _integer(items: list[Item], wanted: int) -> int | None:
    value = _value(items, wanted)
    return None if value is None else int.from_bytes(value, "big")


def _reference(items: list[Item], wanted: int) -> Reference | None:
    value = _value(items, wanted)
    return None if value is None else Reference.from_bits(REFERENCE.unpack(value)[0])


def _recipient(value: bytes) -> Recipient:
    kind, number, role = RECIPIENT.unpack(value)
    return Recipient(Address(Kind(kind), number), Role(role))


def _wide(value: bytes) -> WideNumber:
    field, number = WIDE_NUMBER.unpack(value)
    return WideNumber(WideField(field), number)
