"""One table of a schema's file, read key by key; what does not fit becomes one sentence with its place."""

import re
from collections.abc import Mapping
from typing import Final

from protocol.forms.fixed_kinds import Label
from protocol.reasons import ProtocolError

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,23}")
LABEL_CHARACTERS_MAX: Final = 40
"""Half a line."""


class SchemaMistake(ProtocolError):
    """A table is no schema; the text names the place and what must stand there."""


class Table:
    """One table. A key that nobody knows is found first: a misspelt one explains the missing one.

    Every reader raises `SchemaMistake` when the entry is not what it must be.
    """

    def __init__(self, entries: object, place: str, known: tuple[str, ...]) -> None:
        if not isinstance(entries, Mapping):
            raise SchemaMistake(f"{place}: a table is needed")
        self._entries = entries
        self.place = place
        for key in entries:
            if key not in known:
                raise SchemaMistake(f"{place}: no such key: {str(key)[:40]}")

    def wrong(self, key: str, needed: str) -> SchemaMistake:
        """The error about one key."""
        return SchemaMistake(f"{self.place}: {key}: needed is {needed}")

    def has(self, key: str) -> bool:
        """Whether it is there."""
        return key in self._entries

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """A whole number within its bounds."""
        value = self._entries.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.wrong(key, f"a whole number from {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false when it is not there."""
        value = self._entries.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def name(self, key: str) -> str:
        """A word for programs."""
        value = self._entries.get(key)
        if not isinstance(value, str) or not NAME.fullmatch(value):
            raise self.wrong(key, "1 to 24 of a-z, 0-9 and _, a letter first")
        return value

    def one_of(self, key: str, words: tuple[str, ...]) -> str:
        """One of some words."""
        value = self._entries.get(key)
        if not isinstance(value, str) or value not in words:
            raise self.wrong(key, f"one of {', '.join(words)}")
        return value

    def text(self, key: str, *, may_be_empty: bool = False) -> str:
        """What people read."""
        value = self._entries.get(key)
        if not isinstance(value, str) or not value.isprintable() or len(value) > LABEL_CHARACTERS_MAX:
            raise self.wrong(key, f"at most {LABEL_CHARACTERS_MAX} printable characters")
        if not (value.strip() or may_be_empty):
            raise self.wrong(key, "a text")
        return value

    def label(self, prefix: str = "", *, may_be_empty: bool = False) -> Label:
        """The same in both languages."""
        return Label(*(self.text(f"{prefix}{one}", may_be_empty=may_be_empty) for one in ("da", "en")))

    def list_of(self, key: str, most: int) -> list[object]:
        """At least one, and no more than this."""
        value = self._entries.get(key)
        if not isinstance(value, list) or not 1 <= len(value) <= most:
            raise self.wrong(key, f"a list of 1 to {most}")
        return value
