"""What the core asks of the store about couriers: what still lives, and what one took along."""

from collections.abc import Sequence
from typing import Protocol

from node.core.pouch import GivenToCourier
from node.core.records import Item
from protocol.numbers import Precedence


class PouchStore(Protocol):
    """The part of a store that couriers need."""

    def items_alive(self, precedence: Precedence, at: int, after: int, limit: int) -> Sequence[Item]:
        """Items of a precedence that expire after a time, by row number, from above `after` on."""

    def put_given(self, given: GivenToCourier) -> None:
        """Insert or replace by item."""

    def given(self, item_id: int) -> GivenToCourier | None:
        """When a courier took an item along, the latest time."""
