"""An alarm stands once, until somebody silences it or it is over, and no flood of one kind hides another."""

import pytest

from node.core.alarm_records import Alarm, AlarmKind
from node.core.alarms import Alarms
from node.core.effects import Effect, Level, LogLine, Refusal, Refused, Silenced, Stir
from node.core.events import AlarmSilenced
from node.core.log_entries import REAL, LogKind
from node.core.policy import ALARM_AGAIN_MS, ALARM_SILENCED_MS, ALARM_TEXT_MAX, ALARMS_OF_A_KIND_MAX
from node.core.turn import Turn
from protocol.numbers import Address, Kind
from tests.support.mesh import Mesh
from tests.support.network import CARE, KHJ, MLA, STAFF, SmallNetwork

KIND = AlarmKind.NUMBER_TWICE


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start(STAFF)
    network.log_in(STAFF, KHJ)
    return mesh


def turn_at(mesh: Mesh, at: int) -> Turn:
    return Turn(at, mesh.moment(mesh.nodes[STAFF]))


def alarms(mesh: Mesh) -> Alarms:
    station = mesh.nodes[STAFF].station
    assert station is not None
    return station._machines.alarms


def standing(mesh: Mesh) -> list[Alarm]:
    return list(mesh.nodes[STAFF].store.alarms())


def called(effects: list[Effect]) -> bool:
    return any(isinstance(one, LogLine) and one.level is Level.ERROR for one in effects)


def test_an_alarm_stands_once_and_counts_on_a_minute_at_a_time(mesh: Mesh) -> None:
    first = turn_at(mesh, 1_000)
    assert alarms(mesh).raise_(KIND, "ODK-00041", first, "1")
    assert called(first.effects)
    assert Stir() in first.effects
    soon, later = turn_at(mesh, 1_000 + ALARM_AGAIN_MS - 1), turn_at(mesh, 1_000 + ALARM_AGAIN_MS)
    assert not alarms(mesh).raise_(KIND, "ODK-00041", soon, "2")
    assert soon.effects == []
    assert not alarms(mesh).raise_(KIND, "ODK-00041", later, "3")
    assert not called(later.effects)
    (alarm,) = standing(mesh)
    assert (alarm.times, alarm.detail, alarm.raised_at, alarm.last_at) == (2, "3", 1_000, later.at)


def test_an_alarm_outlives_a_restart(mesh: Mesh) -> None:
    alarms(mesh).raise_(KIND, "ODK-00041", turn_at(mesh, 1))
    mesh.nodes[STAFF].store.commit()
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    assert [alarm.subject for alarm in standing(mesh)] == ["ODK-00041"]


def test_who_silences_an_alarm_is_on_duty_and_named(mesh: Mesh) -> None:
    alarms(mesh).raise_(KIND, "ODK-00041", turn_at(mesh, 1))
    (alarm,) = standing(mesh)
    assert silenced(mesh, alarm.id, MLA) == Refused(Refusal.NOT_ON_DUTY)
    assert silenced(mesh, alarm.id, 0) == Refused(Refusal.NOT_ON_DUTY)
    assert silenced(mesh, 77, KHJ) == Refused(Refusal.ALARM_UNKNOWN, "77")
    assert silenced(mesh, alarm.id, KHJ) == Silenced()
    assert [one.silenced_by for one in standing(mesh)] == [KHJ]


def silenced(mesh: Mesh, alarm_id: int, operator: int) -> object:
    mesh.happen(STAFF, AlarmSilenced(1, alarm_id, operator))
    return mesh.nodes[STAFF].replies[-1]


def test_silenced_alarm_calls_again_when_it_is_still_seen_a_day_later(mesh: Mesh) -> None:
    alarms(mesh).raise_(KIND, "ODK-00041", turn_at(mesh, 0))
    (alarm,) = standing(mesh)
    assert alarms(mesh).silence(AlarmSilenced(1, alarm.id, KHJ), turn_at(mesh, 0)) == Silenced()
    same_day = turn_at(mesh, ALARM_SILENCED_MS - 1)
    assert not alarms(mesh).raise_(KIND, "ODK-00041", same_day)
    assert not called(same_day.effects)
    next_day = turn_at(mesh, ALARM_SILENCED_MS)
    assert alarms(mesh).raise_(KIND, "ODK-00041", next_day)
    assert called(next_day.effects)
    assert [one.silenced_by for one in standing(mesh)] == [0]


def test_what_is_over_stands_no_more(mesh: Mesh) -> None:
    for subject in ("ODK-00041", "ODK-00042"):
        alarms(mesh).raise_(KIND, subject, turn_at(mesh, 0))
    alarms(mesh).over(KIND, "ODK-00041", turn_at(mesh, 1))
    assert [alarm.subject for alarm in standing(mesh)] == ["ODK-00042"]


def test_of_one_kind_only_so_many_stand_and_the_rest_are_counted(mesh: Mesh) -> None:
    for number in range(ALARMS_OF_A_KIND_MAX + 20):
        alarms(mesh).raise_(KIND, f"ODK-{number:05}", turn_at(mesh, number * ALARM_AGAIN_MS))
    assert len(standing(mesh)) == ALARMS_OF_A_KIND_MAX + 1
    (more,) = [alarm for alarm in standing(mesh) if not alarm.subject]
    assert more.times == 20


def test_a_silenced_alarm_gives_way_to_a_new_one(mesh: Mesh) -> None:
    for number in range(ALARMS_OF_A_KIND_MAX):
        alarms(mesh).raise_(KIND, f"ODK-{number:05}", turn_at(mesh, number))
    chosen = standing(mesh)[3]
    alarms(mesh).silence(AlarmSilenced(1, chosen.id, KHJ), turn_at(mesh, 99))
    alarms(mesh).raise_(KIND, "SVN-00001", turn_at(mesh, 100))
    subjects = {alarm.subject for alarm in standing(mesh)}
    assert len(subjects) == ALARMS_OF_A_KIND_MAX
    assert "SVN-00001" in subjects
    assert chosen.subject not in subjects


def test_texts_of_an_alarm_have_a_bound(mesh: Mesh) -> None:
    alarms(mesh).raise_(KIND, "x" * 1000, turn_at(mesh, 0), "y" * 1000)
    (alarm,) = standing(mesh)
    assert (len(alarm.subject), len(alarm.detail)) == (ALARM_TEXT_MAX, ALARM_TEXT_MAX)


def test_an_alarm_its_silencing_and_its_end_stand_in_the_log(mesh: Mesh) -> None:
    made = alarms(mesh)
    made.raise_(KIND, "ODK-00041", turn_at(mesh, 0), "7")
    made.raise_(KIND, "ODK-00041", turn_at(mesh, ALARM_AGAIN_MS))
    number = mesh.nodes[STAFF].store.alarms()[0].id
    made.silence(AlarmSilenced(request=1, operator=KHJ, alarm_id=number), turn_at(mesh, 1))
    made.over(KIND, "ODK-00041", turn_at(mesh, 2))
    entries = [entry for entry in mesh.nodes[STAFF].store.log_entries(REAL, 1, 99) if entry.detail("alarm")]
    assert [entry.kind for entry in entries] == [LogKind.ALARM, LogKind.SILENCED, LogKind.OVER]
    assert entries[0].details == (("alarm", "number_twice"), ("detail", "7"), ("subject", "ODK-00041"))
    assert entries[1].who == Address(Kind.OPERATOR, KHJ)
