"""What a field of a form holds, once read: numbers, and a few things that are more than a number."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from protocol.numbers import Address, Reference

ROW_BITS: Final = 21
"""180 degrees in steps of 9.5 m."""
COLUMN_BITS: Final = 22
"""360 degrees in steps of 9.5 m at the equator, 5.4 m in Denmark."""
E5: Final = 100_000
"""Degrees are whole hundred-thousandths: 1.1 m."""


@dataclass(frozen=True, slots=True)
class Position:
    """A cell of the earth's surface, WGS 84."""

    row: int
    """From the south pole, 0 to 2^21 - 1."""
    column: int
    """From 180 degrees west, eastwards, 0 to 2^22 - 1."""

    @classmethod
    def at(cls, latitude_e5: int, longitude_e5: int) -> "Position":
        """The cell in which a point lies; the caller has checked that there is such a point."""
        row = (latitude_e5 + 90 * E5 << ROW_BITS) // (180 * E5)
        column = (longitude_e5 + 180 * E5 << COLUMN_BITS) // (360 * E5)
        return cls(min(row, (1 << ROW_BITS) - 1), column % (1 << COLUMN_BITS))

    @property
    def middle_e5(self) -> tuple[int, int]:
        """Latitude and longitude of the middle of the cell."""
        latitude = ((2 * self.row + 1) * 180 * E5 >> ROW_BITS + 1) - 90 * E5
        longitude = ((2 * self.column + 1) * 360 * E5 >> COLUMN_BITS + 1) - 180 * E5
        return latitude, longitude


@dataclass(frozen=True, slots=True)
class CodedText:
    """A text as it travels: only who shows it decodes it."""

    codec: int
    """See `protocol.codec`; never a form."""
    raw: bytes
    """At least one byte."""


Value: TypeAlias = int | Position | CodedText | Reference | Address | tuple["Record", ...]
"""`int`: yes or no, a choice's code, flags as bits from the lowest, a number, a count, minutes of the day, a time of 20
bits, a station."""
Record: TypeAlias = tuple[Value | None, ...]
"""One value for each field, in the schema's order; None where it is left out."""
