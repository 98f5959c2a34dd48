"""What may go with a courier and what one took along: the contract of both stores."""

from dataclasses import replace

from node.core.ports import Store
from node.core.pouch import GivenToCourier
from protocol.numbers import Precedence
from tests.node.store.test_contract import item, store

__all__ = ["store"]


def test_items_of_a_precedence_come_in_order_page_by_page_while_they_live(store: Store) -> None:
    urgent, dead = 4, 6
    for number in range(1, 9):
        row = item(number)
        row = replace(row, precedence=Precedence.FLASH) if number == urgent else row
        store.add_item(replace(row, expires_at=50) if number == dead else row)
    first = store.items_alive(Precedence.ROUTINE, 50, 0, 4)
    assert [one.key.sequence for one in first] == [1, 2, 3, 5]
    rest = store.items_alive(Precedence.ROUTINE, 50, first[-1].id, 4)
    assert [one.key.sequence for one in rest] == [7, 8]
    assert [one.key.sequence for one in store.items_alive(Precedence.FLASH, 50, 0, 4)] == [urgent]


def test_latest_courier_of_an_item_is_kept(store: Store) -> None:
    known = store.add_item(item())
    assert store.given(known.id) is None
    store.put_given(GivenToCourier(known.id, 10, None))
    store.put_given(GivenToCourier(known.id, 20, 1_790_000_000_000))
    store.commit()
    assert store.given(known.id) == GivenToCourier(known.id, 20, 1_790_000_000_000)
