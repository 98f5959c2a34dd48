"""Whether the count of this station's messages goes on unbroken, on disk; and which store this is."""

from collections.abc import Sequence

from node.core.continuity import UNUSED, Continuity, Doubt, Told
from node.store.database import Database


class ContinuityTables:
    """The part of `node.core.ports.Store` that is about the own count; each method raises what `Database` does."""

    _database: Database

    def continuity(self) -> Continuity:
        """How it stands with the count, as last set."""
        row = self._database.one("SELECT incarnation, doubt, since_at, since_utc_ms, settled FROM continuity")
        if row is None:
            return UNUSED
        incarnation, doubt, *rest = row
        return Continuity(incarnation, Doubt(doubt) if doubt is not None else None, *rest)

    def set_continuity(self, continuity: Continuity) -> None:
        """Replace it."""
        values = (continuity.incarnation, continuity.doubt, continuity.since_at, continuity.since_utc_ms)
        self._database.write(
            "INSERT OR REPLACE INTO continuity VALUES (1, ?, ?, ?, ?, ?)", (*values, continuity.settled)
        )

    def put_told(self, told: Told) -> None:
        """Insert or replace by station."""
        values = (told.station, told.sequence, told.told_at)
        self._database.write("INSERT OR REPLACE INTO told VALUES (?, ?, ?)", values)

    def told(self) -> Sequence[Told]:
        """What neighbours said since the doubt arose, by station."""
        return [Told(*row) for row in self._database.all("SELECT * FROM told ORDER BY station")]

    def forget_told(self) -> None:
        """The doubt is settled, or another one begins."""
        if self._database.one("SELECT 1 FROM told") is not None:
            self._database.write("DELETE FROM told", ())

    def identity(self) -> str | None:
        """The name by which number logs know this store; None until it has one."""
        row = self._database.one("SELECT name FROM identity")
        return None if row is None else str(row[0])

    def set_identity(self, name: str) -> None:
        """Name it."""
        self._database.write("INSERT OR REPLACE INTO identity VALUES (1, ?)", (name,))
