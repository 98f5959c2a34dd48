"""Where items are to go and who said what of them, in memory."""

from collections.abc import Iterable, Iterator, Sequence

from node.core.records import Custodian, Delivery, Item, Proof, ReceiptOwed
from node.store.memory_tables import InMemory


class DeliveriesInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about deliveries and receipts."""

    def put_delivery(self, delivery: Delivery) -> None:
        tables, place = self._writing(), (delivery.item_id, delivery.station)
        if place not in tables.deliveries:
            before = tables.destinations.get(delivery.item_id, ())
            tables.destinations[delivery.item_id] = tuple(sorted((*before, delivery.station)))
        tables.deliveries[place] = delivery
        if delivery.next_at is not None:
            tables.open[place] = delivery
        else:
            tables.open.discard(place)

    def delivery(self, item_id: int, station: int) -> Delivery | None:
        return self._now.deliveries.get((item_id, station))

    def deliveries(self, item_id: int) -> Sequence[Delivery]:
        return [self._now.deliveries[item_id, station] for station in self._now.destinations.get(item_id, ())]

    def open_deliveries(self, limit: int) -> Sequence[tuple[Item, Delivery]]:
        rows = [(self._now.items[row.item_id], row) for row in self._now.open.values()]
        rows.sort(key=lambda pair: (pair[0].precedence, pair[1].next_at, pair[0].id, pair[1].station))
        return rows[:limit]

    def count_open(self) -> int:
        return len(self._now.open)

    def count_items_of(self, issuer: int) -> int:
        return sum(item.issuer == issuer for item in self._held_for_others())

    def count_items_by(self, author: int) -> int:
        return sum(item.author == author for item in self._held_for_others())

    def count_arrived_of(self, issuer: int, since: int) -> int:
        return self._arrived(self._now.of_issuer.get(issuer, ()), since)

    def count_arrived_by(self, author: int, since: int) -> int:
        return self._arrived(self._now.by_author.get(author, ()), since)

    def put_custodian(self, custodian: Custodian) -> None:
        others = [one for one in self.custodians(custodian.item_id) if one.station != custodian.station]
        in_order = sorted((*others, custodian), key=lambda row: row.station)
        self._writing().custodians[custodian.item_id] = tuple(in_order)

    def custodians(self, item_id: int) -> Sequence[Custodian]:
        return self._now.custodians.get(item_id, ())

    def put_owed(self, owed: ReceiptOwed) -> None:
        key = (owed.item_id, owed.state)
        if owed.mac_at is not None or owed.digest_at is not None:
            self._writing().owed[key] = owed
        elif key in self._now.owed:
            del self._writing().owed[key]

    def owed(self, limit: int) -> Sequence[ReceiptOwed]:
        if not self._now.owed:
            return ()
        never = 1 << 62
        order = sorted(
            self._now.owed.values(),
            key=lambda row: (row.digest_at if row.digest_at is not None else never, row.item_id, row.state),
        )
        return order[:limit]

    def put_proof(self, proof: Proof) -> None:
        others = [one for one in self.proofs(proof.item_id) if one.station != proof.station]
        self._writing().proofs[proof.item_id] = tuple(sorted((*others, proof), key=lambda row: row.station))

    def proofs(self, item_id: int) -> Sequence[Proof]:
        return self._now.proofs.get(item_id, ())

    def _held_for_others(self) -> Iterator[Item]:
        for item_id in {item_id for item_id, _ in self._now.open}:
            item = self._now.items[item_id]
            if not item.is_mine and not item.is_for_me:
                yield item

    def _arrived(self, item_ids: Iterable[int], since: int) -> int:
        items = (self._now.items[item_id] for item_id in item_ids)
        return sum(item.is_for_me and item.accepted_at > since for item in items)
