"""How old what comes is: a wrong clock makes a station refuse nothing that is sent to it, a right one is as strict."""

from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.events import FrameHeard
from node.core.records import Item
from protocol.decode import decode
from protocol.frames import Message, Notice
from protocol.instants import Lifetime
from protocol.messages import AGE_AT
from protocol.notices import HighWaterMark, encode_notice
from protocol.numbers import Address, Kind, Precedence, Reference
from protocol.reasons import Reason
from protocol.sealing import seal
from tests.support.mesh import Mesh
from tests.support.network import CARE, signing_key, small_network, station_statement

TELLERS = (11, 12, 13)
ORIGIN = TELLERS[0]
DAY_MS = 86_400_000


@pytest.fixture
def mesh() -> Mesh:
    """A care home among three stations with good clocks; nobody has told it the time yet."""
    network = small_network(*(station_statement(number) for number in TELLERS))
    mesh = Mesh(network, links=tuple((CARE, number) for number in TELLERS))
    mesh.start()
    mesh.run_for(60)
    return mesh


def told_the_time(mesh: Mesh) -> None:
    for one in TELLERS:
        mesh.compose(CARE, Address(Kind.STATION, one), precedence=Precedence.FLASH)
    mesh.run_for(300)


def written(mesh: Mesh) -> Item:
    """A FLASH, which lives for a day, that the care home has not heard."""
    mesh.medium = lambda _from, _to, _payload: None
    return mesh.compose(ORIGIN, Address(Kind.STATION, CARE), precedence=Precedence.FLASH)


def expired(mesh: Mesh) -> int:
    here = mesh.nodes[CARE].here
    assert here is not None
    return here.drops[Reason.EXPIRED]


def alarms(mesh: Mesh) -> list[tuple[AlarmKind, str, str]]:
    return [(alarm.kind, alarm.subject, alarm.detail) for alarm in mesh.nodes[CARE].store.alarms()]


def test_flash_is_taken_in_by_a_station_whose_clock_is_two_days_ahead_and_a_person_is_told(mesh: Mesh) -> None:
    mesh.nodes[CARE].utc_offset_ms = 2 * DAY_MS
    item = written(mesh)
    mesh.happen(CARE, FrameHeard(item.sealed))
    assert mesh.has(CARE, item)
    assert expired(mesh) == 0
    assert (AlarmKind.CLOCK_AHEAD, "PLH", "S11-00001") in alarms(mesh)


def test_clock_that_the_mesh_contradicts_refuses_nothing(mesh: Mesh) -> None:
    mesh.nodes[CARE].utc_offset_ms = 2 * DAY_MS
    told_the_time(mesh)
    assert AlarmKind.CLOCK_DOUBTED in [kind for kind, _, _ in alarms(mesh)]
    item = written(mesh)
    mesh.happen(CARE, FrameHeard(item.sealed))
    assert mesh.has(CARE, item)


def test_clock_that_the_mesh_confirms_refuses_what_was_kept_and_made_young_again(mesh: Mesh) -> None:
    item = written(mesh)
    mesh.medium = lambda _from, _to, payload: payload
    mesh.unlink(CARE, ORIGIN)
    mesh.run_for(2 * DAY_MS / 1000)
    mesh.link(CARE, ORIGIN)
    told_the_time(mesh)
    before = expired(mesh)
    mesh.happen(CARE, FrameHeard(item.sealed))
    assert expired(mesh) == before + 1
    assert not mesh.has(CARE, item)


def test_what_its_carriers_call_expired_is_refused_whatever_our_clock_is_worth(mesh: Mesh) -> None:
    mesh.nodes[CARE].utc_offset_ms = 2 * DAY_MS
    item = written(mesh)
    mesh.happen(CARE, FrameHeard(item.sealed[:AGE_AT] + b"\xff" + item.sealed[AGE_AT + 1 :]))
    assert expired(mesh) == 1
    assert not mesh.has(CARE, item)


def test_a_notice_that_is_old_by_our_clock_moves_no_machine(mesh: Mesh) -> None:
    mesh.nodes[CARE].utc_offset_ms = 2 * DAY_MS
    frame = decode(written(mesh).sealed)
    assert isinstance(frame, Message)
    bare = Notice(
        **{name: getattr(frame, name) for name in ("station", "incarnation", "author", "recipient", "time", "options")},
        precedence=Precedence.FLASH,
        sequence=2,
        lifetime=Lifetime.ONE_DAY,
        body=encode_notice(HighWaterMark(Reference(CARE, 1, 41))),
    )
    notice = seal(replace(bare, signature=b""), mesh.network.roster, signing_key(f"station {ORIGIN}").sign)
    mesh.happen(CARE, FrameHeard(notice.encode()))
    assert expired(mesh) == 1


def test_alarm_is_over_once_the_mesh_tells_the_same_time(mesh: Mesh) -> None:
    mesh.nodes[CARE].utc_offset_ms = 2 * DAY_MS
    item = written(mesh)
    mesh.happen(CARE, FrameHeard(item.sealed))
    mesh.nodes[CARE].utc_offset_ms = 0
    mesh.medium = lambda _from, _to, payload: payload
    told_the_time(mesh)
    assert AlarmKind.CLOCK_AHEAD not in [kind for kind, _, _ in alarms(mesh)]
