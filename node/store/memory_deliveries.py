"""Where items are to go and who said what of them, in memory."""

from collections.abc import Sequence

from node.core.records import Custodian, Delivery, Item, Proof, ReceiptOwed
from node.store.memory_tables import InMemory


class DeliveriesInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about deliveries and receipts."""

    def put_delivery(self, delivery: Delivery) -> None:
        self._writing().deliveries[delivery.item_id, delivery.station] = delivery

    def delivery(self, item_id: int, station: int) -> Delivery | None:
        return self._now.deliveries.get((item_id, station))

    def deliveries(self, item_id: int) -> Sequence[Delivery]:
        rows = [row for key, row in self._now.deliveries.items() if key[0] == item_id]
        return sorted(rows, key=lambda row: row.station)

    def open_deliveries(self, limit: int) -> Sequence[tuple[Item, Delivery]]:
        rows = [(self._now.items[row.item_id], row) for row in self._now.deliveries.values() if row.next_at is not None]
        rows.sort(key=lambda pair: (pair[0].precedence, pair[1].next_at, pair[0].id, pair[1].station))
        return rows[:limit]

    def count_open(self) -> int:
        return sum(row.next_at is not None for row in self._now.deliveries.values())

    def count_items_of(self, issuer: int) -> int:
        held = {row.item_id for row in self._now.deliveries.values() if row.next_at is not None}
        items = (self._now.items[item_id] for item_id in held)
        return sum(item.issuer == issuer and not item.is_mine and not item.is_for_me for item in items)

    def put_custodian(self, custodian: Custodian) -> None:
        self._writing().custodians[custodian.item_id, custodian.station] = custodian

    def custodians(self, item_id: int) -> Sequence[Custodian]:
        rows = [row for key, row in self._now.custodians.items() if key[0] == item_id]
        return sorted(rows, key=lambda row: row.station)

    def put_owed(self, owed: ReceiptOwed) -> None:
        key = (owed.item_id, owed.state)
        if owed.mac_at is not None or owed.digest_at is not None:
            self._writing().owed[key] = owed
        elif key in self._now.owed:
            del self._writing().owed[key]

    def owed(self, limit: int) -> Sequence[ReceiptOwed]:
        never = 1 << 62
        order = sorted(
            self._now.owed.values(),
            key=lambda row: (row.digest_at if row.digest_at is not None else never, row.item_id, row.state),
        )
        return order[:limit]

    def put_proof(self, proof: Proof) -> None:
        self._writing().proofs[proof.item_id, proof.station] = proof

    def proofs(self, item_id: int) -> Sequence[Proof]:
        rows = [row for key, row in self._now.proofs.items() if key[0] == item_id]
        return sorted(rows, key=lambda row: row.station)
