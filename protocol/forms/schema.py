"""A schema: what fields a form has, in which order, since which version; and those that a station knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from protocol.certificates import Right
from protocol.forms.fixed_kinds import Label
from protocol.forms.kinds import Count, Field, FieldKind, Repeat, Text
from protocol.numbers import FRAME_BYTES_MAX, SIGNATURE_BYTES

HEADER_BITS: Final = 16
"""Schema 10, version 6."""
SCHEMA_NUMBER_MAX: Final = 1022
VERSION_MAX: Final = 63
FORM_BYTES_MAX: Final = FRAME_BYTES_MAX - SIGNATURE_BYTES - 12
"""The body of a MESSAGE without options."""
FIELDS_MAX: Final = 32
"""Of a schema with those of its records: two screens; a longer form nobody fills in during a blackout."""
RECORDS_MAX: Final = 32


@dataclass(frozen=True, slots=True)
class Schema:
    """What a form's bits mean."""

    number: int
    name: str
    """For programs and commands; never changed."""
    version: int
    """The newest that is known here."""
    title: Label
    bytes_max: int
    """A form of it is never longer, its header included."""
    right: Right
    """What its author must be allowed; 0: nothing beyond the message itself."""
    fields: tuple[Field, ...]

    def fields_of(self, version: int) -> tuple[Field, ...]:
        """Those of a form that was written in a version."""
        return tuple(field for field in self.fields if field.since <= version)

    def field(self, name: str) -> Field | None:
        """The one with this name."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def bits_without_texts_max(self) -> int:
        """Filled in to the last field, each obligatory text of one byte: what must fit in every case."""
        return HEADER_BITS + sum(map(field_bits_max, self.fields))


Schemas = Mapping[int, Schema]
"""By number."""
NO_SCHEMAS: Final[Schemas] = {}


def field_bits_max(field: Field) -> int:
    """The longest that a field can be, its presence included; a text as short as it can be."""
    if isinstance(field.kind, Text):
        return 1 if field.optional else field.kind.bits_min
    return field.optional + kind_bits_max(field.kind)


def kind_bits_max(kind: FieldKind) -> int:
    """The same of its kind alone."""
    match kind:
        case Repeat():
            return kind.count_bits + kind.most * sum(map(field_bits_max, kind.fields))
        case Count():
            return kind.bits_max
        case Text():
            return kind.bits_min
        case _:
            return kind.bits


def named(schemas: Schemas, name: str) -> Schema | None:
    """The schema with this name."""
    return next((schema for schema in schemas.values() if schema.name == name), None)
