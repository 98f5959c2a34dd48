"""What is kept of the open deliveries answers as the store's own list would, whatever was written before."""

import random
from dataclasses import replace

from node.core.open_deliveries import Open, OpenDeliveries
from node.core.policy import OPEN_DELIVERIES_MAX
from node.core.records import Delivery, Item, Rung
from node.store.memory import MemoryStore
from protocol.numbers import Precedence
from tests.node.store.test_contract import item

STATIONS = 5
ROUNDS = 300


def stored(store: MemoryStore, number: int, chance: random.Random) -> Item:
    row = replace(item(number), precedence=Precedence(chance.randrange(4)), expires_at=chance.randrange(50, 100))
    return store.add_item(replace(row, fingerprint=number.to_bytes(32, "big")))


def written(items: list[Item], chance: random.Random) -> tuple[Item, Delivery]:
    one = chance.choice(items)
    next_at = chance.choice((None, chance.randrange(60)))
    rung = Rung.AT_STATION if next_at is None else Rung.QUEUED
    return one, Delivery(one.id, 1 + chance.randrange(STATIONS), rung, 0, next_at, 0)


def next_at(rows: list[Open], at: int) -> int | None:
    times = [one.expires_at for one, _ in rows]
    times += [row.next_at for _, row in rows if row.next_at is not None and row.next_at > at]
    return min(times, default=None)


def test_what_is_kept_answers_as_the_store_would() -> None:
    chance, store = random.Random(1), MemoryStore()
    items = [stored(store, number, chance) for number in range(1, 9)]
    kept = OpenDeliveries(())
    for _ in range(ROUNDS):
        one, row = written(items, chance)
        store.put_delivery(row)
        kept.put(one, row)
        rows = list(store.open_deliveries(OPEN_DELIVERIES_MAX))
        at, station = chance.randrange(110), 1 + chance.randrange(STATIONS)
        assert list(kept.listed()) == rows
        assert list(kept.towards(station)) == [open_ for open_ in rows if open_[1].station == station]
        assert list(kept.due(at)) == [(i, d) for i, d in rows if d.next_at is not None and d.next_at <= at]
        assert list(kept.ended(at)) == [(i, d) for i, d in rows if i.expires_at <= at]
        assert kept.next_at(at) == next_at(rows, at)


def test_a_start_finds_what_was_kept() -> None:
    chance, store = random.Random(2), MemoryStore()
    items = [stored(store, number, chance) for number in range(1, 9)]
    for _ in range(30):
        store.put_delivery(written(items, chance)[1])
    rows = store.open_deliveries(OPEN_DELIVERIES_MAX)
    assert list(OpenDeliveries(rows).listed()) == list(rows)


def test_going_through_them_is_not_disturbed_by_what_is_written_meanwhile() -> None:
    chance, store = random.Random(3), MemoryStore()
    items = [stored(store, number, chance) for number in range(1, 5)]
    rows = [(one, Delivery(one.id, 2, Rung.QUEUED, 0, 10, 0)) for one in items]
    kept = OpenDeliveries(rows)
    seen = 0
    for one, row in kept.listed():
        kept.put(one, replace(row, next_at=None))
        seen += 1
    assert seen == len(items)
    assert not kept.listed()
