"""What a station refuses, by reason, and that nothing of it moves a rung, is stored, or grows memory."""

import random
from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.effects import Refusal, Refused
from node.core.events import ActPerformed, Composed, FrameHeard
from node.core.policy import CUSTODY_ITEMS_MAX
from node.core.records import Item, Rung
from node.core.replay import with_sequence
from protocol.decode import decode
from protocol.frames import Act, ActKind, Beacon, Digest, DigestEntry, HoldState, Inventory, Message, Receipt
from protocol.messages import AGE_AT
from protocol.numbers import Address, Kind, Precedence, Reference
from protocol.reasons import Reason
from protocol.sealing import message_to_sign, seal
from tests.support.mesh import Mesh
from tests.support.network import CRISIS_STAFF, KHJ, MLA, SmallNetwork, signing_key, small_network

CARE, RELAY, STAFF = 1, 2, 3
CHAIN = ((CARE, RELAY), (RELAY, STAFF))
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=CHAIN)
    mesh.start()
    mesh.run_for(30)
    return mesh


def drops(mesh: Mesh, number: int) -> dict[Reason, int]:
    node = mesh.nodes[number]
    assert node.station is not None
    return node.station.snapshot(mesh.moment(node)).drops


def sealed_message(mesh: Mesh, text: str = "Send vand") -> Item:
    """A message of the care home that nobody has heard yet."""
    mesh.medium = lambda _from, _to, _payload: None
    return mesh.compose(CARE, TO_STAFF, text)


def test_every_tampered_bit_but_the_age_is_refused(mesh: Mesh) -> None:
    message = sealed_message(mesh)
    items = len(mesh.nodes[STAFF].store.items_changed_since(0, 99))
    for bit in range(len(message.sealed) * 8):
        if bit // 8 == AGE_AT:
            continue
        tampered = bytearray(message.sealed)
        tampered[bit // 8] ^= 0x80 >> bit % 8
        mesh.happen(STAFF, FrameHeard(bytes(tampered)))
    assert len(mesh.nodes[STAFF].store.items_changed_since(0, 99)) == items
    assert drops(mesh, STAFF)[Reason.BAD_SIGNATURE] > 500


def test_age_on_the_way_may_change_and_shortens_the_life(mesh: Mesh) -> None:
    message = sealed_message(mesh)
    mesh.nodes[STAFF].utc_offset_ms = None
    aged = message.sealed[:AGE_AT] + bytes([0x60]) + message.sealed[AGE_AT + 1 :]
    mesh.happen(STAFF, FrameHeard(aged))
    held = mesh.nodes[STAFF].store.message(message.key)
    assert held is not None
    assert held.accepted_at - held.born_at == 512 * 8 * 1000


def sealed_frame(mesh: Mesh) -> Message:
    frame = decode(sealed_message(mesh).sealed)
    assert isinstance(frame, Message)
    return frame


def test_signature_by_another_key_is_refused(mesh: Mesh) -> None:
    frame = sealed_frame(mesh)
    to_sign = message_to_sign(frame, mesh.network.roster)
    assert isinstance(to_sign, bytes)
    forged = replace(frame, signature=signing_key("thief").sign(to_sign))
    mesh.happen(STAFF, FrameHeard(forged.encode()))
    assert drops(mesh, STAFF)[Reason.BAD_SIGNATURE] == 1


def test_a_number_once_accepted_is_not_taken_again_though_its_message_is_gone(mesh: Mesh) -> None:
    message = sealed_message(mesh)
    store = mesh.nodes[STAFF].store
    seen = store.seen(message.key.station, message.key.incarnation)
    store.put_seen(with_sequence(seen, message.key.station, message.key.incarnation, message.key.sequence))
    mesh.happen(STAFF, FrameHeard(message.sealed))
    assert store.message(message.key) is None
    assert drops(mesh, STAFF)[Reason.DUPLICATE] == 1


def test_replayed_message_is_delivered_once(mesh: Mesh) -> None:
    message = sealed_message(mesh)
    for _ in range(5):
        mesh.happen(STAFF, FrameHeard(message.sealed))
    assert len(mesh.nodes[STAFF].store.items_changed_since(0, 99)) == 1
    assert drops(mesh, STAFF)[Reason.DUPLICATE] == 4


def test_replays_do_not_make_a_station_send_for_ever(mesh: Mesh) -> None:
    message = sealed_message(mesh)
    before = len(mesh.nodes[STAFF].sent)
    for _ in range(300):
        mesh.happen(STAFF, FrameHeard(message.sealed))
        mesh.run_for(0.1)
    assert len(mesh.nodes[STAFF].sent) - before < 10


def test_replay_after_a_restart_is_still_a_duplicate(mesh: Mesh) -> None:
    message = sealed_message(mesh)
    mesh.happen(STAFF, FrameHeard(message.sealed))
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    mesh.happen(STAFF, FrameHeard(message.sealed))
    assert drops(mesh, STAFF)[Reason.DUPLICATE] == 1


def test_number_used_for_two_messages_keeps_the_first_and_alarms(mesh: Mesh) -> None:
    first = sealed_message(mesh)
    mesh.happen(STAFF, FrameHeard(first.sealed))
    frame = decode(first.sealed)
    assert isinstance(frame, Message)
    other = seal(replace(frame, body=b"Noget andet", signature=b""), mesh.network.roster, signing_key("station 1").sign)
    mesh.happen(STAFF, FrameHeard(other.encode()))
    held = mesh.nodes[STAFF].store.message(first.key)
    assert held is not None
    assert held.sealed == first.sealed
    assert drops(mesh, STAFF)[Reason.CONFLICT] == 1
    (alarm,) = mesh.nodes[STAFF].store.alarms()
    assert (alarm.kind, alarm.subject) == (AlarmKind.NUMBER_TWICE, "PLH-00001")


def test_expired_message_is_not_taken(mesh: Mesh) -> None:
    message = sealed_message(mesh)
    aged = message.sealed[:AGE_AT] + b"\xff" + message.sealed[AGE_AT + 1 :]
    mesh.nodes[STAFF].utc_offset_ms = None
    mesh.happen(STAFF, FrameHeard(aged))
    assert drops(mesh, STAFF)[Reason.EXPIRED] == 1


def test_one_origin_cannot_fill_a_relay(mesh: Mesh) -> None:
    mesh.nodes[RELAY].store.commit()
    messages = [sealed_message(mesh, f"besked {number}") for number in range(CUSTODY_ITEMS_MAX + 3)]
    for message in messages:
        mesh.happen(RELAY, FrameHeard(message.sealed))
    assert drops(mesh, RELAY)[Reason.QUOTA] == 3


def test_act_about_a_message_not_held_is_refused(mesh: Mesh) -> None:
    mesh.network.log_in(STAFF, KHJ)
    message = sealed_message(mesh)
    mesh.happen(STAFF, FrameHeard(message.sealed))
    mesh.act(STAFF, message, KHJ)
    (act,) = mesh.nodes[STAFF].store.acts_about(message.key)
    mesh.happen(RELAY, FrameHeard(act.sealed))
    assert drops(mesh, RELAY)[Reason.MESSAGE_NOT_HELD] == 1


def test_forged_act_moves_nothing(mesh: Mesh) -> None:
    message = sealed_message(mesh)
    forged = Act(
        precedence=Precedence.ROUTINE,
        station=STAFF,
        incarnation=1,
        author=KHJ,
        about=sealed_reference(message),
        act=ActKind.DONE,
        time=0,
        signature=bytes(64),
    )
    mesh.happen(CARE, FrameHeard(forged.encode()))
    assert not mesh.nodes[CARE].store.acts_about(message.key)
    assert drops(mesh, CARE)[Reason.BAD_SIGNATURE] == 1


def sealed_reference(message: Item) -> Reference:
    frame = decode(message.sealed)
    assert isinstance(frame, Message)
    return frame.reference


def test_forged_receipt_and_digest_free_no_custody(mesh: Mesh) -> None:
    message = sealed_message(mesh)
    about = sealed_reference(message)
    receipt = Receipt(precedence=Precedence.FLASH, station=STAFF, about=about, state=HoldState.AT_STATION, mac=bytes(4))
    entry = DigestEntry(about, HoldState.AT_STATION, message.fingerprint[:2])
    digest = Digest(
        precedence=Precedence.FLASH,
        station=STAFF,
        incarnation=1,
        time=0,
        manned=True,
        entries=(entry,),
        signature=bytes(64),
    )
    for forged in (receipt, digest):
        mesh.happen(CARE, FrameHeard(forged.encode()))
    assert mesh.rung(CARE, message, STAFF) is Rung.QUEUED
    assert drops(mesh, CARE)[Reason.BAD_MAC] == drops(mesh, CARE)[Reason.BAD_SIGNATURE] == 1


def test_random_frames_never_raise_and_are_counted(mesh: Mesh) -> None:
    chance = random.Random(7)
    for _ in range(3000):
        mesh.happen(STAFF, FrameHeard(chance.randbytes(chance.randrange(0, 240))))
    assert sum(drops(mesh, STAFF).values()) > 2500


def test_forged_hints_make_a_station_send_within_its_budget_only(mesh: Mesh) -> None:
    """Ten minutes of forged beacons and inventories: sending stays bounded, memory too."""
    mesh.medium = lambda _from, _to, _payload: None
    mesh.compose(CARE, TO_STAFF)
    before = len(mesh.nodes[CARE].sent)
    for second in range(600):
        beacon = Beacon(
            power=0,
            station=RELAY + second % 2,
            incarnation=1,
            manned=True,
            clock_trusted=True,
            hello=True,
            last_sequence=5,
            roster_digest=bytes(2),
            inventory_digest=second.to_bytes(2, "big"),
        )
        empty = Inventory(precedence=Precedence.FLASH, station=RELAY, incarnation=1, more=False, part=0, groups=())
        mesh.happen(CARE, FrameHeard(beacon.encode(), hops=0))
        mesh.happen(CARE, FrameHeard(empty.encode(), hops=0))
        mesh.run_for(1)
    assert len(mesh.nodes[CARE].sent) - before < 150


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (Composed(1, 0, Address(Kind.FUNCTION, 9), "x", Precedence.ROUTINE), Refusal.UNKNOWN_RECIPIENT),
        (Composed(1, 0, TO_STAFF, "  ", Precedence.ROUTINE), Refusal.TEXT_EMPTY),
        (Composed(1, 0, TO_STAFF, "æ" * 2048, Precedence.ROUTINE), Refusal.TEXT_TOO_LONG),
        (Composed(1, MLA, TO_STAFF, "x", Precedence.ROUTINE), Refusal.NOT_ON_DUTY),
        (ActPerformed(1, KHJ, 99, ActKind.DONE), Refusal.MESSAGE_UNKNOWN),
    ],
)
def test_request_that_cannot_be_carried_out_changes_nothing(
    mesh: Mesh, event: Composed | ActPerformed, refusal: Refusal
) -> None:
    before = mesh.nodes[CARE].store.last_change()
    mesh.happen(CARE, event)
    answer = mesh.nodes[CARE].replies[-1]
    assert isinstance(answer, Refused)
    assert answer.refusal is refusal
    assert mesh.nodes[CARE].store.last_change() == before


def test_text_of_exactly_one_frame_is_taken(mesh: Mesh) -> None:
    assert len(mesh.compose(CARE, TO_STAFF, "a" * 155, confidential=False).sealed) == 231
    assert len(mesh.compose(CARE, TO_STAFF, "a" * 147, confidential=True).sealed) == 231


def test_act_about_a_message_for_others_is_refused(mesh: Mesh) -> None:
    mesh.network.log_in(CARE, MLA)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.happen(CARE, ActPerformed(2, MLA, message.id, ActKind.DONE))
    answer = mesh.nodes[CARE].replies[-1]
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.NOT_FOR_US


def test_networks_are_built_alike_every_time() -> None:
    assert small_network().statements == small_network().statements
