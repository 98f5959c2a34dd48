"""Where many hear both ends, carriers leave it to the origin; where an inventory shows a gap, or few are there, not."""

from itertools import combinations

import pytest

from node.core.events import FrameHeard
from node.core.records import Rung
from protocol.bundles import Bundle
from protocol.decode import decode
from protocol.frames import Beacon, Digest, Inventory, Message, Receipt
from protocol.numbers import Address, Kind
from tests.support.cell import cell_network
from tests.support.hints import quiet_beacon
from tests.support.mesh import Mesh
from tests.support.network import CARE, STAFF

HELLOS_S = 300
TO_STAFF = Address(Kind.STATION, STAFF)


def crowd(stations: int) -> Mesh:
    """All hear all; their hellos and inventories are over."""
    mesh = Mesh(cell_network(stations), links=tuple(combinations(range(1, stations + 1), 2)))
    mesh.start()
    mesh.run_for(HELLOS_S)
    for node in mesh.nodes.values():
        node.sent.clear()
    return mesh


def deafened(mesh: Mesh) -> None:
    """What the recipient says of arrivals is lost, and so is what is sent to it."""

    def medium(sender: int, receiver: int, payload: bytes) -> bytes | None:
        frame = decode(payload)
        main = frame.main if isinstance(frame, Bundle) else frame
        if receiver == STAFF and isinstance(main, Message):
            return None
        return (
            None if sender == STAFF and isinstance(frame, Digest | Receipt | Bundle | Inventory | Beacon) else payload
        )

    mesh.medium = medium


def sent(mesh: Mesh, cls: type[Message] | type[Receipt] | type[Digest] | type[Inventory]) -> dict[int, int]:
    """How many frames of a class each station sent."""
    counts: dict[int, int] = {}
    for number, node in mesh.nodes.items():
        frames = [decode(payload) for payload in node.sent]
        mains = [frame.main if isinstance(frame, Bundle) else frame for frame in frames]
        if count := sum(isinstance(main, cls) for main in mains):
            counts[number] = count
    return counts


def test_many_carriers_leave_it_to_the_origin() -> None:
    mesh = crowd(10)
    deafened(mesh)
    mesh.compose(CARE, TO_STAFF)
    mesh.run_for(900)
    by_station = sent(mesh, Message)
    assert by_station.pop(CARE) > 1
    assert sum(by_station.values()) <= 1
    assert sent(mesh, Receipt) == {}, "none of the many says that it carries it too"


@pytest.mark.parametrize("stations", [3, 10])
def test_an_inventory_that_lacks_it_is_answered_soon(stations: int) -> None:
    mesh = crowd(stations)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.unlink(CARE, STAFF)
    mesh.cut_power(CARE)
    mesh.run_for(60)
    mesh.cut_power(STAFF)
    mesh.nodes[STAFF].store = type(mesh.nodes[STAFF].store)()
    mesh.run_for(60)
    mesh.start(STAFF)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=600)


def test_who_carries_for_somebody_away_says_so_nearly_for_nothing() -> None:
    mesh = crowd(10)
    mesh.cut_power(STAFF)
    mesh.run_for(3600)
    for node in mesh.nodes.values():
        node.sent.clear()
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_for(900)
    assert mesh.nodes[CARE].store.custodians(message.id)
    assert sum(sent(mesh, Receipt).values()) <= 4


def test_the_recipient_answers_for_itself_not_all_who_have_its_proof() -> None:
    mesh = crowd(10)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_for(900)
    assert mesh.rung(CARE, message, STAFF) is Rung.UNATTENDED
    for node in mesh.nodes.values():
        node.sent.clear()
    for number in mesh.nodes:
        if number != CARE:
            mesh.happen(number, FrameHeard(message.sealed, hops=0))
    mesh.run_for(400)
    assert set(sent(mesh, Digest)) == {STAFF}


@pytest.mark.parametrize(("hops", "answers"), [(0, 1), (None, 1), (1, 0)])
def test_an_inventory_is_sent_to_new_neighbours_only(hops: int | None, answers: int) -> None:
    mesh = crowd(3)
    hello = quiet_beacon(STAFF)
    mesh.cut_power(STAFF)
    mesh.run_for(7200)
    mesh.nodes[CARE].sent.clear()
    mesh.happen(CARE, FrameHeard(hello.encode(), hops=hops))
    mesh.run_for(5)
    assert sent(mesh, Inventory).get(CARE, 0) == answers
