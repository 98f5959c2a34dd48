"""Pouches on a stick that anybody may have had: only regular files, only so much of each, and nothing is followed."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.store.pouch_file import FILE_BYTES_MAX, SUFFIX, NotAPouch, PouchFile, read_pouch

FILES_MAX: Final = 64
"""Pouches read from one directory: each station leaves one or two."""
ENTRIES_MAX: Final = 10_000
"""Names looked at in one directory."""


@dataclass(frozen=True, slots=True)
class Found:
    """A pouch, or why a file that is called one was not read."""

    name: str
    """As the stick has it: harmful letters and all."""
    pouch: PouchFile | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The pouches of a directory."""

    paths: tuple[Path, ...]
    """By name, at most `FILES_MAX`."""
    left_out: bool
    """There are more, or so many other files that not all names were looked at."""


def pouches_at(place: Path) -> Listing:
    """Which files to read: the one that is named, or those in a directory.

    Raises:
        OSError: there is nothing, or it cannot be read.
    """
    if not place.is_dir():
        return Listing((place,), left_out=False)
    names: list[str] = []
    seen = 0
    with os.scandir(place) as entries:
        for entry in entries:
            seen += 1
            if seen > ENTRIES_MAX:
                break
            if entry.name.endswith(SUFFIX) and not entry.name.startswith("."):
                names.append(entry.name)
    names.sort()
    chosen = tuple(place / name for name in names[:FILES_MAX])
    return Listing(chosen, left_out=len(names) > FILES_MAX or seen > ENTRIES_MAX)


def read_all(paths: tuple[Path, ...]) -> Iterator[Found]:
    """One file after another, so that no more than one is in memory."""
    for path in paths:
        try:
            yield Found(path.name, read_pouch(_content(path)))
        except NotAPouch as error:
            yield Found(path.name, None, str(error))
        except OSError as error:
            yield Found(path.name, None, error.strerror or "it cannot be read")


def _content(path: Path) -> bytes:
    """Of a regular file, at most so much that a whole pouch is told from a longer file.

    Raises:
        NotAPouch: it is something else.
        OSError: it cannot be opened or read.
    """
    if not stat.S_ISREG(path.lstat().st_mode):  # A device may do something when it is opened.
        raise NotAPouch("it is no regular file")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotAPouch("it is no regular file")
        return file.read(FILE_BYTES_MAX + 1)
