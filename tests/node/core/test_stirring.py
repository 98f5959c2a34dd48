"""When a station's status changes without a message, and only then, its clients are told to look again."""

import pytest

from node.core.effects import Announce, Effect, Stir, WakeAt
from node.core.events import BearerDown, FrameHeard
from node.core.station import Station
from protocol.frames import Beacon
from tests.support.mesh import Mesh
from tests.support.network import MLA, SmallNetwork

CARE, RELAY, STAFF = 1, 2, 3


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """The care home alone on the air, its hellos gone by."""
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.start(CARE)
    mesh.run_for(30)
    mesh.nodes[CARE].stirs = 0
    return mesh


def station(mesh: Mesh) -> Station:
    running = mesh.nodes[CARE].station
    assert running is not None
    return running


def beacon(of: int = RELAY, *, manned: bool = False) -> FrameHeard:
    said = Beacon(
        power=0,
        station=of,
        incarnation=1,
        manned=manned,
        clock_trusted=True,
        hello=False,
        last_sequence=0,
        roster_digest=bytes(2),
        inventory_digest=bytes(2),
    )
    return FrameHeard(said.encode(), hops=0)


def in_reach(mesh: Mesh) -> set[int]:
    snapshot = station(mesh).snapshot(mesh.moment(mesh.nodes[CARE]))
    return {contact.station for contact in snapshot.contacts if contact.is_in_reach}


def stirred(effects: list[Effect]) -> bool:
    return Stir() in effects


def test_nothing_stirs_while_nothing_happens(mesh: Mesh) -> None:
    mesh.run_for(3600)
    assert mesh.nodes[CARE].stirs == 0


def test_a_start_alone_does_not_stir(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.start(CARE)
    assert mesh.nodes[CARE].stirs == 0


def test_a_station_that_comes_into_reach_stirs_once(mesh: Mesh) -> None:
    assert stirred(mesh.happen(CARE, beacon()))
    for _ in range(5):
        mesh.run_for(30)
        assert not stirred(mesh.happen(CARE, beacon()))
    assert stirred(mesh.happen(CARE, beacon(STAFF)))


def test_a_station_that_becomes_manned_or_unmanned_stirs(mesh: Mesh) -> None:
    mesh.happen(CARE, beacon())
    assert stirred(mesh.happen(CARE, beacon(manned=True)))
    assert not stirred(mesh.happen(CARE, beacon(manned=True)))
    assert stirred(mesh.happen(CARE, beacon(manned=False)))


@pytest.mark.parametrize("is_radio_up", [True, False])
def test_a_station_that_falls_silent_stirs_when_it_does(mesh: Mesh, *, is_radio_up: bool) -> None:
    mesh.happen(CARE, beacon())
    mesh.happen(CARE, beacon(STAFF))
    if not is_radio_up:
        mesh.happen(CARE, BearerDown("unplugged"))
    contact_ms = station(mesh)._machines.contacts.contact_ms
    heard_ms = mesh.now_ms
    mesh.nodes[CARE].stirs = 0
    mesh.run_until(lambda: mesh.nodes[CARE].stirs > 0, within_s=3600)
    assert mesh.now_ms == heard_ms + contact_ms + 1
    assert in_reach(mesh) == set()
    mesh.run_for(3600)
    assert mesh.nodes[CARE].stirs == 1


def test_a_station_without_a_radio_is_woken_for_silence_and_then_no_more(mesh: Mesh) -> None:
    mesh.happen(CARE, beacon())
    silent_boot_ms = mesh.moment(mesh.nodes[CARE]).boot_ms + station(mesh)._machines.contacts.contact_ms + 1
    mesh.run_for(10)
    effects = mesh.happen(CARE, BearerDown("unplugged"))
    assert [effect for effect in effects if isinstance(effect, WakeAt)] == [WakeAt(silent_boot_ms)]
    mesh.run_for(3600)
    assert mesh._events == []


def test_hearing_often_asks_for_no_more_wakes_than_before(mesh: Mesh) -> None:
    """What is asked for is the radio's next own business, which comes before any silence."""
    mesh.happen(CARE, beacon())
    for _ in range(20):
        assert not any(isinstance(effect, WakeAt) for effect in mesh.happen(CARE, beacon()))


def test_duty_stirs(mesh: Mesh) -> None:
    mesh.network.log_in(CARE, MLA)
    mesh.duty(CARE)
    assert mesh.nodes[CARE].stirs == 1


def test_a_message_is_announced_and_does_not_stir(mesh: Mesh) -> None:
    mesh.compose(CARE, mesh.network.roster.find("BRS")[0])
    mesh.run_for(60)
    assert mesh.nodes[CARE].stirs == 0


def test_what_a_failed_commit_kept_in_is_told_with_the_next_event(mesh: Mesh) -> None:
    node = mesh.nodes[CARE]
    effects = station(mesh).handle(beacon(), mesh.moment(node))
    assert stirred(effects)
    node.store.rollback()
    station(mesh).withdraw(effects)
    effects = mesh.happen(CARE, FrameHeard(b""))
    assert stirred(effects)
    assert not any(isinstance(effect, Announce) for effect in effects)
    assert not stirred(mesh.happen(CARE, FrameHeard(b"")))
