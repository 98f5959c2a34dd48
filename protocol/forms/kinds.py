"""A field and what kind of field it can be (SPEC.md, section 5.2).

Most are a code of fixed width, `protocol.forms.fixed_kinds`; a count, a text and records are as long as what they hold.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from protocol.forms.fixed_kinds import (
    Choice,
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

CODEC_BITS: Final = 3
COUNT_CLASS_BITS: Final = 2
COUNT_BITS: Final = (4, 7, 10, 17)
"""Of each class; a class begins where the one before it ends, so that a count has one form only."""
COUNT_FROM: Final = (0, 16, 144, 1168)
COUNT_MAX: Final = 132_239


@dataclass(frozen=True, slots=True)
class Count:
    """How many, short when they are few: a class, then the code inside it."""

    most: int
    unit: Label

    @property
    def bits_max(self) -> int:
        """The longest that it can be."""
        return COUNT_CLASS_BITS + COUNT_BITS[count_class(self.most)]


@dataclass(frozen=True, slots=True)
class Text:
    """Codec, length as a count, bytes. A field for free words; what has a name of its own is a field of its own."""

    bytes_max: int
    """As coded."""

    @property
    def bits_min(self) -> int:
        """Of one byte."""
        return CODEC_BITS + COUNT_CLASS_BITS + COUNT_BITS[0] + 8


@dataclass(frozen=True, slots=True)
class Repeat:
    """Several records of the same fields."""

    least: int
    most: int
    fields: "tuple[Field, ...]"
    """Never texts nor records."""

    @property
    def count_bits(self) -> int:
        """Of how many there are beyond the least."""
        return (self.most - self.least).bit_length()


FixedKind: TypeAlias = YesNo | Choice | Flags | Number | ClockTime | Instant | Place | MessageNumber | Station | Holder
FieldKind: TypeAlias = FixedKind | Count | Text | Repeat


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema."""

    name: str
    """For programs; never changed."""
    label: Label
    brief: Label | None
    """Before the value in one line for a handheld: None is the label, empty the value alone."""
    since: int
    """The schema's version that brought it."""
    optional: bool
    """A bit before it says whether it is there."""
    kind: FieldKind


def count_class(value: int) -> int:
    """The class in which a count lies."""
    return max(index for index, start in enumerate(COUNT_FROM) if start <= value)
