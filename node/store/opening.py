"""Opening a station's store: one owner at a time, damage set aside and never deleted."""

import fcntl
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.store.directories import make_directory, sync_directory
from node.store.errors import StoreBusy, StoreDamaged
from node.store.going_on import go_on
from node.store.number_log import NumberLog
from node.store.sqlite import SqliteStore

STORE_NAME: Final = "store.db"
_LOCK_NAME: Final = "lock"
_LOG: Final = "-wal"
_PARTS: Final = ("", _LOG, "-shm", "-journal")
"""Of a database; each begins with its name."""
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
    set_aside = _set_aside(path) if _lacks_its_file(path) else None
    store = _sound_store(path, witness)
    if store is None:
        set_aside = _set_aside(path)
        store = SqliteStore(path, witness)
    go_on(store, witness)
    return store, set_aside


def _lacks_its_file(path: Path) -> bool:
    """Whether there is a log of a file that is gone or empty: a cut interrupted a setting aside, or the medium lost it.

    SQLite would delete such a log.
    """
    return _LOG in _parts(path) and (not path.exists() or path.stat().st_size == 0)


def _sound_store(path: Path, witness: NumberLog | None) -> SqliteStore | None:
    """The store, or None when the file is damaged.

    Where there is a log it is looked at without writing: who may write deletes the log in closing.
    """
    has_log = _LOG in _parts(path)
    try:
        if has_log and not _is_sound(path):
            return None
        store = SqliteStore(path, witness)
    except StoreDamaged:
        return None
    if has_log or store.is_sound():
        return store
    store.close()
    return None


def _is_sound(path: Path) -> bool:
    with closing(SqliteStore(path, read_only=True)) as look:
        return look.is_sound()


def _set_aside(path: Path) -> Path:
    """Give what there is of a database another name, the file itself first and all of it durably."""
    parts = _parts(path)
    for number in range(1, _DAMAGED_MAX):
        target = path.with_name(f"{path.name}.damaged-{number}")
        if not any(target.with_name(target.name + part).exists() for part in parts):
            for part in parts:
                path.with_name(path.name + part).rename(target.with_name(target.name + part))
            sync_directory(path.parent)
            return target
    raise OSError(f"{path.parent} holds {_DAMAGED_MAX} damaged stores: the storage medium is failing, replace it")


def _parts(path: Path) -> list[str]:
    """Of a database, those that are there."""
    return [part for part in _PARTS if path.with_name(path.name + part).exists()]


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
