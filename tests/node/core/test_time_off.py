"""What becomes of ages, of the airtime ledger and of UTC when a station was off, or its clock was set."""

import random
from dataclasses import dataclass

import pytest

from node.core.air_ledger import AirLedger
from node.core.alarm_records import AlarmKind
from node.core.events import Composed, Woke
from node.core.log_entries import REAL, LogEntry, LogKind
from node.core.policy import ANCHOR_AGAIN_MS, Policy
from node.core.reckoning import Reckoning
from node.core.records import Item, ItemKind
from protocol.instants import Lifetime
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import Mesh, Node
from tests.support.network import CARE, CRISIS_STAFF, RELAY, SmallNetwork

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
HOUR_MS = 3_600_000
SURE_MS = 1_000
"""What the clocks' uncertainty and a few hours' drift may leave out of a time off."""


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """A care home that hears nobody: what it writes it holds."""
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.start(CARE)
    return mesh


def home(mesh: Mesh) -> Node:
    return mesh.nodes[CARE]


def off(mesh: Mesh, hours: float, *, utc_offset_ms: int | None = 0) -> None:
    """Cut the power for so long; the clock is like that afterwards."""
    mesh.cut_power(CARE)
    mesh.run_for(hours * 3600)
    home(mesh).utc_offset_ms = utc_offset_ms
    mesh.start(CARE)


def clock(mesh: Mesh, utc_offset_ms: int | None) -> None:
    """Set the clock, or let it lose its trust, and let the station notice."""
    home(mesh).utc_offset_ms = utc_offset_ms
    mesh.happen(CARE, Woke())


def written(mesh: Mesh) -> Item:
    return mesh.compose(CARE, TO_STAFF, precedence=Precedence.PRIORITY)


def at(mesh: Mesh) -> int:
    station = home(mesh).station
    assert station is not None
    return station.snapshot(mesh.moment(home(mesh))).at


def age_ms(mesh: Mesh, held: Item) -> int:
    item = home(mesh).store.item(held.id)
    assert item is not None
    return at(mesh) - item.born_at


def kept(mesh: Mesh) -> Reckoning:
    return home(mesh).store.reckoning()


def clock_entries(mesh: Mesh) -> list[LogEntry]:
    entries = home(mesh).store.log_entries(REAL, 1, 10_000)
    return [entry for entry in entries if entry.kind == LogKind.CLOCK]


def alarms(mesh: Mesh) -> list[tuple[AlarmKind, str]]:
    return [(alarm.kind, alarm.detail) for alarm in home(mesh).store.alarms()]


def test_measured_time_off_makes_older_by_as_much(mesh: Mesh) -> None:
    message = written(mesh)
    off(mesh, 3)
    assert 3 * HOUR_MS - SURE_MS <= age_ms(mesh, message) <= 3 * HOUR_MS
    assert not kept(mesh).has_unsure_ages


def test_unmeasured_time_off_adds_nothing_and_what_was_held_is_flagged(mesh: Mesh) -> None:
    before = written(mesh)
    off(mesh, 3, utc_offset_ms=None)
    after = written(mesh)
    assert age_ms(mesh, before) <= SURE_MS
    assert [kept(mesh).is_age_unsure(one.accepted_at) for one in (before, after)] == [True, False]


def test_ages_are_set_right_once_a_clock_tells(mesh: Mesh) -> None:
    before = written(mesh)
    off(mesh, 3, utc_offset_ms=None)
    after = written(mesh)
    mesh.run_for(1800)
    clock(mesh, 0)
    assert 3.5 * HOUR_MS - SURE_MS <= age_ms(mesh, before) <= 3.5 * HOUR_MS
    assert age_ms(mesh, after) == HOUR_MS // 2
    assert not kept(mesh).has_unsure_ages
    assert int(clock_entries(mesh)[-1].detail("off_ms")) >= 3 * HOUR_MS - SURE_MS


def test_what_expired_while_nobody_knew_ends_when_it_is_known(mesh: Mesh) -> None:
    item = mesh.compose(CARE, TO_STAFF)
    assert item.expires_at - item.born_at == Lifetime.THREE_DAYS.seconds * 1000
    off(mesh, 80, utc_offset_ms=None)
    assert home(mesh).store.count_open()
    clock(mesh, 0)
    assert not home(mesh).store.count_open()


def test_after_two_unmeasured_times_off_only_what_is_sure_is_added(mesh: Mesh) -> None:
    first = written(mesh)
    off(mesh, 3, utc_offset_ms=None)
    second = written(mesh)
    off(mesh, 5, utc_offset_ms=None)
    clock(mesh, 0)
    assert 8 * HOUR_MS - SURE_MS <= age_ms(mesh, first) <= 8 * HOUR_MS
    assert age_ms(mesh, second) <= SURE_MS  # Of how much of the eight hours came after it nobody can be sure.
    assert [kept(mesh).is_age_unsure(one.accepted_at) for one in (first, second)] == [False, True]


def test_a_clock_lost_while_running_still_measures_the_time_off_after_it(mesh: Mesh) -> None:
    message = written(mesh)
    clock(mesh, None)
    mesh.run_for(3600)
    off(mesh, 2)
    assert 3 * HOUR_MS - SURE_MS <= age_ms(mesh, message) <= 3 * HOUR_MS


def test_a_commit_that_failed_sets_ages_right_once(mesh: Mesh) -> None:
    message = written(mesh)
    off(mesh, 3, utc_offset_ms=None)
    node = home(mesh)
    node.utc_offset_ms = 0
    assert node.station is not None
    effects = node.station.handle(Woke(), mesh.moment(node))
    node.store.rollback()
    node.station.withdraw(effects)
    for _ in range(2):
        mesh.happen(CARE, Woke())
    assert 3 * HOUR_MS - SURE_MS <= age_ms(mesh, message) <= 3 * HOUR_MS


@pytest.mark.parametrize(
    ("step_ms", "raised"), [(4_000, []), (20_000, []), (90_000, ["+90"]), (-90_000, ["-90"]), (-86_400_000, ["-86400"])]
)
def test_a_large_step_raises_an_alarm_and_touches_no_age(mesh: Mesh, step_ms: int, raised: list[str]) -> None:
    message = written(mesh)
    clock(mesh, step_ms)
    assert age_ms(mesh, message) == 0
    assert alarms(mesh) == [(AlarmKind.CLOCK_STEP, detail) for detail in raised]
    assert len(clock_entries(mesh)) == (abs(step_ms) >= 5_000)


def test_a_step_while_nobody_vouched_for_the_clock_is_seen_when_somebody_does(mesh: Mesh) -> None:
    clock(mesh, None)
    mesh.run_for(3600)
    clock(mesh, -7_200_000)
    assert alarms(mesh) == [(AlarmKind.CLOCK_STEP, "-7200")]
    assert len(clock_entries(mesh)) == 2


def test_a_clock_that_went_back_over_a_time_off_raises_an_alarm(mesh: Mesh) -> None:
    message = written(mesh)
    off(mesh, 1, utc_offset_ms=-3 * HOUR_MS)
    assert alarms(mesh) == [(AlarmKind.CLOCK_STEP, "-7200")]
    assert age_ms(mesh, message) == 0


def test_airtime_of_before_counts_until_an_hour_has_run_after_an_unmeasured_time_off(mesh: Mesh) -> None:
    ledger = AirLedger(home(mesh).store, Policy())
    ledger.spend(60_000, at(mesh))
    home(mesh).store.commit()
    off(mesh, 9, utc_offset_ms=None)
    mesh.run_for(3500)
    assert ledger.used_bp(at(mesh)) >= 166
    mesh.run_for(160)
    assert ledger.used_bp(at(mesh)) < 166


def test_airtime_of_before_ages_by_a_measured_time_off(mesh: Mesh) -> None:
    ledger = AirLedger(home(mesh).store, Policy())
    ledger.spend(60_000, at(mesh))
    home(mesh).store.commit()
    off(mesh, 0.5)
    assert ledger.used_bp(at(mesh)) >= 166
    off(mesh, 0.7)
    assert ledger.used_bp(at(mesh)) < 166


def test_an_idle_station_that_loses_its_power_loses_ten_minutes_of_its_time_at_most(mesh: Mesh) -> None:
    message = written(mesh)
    mesh.run_for(5 * 3600)
    off(mesh, 3, utc_offset_ms=None)
    assert 5 * HOUR_MS - ANCHOR_AGAIN_MS <= age_ms(mesh, message) <= 5 * HOUR_MS + 1


@dataclass
class Spent:
    """What is true of the world, whatever the station's clocks say."""

    sent: list[tuple[int, int]]
    """Virtual time and airtime, ms."""

    def within_hour_ms(self, now_ms: int) -> int:
        return sum(airtime_ms for sent_ms, airtime_ms in self.sent if sent_ms > now_ms - 59 * 60_000)


@pytest.mark.parametrize("seed", range(40))
def test_no_walk_of_clocks_and_power_makes_anything_younger_or_the_ledger_smaller(
    network: SmallNetwork, seed: int
) -> None:
    chance = random.Random(seed)
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.start(CARE)
    ledger, spent = AirLedger(home(mesh).store, Policy()), Spent([])
    lowest: dict[int, int] = {}
    born: dict[int, int] = {}
    last_at = written_at = 0
    lies = chance.random() < 0.3
    for _ in range(40):
        match chance.randrange(6):
            case 0:
                mesh.happen(CARE, Composed(1, 0, TO_STAFF, "Send vand", Precedence.PRIORITY))
            case 1:
                mesh.run_for(chance.choice((1, 60, 1800, 7200)))
            case 2:
                jump_ms = chance.choice((0, 0, 0, 9_000, 400_000, -400_000)) if lies else 0
                clock(mesh, chance.choice((None, jump_ms)))
            case 3 | 4:
                after = chance.choice((None, 0))
                off(mesh, chance.choice((0.001, 0.3, 1, 20)), utc_offset_ms=after)
            case _:
                airtime_ms = chance.randrange(1, 4_000)
                ledger.spend(airtime_ms, at(mesh))
                home(mesh).store.commit()
                spent.sent.append((mesh.now_ms, airtime_ms))
        now, anchor = at(mesh), home(mesh).store.anchor()
        assert anchor is not None
        assert now >= last_at - ANCHOR_AGAIN_MS
        assert now >= anchor.at >= written_at
        last_at, written_at = now, anchor.at
        held = [one for one in home(mesh).store.items_changed_since(0, 99) if one.kind is ItemKind.MESSAGE]
        for item in held:
            age = now - item.born_at
            born.setdefault(item.id, mesh.now_ms)
            assert age >= lowest.get(item.id, 0)
            assert lies or age <= mesh.now_ms - born[item.id] + 1 + SURE_MS
            lowest[item.id] = anchor.at - item.born_at
        if not lies:  # A trusted clock that jumps ahead while the station is off is believed.
            assert ledger.used_bp(now) >= spent.within_hour_ms(mesh.now_ms) * 10_000 // HOUR_MS
