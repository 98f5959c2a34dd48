"""Kinds of fields that are a code of fixed width (SPEC.md, section 5.2): how wide, and what each code says."""

from dataclasses import dataclass
from typing import Final

from protocol.forms.values import COLUMN_BITS, ROW_BITS, Position, Value
from protocol.instants import NO_TIME
from protocol.numbers import SHORT_NUMBER_MAX, Address, Kind, Reference, is_station

MINUTES_OF_DAY: Final = 1440


@dataclass(frozen=True, slots=True)
class Label:
    """What people read, in the languages of the staffs. It stands beside its field, since forms are data."""

    da: str
    en: str

    def said(self, language: str) -> str:
        """In one of them."""
        return self.en if language == "en" else self.da


@dataclass(frozen=True, slots=True)
class Choosable:
    """One of the things to choose from."""

    name: str
    """For programs; never changed."""
    label: Label
    since: int
    """The schema's version that brought it."""


@dataclass(frozen=True, slots=True)
class YesNo:
    """0 no, 1 yes."""

    @property
    def bits(self) -> int:
        """Its width."""
        return 1

    def value_of(self, code: int) -> Value | None:
        """What the code says; None: nothing."""
        return code

    def code_of(self, value: Value) -> int | None:
        """The code of a value; None: it is not of this kind, or out of range."""
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: the code is its place in the list, from 0."""

    bits: int
    """Wider than needed where the list may grow."""
    options: tuple[Choosable, ...]

    def value_of(self, code: int) -> Value | None:
        """The code itself."""
        return code

    def is_known(self, code: int, version: int) -> bool:
        """Whether that version had it; a form that is newer than the schema known here may have others."""
        return code < len(self.options) and self.options[code].since <= version

    def code_of(self, value: Value) -> int | None:
        """The value itself."""
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Flags:
    """Any of several: one bit for each, the first is the lowest."""

    bits: int
    options: tuple[Choosable, ...]

    def value_of(self, code: int) -> Value | None:
        """The code itself."""
        return code

    def is_known(self, code: int, version: int) -> bool:
        """As for a choice, each bit."""
        return not code & ~sum(1 << at for at, option in enumerate(self.options) if option.since <= version)

    def code_of(self, value: Value) -> int | None:
        """The value itself."""
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number: the code counts steps from the least."""

    least: int
    most: int
    step: int
    unit: Label
    """Behind the number; may be empty."""
    or_more: bool
    """The greatest one stands for any greater one too."""

    @property
    def bits(self) -> int:
        """As many as the greatest code needs."""
        return ((self.most - self.least) // self.step).bit_length()

    def value_of(self, code: int) -> Value | None:
        """None beyond the greatest."""
        value = self.least + code * self.step
        return value if value <= self.most else None

    def code_of(self, value: Value) -> int | None:
        """None between two steps and outside."""
        if not isinstance(value, int) or not self.least <= value <= self.most or (value - self.least) % self.step:
            return None
        return (value - self.least) // self.step


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day, as people here say it: local time, without a day."""

    @property
    def bits(self) -> int:
        """Its width."""
        return 11

    def value_of(self, code: int) -> Value | None:
        """Minutes since midnight."""
        return code if code < MINUTES_OF_DAY else None

    def code_of(self, value: Value) -> int | None:
        """The value itself."""
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Instant:
    """A time with its day, in the 20 bits of section 2.4."""

    @property
    def bits(self) -> int:
        """Its width."""
        return 20

    def value_of(self, code: int) -> Value | None:
        """Never "no time": then the field is left out."""
        return code if code != NO_TIME else None

    def code_of(self, value: Value) -> int | None:
        """The value itself."""
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Place:
    """A position to some ten metres."""

    @property
    def bits(self) -> int:
        """Its width."""
        return ROW_BITS + COLUMN_BITS

    def value_of(self, code: int) -> Value | None:
        """Every code is a place."""
        return Position(code >> COLUMN_BITS, code & (1 << COLUMN_BITS) - 1)

    def code_of(self, value: Value) -> int | None:
        """Row, then column."""
        if not isinstance(value, Position) or not 0 <= value.column < 1 << COLUMN_BITS:
            return None
        return value.row << COLUMN_BITS | value.column


@dataclass(frozen=True, slots=True)
class MessageNumber:
    """Another message."""

    @property
    def bits(self) -> int:
        """Its width."""
        return 26

    def value_of(self, code: int) -> Value | None:
        """None for what no message has."""
        reference = Reference.from_bits(code)
        return reference if reference.is_numbered else None

    def code_of(self, value: Value) -> int | None:
        """Station, incarnation, sequence."""
        return value.bits if isinstance(value, Reference) and value.is_numbered else None


@dataclass(frozen=True, slots=True)
class Station:
    """A station."""

    @property
    def bits(self) -> int:
        """Its width."""
        return 10

    def value_of(self, code: int) -> Value | None:
        """None for what no station has."""
        return code if is_station(code) else None

    def code_of(self, value: Value) -> int | None:
        """The value itself."""
        return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever holds a number: an address of section 2.2 without an escape."""

    kinds: tuple[Kind, ...]
    """Which may be meant."""

    @property
    def bits(self) -> int:
        """Its width."""
        return 14

    def value_of(self, code: int) -> Value | None:
        """None for a kind that is not meant and a number that is nobody's."""
        kind, number = code >> 11, code & 2047
        if kind not in self.kinds or number > SHORT_NUMBER_MAX:
            return None
        address = Address(Kind(kind), number)
        return address if address.is_certifiable else None

    def code_of(self, value: Value) -> int | None:
        """Kind, then number."""
        return value.kind << 11 | value.number if isinstance(value, Address) and value.number >= 0 else None
