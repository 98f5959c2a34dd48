"""All that a station knows of forms: the schemas, and the words that they share."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from protocol.forms.fixed_kinds import Label
from protocol.forms.parsing import parse_schemas
from protocol.forms.schema import NO_SCHEMAS, Schemas
from protocol.forms.tables import Table

_NOTHING = Label("", "")


@dataclass(frozen=True, slots=True)
class Phrases:
    """What is said beside the labels of fields."""

    yes: Label = _NOTHING
    no: Label = _NOTHING
    none: Label = _NOTHING
    """Of flags."""
    or_more: Label = _NOTHING
    """Behind the greatest number."""
    unread: Label = _NOTHING
    """In place of a text."""
    newer: Label = _NOTHING
    """A form's version is newer than the schema known here."""
    says_more: Label = _NOTHING
    form: Label = _NOTHING
    """One whose schema is not known."""
    version: Label = _NOTHING
    bytes: Label = _NOTHING
    beware: Label = _NOTHING
    """Its author's certificate does not allow it."""
    not_allowed: Label = _NOTHING


@dataclass(frozen=True, slots=True)
class FormBook:
    """The schemas by number and the words."""

    schemas: Schemas = field(default_factory=lambda: NO_SCHEMAS)
    phrases: Phrases = field(default_factory=Phrases)


def parse_book(schemas: list[object], common: object) -> FormBook:
    """Read the tables that ship.

    Raises:
        SchemaMistake: one of them is not what it must be.
    """
    return FormBook(parse_schemas(schemas), parse_phrases(common))


def parse_phrases(table: object) -> Phrases:
    """Read the words that forms share.

    Raises:
        SchemaMistake: one is missing.
    """
    names = tuple(one.name for one in fields(Phrases))
    Table(table, "common", names)
    entries = table if isinstance(table, Mapping) else {}
    return Phrases(*(Table(entries.get(name), f"common: {name}", ("da", "en")).label() for name in names))
