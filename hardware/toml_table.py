"""One table of a TOML file, read key by key; what does not fit becomes one sentence with place and remedy."""

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Final, Self

from hardware.errors import HardwareError

_SHOWN_CHARACTERS_MAX: Final = 24


class TomlMistake(HardwareError):
    """A file cannot be used; the text names file, place and remedy."""


def read_text(path: Path, bytes_max: int, what: str, mistake: type[TomlMistake]) -> str:
    """Read a file that may be anything.

    Args:
        path: as somebody gave it.
        bytes_max: more is refused unread.
        what: the file should be, for the remedy: "an air file".
        mistake: what is raised.

    Raises:
        TomlMistake: as `mistake`; it cannot be read, is larger, or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(bytes_max + 1)
    except OSError as error:
        raise mistake(f"{path}: {error.strerror}; give the path of {what}") from error
    if len(raw) > bytes_max:
        raise mistake(f"{path}: larger than {bytes_max} bytes; give the path of {what}")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise mistake(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error


class Table:
    """One table of the file. Keys that nobody knows are found first: a misspelt one explains the missing one.

    Every reader raises `mistake` when the entry is not what it must be.

    Args:
        entries: as TOML gives them.
        source: the file, named in errors.
        place: the table, named in errors.
        known: keys that may be there.
    """

    mistake: ClassVar[type[TomlMistake]] = TomlMistake
    """What is raised."""

    def __init__(self, entries: dict[str, object], source: str, place: str, known: tuple[str, ...]) -> None:
        self._entries = entries
        self._source = source
        self._place = place
        for key in entries:
            if key not in known:
                raise self.wrong(key, f"not a key here; {_nearest(key, known)}")

    def wrong(self, key: str, problem: str) -> TomlMistake:
        """Make the error about one key."""
        return self.mistake(f"{self._source}: {self._place}: {key}: {problem}")

    def table(self, key: str, known: tuple[str, ...]) -> Self:
        """Read a table inside this one."""
        entry = self._entries.get(key)
        if not isinstance(entry, dict):
            raise self.wrong(key, f"missing or not a table; write [{key}]")
        return type(self)(entry, self._source, f"[{key}]", known)

    def tables(self, key: str, known: tuple[str, ...]) -> list[Self]:
        """Read a list of tables inside this one; none when it is not there."""
        entries = self._entries.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self.wrong(key, f"not a list of tables; write [[{key}]] before each")
        return [
            type(self)(entry, self._source, f"[[{key}]] {number}", known) for number, entry in enumerate(entries, 1)
        ]

    def has(self, key: str) -> bool:
        """Whether there is such an entry."""
        return key in self._entries

    def text(self, key: str, characters_max: int) -> str:
        """Read a printable text that is not empty."""
        entry = self._entries.get(key)
        if not isinstance(entry, str) or not 1 <= len(entry) <= characters_max or not entry.isprintable():
            raise self.wrong(key, f"{_shown(entry)}; write 1 to {characters_max} characters in quotation marks")
        return entry

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        """Read one of the words allowed."""
        known = [str(choice) for choice in choices]
        entry = self._entries.get(key)
        if entry is None and default is not None:
            return default
        if not isinstance(entry, str) or entry not in known:
            raise self.wrong(key, f"{_shown(entry)}; {_nearest(str(entry), known)}")
        return entry

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        """Read a whole number within its bounds."""
        entry = self._entries.get(key)
        if entry is None and default is not None:
            return default
        if not isinstance(entry, int) or isinstance(entry, bool) or not least <= entry <= most:
            raise self.wrong(key, f"{_shown(entry)}; write a whole number from {least} to {most}")
        return entry

    def real(self, key: str, least: float, most: float, default: float | None = None) -> float:
        """Read a number within its bounds."""
        entry = self._entries.get(key)
        if entry is None and default is not None:
            return default
        if not isinstance(entry, int | float) or isinstance(entry, bool) or not least <= entry <= most:
            raise self.wrong(key, f"{_shown(entry)}; write a number from {least:g} to {most:g}")
        return float(entry)

    def flag(self, key: str, *, default: bool) -> bool:
        """Read true or false."""
        entry = self._entries.get(key, default)
        if not isinstance(entry, bool):
            raise self.wrong(key, f"{_shown(entry)}; write true or false")
        return entry

    def texts(self, key: str, count_max: int, characters_max: int) -> tuple[str, ...]:
        """Read a list of printable texts; none when it is not there."""
        entry = self._entries.get(key, [])
        if not isinstance(entry, list) or len(entry) > count_max:
            raise self.wrong(key, f"{_shown(entry)}; write a list of at most {count_max} texts")
        for each in entry:
            if not isinstance(each, str) or not 1 <= len(each) <= characters_max or not each.isprintable():
                raise self.wrong(key, f"{_shown(each)}; write 1 to {characters_max} characters in quotation marks")
        return tuple(entry)

    def pair(self, key: str, names: list[str]) -> tuple[str, str]:
        """Read two different names of devices."""
        entry = self._entries.get(key)
        if not isinstance(entry, list) or len(entry) != len({*map(str, entry)}) or len(entry) != len(("one", "other")):
            raise self.wrong(key, f"{_shown(entry)}; write the names of two devices")
        for name in entry:
            if name not in names:
                raise self.wrong(key, f"no device is called {name!r}; {_nearest(str(name), names)}")
        return entry[0], entry[1]


def _nearest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"write one of {', '.join(known)}"


def _shown(entry: object) -> str:
    return "missing" if entry is None else f"{str(entry)[:_SHOWN_CHARACTERS_MAX]!r} does not fit"
