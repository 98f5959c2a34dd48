"""A kiosk: people read and acknowledge with typed initials, the station signs, and nobody is shown as logged in."""

import pytest

from node.core.effects import Accepted, Refusal, Refused
from node.core.events import ActPerformed, Composed
from node.core.policy import Policy
from node.core.records import Item, Rung
from node.core.shift_events import Present
from node.core.station import Station
from protocol.decode import decode
from protocol.frames import Act, ActKind
from protocol.numbers import Address, Kind
from tests.support.mesh import Mesh
from tests.support.network import CARE, KHJ, STAFF, small_network, station_statement

ABSENT_S = 1_800
TO_CARE = Address(Kind.STATION, CARE)


@pytest.fixture
def town() -> Mesh:
    kiosk = station_statement(CARE, renewal=1, is_kiosk=True)
    mesh = Mesh(small_network(kiosk), links=((CARE, STAFF),), policy=Policy(absent_ms=ABSENT_S * 1000))
    mesh.start()
    mesh.run_for(120)
    return mesh


def arrived(town: Mesh, at: int, to: Address) -> tuple[Item, Item]:
    """A message as its origin and as its recipient's station keeps it."""
    sent = town.compose(STAFF if at == CARE else CARE, to)
    town.run_until(lambda: town.has(at, sent), 300)
    there = town.nodes[at].store.message(sent.key)
    assert there is not None
    return sent, there


def answer(town: Mesh, number: int, event: ActPerformed | Composed | Present) -> object:
    town.happen(number, event)
    return town.nodes[number].replies[-1]


def is_manned(town: Mesh, number: int) -> bool:
    station = town.nodes[number].station
    assert isinstance(station, Station)
    return station.snapshot(town.moment(town.nodes[number])).is_manned


def test_typed_initials_acknowledge_and_the_origin_learns_that_nobody_was_logged_in(town: Mesh) -> None:
    sent, there = arrived(town, CARE, TO_CARE)
    assert isinstance(answer(town, CARE, ActPerformed(1, 0, there.id, ActKind.KIOSK, "MLA")), Accepted)
    town.run_until(lambda: bool(town.nodes[STAFF].store.acts_about(sent.key)), 300)
    act = decode(town.nodes[STAFF].store.acts_about(sent.key)[0].sealed)
    assert isinstance(act, Act)
    assert (act.act, act.author, act.comment, act.station) == (ActKind.KIOSK, 0, b"MLA", CARE)


def test_a_station_that_is_no_kiosk_takes_no_typed_initials(town: Mesh) -> None:
    _, there = arrived(town, STAFF, Address(Kind.STATION, STAFF))
    refused = Refused(Refusal.NOT_A_KIOSK)
    assert answer(town, STAFF, ActPerformed(1, 0, there.id, ActKind.KIOSK, "KHJ")) == refused
    town.network.log_in(STAFF, KHJ)
    assert answer(town, STAFF, ActPerformed(1, KHJ, there.id, ActKind.KIOSK, "KHJ")) == refused


@pytest.mark.parametrize("typed", ["", " ", "M L", "KVITTERET af KHJ", "ABCDEFGHIJK", "\x1b[2J", "M\n"])
def test_what_are_no_initials_is_refused(town: Mesh, typed: str) -> None:
    _, there = arrived(town, CARE, TO_CARE)
    assert answer(town, CARE, ActPerformed(1, 0, there.id, ActKind.KIOSK, typed)) == Refused(Refusal.INITIALS_NEEDED)


def test_a_kiosk_accepts_nothing_and_does_nothing_in_nobodys_name(town: Mesh) -> None:
    _, there = arrived(town, CARE, TO_CARE)
    for act in (ActKind.ACKNOWLEDGED, ActKind.ACCEPTED, ActKind.DONE):
        assert answer(town, CARE, ActPerformed(1, 0, there.id, act)) == Refused(Refusal.NOT_ON_DUTY)


@pytest.mark.parametrize("with_act", [True, False])
def test_a_kiosk_is_manned_for_a_while_after_somebody_was_there(town: Mesh, with_act: bool) -> None:
    _, there = arrived(town, CARE, TO_CARE)
    assert not is_manned(town, CARE)
    answer(town, CARE, ActPerformed(1, 0, there.id, ActKind.KIOSK, "MLA") if with_act else Present(1))
    assert is_manned(town, CARE)
    second, _ = arrived(town, CARE, TO_CARE)
    town.run_until(lambda: town.rung(STAFF, second, CARE) is Rung.AT_STATION, 600)
    town.run_for(ABSENT_S)
    assert not is_manned(town, CARE)


def test_presence_without_a_key_mans_no_other_station(town: Mesh) -> None:
    answer(town, STAFF, Present(1))
    assert not is_manned(town, STAFF)
