"""Who is said to have an item, or says so and throws it away, keeps nobody from sending it for long."""

from node.core.events import FrameHeard
from node.core.policy import CUSTODY_BELIEVED_MS
from node.core.records import Item
from protocol.decode import decode
from protocol.frames import Group, HoldState, Inventory, Message, Receipt, Request
from protocol.numbers import SEQUENCE_MAX, Address, Kind, Precedence, Reference
from protocol.receipts import make_receipt
from tests.support.hints import quiet_beacon
from tests.support.mesh import Mesh
from tests.support.network import CARE, CRISIS_STAFF, RELAY, STAFF, SmallNetwork

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


def has_everything(station: int) -> bytes:
    """What anybody can send in a station's name."""
    groups = tuple(Group(origin, 1, SEQUENCE_MAX, complete=True) for origin in sorted((CARE, RELAY, STAFF)))
    inventory = Inventory(
        precedence=Precedence.PRIORITY, station=station, incarnation=1, more=False, part=0, groups=groups
    )
    return inventory.encode()


def custody(network: SmallNetwork, message: Item) -> bytes:
    """The relay's word that it carries a message, as only its key can give it."""
    key = network.signer(RELAY).receipt_key(RELAY, CARE)
    assert key is not None
    about = Reference(message.key.station, message.key.incarnation & 0b11, message.key.sequence)
    bare = Receipt(precedence=message.precedence, station=RELAY, about=about, state=HoldState.CUSTODY, mac=b"")
    return make_receipt(bare, key, message.fingerprint).encode()


def pushes(mesh: Mesh) -> int:
    """How often the care home sent a message."""
    return sum(isinstance(decode(payload), Message) for payload in mesh.nodes[CARE].sent)


def test_a_forged_inventory_keeps_no_message_from_its_recipient(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(60)
    mesh.happen(CARE, FrameHeard(has_everything(STAFF)))
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=600)
    assert any(isinstance(decode(payload), Request) for payload in mesh.nodes[CARE].sent), "it was believed at first"


def test_inventories_forged_in_everybodys_name_keep_nothing_from_who_could_carry_it(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    mesh.run_for(60)
    mesh.happen(CARE, FrameHeard(has_everything(RELAY)))
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=600)


def test_who_takes_custody_and_shows_no_proof_is_not_relied_on_for_ever(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start(CARE)
    mesh.happen(CARE, FrameHeard(quiet_beacon(RELAY).encode()))
    mesh.run_for(60)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: pushes(mesh) > 0, within_s=60)
    mesh.happen(CARE, FrameHeard(custody(network, message)))
    told = pushes(mesh)
    for _ in range(2 * CUSTODY_BELIEVED_MS // 60_000):
        mesh.happen(CARE, FrameHeard(quiet_beacon(RELAY).encode()))
        mesh.run_for(60)
    assert mesh.nodes[CARE].store.custodians(message.id)
    assert told < pushes(mesh) <= told + 12
