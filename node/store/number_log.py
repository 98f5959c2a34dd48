"""Which numbers this station has given to messages and drafts, beside the database and outliving its damage.

A number that was ever on the air, or in a screen's hand, must not come again with other content. So each is noted here,
one synced line, before the database commits it; a database that begins anew goes on above the highest. Lines are only
ever appended:

    newline | series | blank | number | "." | newline

A series is an incarnation with its sequences, or 0 with the numbers of drafts. A line `is NAME.` says which store the
numbers are of; the last one counts. A second log of a station's sequences lies with its keys: a backup of one of the
two paths that is put back is behind the other.

A line cut short by a power cut lacks its full stop, and the newline before the next keeps that one whole.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.store.directories import sync_directory
from node.store.errors import StoreUnavailable

_LINE: Final = re.compile(rb"^(\d{1,5}) (\d{1,10})\.$", re.MULTILINE)
_NAME_LINE: Final = re.compile(rb"^is ([0-9a-f]{32})\.$", re.MULTILINE)
DRAFT_SERIES: Final = 0
"""Among the incarnations, which begin with 1: the numbers of drafts."""
_BYTES_MAX: Final = 64 << 20
"""Far beyond what a station ever writes: 15 bytes for each message and each draft are four million of them."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What a log says."""

    name: str | None
    """Of the store whose numbers they are; None: no store has claimed it."""
    numbers: dict[int, tuple[int, ...]]
    """The two highest of each series, ascending; fewer when there are not as many."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was ever noted."""
        return self.name is None and not self.numbers

    @property
    def highest(self) -> dict[int, int]:
        """Of each series."""
        return {series: two[-1] for series, two in self.numbers.items()}

    @property
    def sequences(self) -> dict[int, int]:
        """The highest number of each incarnation."""
        return {series: number for series, number in self.highest.items() if series != DRAFT_SERIES}

    def before(self, series: int) -> int | None:
        """The highest but one."""
        two = self.numbers.get(series, ())
        return two[0] if len(two) > 1 else None


class NumberLog:
    """Append-only; see the module's docstring."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, series: int, number: int) -> None:
        """Make a number known for good.

        Raises:
            StoreUnavailable: the disk does not take it.
        """
        self._append(b"%d %d" % (series, number))

    def claim(self, name: str) -> None:
        """Say whose numbers they are, 32 hexadecimal digits; raises as `note`."""
        self._append(b"is " + name.encode())

    def _append(self, line: bytes) -> None:
        is_first = not self._path.exists()
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                file.write(b"\n" + line + b".\n")
                file.flush()
                os.fsync(file.fileno())
            if is_first:
                sync_directory(self._path.parent)
        except OSError as error:
            raise StoreUnavailable(f"{self._path}: {error.strerror}; make room on that disk or replace it") from error

    def highest(self) -> dict[int, int]:
        """The highest number noted of each series; raises as `read`."""
        return self.read().highest

    def read(self) -> Noted:
        """All that it says.

        Raises:
            StoreUnavailable: the file is there and cannot be read.
        """
        try:
            with self._path.open("rb") as file:
                content = file.read(_BYTES_MAX)
        except FileNotFoundError:
            return Noted(None, {})
        except OSError as error:
            raise StoreUnavailable(f"{self._path}: {error.strerror}; let the station's user read it") from error
        numbers: dict[int, tuple[int, ...]] = {}
        for series, number in _LINE.findall(content):
            ascending = sorted({*numbers.get(int(series), ()), int(number)})
            numbers[int(series)] = tuple(ascending[-2:])
        names = _NAME_LINE.findall(content)
        return Noted(names[-1].decode() if names else None, numbers)
