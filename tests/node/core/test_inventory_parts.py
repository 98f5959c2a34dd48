"""An inventory of more origins than a frame holds goes in parts; what was not heard is not taken for lacking."""

from node.core.contacts import Contacts
from node.core.events import FrameHeard
from node.core.inventories import PARTS_MAX, parts
from node.core.policy import INVENTORY_GROUPS_MAX
from node.core.records import ItemKey, Seen
from protocol.decode import decode
from protocol.frames import Group, HeldState, Inventory
from protocol.numbers import FRAME_BYTES_MAX, Precedence
from tests.support.cell import cell_network
from tests.support.mesh import Mesh
from tests.support.network import CARE, STAFF


def group(station: int, wanted: int = 0) -> Group:
    return Group(station, 1, 20, wanted == 0, tuple((number, HeldState.WANTED) for number in range(1, wanted + 1)))


def inventory(part: int, groups: tuple[Group, ...], *, more: bool) -> bytes:
    frame = Inventory(precedence=Precedence.PRIORITY, station=STAFF, incarnation=1, more=more, part=part, groups=groups)
    return frame.encode()


def claims(mesh: Mesh, origin: int, sequence: int = 5) -> bool | None:
    station = mesh.nodes[CARE].station
    assert station is not None
    contacts: Contacts = station._machines.contacts
    return contacts.claims(STAFF, ItemKey(origin, 1, sequence))


def pair() -> Mesh:
    mesh = Mesh(cell_network(3), links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(120)
    mesh.unlink(CARE, STAFF)
    return mesh


def test_parts_hold_every_group_in_order_and_fit_a_frame() -> None:
    groups = tuple(group(station, wanted=station % 5) for station in range(1, 151))
    cut = parts(groups)
    assert [one for part in cut for one in part] == list(groups)
    assert len(cut) <= PARTS_MAX
    assert max(len(part) for part in cut) <= INVENTORY_GROUPS_MAX
    for number, part in enumerate(cut):
        assert len(inventory(number, part, more=True)) <= FRAME_BYTES_MAX
    assert parts(()) == [()]


def test_an_origin_that_no_part_named_is_lacking_only_when_all_parts_were_heard() -> None:
    mesh = pair()
    mesh.happen(CARE, FrameHeard(inventory(0, (group(10),), more=True), hops=0))
    assert (claims(mesh, 10), claims(mesh, 20)) == (True, None)
    mesh.happen(CARE, FrameHeard(inventory(1, (group(20, wanted=6),), more=False), hops=0))
    assert (claims(mesh, 10), claims(mesh, 20), claims(mesh, 20, 7), claims(mesh, 30)) == (True, False, True, False)


def test_with_a_part_lost_the_rest_stays_unknown() -> None:
    mesh = pair()
    mesh.happen(CARE, FrameHeard(inventory(0, (group(10),), more=True), hops=0))
    mesh.happen(CARE, FrameHeard(inventory(2, (group(30),), more=False), hops=0))
    assert (claims(mesh, 10), claims(mesh, 20), claims(mesh, 30)) == (True, None, None)


def test_a_station_that_knows_many_origins_says_them_all() -> None:
    mesh = Mesh(cell_network(3), links=((CARE, STAFF),))
    for origin in range(100, 220):
        mesh.nodes[STAFF].store.put_seen(Seen(origin, 1, 3, 0b1110))
    mesh.nodes[STAFF].store.commit()
    mesh.start()
    mesh.run_for(60)
    told = [frame for frame in map(decode, mesh.nodes[STAFF].sent) if isinstance(frame, Inventory)]
    assert {one.station for frame in told for one in frame.groups} >= set(range(100, 220))
    assert [frame.part for frame in told][: len(told)] == list(range(len(told)))
    assert claims(mesh, 150, 3)
    assert claims(mesh, 300) is False
