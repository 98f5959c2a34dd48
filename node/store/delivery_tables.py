"""Where items are to go and who said what of them, on disk."""

from collections.abc import Sequence

from node.core.records import Custodian, Delivery, Item, Proof, ReceiptOwed
from node.store.database import Database
from node.store.rows import ITEM_COLUMNS, ITEM_WIDTH, delivery_of, item_of, owed_of


class DeliveryTables:
    """The part of `node.core.ports.Store` that is about deliveries and receipts; raises as `Database`."""

    _database: Database

    def put_delivery(self, delivery: Delivery) -> None:
        """Insert or replace by item and station."""
        values = (delivery.item_id, delivery.station, delivery.rung, delivery.attempts, delivery.next_at)
        self._database.write("INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?, ?, ?)", (*values, delivery.rung_at))

    def delivery(self, item_id: int, station: int) -> Delivery | None:
        """The state of one item towards one station."""
        row = self._database.one("SELECT * FROM delivery WHERE item_id = ? AND station = ?", (item_id, station))
        return None if row is None else delivery_of(row)

    def deliveries(self, item_id: int) -> Sequence[Delivery]:
        """All destinations of an item, by station."""
        return [
            delivery_of(r)
            for r in self._database.all("SELECT * FROM delivery WHERE item_id = ? ORDER BY station", (item_id,))
        ]

    def open_deliveries(self, limit: int) -> Sequence[tuple[Item, Delivery]]:
        """Deliveries that are not final, ordered by precedence, then next_at, then item."""
        rows = self._database.all(
            f"SELECT {ITEM_COLUMNS}, delivery.* FROM delivery JOIN item ON item.id = delivery.item_id"
            " WHERE next_at IS NOT NULL ORDER BY precedence, next_at, item.id, delivery.station LIMIT ?",
            (limit,),
        )
        return [(item_of(row), delivery_of(row, ITEM_WIDTH)) for row in rows]

    def count_open(self) -> int:
        """How many deliveries are not final."""
        return self._database.number("SELECT count(*) FROM delivery WHERE next_at IS NOT NULL")

    def count_items_of(self, issuer: int) -> int:
        """How many items of one issuer are held that are neither mine nor for me and have an open delivery."""
        return self._count_held("issuer = ?", issuer)

    def count_items_by(self, author: int) -> int:
        """The same by author."""
        return self._count_held("author = ?", author)

    def count_arrived_of(self, issuer: int, since: int) -> int:
        """How many items of one issuer for this station were accepted after that time."""
        return self._database.number(
            "SELECT count(*) FROM item WHERE is_for_me AND issuer = ? AND accepted_at > ?", (issuer, since)
        )

    def count_arrived_by(self, author: int, since: int) -> int:
        """The same by author."""
        return self._database.number(
            "SELECT count(*) FROM item WHERE is_for_me AND author = ? AND accepted_at > ?", (author, since)
        )

    def put_custodian(self, custodian: Custodian) -> None:
        """Insert or replace by item and station."""
        values = (custodian.item_id, custodian.station, custodian.since_at)
        self._database.write("INSERT OR REPLACE INTO custodian VALUES (?, ?, ?)", values)

    def custodians(self, item_id: int) -> Sequence[Custodian]:
        """Who told us that they hold an item, by station."""
        rows = self._database.all("SELECT * FROM custodian WHERE item_id = ? ORDER BY station", (item_id,))
        return [Custodian(*row) for row in rows]

    def put_owed(self, owed: ReceiptOwed) -> None:
        """Insert or replace by item and state; a row with neither MAC nor digest outstanding is deleted."""
        if owed.mac_at is not None or owed.digest_at is not None:
            values = (owed.item_id, owed.state, owed.to_station, owed.mac_at, owed.digest_at)
            self._database.write("INSERT OR REPLACE INTO receipt_owed VALUES (?, ?, ?, ?, ?)", values)
        elif self._database.one(
            "SELECT 1 FROM receipt_owed WHERE item_id = ? AND state = ?", (owed.item_id, owed.state)
        ):
            self._database.write("DELETE FROM receipt_owed WHERE item_id = ? AND state = ?", (owed.item_id, owed.state))

    def owed(self, limit: int) -> Sequence[ReceiptOwed]:
        """Receipts outstanding, by digest_at, then item."""
        order = "ORDER BY digest_at IS NULL, digest_at, item_id, state LIMIT ?"
        return [owed_of(row) for row in self._database.all(f"SELECT * FROM receipt_owed {order}", (limit,))]

    def put_proof(self, proof: Proof) -> None:
        """Insert or replace by item and station."""
        values = (proof.item_id, proof.station, proof.sealed, proof.heard_at)
        self._database.write("INSERT OR REPLACE INTO proof VALUES (?, ?, ?, ?)", values)

    def proofs(self, item_id: int) -> Sequence[Proof]:
        """Signed digests about an item, by station."""
        return [
            Proof(*row)
            for row in self._database.all("SELECT * FROM proof WHERE item_id = ? ORDER BY station", (item_id,))
        ]

    def _count_held(self, whose: str, number: int) -> int:
        return self._database.number(
            "SELECT count(DISTINCT item.id) FROM delivery JOIN item ON item.id = delivery.item_id"
            f" WHERE next_at IS NOT NULL AND {whose} AND NOT is_mine AND NOT is_for_me",
            (number,),
        )
