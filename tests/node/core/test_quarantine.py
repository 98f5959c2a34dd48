"""Messages of somebody unknown wait for the certificate, bounded, and nothing of them is believed until it comes."""

import random
from dataclasses import replace

import pytest

from node.core.events import FrameHeard
from node.core.policy import QUARANTINE_FRAMES_MAX, QUARANTINE_OF_ONE_MAX
from node.core.records import Item, Rung
from protocol.decode import decode
from protocol.frames import ActKind, Beacon, Message, Request, RequestKind, StatementFrame
from protocol.numbers import SEQUENCE_MAX, Address, Kind, Precedence
from protocol.reasons import Reason
from tests.support.mesh import Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, RELAY, STAFF, SmallNetwork, newcomer_statement

NEWCOMER = 7
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
HOUR_S = 3600


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """A care home whose new operator only the care home knows."""
    mesh = Mesh(network, links=((CARE, STAFF), (CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    mesh.run_for(30)
    mesh.happen(CARE, FrameHeard(newcomer_statement(NEWCOMER, CARE)))
    network.log_in(CARE, NEWCOMER)
    return mesh


def without_certificates(_from: int, _to: int, payload: bytes) -> bytes | None:
    return None if isinstance(decode(payload), StatementFrame) else payload


def silence(_from: int, _to: int, _payload: bytes) -> bytes | None:
    return None


def unheard(mesh: Mesh, text: str = "Send vand", precedence: Precedence = Precedence.ROUTINE) -> Item:
    """A message of the newcomer that nobody has heard yet."""
    mesh.medium = silence
    return mesh.compose(CARE, TO_STAFF, text, precedence, author=NEWCOMER)


def waiting(mesh: Mesh, number: int) -> int:
    node = mesh.nodes[number]
    assert node.station is not None
    return node.station.snapshot(mesh.moment(node)).quarantined


def drops(mesh: Mesh, number: int) -> dict[Reason, int]:
    node = mesh.nodes[number]
    assert node.station is not None
    return node.station.snapshot(mesh.moment(node)).drops


def requests(mesh: Mesh, number: int, since: int = 0) -> list[Request]:
    frames = map(decode, mesh.nodes[number].sent[since:])
    asked = (one for one in frames if isinstance(one, Request))
    return [one for one in asked if one.kind is RequestKind.CERTIFICATES]


def test_message_of_somebody_unknown_waits_and_moves_nothing(mesh: Mesh) -> None:
    message = unheard(mesh)
    mesh.happen(STAFF, FrameHeard(message.sealed))
    mesh.happen(STAFF, FrameHeard(message.sealed))
    sent = len(mesh.nodes[STAFF].sent)
    mesh.run_for(600)
    assert waiting(mesh, STAFF) == 1
    assert not mesh.has(STAFF, message)
    assert not mesh.nodes[STAFF].store.owed(9)
    kinds = {type(decode(payload)) for payload in mesh.nodes[STAFF].sent[sent:]}
    assert kinds <= {Beacon, Request}


def test_it_is_taken_in_when_the_certificate_comes_as_old_as_it_has_become(mesh: Mesh) -> None:
    message = unheard(mesh)
    for node in mesh.nodes.values():
        node.utc_offset_ms = None
    mesh.happen(STAFF, FrameHeard(message.sealed))
    mesh.run_for(600)
    mesh.happen(STAFF, FrameHeard(newcomer_statement(NEWCOMER, CARE)))
    held = mesh.nodes[STAFF].store.message(message.key)
    assert held is not None
    assert 600_000 <= held.accepted_at - held.born_at < 640_000
    assert waiting(mesh, STAFF) == 0
    assert mesh.nodes[STAFF].store.owed(9)


def test_it_waits_through_a_restart(mesh: Mesh) -> None:
    message = unheard(mesh)
    mesh.happen(STAFF, FrameHeard(message.sealed))
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    assert waiting(mesh, STAFF) == 1
    mesh.happen(STAFF, FrameHeard(newcomer_statement(NEWCOMER, CARE)))
    assert mesh.has(STAFF, message)


def test_certificate_is_asked_for_and_the_message_arrives(mesh: Mesh) -> None:
    message = unheard(mesh)
    mesh.happen(STAFF, FrameHeard(message.sealed))
    mesh.medium = lambda _from, _to, payload: payload
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) == Rung.UNATTENDED, within_s=420)
    assert waiting(mesh, STAFF) == 0


def test_one_holder_is_asked_for_once_in_ten_minutes(mesh: Mesh) -> None:
    message = unheard(mesh)
    mesh.medium = without_certificates
    sent = len(mesh.nodes[STAFF].sent)
    for _ in range(19):
        mesh.happen(STAFF, FrameHeard(message.sealed))
        mesh.run_for(30)
    asked = requests(mesh, STAFF, sent)
    assert [one.addresses for one in asked] == [(Address(Kind.OPERATOR, NEWCOMER),)]


def test_certificate_goes_ahead_of_a_new_operators_first_message(mesh: Mesh) -> None:
    sent = len(mesh.nodes[CARE].sent)
    message = mesh.compose(CARE, TO_STAFF, author=NEWCOMER)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=60)
    kinds = [type(decode(payload)) for payload in mesh.nodes[CARE].sent[sent:]]
    assert kinds.index(StatementFrame) < kinds.index(Message)
    assert not requests(mesh, STAFF)
    second = mesh.compose(CARE, TO_STAFF, "mere", author=NEWCOMER)
    mesh.run_until(lambda: mesh.has(STAFF, second), within_s=60)
    frames = map(decode, mesh.nodes[CARE].sent)
    assert sum(isinstance(frame, StatementFrame) for frame in frames) == 1


def test_certificates_of_the_first_roster_go_ahead_of_nothing(mesh: Mesh) -> None:
    mesh.network.log_in(CARE, KHJ)
    message = mesh.compose(CARE, TO_STAFF, author=KHJ)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=60)
    assert not any(isinstance(decode(payload), StatementFrame) for payload in mesh.nodes[CARE].sent)


def test_one_of_several_holders_answers_a_question_to_anyone(mesh: Mesh) -> None:
    certificate = newcomer_statement(NEWCOMER, CARE)
    mesh.happen(RELAY, FrameHeard(certificate))
    message = unheard(mesh)
    mesh.run_for(1)
    before = [payload for node in mesh.nodes.values() for payload in node.sent].count(certificate)
    mesh.happen(STAFF, FrameHeard(message.sealed))
    mesh.medium = lambda _from, _to, payload: None if isinstance(decode(payload), Message) else payload
    mesh.run_for(60)
    after = [payload for node in mesh.nodes.values() for payload in node.sent].count(certificate)
    assert after - before == 1
    assert mesh.has(STAFF, message)


def test_act_of_somebody_unknown_waits_too(mesh: Mesh) -> None:
    message = mesh.compose(STAFF, Address(Kind.STATION, CARE))
    mesh.run_until(lambda: mesh.has(CARE, message), within_s=60)
    mesh.medium = silence
    mesh.act(CARE, message, NEWCOMER, ActKind.ACCEPTED)
    (act,) = mesh.nodes[CARE].store.acts_about(message.key)
    mesh.happen(STAFF, FrameHeard(act.sealed))
    assert waiting(mesh, STAFF) == 1
    assert not mesh.nodes[STAFF].store.acts_about(message.key)
    mesh.happen(STAFF, FrameHeard(newcomer_statement(NEWCOMER, CARE)))
    assert len(mesh.nodes[STAFF].store.acts_about(message.key)) == 1


def test_forged_message_does_not_pass_when_the_certificate_comes(mesh: Mesh) -> None:
    frame = decode(unheard(mesh).sealed)
    assert isinstance(frame, Message)
    forged = replace(frame, signature=bytes(64))
    mesh.happen(STAFF, FrameHeard(forged.encode()))
    mesh.happen(STAFF, FrameHeard(newcomer_statement(NEWCOMER, CARE)))
    assert waiting(mesh, STAFF) == 0
    assert drops(mesh, STAFF)[Reason.BAD_SIGNATURE] == 1


def test_four_of_one_claimed_author_wait(mesh: Mesh) -> None:
    messages = [unheard(mesh, f"nummer {number}") for number in range(QUARANTINE_OF_ONE_MAX + 2)]
    for message in messages:
        mesh.happen(STAFF, FrameHeard(message.sealed))
    assert waiting(mesh, STAFF) == QUARANTINE_OF_ONE_MAX
    assert drops(mesh, STAFF)[Reason.QUOTA] == 2


def test_what_waited_for_a_day_is_dropped_and_counted(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(unheard(mesh).sealed))
    mesh.run_for(23 * HOUR_S)
    assert waiting(mesh, STAFF) == 1
    mesh.run_for(HOUR_S + 60)
    assert waiting(mesh, STAFF) == 0
    assert drops(mesh, STAFF)[Reason.UNKNOWN_AUTHOR] == 1
    assert not mesh.nodes[STAFF].store.quarantined()


def test_unknown_station_is_asked_for_when_it_is_heard(mesh: Mesh) -> None:
    stranger = Beacon(
        power=0,
        station=99,
        incarnation=1,
        manned=False,
        clock_trusted=False,
        hello=True,
        last_sequence=0,
        roster_digest=bytes(2),
        inventory_digest=bytes(2),
    )
    sent = len(mesh.nodes[STAFF].sent)
    mesh.happen(STAFF, FrameHeard(stranger.encode(), hops=0))
    mesh.run_for(10)
    (asked,) = requests(mesh, STAFF, sent)
    assert asked.addresses == (Address(Kind.STATION, 99),)


def test_flood_of_invented_authors_fills_a_bounded_place_and_costs_little_air(mesh: Mesh) -> None:
    """Ten minutes of forged messages, two a second; a member's message passes all the while."""
    chance = random.Random(3)
    frame = decode(unheard(mesh).sealed)
    assert isinstance(frame, Message)
    mesh.medium = lambda _from, _to, payload: payload
    sent = len(mesh.nodes[STAFF].sent)
    for _ in range(1200):
        forged = replace(
            frame,
            station=chance.choice((CARE, RELAY, 90 + chance.randrange(900))),
            sequence=chance.randrange(1, SEQUENCE_MAX),
            author=10 + chance.randrange(2000),
            body=chance.randbytes(chance.randrange(150)),
            signature=chance.randbytes(64),
        )
        mesh.happen(STAFF, FrameHeard(forged.encode()))
        mesh.run_for(0.5)
    kept = mesh.nodes[STAFF].store.quarantined()
    assert len(kept) == QUARANTINE_FRAMES_MAX
    assert sum(len(one.payload) for one in kept) < 16_384
    assert drops(mesh, STAFF)[Reason.QUOTA] > 800
    asked = requests(mesh, STAFF, sent)
    assert 5 <= len(asked) <= 11
    assert all(len(one.addresses) <= 8 for one in asked)
    real = mesh.compose(CARE, TO_STAFF, precedence=Precedence.IMMEDIATE)
    mesh.run_until(lambda: mesh.has(STAFF, real), within_s=120)
