"""Numbers and references (section 2.2): what stands for a key, a holder or a message."""

from .bits import Bits

STATION, AUTHORITY, FUNCTION, OPERATOR, GROUP, HANDHELD, SEVERAL = range(7)
ESCAPE = 2047
STATION_MAX = 1022
WIDE_MAX = 65535

Reference = tuple[int, int, int]
"""Station, the two low bits of its incarnation, sequence."""
Address = tuple[int, int]
"""Kind, number."""


def is_holder(kind: int, number: int, most: int = ESCAPE - 1) -> bool:
    """Whether a number lies inside its table, by its kind."""
    if kind == STATION:
        return 1 <= number <= STATION_MAX
    return kind <= HANDHELD and 1 <= number <= most


def station(bits: Bits, width: int = 10) -> int:
    """A station that is named, else `bad_number`."""
    number = bits.number(width)
    bits.demand(is_holder(STATION, number), "bad_number")
    return number


def short_number(bits: Bits, kind: int) -> int:
    """A number of eleven bits without an escape, else `bad_number`."""
    number = bits.number(11)
    bits.demand(is_holder(kind, number), "bad_number")
    return number


def wide_number(bits: Bits) -> int:
    """A number of 32 bits behind an escape: only what the short field has no place for, else `bad_number`."""
    number = bits.number(32)
    bits.demand(ESCAPE <= number <= WIDE_MAX, "bad_number")
    return number


def sequence(bits: Bits) -> int:
    """Messages are counted from 1, else `bad_number`."""
    number = bits.number(14)
    bits.demand(number != 0, "bad_number")
    return number


def reference(bits: Bits) -> Reference:
    """The 26 bits that name a message."""
    return station(bits), bits.number(2), sequence(bits)


def padded_reference(bits: Bits) -> Reference:
    """A reference in 4 bytes."""
    named = reference(bits)
    bits.reserved(6)
    return named
