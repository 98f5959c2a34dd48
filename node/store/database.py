"""One SQLite connection in WAL mode with a full sync at every commit, and its failures by kind.

A disk that fails is `StoreUnavailable`, a torn file `StoreDamaged`; whatever else SQLite complains of is a mistake of
ours and passes as it is. The first write opens the transaction.
"""

import sqlite3
from pathlib import Path
from typing import Final

from node.store.errors import StoreDamaged, StoreError, StoreUnavailable
from node.store.schema import migrate, refuse_unreadable

NUMBER_MAX: Final = (1 << 63) - 1
"""The largest number in a row (sqlite.org/datatype3.html); a larger one from outside is refused before it gets here."""

Row = tuple[int | bytes | str | None, ...]

_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_REMEDIES: Final = {
    sqlite3.SQLITE_FULL: "make room on that disk",
    sqlite3.SQLITE_READONLY: "mount that disk for writing; if it became read-only by itself, replace it",
    sqlite3.SQLITE_IOERR: "the storage medium fails: replace it",
    sqlite3.SQLITE_CANTOPEN: "let the station's user write in that directory",
    sqlite3.SQLITE_PERM: "let the station's user write in that directory",
    sqlite3.SQLITE_BUSY: "end the other program that has the file open",
    sqlite3.SQLITE_LOCKED: "end the other program that has the file open",
    sqlite3.SQLITE_PROTOCOL: "end the other program that has the file open",
    sqlite3.SQLITE_NOMEM: "memory is short: end something",
}
"""What the world does to a database (sqlite.org/rescode.html)."""
_PRIMARY: Final = 0xFF
"""The part of an extended result code that names the kind."""
_STATEMENTS_CACHED: Final = 256
"""Several times what this package has."""


class Database:
    """Used on one thread, after the one that opened it."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open or create a database and bring its tables up to date; or open one to be looked at and left as it is.

        Raises:
            StoreDamaged: it is no database.
            StoreForeign: it is another program's.
            StoreUnavailable: it cannot be opened or written.
            SchemaTooNew: a newer Bavn wrote it.
        """
        self._path = path
        try:
            self._connection = _looking_at(path) if read_only else _connected(path)
        except sqlite3.DatabaseError as error:
            raise _named(error, path) from error

    def close(self) -> None:
        """Forget what was not committed and close the file."""
        self.rollback()
        self._connection.close()

    def is_sound(self) -> bool:
        """Whether SQLite finds no damage in the file, and every row has the rows that it names.

        The second shows what the first does not: sound pages of two different times, as when the log was damaged after
        some of it had gone into the file.

        Raises:
            StoreUnavailable: it cannot be read through.
        """
        try:
            row = self.one("PRAGMA quick_check(1)")
            orphan = self.one("PRAGMA foreign_key_check")
        except StoreDamaged:
            return False
        return row is not None and bool(row[0] == "ok") and orphan is None

    @property
    def in_transaction(self) -> bool:
        """Whether something was written since the last commit."""
        return self._connection.in_transaction

    def commit(self) -> None:
        """Make what was written durable.

        Raises:
            StoreUnavailable: the disk does not take it; nothing is kept of it.
            StoreDamaged: the file is torn.
        """
        if self._connection.in_transaction:
            try:
                self._connection.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                raise self._failed(error) from error

    def rollback(self) -> None:
        """Forget what was written since the last commit."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def one(self, query: str, values: Row = ()) -> sqlite3.Row | None:
        """The first row of an answer; raises as `commit`."""
        try:
            row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from error
        return row

    def all(self, query: str, values: Row = ()) -> list[sqlite3.Row]:
        """All rows of an answer; raises as `commit`."""
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from error

    def number(self, query: str, values: Row = ()) -> int:
        """The one number that was asked for, 0 when there is none; raises as `commit`."""
        row = self.one(query, values)
        return int(row[0]) if row is not None else 0

    def write(self, query: str, values: Row) -> sqlite3.Cursor:
        """Change something, in a transaction; raises as `commit`."""
        try:
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            return self._connection.execute(query, values)
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from error

    def _failed(self, error: sqlite3.DatabaseError) -> Exception:
        """The error by its kind, once the turn is taken back; should even that fail, the process must end."""
        self.rollback()
        return _named(error, self._path)


def _connected(path: Path) -> sqlite3.Connection:
    # Opened by whoever starts the station, then used by its one thread alone.
    connection = sqlite3.connect(
        path, isolation_level=None, cached_statements=_STATEMENTS_CACHED, check_same_thread=False
    )
    try:
        refuse_unreadable(connection)
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except (sqlite3.DatabaseError, StoreError):
        connection.close()
        raise
    return connection


def _looking_at(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        refuse_unreadable(connection)
    except (sqlite3.DatabaseError, StoreError):
        connection.close()
        raise
    return connection


def _named(error: sqlite3.DatabaseError, path: Path) -> Exception:
    """What the world did, by its name and with its remedy; a mistake of ours as it is."""
    kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
    if kind in _DAMAGE:
        return StoreDamaged(f"{path}: {error}; start the station again, it sets the file aside")
    if kind in _REMEDIES:
        return StoreUnavailable(f"{path}: {error}; {_REMEDIES[kind]}")
    return error
