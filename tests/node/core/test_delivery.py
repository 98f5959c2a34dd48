"""A message finds its way: every rung, custody, and what a power cut may not take."""

import pytest

from node.core.records import Item, Rung
from protocol.decode import decode
from protocol.frames import ActKind, Digest, Message, Receipt
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import Mesh
from tests.support.network import CRISIS_STAFF, KHJ, SmallNetwork

CARE, RELAY, STAFF = 1, 2, 3
CHAIN = ((CARE, RELAY), (RELAY, STAFF))
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """Three stations in a row, running, KHJ on duty at the last."""
    mesh = Mesh(network, links=CHAIN)
    network.log_in(STAFF, KHJ)
    mesh.start()
    return mesh


def settle(mesh: Mesh) -> None:
    """Let the hellos of a start go by."""
    mesh.run_for(30)


def arrived(mesh: Mesh, message: Item) -> bool:
    return mesh.rung(CARE, message, STAFF) is Rung.AT_STATION


def test_message_waits_in_the_queue_while_nobody_is_heard(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=CHAIN)
    mesh.start(CARE)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_for(600)
    assert mesh.rung(CARE, message, STAFF) is Rung.QUEUED
    assert not any(isinstance(decode(payload), Message) for payload in mesh.nodes[CARE].sent)


def test_message_crosses_a_relay_and_its_arrival_is_proven_by_signature(mesh: Mesh) -> None:
    settle(mesh)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_until(lambda: arrived(mesh, message), within_s=60)
    assert mesh.has(RELAY, message)


def test_flash_leaves_before_a_routine_that_waited_longer(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=CHAIN)
    mesh.start(CARE)
    for number in range(4):
        mesh.compose(CARE, TO_STAFF, f"rutine {number}")
    flash = mesh.compose(CARE, TO_STAFF, "lyn", Precedence.FLASH)
    mesh.run_for(60)
    mesh.start(RELAY)
    mesh.run_for(60)
    sent = [frame for frame in map(decode, mesh.nodes[CARE].sent) if isinstance(frame, Message)]
    assert sent[0].sequence == flash.key.sequence


def test_acknowledgement_reaches_the_sender_by_name(mesh: Mesh) -> None:
    settle(mesh)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=60)
    mesh.act(STAFF, message, KHJ)
    mesh.run_until(lambda: len(mesh.nodes[CARE].store.acts_about(message.key)) == 1, within_s=60)
    (act,) = mesh.nodes[CARE].store.acts_about(message.key)
    assert (act.author, act.issuer) == (KHJ, STAFF)


def test_acts_are_repeated_until_the_origin_says_it_has_them(mesh: Mesh) -> None:
    settle(mesh)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_until(lambda: arrived(mesh, message), within_s=60)
    mesh.unlink(CARE, RELAY)
    mesh.run_for(1800)
    mesh.act(STAFF, message, KHJ, ActKind.DONE)
    mesh.run_for(600)
    assert not mesh.nodes[CARE].store.acts_about(message.key)
    mesh.link(CARE, RELAY)
    mesh.run_until(lambda: len(mesh.nodes[CARE].store.acts_about(message.key)) == 1, within_s=3600)
    mesh.run_until(lambda: not mesh.nodes[STAFF].store.open_deliveries(9), within_s=3600)


def test_opening_a_message_acknowledges_nothing(mesh: Mesh) -> None:
    settle(mesh)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_until(lambda: arrived(mesh, message), within_s=60)
    mesh.nodes[STAFF].store.message(message.key)
    mesh.run_for(600)
    assert not mesh.nodes[CARE].store.acts_about(message.key)


def test_nobody_on_duty_is_said_by_the_station_and_shown(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=CHAIN)
    mesh.start()
    settle(mesh)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.UNATTENDED, within_s=60)


def test_mac_receipt_pauses_sending_but_proves_no_arrival(mesh: Mesh) -> None:
    settle(mesh)
    mesh.medium = lambda _from, _to, payload: None if isinstance(decode(payload), Digest) else payload
    mesh.link(CARE, STAFF)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_for(400)
    assert mesh.rung(CARE, message, STAFF) is Rung.REPORTED
    assert mesh.rung(RELAY, message, STAFF) is not Rung.AT_STATION


def test_custodian_dies_while_holding_and_the_origin_delivers_itself(mesh: Mesh) -> None:
    settle(mesh)
    mesh.unlink(RELAY, STAFF)
    mesh.run_for(600)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: bool(mesh.nodes[CARE].store.custodians(message.id)), within_s=120)
    mesh.cut_power(RELAY)
    mesh.run_for(3600)
    assert mesh.rung(CARE, message, STAFF) is not Rung.AT_STATION
    mesh.link(CARE, STAFF)  # the relay never comes back; another way opens
    mesh.run_until(lambda: arrived(mesh, message), within_s=1800)


def test_custodian_cut_from_power_still_holds_when_it_is_back(mesh: Mesh) -> None:
    settle(mesh)
    mesh.unlink(RELAY, STAFF)
    mesh.run_for(600)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: bool(mesh.nodes[CARE].store.custodians(message.id)), within_s=120)
    mesh.cut_power(RELAY)
    mesh.unlink(CARE, RELAY)  # the origin is out of the game now
    mesh.run_for(3600)
    mesh.link(RELAY, STAFF)
    mesh.start(RELAY)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=600)
    mesh.link(CARE, RELAY)
    mesh.run_until(lambda: arrived(mesh, message), within_s=3600)


def test_recipient_restarts_between_storing_and_receipting(mesh: Mesh) -> None:
    settle(mesh)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    staff = mesh.nodes[STAFF]
    was_sent = len(staff.sent)

    def fail_after_the_commit(_from: int, to: int, payload: bytes) -> bytes:
        if to == STAFF and isinstance(decode(payload), Message):
            staff.effects_lost = True
        return payload

    mesh.medium = fail_after_the_commit
    mesh.run_until(lambda: staff.station is None, within_s=60)
    assert mesh.has(STAFF, message)
    assert len(staff.sent) == was_sent  # it stored, and said nothing
    mesh.medium = lambda _from, _to, payload: None if isinstance(decode(payload), Message) else payload
    mesh.start(STAFF)  # and nobody sends it again
    mesh.run_until(lambda: arrived(mesh, message), within_s=120)


@pytest.mark.parametrize("restarted", [CARE, RELAY, STAFF])
def test_each_station_may_restart_while_a_message_is_under_way(mesh: Mesh, restarted: int) -> None:
    settle(mesh)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.IMMEDIATE)
    mesh.run_for(1)
    mesh.cut_power(restarted)
    mesh.run_for(300)
    mesh.start(restarted)
    mesh.run_until(lambda: arrived(mesh, message) or mesh.rung(CARE, message, STAFF) is Rung.UNATTENDED, within_s=900)


def test_a_restart_forgets_no_timer(mesh: Mesh) -> None:
    settle(mesh)
    mesh.medium = lambda _from, _to, payload: None if isinstance(decode(payload), Digest | Receipt) else payload
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=120)
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    mesh.medium = lambda _from, _to, payload: payload
    mesh.run_until(lambda: arrived(mesh, message) or mesh.rung(CARE, message, STAFF) is Rung.UNATTENDED, within_s=1200)


def test_lost_receipt_is_repeated_when_the_message_comes_again(mesh: Mesh) -> None:
    settle(mesh)
    lost: list[bytes] = []

    def lose_first_digest(_from: int, _to: int, payload: bytes) -> bytes | None:
        if isinstance(decode(payload), Digest) and not lost:
            lost.append(payload)
            return None
        return payload

    mesh.medium = lose_first_digest
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_until(lambda: arrived(mesh, message), within_s=600)
    assert lost


def test_gap_alone_travels_after_a_silence(mesh: Mesh) -> None:
    settle(mesh)
    first = mesh.compose(CARE, Address(Kind.STATION, RELAY), "et")
    mesh.run_until(lambda: mesh.rung(CARE, first, RELAY) in (Rung.AT_STATION, Rung.UNATTENDED), within_s=900)
    mesh.unlink(CARE, RELAY)
    mesh.run_for(900)
    second = mesh.compose(CARE, Address(Kind.STATION, RELAY), "to")
    mesh.run_for(60)
    before = len(mesh.nodes[CARE].sent)
    mesh.link(CARE, RELAY)
    mesh.run_until(lambda: mesh.has(RELAY, second), within_s=600)
    again = [f for f in map(decode, mesh.nodes[CARE].sent[before:]) if isinstance(f, Message)]
    assert [frame.sequence for frame in again] == [second.key.sequence]


def test_message_expires_by_age_and_says_so(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=CHAIN)
    mesh.start(CARE)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_for(25 * 3600)
    assert mesh.rung(CARE, message, STAFF) is Rung.EXPIRED


def test_message_for_the_own_station_needs_no_radio(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=CHAIN)
    network.log_in(STAFF, KHJ)
    mesh.start(STAFF)
    message = mesh.compose(STAFF, TO_STAFF, author=KHJ)
    assert mesh.rung(STAFF, message, STAFF) is Rung.AT_STATION
