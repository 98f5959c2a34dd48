"""The log on disk, with its checkpoints and what others signed of theirs."""

from collections.abc import Sequence

from node.core.log_entries import LogEntry, decode_entry, hash_of
from node.core.log_evidence import WrittenEntry
from node.core.log_records import Checkpoint, LogHead, Witness
from node.store.database import Database
from node.store.rows import WITNESS_COLUMNS


class LogTables:
    """The part of `node.core.ports.Store` that is about the log; raises as `Database`."""

    _database: Database

    def append_entry(self, entry: LogEntry) -> None:
        """Add the next entry to its chain of the log. Raises ValueError when it is not the next."""
        if entry.number != self.log_head(entry.chain).entries + 1:
            raise ValueError("that is not the next entry of its chain")
        raw = entry.encode()
        values = (entry.chain, entry.number, entry.kind, raw, hash_of(raw))
        self._database.write("INSERT INTO log VALUES (?, ?, ?, ?, ?)", values)

    def log_head(self, chain: int) -> LogHead:
        """Where a chain of the log stands."""
        latest = "SELECT number, hash FROM log WHERE chain = ? ORDER BY number DESC LIMIT 1"
        row = self._database.one(latest, (chain,))
        return LogHead(0, b"") if row is None else LogHead(*row)

    def log_entries(self, chain: int, first: int, limit: int) -> Sequence[LogEntry]:
        """At most `limit` entries of a chain in order, from that number on."""
        page = "SELECT raw FROM log WHERE chain = ? AND number >= ? ORDER BY number LIMIT ?"
        return [decode_entry(raw) for (raw,) in self._database.all(page, (chain, first, limit))]

    def written_entries(self, chain: int, first: int, limit: int) -> Sequence[WrittenEntry]:
        """At most `limit` entries of a chain in order, from that number on, as they lie there."""
        page = "SELECT number, raw, hash FROM log WHERE chain = ? AND number >= ? ORDER BY number LIMIT ?"
        return [WrittenEntry(chain, *row) for row in self._database.all(page, (chain, first, limit))]

    def last_log_entry(self, chain: int, kind: int) -> LogEntry | None:
        """The latest entry of that kind in a chain."""
        latest = "SELECT raw FROM log WHERE chain = ? AND kind = ? ORDER BY number DESC LIMIT 1"
        row = self._database.one(latest, (chain, kind))
        return None if row is None else decode_entry(row[0])

    def log_chains(self) -> Sequence[int]:
        """As `Store.log_chains`."""
        # From one chain to the next by the key, since DISTINCT would read every entry.
        following = "SELECT min(chain) FROM log WHERE chain > found.chain"
        rows = self._database.all(
            "WITH RECURSIVE found(chain) AS (SELECT min(chain) FROM log UNION ALL"
            f" SELECT ({following}) FROM found WHERE chain IS NOT NULL) SELECT chain FROM found WHERE chain IS NOT NULL"
        )
        return [chain for (chain,) in rows]

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Insert or replace by chain and entries."""
        values = (checkpoint.chain, checkpoint.entries, checkpoint.hash, checkpoint.at, checkpoint.utc_ms)
        self._database.write(
            "INSERT OR REPLACE INTO log_checkpoint VALUES (?, ?, ?, ?, ?, ?)", (*values, checkpoint.signature)
        )

    def last_checkpoint(self, chain: int) -> Checkpoint | None:
        """The one with the most entries."""
        latest = "SELECT * FROM log_checkpoint WHERE chain = ? ORDER BY entries DESC LIMIT 1"
        row = self._database.one(latest, (chain,))
        return None if row is None else Checkpoint(*row)

    def checkpoints(self, chain: int) -> Sequence[Checkpoint]:
        """As `Store.checkpoints`."""
        rows = self._database.all("SELECT * FROM log_checkpoint WHERE chain = ? ORDER BY entries", (chain,))
        return [Checkpoint(*row) for row in rows]

    def add_witness(self, witness: Witness, kept: int) -> None:
        """Add what a station signed of its log; of each station the first and the latest `kept` stay."""
        values = (witness.station, witness.entries, witness.head, witness.time, witness.heard_at, witness.heard_utc_ms)
        self._database.write("INSERT INTO witness VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", (*values, witness.sealed))
        self._database.write(
            "DELETE FROM witness WHERE station = ?1 AND id <> (SELECT min(id) FROM witness WHERE station = ?1)"
            " AND id NOT IN (SELECT id FROM witness WHERE station = ?1 ORDER BY id DESC LIMIT ?2)",
            (witness.station, kept),
        )

    def last_witness(self, station: int) -> Witness | None:
        """What was added last of a station."""
        latest = f"SELECT {WITNESS_COLUMNS} FROM witness WHERE station = ? ORDER BY id DESC LIMIT 1"
        row = self._database.one(latest, (station,))
        return None if row is None else Witness(*row)

    def witnesses(self, station: int) -> Sequence[Witness]:
        """As `Store.witnesses`."""
        rows = self._database.all(f"SELECT {WITNESS_COLUMNS} FROM witness WHERE station = ? ORDER BY id", (station,))
        return [Witness(*row) for row in rows]

    def witnessed_stations(self) -> Sequence[int]:
        """As `Store.witnessed_stations`."""
        return [station for (station,) in self._database.all("SELECT DISTINCT station FROM witness ORDER BY station")]
