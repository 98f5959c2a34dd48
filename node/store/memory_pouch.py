"""What couriers took along, in memory, and what may go with the next."""

from collections.abc import Sequence

from node.core.pouch import GivenToCourier
from node.core.records import Item
from node.store.memory_tables import InMemory
from protocol.numbers import Precedence


class PouchInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about couriers."""

    def items_alive(self, precedence: Precedence, at: int, after: int, limit: int) -> Sequence[Item]:
        items = self._now.items
        alive = [
            i for i in sorted(items) if i > after and items[i].precedence is precedence and items[i].expires_at > at
        ]
        return [items[item_id] for item_id in alive[:limit]]

    def put_given(self, given: GivenToCourier) -> None:
        self._writing().given[given.item_id] = given

    def given(self, item_id: int) -> GivenToCourier | None:
        return self._now.given.get(item_id)
