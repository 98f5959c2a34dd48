"""Which numbers this station has given to messages and drafts, beside the database and outliving its damage.

A number that was ever on the air, or in a screen's hand, must not come again with other content. So each is noted here,
one synced line, before the database commits it; a database that begins anew goes on above the highest. Lines are only
ever appended:

    newline | series | blank | number | "." | newline

A series is an incarnation with its sequences, or 0 with the numbers of drafts.

A line cut short by a power cut lacks its full stop, and the newline before the next keeps that one whole.
"""

import os
import re
from pathlib import Path
from typing import Final

from node.store.errors import StoreUnavailable

_LINE: Final = re.compile(rb"^(\d{1,5}) (\d{1,10})\.$", re.MULTILINE)
_BYTES_MAX: Final = 64 << 20
"""Far beyond what a station ever writes: 15 bytes for each message and each draft are four million of them."""


class NumberLog:
    """Append-only; see the module's docstring."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def note(self, series: int, number: int) -> None:
        """Make a number known for good.

        Raises:
            StoreUnavailable: the disk does not take it.
        """
        is_first = not self._path.exists()
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                file.write(b"\n%d %d.\n" % (series, number))
                file.flush()
                os.fsync(file.fileno())
            if is_first:
                _sync_directory(self._path.parent)
        except OSError as error:
            raise StoreUnavailable(f"{self._path}: {error.strerror}; make room on that disk or replace it") from error

    def highest(self) -> dict[int, int]:
        """The highest number noted of each series.

        Raises:
            StoreUnavailable: the file is there and cannot be read.
        """
        try:
            with self._path.open("rb") as file:
                content = file.read(_BYTES_MAX)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreUnavailable(f"{self._path}: {error.strerror}; let the station's user read it") from error
        highest: dict[int, int] = {}
        for series, number in _LINE.findall(content):
            highest[int(series)] = max(highest.get(int(series), 0), int(number))
        return highest


def _sync_directory(path: Path) -> None:
    """A new file is durable once its directory is synced."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
