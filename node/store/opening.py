"""Opening a station's store: one owner at a time, damage set aside and never deleted."""

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.store.directories import make_directory
from node.store.errors import StoreBusy, StoreDamaged
from node.store.going_on import go_on
from node.store.number_log import NumberLog
from node.store.sqlite import SqliteStore

STORE_NAME: Final = "store.db"
_LOCK_NAME: Final = "lock"
_SIDE_FILES: Final = ("", "-wal", "-shm")
_DAMAGED_MAX: Final = 100
"""Damaged stores kept beside each other before an operator must look."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A store that belongs to this process."""

    store: SqliteStore
    set_aside: Path | None
    """Where a damaged one was put, None when there was none."""
    lock: int
    """Descriptor of the lock; held until `close` or the process's end."""

    def close(self) -> None:
        """Forget what was not committed, close the file and let others have it."""
        self.store.close()
        os.close(self.lock)


def open_store(directory: Path, witness: Path | None = None) -> Opened:
    """Open the store in a directory, which is made when missing.

    Args:
        directory: of the store and what lies beside it.
        witness: where the second log of its numbers is kept, on another path; None for a store that nobody restores.

    Raises:
        StoreBusy: another process has it.
        StoreForeign: it is another program's.
        SchemaTooNew: a newer Bavn wrote it.
        StoreUnavailable: the disk does not take it.
        OSError: the directory cannot be made or written.
    """
    make_directory(directory)
    lock = _locked(directory / _LOCK_NAME)
    before = os.umask(0o077)
    try:
        store, set_aside = _begun(directory / STORE_NAME, NumberLog(witness) if witness is not None else None)
    except BaseException:
        os.close(lock)
        raise
    finally:
        os.umask(before)
    return Opened(store, set_aside, lock)


def _begun(path: Path, witness: NumberLog | None) -> tuple[SqliteStore, Path | None]:
    """The store, and where a damaged one was put."""
    store, set_aside = _sound_store(path, witness), None
    if store is None:
        set_aside = _set_aside(path)
        store = SqliteStore(path, witness)
    go_on(store, witness)
    return store, set_aside


def _sound_store(path: Path, witness: NumberLog | None) -> SqliteStore | None:
    """The store, or None when the file is damaged."""
    try:
        store = SqliteStore(path, witness)
    except StoreDamaged:
        return None
    if store.is_sound():
        return store
    store.close()
    return None


def _set_aside(path: Path) -> Path:
    for number in range(1, _DAMAGED_MAX):
        target = path.with_name(f"{path.name}.damaged-{number}")
        if not target.exists():
            for suffix in _SIDE_FILES:
                source = path.with_name(path.name + suffix)
                if source.exists():
                    source.rename(target.with_name(target.name + suffix))
            return target
    raise OSError(f"{path.parent} holds {_DAMAGED_MAX} damaged stores: the storage medium is failing, replace it")


def _locked(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(descriptor, 20).decode(errors="replace").strip() or "?"
        os.close(descriptor)
        raise StoreBusy(f"{path.parent} is in use by process {owner}: stop that station first") from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor
