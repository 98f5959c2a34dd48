"""An operator's word for the time: whose it is, how long it lasts, and what goes before it."""

import pytest

from node.core.alarm_records import AlarmKind
from node.core.clock_sources import Source
from node.core.clocks import VOUCHED_UNCERTAINTY_MS_MAX, WORD_UNCERTAINTY_MS_MAX
from node.core.effects import CarriedOut, Done, Refusal, Refused
from node.core.events import ClockSet, Woke
from node.core.log_entries import REAL, LogEntry, LogKind
from node.core.reckoning import DRIFT_PPM
from node.core.snapshot import ClockSnapshot
from protocol.decode import decode
from protocol.frames import Message
from protocol.instants import instant_ms
from protocol.numbers import Address, Kind
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import CARE, CRISIS_STAFF, MLA, RELAY, SmallNetwork

DAY_MS = 86_400_000


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """A care home with MLA on duty, whose clock nobody vouches for since an hour."""
    mesh = Mesh(network, links=((CARE, RELAY),))
    network.log_in(CARE, MLA)
    mesh.start(CARE)
    clock(mesh, None)
    mesh.run_for(3600)
    return mesh


def clock(mesh: Mesh, utc_offset_ms: int | None) -> None:
    mesh.nodes[CARE].utc_offset_ms = utc_offset_ms
    mesh.happen(CARE, Woke())


def say(mesh: Mesh, utc_ms: int, within_ms: int = 10_000, operator: int = MLA) -> CarriedOut | Refused:
    mesh.happen(CARE, ClockSet(1, operator, utc_ms, within_ms))
    return mesh.nodes[CARE].replies[-1]


def true_ms(mesh: Mesh) -> int:
    return UTC_MS + mesh.now_ms


def seen(mesh: Mesh) -> ClockSnapshot:
    node = mesh.nodes[CARE]
    assert node.station is not None
    return node.station.snapshot(mesh.moment(node)).clock


def entries(mesh: Mesh) -> list[LogEntry]:
    written = mesh.nodes[CARE].store.log_entries(REAL, 1, 10_000)
    return [entry for entry in written if entry.kind == LogKind.CLOCK]


def alarms(mesh: Mesh) -> list[tuple[AlarmKind, str]]:
    return [(alarm.kind, alarm.detail) for alarm in mesh.nodes[CARE].store.alarms()]


def test_a_word_is_trusted_signed_and_entered_with_who_said_it(mesh: Mesh) -> None:
    assert say(mesh, true_ms(mesh)) == Done()
    mesh.run_for(600)
    assert (seen(mesh).source, seen(mesh).operator) == (Source.OPERATOR, MLA)
    assert seen(mesh).now.utc_ms == true_ms(mesh)
    frame = decode(mesh.compose(CARE, Address(Kind.FUNCTION, CRISIS_STAFF)).sealed)
    assert isinstance(frame, Message)
    assert instant_ms(frame.time, true_ms(mesh)) == true_ms(mesh) // 8000 * 8000
    last = entries(mesh)[-1]
    assert (last.who, last.detail("source")) == (Address(Kind.OPERATOR, MLA), "operator")
    assert len(entries(mesh)) == 2  # With that of the trust lost an hour before.


def test_who_is_not_on_duty_says_nothing(mesh: Mesh) -> None:
    assert say(mesh, true_ms(mesh), operator=7) == Refused(Refusal.NOT_ON_DUTY)
    assert seen(mesh).source is Source.NOBODY


def test_the_machines_own_clock_goes_before_any_word(mesh: Mesh) -> None:
    say(mesh, true_ms(mesh) + 5_000)
    clock(mesh, 0)
    assert seen(mesh).source is Source.OWN
    assert entries(mesh)[-1].detail("source") == "own"
    assert say(mesh, true_ms(mesh)) == Refused(Refusal.CLOCK_TRUSTED)
    clock(mesh, None)
    assert seen(mesh).source is Source.OPERATOR


def test_a_word_lasts_for_three_days_and_not_for_ever(mesh: Mesh) -> None:
    say(mesh, true_ms(mesh), WORD_UNCERTAINTY_MS_MAX)
    mesh.run_for(3 * 86_400)
    assert seen(mesh).source is Source.OPERATOR
    assert seen(mesh).now.utc_uncertainty_ms == WORD_UNCERTAINTY_MS_MAX + 3 * DAY_MS * DRIFT_PPM // 1_000_000
    mesh.run_for(86_400)
    assert seen(mesh).source is Source.NOBODY
    assert 4 * DAY_MS * DRIFT_PPM // 1_000_000 + WORD_UNCERTAINTY_MS_MAX > VOUCHED_UNCERTAINTY_MS_MAX
    mesh.happen(CARE, Woke())
    assert entries(mesh)[-1].utc_ms is None


def test_a_word_survives_the_process_and_ends_with_the_boot(mesh: Mesh) -> None:
    say(mesh, true_ms(mesh))
    node = mesh.nodes[CARE]
    said = node.store.reckoning().word
    mesh.cut_power(CARE)
    mesh.run_for(60)
    mesh.start(CARE)
    assert said is not None
    assert node.store.reckoning().word is None
    assert seen(mesh).source is Source.NOBODY


@pytest.mark.parametrize(("wrong_ms", "raised"), [(0, []), (50_000, []), (-7_200_000, ["-7200"]), (DAY_MS, ["+86400"])])
def test_a_word_far_from_what_it_would_be_raises_an_alarm(mesh: Mesh, wrong_ms: int, raised: list[str]) -> None:
    say(mesh, true_ms(mesh) + wrong_ms)
    assert alarms(mesh) == [(AlarmKind.CLOCK_STEP, detail) for detail in raised]


def test_a_word_sets_the_ages_right_as_a_clock_does(mesh: Mesh) -> None:
    message = mesh.compose(CARE, Address(Kind.FUNCTION, CRISIS_STAFF))
    mesh.cut_power(CARE)
    mesh.run_for(6 * 3600)
    mesh.start(CARE)
    mesh.network.log_in(CARE, MLA)
    say(mesh, true_ms(mesh), 20_000)
    held = mesh.nodes[CARE].store.item(message.id)
    assert held is not None
    older_ms = message.born_at - held.born_at
    assert 6 * 3_600_000 - 25_000 <= older_ms <= 6 * 3_600_000


def test_a_second_word_replaces_the_first(mesh: Mesh) -> None:
    say(mesh, true_ms(mesh) + 3_600_000)
    mesh.run_for(120)
    assert say(mesh, true_ms(mesh)) == Done()
    assert seen(mesh).now.utc_ms == true_ms(mesh)
    assert alarms(mesh)[-1][1] == "-3600"
