"""A form in the API: as it is written, and as it is shown in both languages of the staffs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One field as it is written."""

    name: str
    """`light`; of a record `units.2.light`."""
    value: str
    """A choice by its name or its label, flags with commas between, else plain text."""


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form to be sent."""

    name: str
    """Of the form: `status`."""
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """A text in both languages. It comes with the form's schema, which no catalogue knows."""

    da: str
    en: str

    def said(self, language: str) -> str:
        """In one of them."""
        return self.en if language == "en" else self.da


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One field of a form, or a remark about it."""

    name: str
    """As in `Entry`; `units.2` for a whole record; empty for a remark."""
    value: str
    """As it could be written; empty for a record and a remark."""
    label: Both
    said: Both
    """Not made harmless: who shows it does that."""


@dataclass(frozen=True, slots=True)
class ShownForm:
    """A form that could be read."""

    name: str
    """Empty when its schema is not known here: then the rows are its number, its version and its bytes."""
    schema: int
    version: int
    """In which it was written."""
    is_newer: bool
    """It says more than is known here."""
    is_allowed: bool
    """Its author's certificate, as it is now, has the right that such a form needs. False: the first row says so."""
    title: Both
    line: Both
    """All of it in one line of at most 200 bytes, for handhelds and lists."""
    rows: tuple[ShownRow, ...]
