"""The airtime budget: relaying counts, is not forgotten with the radio, and not counted twice."""

import pytest

from node.core.air_ledger import AirLedger
from node.core.events import AirMeasured
from node.core.policy import Policy
from node.store.memory import MemoryStore
from protocol.numbers import Precedence

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
AT = 1000 * HOUR_MS


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def ledger_of(store: MemoryStore) -> AirLedger:
    return AirLedger(store, Policy())


def figure(sent_ms: int, uptime_min: int | None) -> AirMeasured:
    return AirMeasured(0, sent_ms * 10_000 // HOUR_MS, None if uptime_min is None else uptime_min * 60)


def test_relaying_counts_on_after_the_radio_and_the_host_start_anew(store: MemoryStore) -> None:
    ledger = ledger_of(store)
    ledger.spend(36_000, AT)
    ledger.measured(figure(180_000, 50), AT + MINUTE_MS)
    assert ledger.used_bp(AT + MINUTE_MS) == 500
    ledger = ledger_of(store)
    ledger.measured(figure(0, 1), AT + 3 * MINUTE_MS)
    assert ledger.used_bp(AT + 3 * MINUTE_MS) == 500
    assert not ledger.permits(Precedence.ROUTINE, AT + 3 * MINUTE_MS)


def test_what_is_relayed_before_and_after_the_radios_start_adds_up(store: MemoryStore) -> None:
    ledger = ledger_of(store)
    ledger.measured(figure(108_000, 50), AT)
    ledger.measured(figure(36_000, 5), AT + 10 * MINUTE_MS)
    ledger.spend(36_000, AT + 11 * MINUTE_MS)
    ledger.measured(figure(144_000, 10), AT + 15 * MINUTE_MS)
    assert ledger.used_bp(AT + 15 * MINUTE_MS) == 300 + 400


def test_relaying_is_counted_once_however_often_it_is_told(store: MemoryStore) -> None:
    ledger = ledger_of(store)
    for minute in range(50):
        ledger.measured(figure(72_000, 60 + minute), AT + minute * MINUTE_MS)
    assert ledger.used_bp(AT + 50 * MINUTE_MS) == 200


def test_a_radio_that_relays_steadily_is_counted_as_it_says_and_is_free_an_hour_later(store: MemoryStore) -> None:
    """Two seconds a minute for three hours, the bins of both half a minute apart."""
    ledger = ledger_of(store)
    for minute in range(1, 181):
        sent_ms = 2_000 * min(minute, 60)
        ledger.measured(figure(sent_ms, minute), AT + minute * MINUTE_MS + 30_000)
        assert sent_ms <= ledger.used_bp(AT + minute * MINUTE_MS + 30_000) * HOUR_MS // 10_000 + 400
    assert ledger.used_bp(AT + 180 * MINUTE_MS + 30_000) <= 350
    ledger.measured(figure(0, 260), AT + 260 * MINUTE_MS)
    assert ledger.used_bp(AT + 260 * MINUTE_MS) == 0


def test_our_own_frames_are_not_booked_as_relayed(store: MemoryStore) -> None:
    ledger = ledger_of(store)
    for minute in range(120):
        ledger.spend(1_500, AT + minute * MINUTE_MS)
        ledger.measured(figure(1_500 * min(minute + 1, 60), minute + 1), AT + minute * MINUTE_MS + 59_000)
        assert ledger.used_bp(AT + minute * MINUTE_MS + 59_000) <= 1_500 * 61 * 10_000 // HOUR_MS


def test_a_figure_of_a_radio_that_is_long_gone_holds_nothing_back(store: MemoryStore) -> None:
    ledger = ledger_of(store)
    ledger.measured(figure(360_000, None), AT)
    assert not ledger.permits(Precedence.FLASH, AT + 59 * MINUTE_MS)
    assert ledger.permits(Precedence.FLASH, AT + 62 * MINUTE_MS)


def test_the_minute_that_slides_out_still_counts(store: MemoryStore) -> None:
    ledger = ledger_of(store)
    ledger.spend(324_000, AT + 59_000)
    assert not ledger.permits(Precedence.FLASH, AT + 60 * MINUTE_MS + 30_000)
    assert ledger.permits(Precedence.FLASH, AT + 61 * MINUTE_MS)


def test_nothing_is_written_where_nothing_is_relayed(store: MemoryStore) -> None:
    ledger = ledger_of(store)
    ledger.spend(5_000, AT)
    store.commit()
    ledger.measured(figure(5_500, 30), AT + MINUTE_MS)
    assert not store.has_changes()
