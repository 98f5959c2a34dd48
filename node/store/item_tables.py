"""Items and replay memory, on disk."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.records import Item, ItemKey, ItemKind, Seen
from node.store.database import Database, Row
from node.store.rows import ITEM_COLUMNS, ITEM_WIDTH, item_of, item_values, seen_of, seen_values


class ItemTables:
    """The part of `node.core.ports.Store` that is about items and what was heard before; raises as `Database`."""

    _database: Database

    def add_item(self, item: Item) -> Item:
        """Store a new item and return it with its row number. Raises ValueError if the fingerprint is known."""
        if self.item_by_fingerprint(item.fingerprint) is not None:
            raise ValueError("an item with that fingerprint is stored")
        marks = ", ".join("?" * (ITEM_WIDTH - 1))
        cursor = self._database.write(f"INSERT INTO item VALUES (NULL, {marks})", item_values(item))
        assert cursor.lastrowid is not None, "an insert names its row"
        return replace(item, id=cursor.lastrowid)

    def touch_item(self, item_id: int, changed: int) -> None:
        """Set an item's change counter."""
        self._database.write("UPDATE item SET changed = ? WHERE id = ?", (changed, item_id))

    def item(self, item_id: int) -> Item | None:
        """The item of that row number."""
        return self._item("id = ?", (item_id,))

    def item_by_fingerprint(self, fingerprint: bytes) -> Item | None:
        """The item with that fingerprint."""
        return self._item("fingerprint = ?", (fingerprint,))

    def message(self, key: ItemKey) -> Item | None:
        """The message of that key."""
        return self._item(
            "kind <> 1 AND station = ? AND incarnation = ? AND sequence = ?",
            (key.station, key.incarnation, key.sequence),
        )

    def acts_about(self, key: ItemKey) -> Sequence[Item]:
        """Acts about a message, in order of acceptance."""
        where = "kind = 1 AND station = ? AND incarnation = ? AND sequence = ? ORDER BY id"
        return self.items_where(where, (key.station, key.incarnation, key.sequence))

    def items_changed_since(self, change: int, limit: int, kind: ItemKind | None = None) -> Sequence[Item]:
        """Items with a larger change counter, in that counter's order."""
        where = "changed > ? AND (? IS NULL OR kind = ?) ORDER BY changed, id LIMIT ?"
        return self.items_where(where, (change, kind, kind, limit))

    def seen(self, station: int, incarnation: int) -> Seen | None:
        """Replay memory of one origin and incarnation."""
        row = self._database.one("SELECT * FROM seen WHERE station = ? AND incarnation = ?", (station, incarnation))
        return None if row is None else seen_of(row)

    def put_seen(self, seen: Seen) -> None:
        """Insert or replace by station and incarnation."""
        self._database.write("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", seen_values(seen))

    def all_seen(self) -> Sequence[Seen]:
        """Replay memory of every origin, by station and incarnation."""
        return [seen_of(row) for row in self._database.all("SELECT * FROM seen ORDER BY station, incarnation")]

    def _item(self, where: str, values: Row) -> Item | None:
        row = self._database.one(f"SELECT {ITEM_COLUMNS} FROM item WHERE {where}", values)
        return None if row is None else item_of(row)

    def count_where(self, where: str, values: Row) -> int:
        """How many items there are of that kind; as `items_where`."""
        return self._database.number(f"SELECT count(*) FROM item WHERE {where}", values)

    def items_where(self, where: str, values: Row) -> list[Item]:
        """Items by a condition that stands in this package; only values come from outside."""
        return [item_of(row) for row in self._database.all(f"SELECT {ITEM_COLUMNS} FROM item WHERE {where}", values)]
