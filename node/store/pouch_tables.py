"""What couriers took along, on disk, and what may go with the next."""

from collections.abc import Sequence

from node.core.pouch import GivenToCourier
from node.core.records import Item
from node.store.database import Database
from node.store.rows import ITEM_COLUMNS, item_of
from protocol.numbers import Precedence


class PouchTables:
    """The part of `node.core.ports.Store` that is about couriers; each method raises what `Database` does."""

    _database: Database

    def items_alive(self, precedence: Precedence, at: int, after: int, limit: int) -> Sequence[Item]:
        """Items of a precedence that expire after a time, by row number, from above `after` on."""
        rows = self._database.all(
            f"SELECT {ITEM_COLUMNS} FROM item WHERE precedence = ? AND id > ? AND expires_at > ? ORDER BY id LIMIT ?",
            (precedence, after, at, limit),
        )
        return [item_of(row) for row in rows]

    def put_given(self, given: GivenToCourier) -> None:
        """Insert or replace by item."""
        self._database.write("INSERT OR REPLACE INTO given VALUES (?, ?, ?)", (given.item_id, given.at, given.utc_ms))

    def given(self, item_id: int) -> GivenToCourier | None:
        """When a courier took an item along, the latest time."""
        row = self._database.one("SELECT * FROM given WHERE item_id = ?", (item_id,))
        return None if row is None else GivenToCourier(*row)
