"""Notices: carried like messages, shown to nobody, handed once to the machine that is responsible."""

import pytest

from node.core.notices import Notices
from node.core.records import EVERYONE, Item, ItemKind
from node.core.station import Station
from node.core.turn import Turn
from protocol.decode import decode
from protocol.frames import Digest, Notice, Receipt
from protocol.notices import HighWaterMark, NoticeBody
from protocol.numbers import EVERYBODY, Address, Kind, Precedence, Reference
from tests.support.mesh import Mesh
from tests.support.network import SmallNetwork

CARE, RELAY, STAFF = 1, 2, 3
CHAIN = ((CARE, RELAY), (RELAY, STAFF))
MARK = HighWaterMark(Reference(CARE, 1, 41))
Told = dict[int, list[NoticeBody]]


def notices(mesh: Mesh, number: int) -> Notices:
    """The machine inside a running station."""
    station = mesh.nodes[number].station
    assert isinstance(station, Station)
    return station._machines.notices


def told_by(mesh: Mesh) -> Told:
    """Listen at every station."""
    told: Told = {number: [] for number in mesh.nodes}
    for number in mesh.nodes:

        def taker(_item: Item, body: NoticeBody, _turn: Turn, number: int = number) -> None:
            told[number].append(body)

        notices(mesh, number).hand_to(HighWaterMark, taker)
    return told


def compose(mesh: Mesh, number: int, to: Address) -> Item:
    node = mesh.nodes[number]
    at = node.store.anchor()
    assert at is not None
    now = mesh.moment(node)
    item = notices(mesh, number).compose(MARK, to, Precedence.PRIORITY, Turn(at.at, now))
    node.store.commit()
    mesh.duty(number)
    assert item is not None
    return item


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=CHAIN)
    mesh.start()
    mesh.run_for(120)
    return mesh


def test_a_notice_to_a_station_arrives_with_proof_and_is_told_once(mesh: Mesh) -> None:
    told = told_by(mesh)
    item = compose(mesh, CARE, Address(Kind.STATION, STAFF))
    mesh.run_for(600)
    assert told == {CARE: [], RELAY: [], STAFF: [MARK]}
    delivery = mesh.nodes[CARE].store.delivery(item.id, STAFF)
    assert delivery is not None
    assert delivery.rung.is_final


def test_a_notice_to_everybody_reaches_all_and_nobody_receipts_it(mesh: Mesh) -> None:
    told = told_by(mesh)
    before = {number: len(node.sent) for number, node in mesh.nodes.items()}
    compose(mesh, CARE, EVERYBODY)
    mesh.run_for(900)
    assert told == {CARE: [], RELAY: [MARK], STAFF: [MARK]}
    sent = [decode(raw) for number, node in mesh.nodes.items() for raw in node.sent[before[number] :]]
    assert not [frame for frame in sent if isinstance(frame, Receipt | Digest)]
    assert 2 <= sum(isinstance(frame, Notice) for frame in sent) <= 4


def test_who_was_away_gets_it_from_whoever_has_it(mesh: Mesh) -> None:
    mesh.unlink(RELAY, STAFF)
    told = told_by(mesh)
    compose(mesh, CARE, EVERYBODY)
    mesh.run_for(3600)
    mesh.cut_power(CARE)
    mesh.link(RELAY, STAFF)
    mesh.run_for(600)
    assert told[STAFF] == [MARK]


def test_a_notice_is_no_message_to_anybody(mesh: Mesh) -> None:
    item = compose(mesh, CARE, Address(Kind.STATION, STAFF))
    mesh.run_until(lambda: mesh.has(STAFF, item), within_s=150)
    there = mesh.nodes[STAFF].store.message(item.key)
    assert there is not None
    assert there.kind is ItemKind.NOTICE
    assert mesh.nodes[STAFF].store.delivery(there.id, EVERYONE) is None
