"""What a power cut leaves of files: a model of the medium that knows what was made durable and what was not.

What a file was when it was last synced is there after the cut. Of what was written to it since, each sector is there
as any of the writes to it left it, old or new: the rest is missing, reordered or torn. What became of a name (a new
file, another name, none) holds once its directory was synced; of the rest a beginning holds, in each directory its own.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePath

SECTORS_BYTES = (512, 4096)
"""What a medium writes whole: disks and cards of old, and those of today."""


@dataclass(frozen=True, slots=True)
class Created:
    """A file got its first name, relative to the recorded directory."""

    path: str
    file: int


@dataclass(frozen=True, slots=True)
class DirectoryMade:
    """A directory was made."""

    path: str


@dataclass(frozen=True, slots=True)
class Written:
    """Bytes went into a file."""

    file: int
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Truncated:
    """A file ends here."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """All that was written to a file is durable."""

    file: int


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file has another name in its directory."""

    path: str
    to: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A name is gone."""

    path: str


@dataclass(frozen=True, slots=True)
class DirectorySynced:
    """What became of the names in a directory is durable."""

    path: str


Operation = Created | DirectoryMade | Written | Truncated | Synced | Renamed | Removed | DirectorySynced
Naming = Created | DirectoryMade | Renamed | Removed
Change = Written | Truncated


class Surviving(Enum):
    """What of the unsynced a cut leaves."""

    NOTHING = "nothing"
    ALL = "all"
    TORN = "torn"
    """A beginning, in the order of writing; of the last write any of its sectors."""
    SCATTERED = "scattered"
    """Each sector by itself."""
    GARBLED = "garbled"
    """As torn or scattered, and in one sector of the very last write stands something that nobody wrote."""


@dataclass(slots=True)
class _Content:
    """Of one file."""

    durable: bytes = b""
    pending: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class Medium:
    """Takes operations in order; says at any point what a cut leaves."""

    names: dict[str, int | None] = field(default_factory=dict)
    """Durable ones, with the file, or None for a directory."""
    pending: list[Naming] = field(default_factory=list)
    files: dict[int, _Content] = field(default_factory=dict)
    last: int | None = None
    """The file that was written to last."""

    def take(self, operation: Operation) -> None:
        """One more operation is done."""
        match operation:
            case Created() | DirectoryMade() | Renamed() | Removed():
                self.pending.append(operation)
                if isinstance(operation, Created):
                    self.files[operation.file] = _Content()
            case Written(file) | Truncated(file):
                self.files[file].pending.append(operation)
                self.last = file
            case Synced(file):
                content = self.files[file]
                content.durable = as_written(content.durable, content.pending)
                content.pending.clear()
            case DirectorySynced(path):
                for naming in [one for one in self.pending if parent(one.path) == path]:
                    _name(self.names, naming)
                    self.pending.remove(naming)

    def now(self) -> dict[str, bytes]:
        """Every file as who runs sees it."""
        return self._files(self._named(len(self.pending), None), Surviving.ALL, random.Random(0))

    def after_cut(self, surviving: Surviving, chance: random.Random) -> dict[str, bytes]:
        """Every file as who starts next finds it."""
        kept = {Surviving.NOTHING: 0, Surviving.ALL: len(self.pending)}.get(surviving)
        return self._files(self._named(kept, chance), surviving, chance)

    def unsynced(self) -> int:
        """How many operations a cut may undo."""
        return len(self.pending) + sum(len(content.pending) for content in self.files.values())

    def _named(self, kept: int | None, chance: random.Random | None) -> dict[str, int | None]:
        names = dict(self.names)
        by_directory: dict[str, list[Naming]] = {}
        for naming in self.pending:
            by_directory.setdefault(parent(naming.path), []).append(naming)
        for namings in by_directory.values():
            count = kept if kept is not None or chance is None else chance.randint(0, len(namings))
            for naming in namings[:count]:
                _name(names, naming)
        return names

    def _files(self, names: dict[str, int | None], surviving: Surviving, chance: random.Random) -> dict[str, bytes]:
        return {
            path: survived(self.files[file], surviving, chance, is_last=file == self.last)
            for path, file in sorted(names.items())
            if file is not None and all(above in names for above in _above(path))
        }


def as_written(content: bytes, changes: Sequence[Change]) -> bytes:
    """A file after all these changes."""
    after = bytearray(content)
    for change in changes:
        match change:
            case Written(_, offset, written):
                after.extend(bytes(max(0, offset - len(after))))
                after[offset : offset + len(written)] = written
            case Truncated(_, size):
                after[size:] = bytes(max(0, size - len(after)))
    return bytes(after)


def survived(content: _Content, surviving: Surviving, chance: random.Random, *, is_last: bool) -> bytes:
    """What is in a file after the cut."""
    durable, changes = content.durable, content.pending
    if not changes or surviving is Surviving.NOTHING:
        return durable
    if surviving is Surviving.ALL:
        return as_written(durable, changes)
    sector_bytes = chance.choice(SECTORS_BYTES)
    is_torn = surviving is Surviving.TORN or (surviving is Surviving.GARBLED and chance.random() < 0.5)
    if is_torn:
        whole = chance.randrange(len(changes))
        found = _scattered(as_written(durable, changes[:whole]), changes[whole : whole + 1], sector_bytes, chance)
    else:
        found = _scattered(durable, changes, sector_bytes, chance)
    latest = changes[-1]
    if surviving is Surviving.GARBLED and is_last and isinstance(latest, Written):
        return _garbled(found, latest, sector_bytes, chance)
    return found


def _scattered(durable: bytes, changes: Sequence[Change], sector_bytes: int, chance: random.Random) -> bytes:
    """Each sector as some of the changes left it, and the length as some of them did."""
    sizes = [len(durable)]
    touching: dict[int, list[Change]] = {}
    for change in changes:
        reach = range(0)
        match change:
            case Written(_, offset, written):
                sizes.append(max(sizes[-1], offset + len(written)))
                reach = range(offset // sector_bytes, -(-(offset + len(written)) // sector_bytes))
            case Truncated(_, size):
                reach = range(size // sector_bytes, -(-max(sizes) // sector_bytes))
                sizes.append(size)
        for sector in reach:
            touching.setdefault(sector, []).append(change)
    after = bytearray(durable.ljust(max(sizes), b"\0"))
    share = chance.choice((0.1, 0.5, 0.9))
    for sector, its_changes in sorted(touching.items()):
        if chance.random() < share:
            start = sector * sector_bytes
            count = chance.randint(1, len(its_changes)) if chance.random() < 0.5 else len(its_changes)
            within = [_within(change, start, start + sector_bytes) for change in its_changes[:count]]
            now = as_written(bytes(after[start : start + sector_bytes]), within)
            after[start : start + sector_bytes] = now.ljust(sector_bytes, b"\0")[: max(0, len(after) - start)]
    return bytes(after[: chance.choice((sizes[-1], chance.choice(sizes)))])


def _within(change: Change, start: int, end: int) -> Change:
    """The part of a change that lies in a sector, counted from the sector's start."""
    match change:
        case Written(file, offset, written):
            first, last = max(offset, start), min(offset + len(written), end)
            return Written(file, first - start, written[first - offset : last - offset])
        case Truncated(file, size):
            return Truncated(file, min(max(size - start, 0), end - start))


def _garbled(found: bytes, latest: Written, sector_bytes: int, chance: random.Random) -> bytes:
    """One sector of a write that was under way, as far as the write reaches."""
    first = latest.offset // sector_bytes
    last = (latest.offset + len(latest.content) - 1) // sector_bytes
    start = chance.randint(first, last) * sector_bytes
    begin, end = max(start, latest.offset), min(start + sector_bytes, latest.offset + len(latest.content))
    after = bytearray(found.ljust(end, b"\0"))
    after[begin:end] = chance.randbytes(end - begin)
    return bytes(after)


def parent(path: str) -> str:
    """The directory in which a name stands; "" for the recorded one."""
    above = str(PurePath(path).parent)
    return "" if above == "." else above


def _above(path: str) -> Iterator[str]:
    while (path := parent(path)) != "":
        yield path


def _name(names: dict[str, int | None], naming: Naming) -> None:
    match naming:
        case Created(path, file):
            names[path] = file
        case DirectoryMade(path):
            names[path] = None
        case Removed(path):
            names.pop(path, None)
        case Renamed(path, to):
            if path in names:
                names[to] = names.pop(path)
