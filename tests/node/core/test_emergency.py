"""Break-glass: works at once, is told to everybody by a proof, and cannot be feigned."""

import pytest

from node.core.alarm_records import AlarmKind
from node.core.effects import Accepted, Done, Refusal, Refused
from node.core.events import AlarmSilenced, Composed, DutyChanged
from node.core.log_entries import REAL, LogKind
from node.core.notices import Notices
from node.core.policy import Policy
from node.core.rights import EMERGENCY_RIGHTS, rights_of
from node.core.shift_events import LoggedIn, LoggedOut
from node.core.station import Station
from node.core.turn import Turn
from protocol.certificates import Right
from protocol.notices import EmergencyKey
from protocol.numbers import EVERYBODY, Address, Kind, Precedence
from tests.support.mesh import Mesh
from tests.support.network import CARE, KHJ, MLA, RELAY, STAFF, person_statement, small_network

ENVELOPE = 9
SEALED = person_statement(ENVELOPE, "NØD", "Nødnøgle Krisestaben", Right.EMERGENCY | Right.REVOCATIONS, STAFF)


@pytest.fixture
def town() -> Mesh:
    mesh = Mesh(small_network(SEALED), links=((CARE, RELAY), (RELAY, STAFF)), policy=Policy(lock_idle_ms=0))
    mesh.start()
    mesh.run_for(120)
    return mesh


def break_glass(town: Mesh) -> None:
    town.network.log_in(STAFF, ENVELOPE)
    town.happen(STAFF, LoggedIn(1, ENVELOPE))
    assert town.nodes[STAFF].replies[-1] == Done()


def alarms(town: Mesh, number: int) -> list[tuple[AlarmKind, str, str]]:
    return [(one.kind, one.subject, one.detail) for one in town.nodes[number].store.alarms()]


def test_breaking_the_glass_alarms_this_station_in_the_same_commit(town: Mesh) -> None:
    break_glass(town)
    assert alarms(town, STAFF) == [(AlarmKind.EMERGENCY_KEY, "KRS-00001", "NØD")]
    assert any("alarm" in line for line in town.nodes[STAFF].log)
    kinds = [entry.kind for entry in town.nodes[STAFF].store.log_entries(REAL, 1, 99)]
    assert kinds.count(LogKind.BREAK_GLASS) == 1


def test_every_other_station_is_alarmed_and_a_person_there_silences_it(town: Mesh) -> None:
    break_glass(town)
    town.run_for(300)
    expected = [(AlarmKind.EMERGENCY_KEY, "KRS-00001", "NØD")]
    assert alarms(town, RELAY) == alarms(town, CARE) == expected
    town.network.log_in(CARE, MLA)
    (standing,) = town.nodes[CARE].store.alarms()
    town.happen(CARE, AlarmSilenced(1, standing.id, MLA))
    assert town.nodes[CARE].store.alarms()[0].silenced_by == MLA


def test_a_station_that_was_off_is_alarmed_when_it_comes_back(town: Mesh) -> None:
    town.cut_power(CARE)
    break_glass(town)
    town.run_for(1_800)
    town.start(CARE)
    town.run_until(lambda: bool(alarms(town, CARE)), 900)


def test_an_opened_envelope_writes_flash_and_does_not_revoke(town: Mesh) -> None:
    break_glass(town)
    town.happen(STAFF, Composed(1, ENVELOPE, Address(Kind.STATION, CARE), "Evakuér.", Precedence.FLASH))
    assert isinstance(town.nodes[STAFF].replies[-1], Accepted)
    rights = rights_of(town.network.roster, ENVELOPE)
    assert rights == EMERGENCY_RIGHTS
    assert Right.REVOCATIONS not in rights


def test_a_second_use_alarms_again_though_the_first_was_silenced(town: Mesh) -> None:
    break_glass(town)
    (first,) = town.nodes[STAFF].store.alarms()
    town.happen(STAFF, AlarmSilenced(1, first.id, ENVELOPE))
    town.happen(STAFF, LoggedOut(2, (ENVELOPE,)))
    break_glass(town)
    assert [one.silenced_by for one in town.nodes[STAFF].store.alarms()] == [ENVELOPE, 0]


def test_going_on_after_a_restart_is_no_second_use(town: Mesh) -> None:
    break_glass(town)
    town.cut_power(STAFF)
    town.network.log_out(STAFF, ENVELOPE)
    town.start(STAFF)
    break_glass(town)
    assert len(alarms(town, STAFF)) == 1


def test_an_opening_that_was_not_stored_is_told_with_the_next_commit(town: Mesh) -> None:
    town.network.log_in(STAFF, ENVELOPE)
    node = town.nodes[STAFF]
    assert node.station is not None
    for event in (LoggedIn(1, ENVELOPE), DutyChanged(), DutyChanged()):
        effects = node.station.handle(event, town.moment(node))
        node.store.rollback()
        node.station.withdraw(effects)
    assert alarms(town, STAFF) == []
    town.happen(STAFF, DutyChanged())
    assert len(alarms(town, STAFF)) == 1


@pytest.mark.parametrize(("author", "claimed"), [(KHJ, KHJ), (KHJ, ENVELOPE), (0, ENVELOPE)])
def test_nobody_raises_the_alarm_without_the_key(town: Mesh, author: int, claimed: int) -> None:
    town.network.log_in(STAFF, KHJ)
    node = town.nodes[STAFF]
    assert isinstance(node.station, Station)
    notices: Notices = node.station._machines.notices
    anchor = node.store.anchor()
    assert anchor is not None
    turn = Turn(anchor.at, town.moment(node))
    sent = notices.compose(EmergencyKey(claimed), EVERYBODY, Precedence.IMMEDIATE, turn, author=author)
    town.happen(STAFF, DutyChanged())
    town.run_for(600)
    assert sent is not None
    assert town.has(CARE, sent), "it is carried, and nobody believes it"
    assert alarms(town, CARE) == alarms(town, RELAY) == []


def test_an_ordinary_login_alarms_nobody(town: Mesh) -> None:
    town.network.log_in(STAFF, KHJ)
    town.happen(STAFF, LoggedIn(1, KHJ))
    town.run_for(300)
    assert alarms(town, STAFF) == alarms(town, CARE) == []


def test_who_is_certified_by_nobody_has_no_right(town: Mesh) -> None:
    assert rights_of(town.network.roster, 77) == Right(0)
    town.happen(STAFF, LoggedIn(1, 77))
    assert town.nodes[STAFF].replies[-1] == Refused(Refusal.NOT_ON_DUTY)
