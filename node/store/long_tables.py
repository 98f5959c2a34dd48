"""Long messages on disk: what is still arriving, and the fragments of all."""

from collections.abc import Mapping, Sequence

from node.core.records import Arriving, ItemKey
from node.store.database import Database
from protocol.numbers import Precedence


class LongTables:
    """The part of `node.core.ports.Store` that is about long messages; each method raises what `Database` does."""

    _database: Database

    def put_arriving(self, arriving: Arriving) -> None:
        """Insert or replace by key."""
        self._database.write(
            "INSERT OR REPLACE INTO arriving VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *_place(arriving.key),
                *(arriving.sealed, arriving.precedence, arriving.is_for_me),
                *(arriving.born_at, arriving.expires_at, arriving.heard_at),
            ),
        )

    def delete_arriving(self, key: ItemKey) -> None:
        """Forget that it is arriving; its fragments stay."""
        self._database.write("DELETE FROM arriving WHERE station = ? AND incarnation = ? AND sequence = ?", _place(key))

    def all_arriving(self) -> Sequence[Arriving]:
        """Every long message of which something is missing, by key."""
        rows = self._database.all("SELECT * FROM arriving ORDER BY station, incarnation, sequence")
        return [
            Arriving(
                key=ItemKey(station, incarnation, sequence),
                sealed=sealed,
                precedence=Precedence(precedence),
                is_for_me=bool(is_for_me),
                born_at=born_at,
                expires_at=expires_at,
                heard_at=heard_at,
            )
            for station, incarnation, sequence, sealed, precedence, is_for_me, born_at, expires_at, heard_at in rows
        ]

    def put_fragment(self, key: ItemKey, index: int, content: bytes) -> None:
        """Insert or replace by message and index."""
        self._database.write("INSERT OR REPLACE INTO fragment VALUES (?, ?, ?, ?, ?)", (*_place(key), index, content))

    def fragments(self, key: ItemKey) -> Mapping[int, bytes]:
        """What is kept of a message beside its first frame, by index, ascending."""
        rows = self._database.all(
            "SELECT place, content FROM fragment WHERE station = ? AND incarnation = ? AND sequence = ? ORDER BY place",
            _place(key),
        )
        return {int(place): bytes(content) for place, content in rows}

    def delete_fragments(self, key: ItemKey) -> None:
        """Forget them all."""
        self._database.write("DELETE FROM fragment WHERE station = ? AND incarnation = ? AND sequence = ?", _place(key))


def _place(key: ItemKey) -> tuple[int, int, int]:
    return key.station, key.incarnation, key.sequence
