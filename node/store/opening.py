"""Opening a station's store: one owner at a time, damage set aside and never deleted."""

import fcntl
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.store.sqlite import SqliteStore

STORE_NAME: Final = "store.db"
_LOCK_NAME: Final = "lock"
_SIDE_FILES: Final = ("", "-wal", "-shm")
_DAMAGED_MAX: Final = 100
"""Damaged stores kept beside each other before an operator must look."""


class StoreBusy(Exception):
    """Another process owns the store."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A store that belongs to this process."""

    store: SqliteStore
    set_aside: Path | None
    """Where a damaged one was put, None when there was none."""
    lock: int
    """Descriptor of the lock; held until the process ends."""


def open_store(directory: Path) -> Opened:
    """Open the store in a directory, which is made when missing.

    Raises:
        StoreBusy: another process has it.
        SchemaTooNew: a newer Bavn wrote it.
        OSError: the directory cannot be made or written.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _locked(directory / _LOCK_NAME)
    path = directory / STORE_NAME
    before = os.umask(0o077)
    try:
        store = _sound_store(path)
        if store is not None:
            return Opened(store, None, lock)
        set_aside = _set_aside(path)
        return Opened(SqliteStore(path), set_aside, lock)
    finally:
        os.umask(before)


def _sound_store(path: Path) -> SqliteStore | None:
    """The store, or None when the file is damaged."""
    try:
        store = SqliteStore(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise OSError(f"{path}: {error}") from error
        return None
    try:
        is_sound = store.is_sound()
    except sqlite3.DatabaseError:
        is_sound = False
    if is_sound:
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
        raise StoreBusy(f"{path.parent} is in use by process {owner}") from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor
