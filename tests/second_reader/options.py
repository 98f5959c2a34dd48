"""Options (section 4): what follows the fixed fields when `extended` is set."""

from dataclasses import dataclass
from itertools import pairwise

from .bits import Bits
from .numbers import (
    ESCAPE,
    HANDHELD,
    OPERATOR,
    STATION,
    Address,
    is_holder,
    padded_reference,
    short_number,
    wide_number,
)

DRILL, REPLY_TO, ANSWER_BY, CANCELS, SUPERSEDES, RECIPIENTS, SECOND_RELEASER, WIDE, WRITTEN_AT, CLOCK = range(10)
OPTIONS_MAX = 8
RECIPIENTS_MAX = 32
LENGTHS = {DRILL: 4, REPLY_TO: 4, ANSWER_BY: 2, CANCELS: 4, SUPERSEDES: 4, SECOND_RELEASER: 66, WIDE: 5, WRITTEN_AT: 3,
           CLOCK: 2}  # fmt: skip
"""Bytes of the values that have one length."""
WIDE_AUTHOR, WIDE_RECIPIENT = 1, 2
NOT_CANONICAL = "options_not_canonical"


@dataclass(frozen=True, slots=True)
class Option:
    """One option as it stands."""

    number: int
    value: bytes


def split(bits: Bits) -> list[Option]:
    """The options one after the other, up to the one whose `more` is 0."""
    found: list[Option] = []
    more = True
    while more:
        if len(found) == OPTIONS_MAX:
            bits.stop(NOT_CANONICAL)
        more, number, length = bits.flag(), bits.number(4), bits.number(3)
        if length == 7:
            length = bits.number(8)
            bits.demand(length >= 7, NOT_CANONICAL)
        found.append(Option(number, bits.take(length)))
    for before, after in pairwise(found):
        is_next = after.number > before.number or after.number == before.number == WIDE
        bits.demand(is_next, NOT_CANONICAL)
    return found


def joined(options: list[Option]) -> bytes:
    """Options as bytes, their `more` chain built anew."""
    out = bytearray()
    for place, option in enumerate(options):
        more = place < len(options) - 1
        length = len(option.value)
        out.append(more << 7 | option.number << 3 | min(length, 7))
        if length >= 7:
            out.append(length)
        out += option.value
    return bytes(out)


def read(options: list[Option], bits: Bits) -> dict[str, object]:
    """What the options say, by name; faults are noted in `bits`."""
    said: dict[str, object] = {"unknown": []}
    for option in options:
        if option.number > CLOCK:
            said["unknown"].append((option.number, option.value))
        elif len(option.value) != LENGTHS.get(option.number, len(option.value)):
            bits.demand(False, NOT_CANONICAL)
        else:
            _read_one(option.number, bits.within(option.value), said)
    return said


def _read_one(number: int, value: Bits, said: dict[str, object]) -> None:
    match number:
        case 0:
            said["drill_id"] = value.number(32)
            value.demand(said["drill_id"] != 0, "bad_number")
        case 1:
            said["reply_to"] = padded_reference(value)
        case 2:
            said["answer_by_min"] = value.number(16)
        case 3:
            said["cancels"] = padded_reference(value)
        case 4:
            said["supersedes"] = padded_reference(value)
        case 5:
            said["recipients"] = _recipients(value)
        case 6:
            value.reserved(5)
            said["second_releaser"] = (short_number(value, OPERATOR), value.take(64))
        case 7:
            _wide(value, said)
        case 8:
            value.reserved(4)
            said["written_at"] = value.number(20)
        case 9:
            said["clock"] = value.number(16)


def _recipients(value: Bits) -> list[tuple[Address, int]]:
    count, odd = divmod(value.left(), 2)
    value.demand(count > 0 and not odd, NOT_CANONICAL)
    value.demand(count <= RECIPIENTS_MAX, "bad_number")
    named: list[tuple[Address, int]] = []
    for _ in range(count):
        kind, number, role = value.number(3), value.number(11), value.number(2)
        value.demand(is_holder(kind, number) and role <= 1, "bad_number")
        value.demand(all((kind, number) != other for other, _ in named), NOT_CANONICAL)
        named.append(((kind, number), role))
    return named


def _wide(value: Bits, said: dict[str, object]) -> None:
    field = value.number(8)
    wide = said.setdefault("wide", {})
    value.demand(field in (WIDE_AUTHOR, WIDE_RECIPIENT), "bad_number")
    value.demand(all(field > other for other in wide), NOT_CANONICAL)
    wide[field] = wide_number(value)


def author(number: int, wide: dict[int, int], bits: Bits) -> int:
    """The author's number, from option 7 when the field is an escape; 0 is the station itself."""
    is_wide = number == ESCAPE
    bits.demand(not is_wide or WIDE_AUTHOR in wide, "bad_number")
    bits.demand(is_wide or WIDE_AUTHOR not in wide, NOT_CANONICAL)
    return wide.get(WIDE_AUTHOR, number) if is_wide else number


def recipient(kind: int, number: int, wide: dict[int, int], bits: Bits) -> int:
    """The recipient's number, likewise; a station and several have no escape."""
    is_wide = number == ESCAPE and STATION < kind <= HANDHELD
    bits.demand(not is_wide or WIDE_RECIPIENT in wide, "bad_number")
    bits.demand(is_wide or WIDE_RECIPIENT not in wide, NOT_CANONICAL)
    return wide.get(WIDE_RECIPIENT, number) if is_wide else number
