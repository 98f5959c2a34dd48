"""One order for the logs of several stations: causes before effects, near the clocks, dragged along by none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.hybrid_clock import AHEAD_MS_MAX, HybridClock, Placed, Stamp, merged
from node.core.log_entries import REAL, LogEntry, LogKind
from protocol.numbers import Address, Kind, Precedence
from tests.node.store.test_log import entry
from tests.support.mesh import Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, RELAY, STAFF, SmallNetwork

UTC_MS = 1_790_000_000_000
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


def read(utc_ms: int | None, at: int = 0) -> LogEntry:
    return replace(entry(1, REAL), utc_ms=utc_ms, uncertainty_ms=0, at=at)


def talk(network: SmallNetwork, *offsets_ms: int | None) -> list[Placed]:
    """Questions and answers between two stations by way of a third, with such clocks; their logs merged."""
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    network.log_in(STAFF, KHJ)
    for number, offset_ms in zip((CARE, RELAY, STAFF), offsets_ms, strict=True):
        mesh.nodes[number].utc_offset_ms = offset_ms
    mesh.start()
    mesh.run_for(30)
    for number in range(3):
        question = mesh.compose(CARE, TO_STAFF, f"nr. {number}", Precedence.FLASH)
        mesh.run_until(lambda question=question: mesh.has(STAFF, question), within_s=600)
        mesh.act(STAFF, question, KHJ)
        answer = mesh.compose(STAFF, Address(Kind.STATION, CARE), f"svar {number}", Precedence.FLASH)
        mesh.run_until(lambda answer=answer: mesh.has(CARE, answer), within_s=600)
        mesh.run_for(120)
    return merged({number: list(node.store.log_entries(REAL, 1, 9_999)) for number, node in mesh.nodes.items()})


def places(placed: list[Placed], kind: LogKind) -> dict[bytes, int]:
    """Where each message is first told of so."""
    found: dict[bytes, int] = {}
    for at, one in enumerate(placed):
        if one.entry.kind == kind:
            found.setdefault(one.entry.about, at)
    return found


@pytest.mark.parametrize(
    "offsets_ms", [(0, 0, 0), (0, 0, None), (None, 0, 0), (30_000, 0, -25_000), (-3_600_000, None, None), (None,) * 3]
)
def test_nothing_arrives_before_it_was_written(network: SmallNetwork, offsets_ms: tuple[int | None, ...]) -> None:
    placed = talk(network, *offsets_ms)
    for cause, effect in ((LogKind.COMPOSED, LogKind.ACCEPTED), (LogKind.ACTED, LogKind.ACT_HEARD)):
        causes, effects = places(placed, cause), places(placed, effect)
        assert len(causes) >= 3
        assert causes.keys() <= effects.keys()
        assert all(causes[about] < effects[about] for about in causes)
    composed = [one.entry.subject for one in placed if one.entry.kind == LogKind.COMPOSED]
    assert [subject.station for subject in composed if subject is not None] == [CARE, STAFF] * 3
    for number in (CARE, RELAY, STAFF):
        own = [one.entry.number for one in placed if one.station == number]
        assert own == sorted(own)


def test_a_clock_hours_ahead_drags_nobody_along(network: SmallNetwork) -> None:
    placed = talk(network, 10_800_000, 0, 0)
    others = [one for one in placed if one.station != CARE]
    assert all(one.entry.utc_ms is not None for one in others)
    assert all(one.stamp.utc_ms == one.entry.utc_ms for one in others)


def test_a_station_without_a_clock_is_carried_on_by_its_own_time() -> None:
    clock = HybridClock()
    clock.stamp(read(UTC_MS, 1_000))
    assert clock.stamp(read(None, 61_000)) == Stamp(UTC_MS + 60_000)


@given(st.lists(st.tuples(st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6)), max_size=30))
def test_stamps_only_grow_and_stay_near_the_clocks(steps: list[tuple[int | None, int | None]]) -> None:
    clock, last, highest = HybridClock(), Stamp(0), 0
    for at, (utc_ms, cause_ms) in enumerate(steps):
        cause = None if cause_ms is None else Stamp(cause_ms)
        stamp = clock.stamp(read(utc_ms, at), cause)
        assert stamp > last
        if utc_ms is not None:
            assert cause is None or cause_ms is None or cause_ms > utc_ms + AHEAD_MS_MAX or stamp > cause
        highest = max(highest, utc_ms or 0, cause_ms or 0)
        assert stamp.utc_ms <= highest + len(steps)
        last = stamp


def test_logs_that_contradict_each_other_are_merged_all_the_same() -> None:
    def at(kind: LogKind, about: bytes, number: int) -> LogEntry:
        return replace(entry(number, REAL), kind=kind, about=about.ljust(32), utc_ms=None, uncertainty_ms=0)

    one = [at(LogKind.ACCEPTED, b"b", 1), at(LogKind.COMPOSED, b"a", 2)]
    other = [at(LogKind.ACCEPTED, b"a", 1), at(LogKind.COMPOSED, b"b", 2)]
    assert len(merged({1: one, 2: other})) == 4
