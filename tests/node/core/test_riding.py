"""Receipts ride: in a beacon for nothing, on a frame that goes anyway, and alone only when nothing is left."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from node.core.events import FrameHeard
from node.core.records import Item, Rung
from protocol.bundles import issuer_of
from protocol.decode import decode
from protocol.frames import Act, ActKind, Answer, Beacon, Bundle, Digest, Frame, HoldState, Message, Receipt, Rider
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import Dropped, Reason
from tests.support.mesh import Mesh
from tests.support.network import CRISIS_STAFF, KHJ, MLA, SmallNetwork

CARE, RELAY, STAFF = 1, 2, 3
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
TO_CARE = Address(Kind.STATION, CARE)
HELLOS_S = 240
"""After a start: the three hellos, and beacons like any other."""
BEACON_S = 75
"""Within which a station's next beacon comes."""


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """Two stations that hear each other, somebody on duty at both, their hellos over."""
    network.log_in(STAFF, KHJ)
    network.log_in(CARE, MLA)
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(HELLOS_S)
    for node in mesh.nodes.values():
        node.sent.clear()
    return mesh


def frames_of(mesh: Mesh, number: int) -> Sequence[Frame]:
    """What a station sent."""
    found = [decode(payload) for payload in mesh.nodes[number].sent]
    return [frame for frame in found if not isinstance(frame, Dropped)]


def sent(mesh: Mesh, number: int, cls: type[Frame]) -> int:
    return sum(isinstance(frame, cls) for frame in frames_of(mesh, number))


def drops(mesh: Mesh, number: int, reason: Reason) -> int:
    here = mesh.nodes[number].here
    assert here is not None
    return here.drops[reason]


def answers(mesh: Mesh, number: int) -> list[bool]:
    """Which of a station's beacons answered, in order."""
    return [frame.answer is not None for frame in frames_of(mesh, number) if isinstance(frame, Beacon)]


def lose(cls: type[Frame], mesh: Mesh, times: int) -> list[Frame]:
    """Let the air swallow the first frames of a class; they gather in the list."""
    lost: list[Frame] = []

    def medium(_from: int, _to: int, payload: bytes) -> bytes | None:
        frame = decode(payload)
        if isinstance(frame, cls) and len(lost) < times:
            lost.append(frame)
            return None
        return payload

    mesh.medium = medium
    return lost


def two_arrived(mesh: Mesh) -> tuple[Item, Item]:
    """Two messages at the staff's station, neither receipted by anything yet."""
    first, second = (mesh.compose(CARE, TO_STAFF, text) for text in ("et", "to"))
    mesh.run_until(lambda: mesh.has(STAFF, first) and mesh.has(STAFF, second), within_s=20)
    assert not frames_of(mesh, STAFF)
    return first, second


def test_a_receipt_goes_in_the_next_beacon_and_the_message_once(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.REPORTED, within_s=BEACON_S)
    assert {type(frame) for frame in frames_of(mesh, STAFF)} == {Beacon}
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.AT_STATION, within_s=400)
    assert (sent(mesh, CARE, Message), sent(mesh, STAFF, Digest), sent(mesh, STAFF, Receipt)) == (1, 1, 0)


def test_beacons_do_not_answer_the_same_in_a_row(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.AT_STATION, within_s=400)
    said = answers(mesh, STAFF)
    assert said[:4] == [True, False, True, False]


def test_a_lost_answer_is_said_again(mesh: Mesh) -> None:
    lost = lose(Beacon, mesh, 1)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: bool(lost), within_s=BEACON_S)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.REPORTED, within_s=3 * BEACON_S)


def test_a_beacon_that_does_not_answer_calls_forth_what_was_lost(mesh: Mesh) -> None:
    lost = lose(Message, mesh, 1)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=BEACON_S + 15)
    assert len(lost) == 1


def test_a_station_that_never_answers_is_not_sent_the_same_at_each_beacon(mesh: Mesh) -> None:
    mesh.medium = lambda _from, to, payload: None if to == STAFF else payload
    mesh.compose(CARE, TO_STAFF)
    mesh.run_for(20 * 60)
    assert sent(mesh, CARE, Message) <= 5


@pytest.mark.parametrize(
    ("precedence", "least_s", "most_s"),
    [(Precedence.FLASH, 0, 3), (Precedence.IMMEDIATE, 30, 33), (Precedence.PRIORITY, 300, 303)],
)
def test_a_signature_waits_for_company_as_long_as_the_precedence_allows(
    mesh: Mesh, precedence: Precedence, least_s: int, most_s: int
) -> None:
    message = mesh.compose(CARE, TO_STAFF, precedence=precedence)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=20)
    arrived_ms = mesh.now_ms
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.AT_STATION, within_s=400)
    assert least_s <= (mesh.now_ms - arrived_ms) / 1000 <= most_s
    assert sent(mesh, STAFF, Receipt) == 0


def test_all_that_is_owed_goes_under_one_signature(mesh: Mesh) -> None:
    first, second = two_arrived(mesh)
    mesh.run_until(lambda: mesh.rung(CARE, first, STAFF) is Rung.AT_STATION, within_s=400)
    assert mesh.rung(CARE, second, STAFF) is Rung.AT_STATION
    assert sent(mesh, STAFF, Digest) == 1


def test_a_receipt_rides_on_an_act_and_the_act_proves_its_own_message(mesh: Mesh) -> None:
    first, second = two_arrived(mesh)
    mesh.act(STAFF, second, KHJ)
    mesh.run_for(2)
    (bundle,) = frames_of(mesh, STAFF)
    assert isinstance(bundle, Bundle)
    assert isinstance(bundle.main, Act)
    assert [rider.sequence for rider in bundle.riders] == [first.key.sequence]
    assert (mesh.rung(CARE, first, STAFF), mesh.rung(CARE, second, STAFF)) == (Rung.REPORTED, Rung.AT_STATION)
    mesh.run_for(400)
    (digest,) = [frame for frame in frames_of(mesh, STAFF) if isinstance(frame, Digest)]
    assert [entry.about.sequence for entry in digest.entries] == [first.key.sequence]


def test_a_receipt_rides_on_a_message_to_its_origin(mesh: Mesh) -> None:
    first, _ = two_arrived(mesh)
    back = mesh.compose(STAFF, TO_CARE, "Modtaget, vi ser på det.")
    mesh.run_for(2)
    assert mesh.has(CARE, back)
    assert mesh.rung(CARE, first, STAFF) is Rung.REPORTED


def test_two_acts_about_one_message_are_told_one_by_one(mesh: Mesh) -> None:
    first, _ = two_arrived(mesh)
    mesh.act(STAFF, first, KHJ)
    mesh.act(STAFF, first, KHJ, ActKind.DONE)
    mesh.run_until(lambda: len(mesh.nodes[CARE].store.acts_about(first.key)) == 2, within_s=60)
    mesh.compose(CARE, TO_STAFF, "tre", author=MLA)
    mesh.run_for(900)
    acts = mesh.nodes[STAFF].store.acts_about(first.key)
    assert {mesh.nodes[STAFF].store.deliveries(act.id)[0].rung for act in acts} == {Rung.AT_STATION}


def test_a_lost_bundle_is_repaired(mesh: Mesh) -> None:
    first, second = two_arrived(mesh)
    lost = lose(Bundle, mesh, 1)
    mesh.act(STAFF, second, KHJ)
    mesh.run_until(lambda: len(mesh.nodes[CARE].store.acts_about(second.key)) == 1, within_s=900)
    mesh.run_until(lambda: mesh.rung(CARE, first, STAFF) is Rung.AT_STATION, within_s=900)
    assert lost


def test_a_forged_rider_pauses_nothing_and_its_main_frame_counts(mesh: Mesh) -> None:
    first, second = two_arrived(mesh)

    def forge(_from: int, _to: int, payload: bytes) -> bytes:
        frame = decode(payload)
        if not isinstance(frame, Bundle):
            return payload
        return Bundle(tuple(replace(rider, mac=bytes(3)) for rider in frame.riders), frame.main).encode()

    mesh.medium = forge
    mesh.act(STAFF, second, KHJ)
    mesh.run_for(2)
    assert mesh.rung(CARE, first, STAFF) is Rung.SENT
    assert drops(mesh, CARE, Reason.BAD_MAC) == 1
    assert len(mesh.nodes[CARE].store.acts_about(second.key)) == 1


def test_a_forged_answer_pauses_nothing(mesh: Mesh) -> None:
    def forge(_from: int, to: int, payload: bytes) -> bytes:
        frame = decode(payload)
        if to != CARE or not isinstance(frame, Beacon) or frame.answer is None:
            return payload
        return replace(frame, answer=Answer(frame.answer.state, frame.answer.code ^ 1)).encode()

    mesh.medium = forge
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_for(290)
    assert any(answers(mesh, STAFF))
    assert mesh.rung(CARE, message, STAFF) is Rung.SENT


@pytest.mark.parametrize("origin", [CARE, 900], ids=["of ours", "of a station that nobody knows"])
def test_a_rider_about_an_unknown_message_is_counted(mesh: Mesh, origin: int) -> None:
    mesh.run_for(BEACON_S)
    main = next(frame for frame in frames_of(mesh, STAFF) if isinstance(frame, Beacon))
    bundle = Bundle((Rider(origin, 999, HoldState.AT_STATION, bytes(3)),), main)
    assert issuer_of(bundle.main) == STAFF
    mesh.happen(CARE, FrameHeard(bundle.encode(), hops=0))
    assert drops(mesh, CARE, Reason.MESSAGE_NOT_HELD) == 1


def test_riders_of_a_station_with_our_number_are_not_ours(mesh: Mesh) -> None:
    first, second = two_arrived(mesh)
    mesh.act(STAFF, second, KHJ)
    mesh.run_for(2)
    mesh.happen(STAFF, FrameHeard(mesh.nodes[STAFF].sent[-1], hops=0))
    assert drops(mesh, STAFF, Reason.BAD_MAC) == drops(mesh, STAFF, Reason.MESSAGE_NOT_HELD) == 0
    assert mesh.rung(CARE, first, STAFF) is Rung.REPORTED


def test_custody_is_said_alone_when_it_found_no_ride(network: SmallNetwork) -> None:
    network.log_in(STAFF, KHJ)
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.start()
    mesh.run_for(HELLOS_S)
    lose(Beacon, mesh, 99)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_until(lambda: bool(mesh.nodes[CARE].store.custodians(message.id)), within_s=60)
    assert sent(mesh, RELAY, Receipt) == 1
