"""What a station believes of others, on disk: the statements of its roster, and frames that wait for one."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.trust_records import KeptStatement, Quarantined, StatementStanding
from node.store.database import Database
from protocol.numbers import Address, Kind


class TrustTables:
    """The part of `node.core.ports.Store` that is about trust; each method raises what `Database` does."""

    _database: Database

    def put_statement(self, statement: KeptStatement) -> None:
        """Insert, or replace by its bytes; its place in the order stays."""
        kept = (statement.raw, statement.standing, statement.is_news, statement.kept_at, statement.kept_utc_ms)
        self._database.write(
            "INSERT INTO statement VALUES (NULL, ?, ?, ?, ?, ?) ON CONFLICT (raw) DO UPDATE SET"
            " standing = excluded.standing, is_news = excluded.is_news, kept_at = excluded.kept_at,"
            " kept_utc_ms = excluded.kept_utc_ms",
            kept,
        )

    def delete_statement(self, raw: bytes) -> None:
        """Forget a statement."""
        self._database.write("DELETE FROM statement WHERE raw = ?", (raw,))

    def statements(self) -> Sequence[KeptStatement]:
        """All that are kept, in the order in which they came."""
        rows = self._database.all("SELECT raw, standing, is_news, kept_at, kept_utc_ms FROM statement ORDER BY id")
        return [
            KeptStatement(raw, StatementStanding(standing), bool(is_news), kept_at, kept_utc_ms)
            for raw, standing, is_news, kept_at, kept_utc_ms in rows
        ]

    def add_quarantined(self, frame: Quarantined) -> Quarantined:
        """Keep a frame and return it with its row number."""
        values = (frame.payload, frame.claimed.kind, frame.claimed.number, frame.heard_at)
        cursor = self._database.write("INSERT INTO quarantine VALUES (NULL, ?, ?, ?, ?)", values)
        assert cursor.lastrowid is not None, "an insert names its row"
        return replace(frame, id=cursor.lastrowid)

    def delete_quarantined(self, frame_id: int) -> None:
        """Forget a frame."""
        self._database.write("DELETE FROM quarantine WHERE id = ?", (frame_id,))

    def quarantined(self) -> Sequence[Quarantined]:
        """All that wait, in the order in which they came."""
        return [
            Quarantined(frame_id, payload, Address(Kind(kind), number), heard_at)
            for frame_id, payload, kind, number, heard_at in self._database.all("SELECT * FROM quarantine ORDER BY id")
        ]
