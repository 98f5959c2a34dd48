"""Everything that a program does to the files of a directory, in order: SQLite's part as it tells it, the rest as seen.

What SQLite does comes from `watched_sqlite`. All else (a log that is appended to, a name that changes) is looked for
before each operation and at each `os.fsync`, by names, inodes and contents: the program writes on one thread, so what
is found then was done since the operation before. At the end the model must have every file as it stands on the disk,
or the recording has missed something and fails.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.node.store.medium import (
    Created,
    DirectoryMade,
    DirectorySynced,
    Medium,
    Operation,
    Removed,
    Renamed,
    Synced,
    Truncated,
    Written,
    as_written,
)
from tests.node.store.watched_sqlite import watched_sqlite

SHARED_SUFFIX = "-shm"
"""SQLite's index of its log, in shared memory: made anew by whoever opens the log first, so no part of the record."""


class Recording:
    """What was done so far.

    Args:
        directory: what is in it before counts as durable.
        sync_counts: whether a file's sync is to be believed; a medium that lies is for who wants to see losses.
    """

    def __init__(self, directory: Path, sync_counts: Callable[[str], bool] = lambda path: True) -> None:
        self._directory = directory.resolve()
        self._sync_counts = sync_counts
        self.operations: list[Operation] = []
        self._inodes: dict[int, str] = {}
        """Of what has a name."""
        self._files: dict[str, int] = {}
        self._contents: dict[str, bytes] = {}
        self._by_sqlite: set[str] = set()
        self._count = 0
        self._look()
        for path in ("", *(one.path for one in self.operations if isinstance(one, DirectoryMade))):
            self.operations.append(DirectorySynced(path))
        self.operations += [Synced(file) for file in self._files.values()]
        self.begins = len(self.operations)
        """The first operations are what was there before."""

    @property
    def position(self) -> int:
        """How many operations are done."""
        self._look()
        return len(self.operations)

    def opened(self, path: str) -> None:
        """SQLite tells of this file from now on."""
        self._look()
        if (name := self._name(path)) is not None:
            self._by_sqlite.add(name)

    def wrote(self, path: str, offset: int, content: bytes) -> None:
        self._happened(path, lambda file: Written(file, offset, content))

    def truncated(self, path: str, size: int) -> None:
        self._happened(path, lambda file: Truncated(file, size))

    def synced(self, path: str) -> None:
        if self._sync_counts(path):
            self._happened(path, Synced)

    def removed(self, path: str) -> None:
        self._look()

    def directory_synced(self, path: str) -> None:
        """The directory in which this file is."""
        self._directory_synced(Path(path).parent)

    def descriptor_synced(self, path: str) -> None:
        """Whatever it is that a descriptor stands for."""
        self._look()
        if Path(path).is_dir():
            self._directory_synced(Path(path))
        else:
            self.synced(path)

    def end(self) -> None:
        """See that nothing was missed."""
        self._look()
        medium = Medium()
        for operation in self.operations:
            medium.take(operation)
        there = {name: (self._directory / name).read_bytes() for name in self._files}
        assert medium.now() == there, "the recording has missed something"

    def _happened(self, path: str, operation: Callable[[int], Operation]) -> None:
        self._look()
        name = self._name(path)
        if name is not None and name in self._files:
            made = operation(self._files[name])
            self.operations.append(made)
            if isinstance(made, Written | Truncated):
                self._contents[name] = as_written(self._contents[name], [made])

    def _directory_synced(self, path: Path) -> None:
        self._look()
        if path == self._directory or (self._directory in path.parents and str(path.relative_to(self._directory))):
            name = str(path.relative_to(self._directory))
            if self._sync_counts(str(path)):
                self.operations.append(DirectorySynced("" if name == "." else name))

    def _name(self, path: str) -> str | None:
        whole = Path(path)
        if self._directory not in whole.parents or whole.name.endswith(SHARED_SUFFIX):
            return None
        return str(whole.relative_to(self._directory))

    def _look(self) -> None:
        """Find out what was done without SQLite."""
        found = {entry.inode(): (name, entry.is_dir()) for name, entry in self._entries(self._directory)}
        self._names_changed(found)
        for name in sorted(self._files.keys() - self._by_sqlite):
            self._content_changed(name)

    def _entries(self, directory: Path) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
        with os.scandir(directory) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if not entry.name.endswith(SHARED_SUFFIX):
                    yield str(Path(entry.path).relative_to(self._directory)), entry
                    if entry.is_dir():
                        yield from self._entries(Path(entry.path))

    def _names_changed(self, found: dict[int, tuple[str, bool]]) -> None:
        for inode, name in sorted(self._inodes.items(), key=lambda one: one[1]):
            if inode not in found:
                self.operations.append(Removed(name))
                del self._inodes[inode]
                self._forget(name)
        for inode, (name, is_directory) in sorted(found.items(), key=lambda one: one[1]):
            before = self._inodes.get(inode)
            if before is None and is_directory:
                self.operations.append(DirectoryMade(name))
            elif before is None:
                self._count += 1
                self._files[name], self._contents[name] = self._count, b""
                self.operations.append(Created(name, self._count))
                # Whoever made it may have written to it already.
            elif before != name:
                self.operations.append(Renamed(before, name))
                self._files[name], self._contents[name] = self._files[before], self._contents[before]
                self._forget(before)
            self._inodes[inode] = name

    def _content_changed(self, name: str) -> None:
        before, now = self._contents[name], (self._directory / name).read_bytes()
        if before == now:
            return
        file = self._files[name]
        if not now.startswith(before):
            self.operations.append(Truncated(file, 0))
            before = b""
        if len(now) > len(before):
            self.operations.append(Written(file, len(before), now[len(before) :]))
        self._contents[name] = now

    def _forget(self, name: str) -> None:
        self._files.pop(name, None)
        self._contents.pop(name, None)
        self._by_sqlite.discard(name)


@contextmanager
def recorded(directory: Path, sync_counts: Callable[[str], bool] = lambda path: True) -> Iterator[Recording]:
    """Record what happens in a directory meanwhile; SQLite's connections are to be opened and closed within."""
    recording = Recording(directory, sync_counts)
    fsync = os.fsync

    def watched_fsync(descriptor: int) -> None:
        fsync(descriptor)
        recording.descriptor_synced(str(Path(f"/proc/self/fd/{descriptor}").readlink()))

    os.fsync = watched_fsync
    try:
        with watched_sqlite(recording):
            yield recording
    finally:
        os.fsync = fsync
    recording.end()
