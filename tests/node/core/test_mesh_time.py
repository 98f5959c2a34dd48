"""What time it is by what other stations sign: liars, delays and strangers move it no further than they may."""

import pytest

from node.core.alarm_records import AlarmKind
from node.core.clock_sources import MeshReading, Source
from node.core.clocks import CLOCK_ALARM_MS
from node.core.events import FrameHeard
from node.core.log_entries import REAL, LogKind
from node.core.mesh_time import TELLER_UNCERTAINTY_MS
from node.core.records import Item
from node.core.snapshot import ClockSnapshot
from protocol.decode import decode
from protocol.frames import Beacon, Bundle, Digest, Message
from protocol.instants import NO_TIME
from protocol.numbers import Address, Kind, Precedence
from tests.support.group_network import revocation
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import CARE, small_network, station_statement

TELLERS = (11, 12, 13, 14, 15)
DAY_MS = 86_400_000


@pytest.fixture
def mesh() -> Mesh:
    """A care home that has lost its clock, in the middle of five stations whose clocks are trusted."""
    network = small_network(*(station_statement(number) for number in TELLERS))
    mesh = Mesh(network, links=tuple((CARE, number) for number in TELLERS))
    mesh.start()
    mesh.run_for(60)
    mesh.nodes[CARE].utc_offset_ms = None
    mesh.run_for(60)
    return mesh


def told(mesh: Mesh, *tellers: int) -> list[Item]:
    """Write to these stations and wait for their signatures."""
    messages = [mesh.compose(CARE, Address(Kind.STATION, one), precedence=Precedence.FLASH) for one in tellers]
    mesh.run_for(300)
    return messages


def clock(mesh: Mesh) -> ClockSnapshot:
    node = mesh.nodes[CARE]
    assert node.station is not None
    return node.station.snapshot(mesh.moment(node)).clock


def reading(mesh: Mesh) -> MeshReading:
    found = clock(mesh).mesh
    assert found is not None
    return found


def is_true(mesh: Mesh, found: MeshReading) -> bool:
    """Whether the time is what it is, as sure as is said, and that is within two minutes."""
    return abs(found.utc_ms - UTC_MS - mesh.now_ms) <= found.uncertainty_ms <= 120_000


def alarms(mesh: Mesh) -> list[tuple[AlarmKind, str]]:
    return [(alarm.kind, alarm.detail) for alarm in mesh.nodes[CARE].store.alarms()]


@pytest.mark.parametrize("count", [3, 4, 5])
def test_three_and_more_stations_tell_the_time(mesh: Mesh, count: int) -> None:
    told(mesh, *TELLERS[:count])
    assert reading(mesh).tellers == count
    assert is_true(mesh, reading(mesh))
    assert clock(mesh).source is Source.MESH


def test_two_stations_tell_nothing(mesh: Mesh) -> None:
    told(mesh, *TELLERS[:2])
    assert len(clock(mesh).tellers) == 2
    assert clock(mesh).mesh is None
    assert clock(mesh).source is Source.NOBODY


@pytest.mark.parametrize("lie_ms", [DAY_MS, -DAY_MS, 30 * DAY_MS, 600_000, -600_000, 70_000])
@pytest.mark.parametrize("count", [3, 4, 5])
def test_fewer_than_half_that_lie_move_nothing(mesh: Mesh, count: int, lie_ms: int) -> None:
    for liar in TELLERS[: (count - 1) // 2]:
        mesh.nodes[liar].utc_offset_ms = lie_ms
    told(mesh, *TELLERS[:count])
    assert len(clock(mesh).tellers) == count
    assert is_true(mesh, reading(mesh))


def test_half_that_lie_end_it(mesh: Mesh) -> None:
    for liar in TELLERS[:2]:
        mesh.nodes[liar].utc_offset_ms = DAY_MS
    told(mesh, *TELLERS[:4])
    assert clock(mesh).mesh is None


def test_a_station_has_one_word_however_often_it_speaks(mesh: Mesh) -> None:
    mesh.nodes[TELLERS[0]].utc_offset_ms = DAY_MS
    for _ in range(3):
        told(mesh, *TELLERS[:3], TELLERS[0], TELLERS[0])
    assert is_true(mesh, reading(mesh))


def test_who_sets_a_wrong_clock_right_is_taken_at_the_new_word(mesh: Mesh) -> None:
    for liar in TELLERS[:2]:
        mesh.nodes[liar].utc_offset_ms = DAY_MS
    told(mesh, *TELLERS[:4])
    for liar in TELLERS[:2]:
        mesh.nodes[liar].utc_offset_ms = 0
    told(mesh, *TELLERS[:2])
    assert is_true(mesh, reading(mesh))


def test_delay_on_the_way_widens_and_does_not_move(mesh: Mesh) -> None:
    held: list[bytes] = []

    def hold_digests(_sender: int, receiver: int, payload: bytes) -> bytes | None:
        if receiver == CARE and isinstance(decode(payload), Digest | Bundle):
            held.append(payload)
            return None
        return payload

    mesh.medium = hold_digests
    told(mesh, *TELLERS[:3])
    for teller in TELLERS:
        mesh.unlink(CARE, teller)
    mesh.run_for(1200)
    for payload in held:
        mesh.happen(CARE, FrameHeard(payload))
    found = reading(mesh)
    assert abs(found.utc_ms - UTC_MS - mesh.now_ms) <= found.uncertainty_ms
    assert found.uncertainty_ms > 600_000


def test_what_is_not_about_a_message_of_ours_tells_nothing(mesh: Mesh) -> None:
    mesh.compose(11, Address(Kind.STATION, CARE), precedence=Precedence.FLASH)
    mesh.run_for(300)
    assert clock(mesh).tellers == ()


def test_who_is_revoked_has_no_word_any_more(mesh: Mesh) -> None:
    told(mesh, *TELLERS[:3])
    mesh.happen(CARE, FrameHeard(revocation(mesh.network, Kind.STATION, 11)))
    assert len(clock(mesh).tellers) == 2
    assert clock(mesh).mesh is None


def test_mesh_time_is_never_signed_so_no_word_comes_back(mesh: Mesh) -> None:
    told(mesh, *TELLERS[:3])
    assert clock(mesh).mesh is not None
    sent = len(mesh.nodes[CARE].sent)
    message = mesh.compose(CARE, Address(Kind.STATION, 14))
    mesh.compose(15, Address(Kind.STATION, CARE), precedence=Precedence.FLASH)
    mesh.run_for(600)
    frame = decode(message.sealed)
    assert isinstance(frame, Message)
    assert frame.time == NO_TIME
    frames = [decode(payload) for payload in mesh.nodes[CARE].sent[sent:]]
    assert {one.time for one in frames if isinstance(one, Digest)} <= {NO_TIME}
    assert {one.clock_trusted for one in frames if isinstance(one, Beacon)} == {False}


def test_mesh_time_decides_nothing(mesh: Mesh) -> None:
    (before, *_) = told(mesh, *TELLERS[:3])
    assert clock(mesh).now.utc_ms is None
    (entry,) = [one for one in mesh.nodes[CARE].store.log_entries(REAL, 1, 999) if one.detail("source") == "mesh"]
    assert (entry.kind, entry.utc_ms, entry.detail("tellers")) == (LogKind.CLOCK, None, "3")
    mesh.cut_power(CARE)
    mesh.run_for(7200)
    mesh.start(CARE)
    told(mesh, *TELLERS[:3])
    assert is_true(mesh, reading(mesh))
    held = mesh.nodes[CARE].store.item(before.id)
    assert held is not None
    assert held.born_at == before.born_at
    assert mesh.nodes[CARE].store.reckoning().is_age_unsure(held.accepted_at)


def test_a_station_that_never_knew_the_time_has_none_from_the_mesh() -> None:
    network = small_network(*(station_statement(number) for number in TELLERS))
    mesh = Mesh(network, links=tuple((CARE, number) for number in TELLERS))
    mesh.nodes[CARE].utc_offset_ms = None
    mesh.start()
    mesh.run_for(60)
    told(mesh, *TELLERS)
    assert clock(mesh).tellers == ()


def test_a_clock_that_differs_from_most_others_raises_an_alarm_until_it_agrees(mesh: Mesh) -> None:
    mesh.nodes[CARE].utc_offset_ms = 0
    mesh.run_for(60)
    wrong_ms = 3 * CLOCK_ALARM_MS + TELLER_UNCERTAINTY_MS
    for other in TELLERS:
        mesh.nodes[other].utc_offset_ms = -wrong_ms
    told(mesh, *TELLERS[:3])
    assert [kind for kind, _ in alarms(mesh)] == [AlarmKind.CLOCK_DOUBTED]
    for other in TELLERS:
        mesh.nodes[other].utc_offset_ms = 0
    told(mesh, *TELLERS[:3])
    assert alarms(mesh) == []
