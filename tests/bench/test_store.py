"""What the store's questions cost when it holds ten thousand items, and what a commit and a start cost."""

import sys
import timeit
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from node.core.moment import Anchor, Moment
from node.core.records import Custodian, Delivery, ItemKey, Proof, ReceiptOwed, Rung
from node.store.opening import open_store
from node.store.sqlite import SqliteStore
from node.store.views import BoxView, box, count_waiting
from protocol.frames import HoldState
from protocol.numbers import Precedence
from tests.bench.extent import PATIENCE
from tests.node.store.test_contract import item

ITEMS = 10_000
OPEN_EVERY = 50
"""Two hundred open deliveries: a full hour of messages that wait for a path."""
OWED_EVERY = 100
ACCOUNT_MS = 20.0 * PATIENCE
"""A question may cost this much on a desktop machine, so at most a tenth of a second on a Pi."""
COMMITS = 50
REPEATS = 5


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station's store after some months."""
    directory = tmp_path_factory.mktemp("bench")
    opened = open_store(directory)
    store = opened.store
    for number in range(1, ITEMS + 1):
        row = replace(
            item(1),
            key=ItemKey(1 + number % 30, 1, 1 + number // 30),
            fingerprint=number.to_bytes(32, "big"),
            sealed=bytes(150),
            precedence=Precedence(number % 4),
            changed=number,
            is_mine=number % 3 == 0,
            is_for_me=number % 3 == 1,
        )
        kept = store.add_item(row)
        is_open = number % OPEN_EVERY == 0
        rung = Rung.QUEUED if is_open else Rung.AT_STATION
        store.put_delivery(Delivery(kept.id, 2, rung, 1, number if is_open else None, number))
        store.put_custodian(Custodian(kept.id, 3, number))
        store.put_proof(Proof(kept.id, 2, bytes(76), number))
        if number % OWED_EVERY == 0:
            store.put_owed(ReceiptOwed(kept.id, HoldState.AT_STATION, 4, None, number))
    store.set_anchor(Anchor(0, Moment("boot", 0, None)))
    store.commit()
    opened.close()
    return directory


@pytest.fixture
def store(directory: Path) -> Iterator[SqliteStore]:
    opened = open_store(directory)
    yield opened.store
    opened.close()


def milliseconds(work: Callable[[], object]) -> float:
    """The best of `REPEATS` single runs."""
    return min(timeit.repeat(work, number=1, repeat=REPEATS)) * 1e3


@pytest.mark.bench
def test_questions_stay_quick_at_ten_thousand_items(store: SqliteStore, capsys: pytest.CaptureFixture[str]) -> None:
    questions: dict[str, Callable[[], object]] = {
        "open_deliveries": lambda: store.open_deliveries(4096),
        "count_open": store.count_open,
        "count_items_of": lambda: store.count_items_of(1),
        "items_changed_since, last 50": lambda: store.items_changed_since(ITEMS - 50, 50),
        "owed": lambda: store.owed(26),
        "message by key": lambda: store.message(ItemKey(7, 1, 100)),
        "acts_about": lambda: store.acts_about(ItemKey(7, 1, 100)),
        "inbox, first 50": lambda: box(store, BoxView.INBOX, 2, 0, 50),
        "count_waiting": lambda: count_waiting(store, 2),
    }
    prices = {name: milliseconds(question) for name, question in questions.items()}
    with capsys.disabled():
        sys.stdout.write(f"\n{ITEMS} items, {ITEMS // OPEN_EVERY} open, ms: ")
        sys.stdout.write(", ".join(f"{name} {price:.2f}" for name, price in prices.items()) + "\n")
    assert max(prices.values()) < ACCOUNT_MS, prices


@pytest.mark.bench
def test_commit_and_start_are_bearable(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start_ms = milliseconds(lambda: open_store(directory).close())
    opened = open_store(directory)
    store = opened.store

    def turn() -> None:
        store.put_delivery(Delivery(1, 2, Rung.SENT, 1, 5, 5))
        store.touch_item(1, store.take_change())
        store.commit()

    turn_ms = min(timeit.repeat(turn, number=COMMITS, repeat=REPEATS)) / COMMITS * 1e3
    size_mb = (directory / "store.db").stat().st_size / 1e6
    opened.close()
    with capsys.disabled():
        sys.stdout.write(
            f"\nstore of {size_mb:.1f} MB: start with quick_check {start_ms:.0f} ms, turn {turn_ms:.2f} ms\n"
        )
    assert start_ms < 50 * ACCOUNT_MS
