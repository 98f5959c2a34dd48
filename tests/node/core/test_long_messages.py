"""Long messages between stations: whole or nothing, however the air behaves, and never more kept than is allowed."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from node.core.deliveries import reference_of
from node.core.effects import Refusal, Refused
from node.core.events import Composed, FrameHeard, StatementsHandedIn
from node.core.long_reading import readable_body
from node.core.policy import ARRIVING_MAX, ARRIVING_OF_ONE_MAX
from node.core.records import Item, ItemKind, Rung
from node.store.sqlite import SqliteStore
from protocol.codec import decode_text
from protocol.decode import decode
from protocol.frames import Fragment, Long, Message, Receipt, Request, RequestKind
from protocol.instants import Lifetime
from protocol.long_messages import fragment_of, split
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import Reason
from protocol.sealing import seal
from protocol.statements import Right
from tests.support.mesh import Mesh
from tests.support.network import (
    CRISIS_STAFF,
    SmallNetwork,
    person_statement,
    signing_key,
    small_network,
    station_statement,
)
from tests.support.town import revocation

CARE, RELAY, STAFF = 1, 2, 3
SAFE = 30
"""An operator who may end keys."""
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
TEXT = "\n".join(
    f"{number:2}. Plejehjemmet Havblik: nødstrøm til kl. {number % 24:02}, {number + 11} beboere, vand i {number} døgn."
    for number in range(1, 26)
)
"""About 2 kB of Danish."""


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """Two stations in reach of each other, past the hellos of their start."""
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(30)
    return mesh


def text_at(mesh: Mesh, number: int, message: Item) -> str | None:
    """What a station can show of a message; None while it does not have it."""
    node = mesh.nodes[number]
    item = node.store.message(message.key)
    if item is None:
        return None
    frame = decode(item.sealed)
    assert isinstance(frame, Long | Message)
    assert node.here is not None
    body = readable_body(node.here, item.key, frame)
    assert isinstance(body, bytes), body
    text = decode_text(frame.codec, body)
    assert isinstance(text, str), text
    return text


def drops(mesh: Mesh, number: int, reason: Reason) -> int:
    here = mesh.nodes[number].here
    assert here is not None
    return here.drops[reason]


def sent(mesh: Mesh, number: int, kind: type[Long | Fragment | Request]) -> list[Long | Fragment | Request]:
    return [frame for frame in map(decode, mesh.nodes[number].sent) if isinstance(frame, kind)]


def asks(mesh: Mesh, number: int) -> list[Request]:
    requests = [frame for frame in sent(mesh, number, Request) if isinstance(frame, Request)]
    return [one for one in requests if one.kind is RequestKind.FRAGMENTS]


def arriving(mesh: Mesh, number: int) -> int:
    return len(mesh.nodes[number].store.all_arriving())


def is_fragment(payload: bytes, *indexes: int) -> bool:
    frame = decode(payload)
    return isinstance(frame, Fragment) and (not indexes or frame.index in indexes)


def losing(*indexes: int) -> Callable[[int, int, bytes], bytes | None]:
    """A medium that loses each of these fragments once."""
    left = set(indexes)

    def medium(_sender: int, _receiver: int, payload: bytes) -> bytes | None:
        frame = decode(payload)
        if isinstance(frame, Fragment) and frame.index in left:
            left.discard(frame.index)
            return None
        return payload

    return medium


def test_a_long_text_arrives_whole_and_is_receipted_once(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: text_at(mesh, STAFF, message) == TEXT, within_s=300)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.UNATTENDED, within_s=900)
    assert asks(mesh, STAFF) == []
    assert len(sent(mesh, CARE, Long)) == 1
    assert arriving(mesh, STAFF) == 0


def test_a_short_text_stays_in_one_frame(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, "Send vand.")
    assert isinstance(decode(message.sealed), Message)
    assert mesh.nodes[CARE].store.fragments(message.key) == {}


@pytest.mark.parametrize("confidential", [True, False])
def test_the_longest_text_can_be_sent_confidential_or_not(mesh: Mesh, confidential: bool) -> None:
    text = "x" * (4096 - (8 if confidential else 0))
    message = mesh.compose(CARE, TO_STAFF, text, confidential=confidential)
    mesh.run_until(lambda: text_at(mesh, STAFF, message) == text, within_s=900)
    frame = decode(message.sealed)
    assert isinstance(frame, Long)
    assert frame.confidential is confidential


def test_a_longer_one_is_refused_with_what_fits(mesh: Mesh) -> None:
    mesh.happen(CARE, Composed(1, 0, TO_STAFF, "x" * 4096, Precedence.ROUTINE))
    assert mesh.nodes[CARE].replies[-1] == Refused(Refusal.TEXT_TOO_LONG, "4096/4088")
    assert mesh.nodes[CARE].store.last_sequence(1) == 0


def test_nothing_is_receipted_before_all_of_it_is_there(mesh: Mesh) -> None:
    mesh.medium = lambda _sender, _receiver, payload: None if is_fragment(payload, 3) else payload
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_for(3600)
    assert not mesh.has(STAFF, message)
    assert mesh.nodes[STAFF].store.seen(CARE, 1) is None
    assert mesh.rung(CARE, message, STAFF) is Rung.SENT
    assert not any(isinstance(decode(payload), Receipt) for payload in mesh.nodes[STAFF].sent)


def test_what_was_lost_is_asked_for_and_only_that_is_sent_again(mesh: Mesh) -> None:
    mesh.medium = losing(1, 4)
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: text_at(mesh, STAFF, message) == TEXT, within_s=300)
    (asked,) = asks(mesh, STAFF)
    assert asked.bitmaps[0][1] == 0b10010
    indexes = [frame.index for frame in sent(mesh, CARE, Fragment) if isinstance(frame, Fragment)]
    assert indexes == [*range(len(set(indexes))), 1, 4]
    assert len(sent(mesh, CARE, Long)) == 1, "while fragments go and may be asked for, the first frame is not repeated"


def test_a_fragment_just_sent_is_not_sent_again_for_a_question_that_was_under_way(mesh: Mesh) -> None:
    mesh.medium = lambda sender, _receiver, payload: None if sender == STAFF or is_fragment(payload) else payload
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    count = len(mesh.nodes[CARE].store.fragments(message.key))
    mesh.run_until(lambda: len(sent(mesh, CARE, Fragment)) == count, within_s=120)
    mesh.run_for(4)
    for asker in (STAFF, RELAY):
        asked = Request(
            precedence=Precedence.ROUTINE,
            asker=asker,
            asked=CARE,
            kind=RequestKind.FRAGMENTS,
            bitmaps=((reference_of(message), 0b10),),
        )
        mesh.happen(CARE, FrameHeard(asked.encode(), hops=0))
        mesh.run_for(2)
    assert len(sent(mesh, CARE, Fragment)) == count + 1


def test_who_would_only_carry_it_asks_no_more_once_its_recipient_has_it(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, STAFF), (CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    mesh.run_for(30)
    mesh.medium = lambda _sender, receiver, payload: None if receiver == RELAY and is_fragment(payload, 2) else payload
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=300)
    mesh.run_for(900)
    asked = len(asks(mesh, RELAY))
    assert asked <= 2
    mesh.run_for(3600)
    assert arriving(mesh, RELAY) == 1
    assert len(asks(mesh, RELAY)) == asked


def test_a_lost_first_frame_repairs_itself(mesh: Mesh) -> None:
    lost: list[bytes] = []

    def medium(_sender: int, _receiver: int, payload: bytes) -> bytes | None:
        if isinstance(decode(payload), Long) and not lost:
            lost.append(payload)
            return None
        return payload

    mesh.medium = medium
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: text_at(mesh, STAFF, message) == TEXT, within_s=600)
    assert lost
    assert drops(mesh, STAFF, Reason.MESSAGE_NOT_HELD) > 0


@pytest.mark.parametrize("seed", range(6))
def test_a_fifth_lost_doubled_and_out_of_order_it_still_arrives(mesh: Mesh, seed: int) -> None:
    chance = random.Random(seed)

    def medium(sender: int, receiver: int, payload: bytes) -> bytes | None:
        if chance.random() < 0.2:
            return None
        if chance.random() < 0.2:
            delay_ms = chance.randrange(20_000)
            mesh._at(mesh.now_ms + delay_ms, lambda: mesh.happen(receiver, FrameHeard(payload, hops=0)))
        return payload if chance.random() < 0.8 else None

    mesh.medium = medium
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: text_at(mesh, STAFF, message) == TEXT, within_s=3600)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.UNATTENDED, within_s=3600)


def test_forged_and_changed_fragments_are_refused_and_nothing_of_them_is_kept(mesh: Mesh) -> None:
    def medium(_sender: int, receiver: int, payload: bytes) -> bytes | None:
        if is_fragment(payload, 2):
            mesh.happen(receiver, FrameHeard(payload[:-1] + bytes([payload[-1] ^ 1]), hops=0))
            mesh.happen(receiver, FrameHeard(payload + b"!" if len(payload) < 231 else payload[:-1], hops=0))
        return payload

    mesh.medium = medium
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: text_at(mesh, STAFF, message) == TEXT, within_s=300)
    assert drops(mesh, STAFF, Reason.BAD_FRAGMENT) == 2


def test_a_fragment_of_nothing_and_one_too_many_are_counted(mesh: Mesh) -> None:
    stray = Fragment(precedence=Precedence.FLASH, station=CARE, incarnation=1, sequence=77, index=0, data=b"!")
    mesh.happen(STAFF, FrameHeard(stray.encode(), hops=0))
    assert drops(mesh, STAFF, Reason.MESSAGE_NOT_HELD) == 1
    mesh.medium = lambda _sender, _receiver, payload: None if is_fragment(payload) else payload
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: arriving(mesh, STAFF) == 1, within_s=60)
    first = decode(message.sealed)
    assert isinstance(first, Long)
    mesh.happen(STAFF, FrameHeard(fragment_of(first, 18, b"!").encode(), hops=0))
    assert drops(mesh, STAFF, Reason.BAD_FRAGMENT) == 1


def test_fragments_after_the_whole_are_duplicates_and_our_own_are_known(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=300)
    first = decode(message.sealed)
    assert isinstance(first, Long)
    again = fragment_of(first, 0, mesh.nodes[CARE].store.fragments(message.key)[0]).encode()
    before = drops(mesh, STAFF, Reason.DUPLICATE)
    mesh.happen(STAFF, FrameHeard(again, hops=0))
    mesh.happen(CARE, FrameHeard(again, hops=0))
    assert drops(mesh, STAFF, Reason.DUPLICATE) == before + 1
    assert drops(mesh, CARE, Reason.OWN_FRAME) == 1


def forged_long(network: SmallNetwork, sequence: int, text: bytes, **changes: object) -> tuple[bytes, list[bytes]]:
    """A LONG that CARE's key signed without that station's core: whoever stole the key sends it."""
    key = signing_key(f"station {CARE}")
    bare = Long(
        precedence=Precedence.ROUTINE,
        station=CARE,
        incarnation=1,
        sequence=sequence,
        author=0,
        recipient=TO_STAFF,
        time=0,
        lifetime=Lifetime.ONE_DAY,
        body=text,
    )
    bare = replace(bare, **changes)
    room_bytes = 231 - 76
    first, datas = split(bare, room_bytes, key.public_key().public_bytes_raw(), 1)
    sealed = seal(replace(first, time=(1 << 20) - 1), network.roster, key.sign)
    return sealed.encode(), [fragment_of(sealed, index, data).encode() for index, data in enumerate(datas)]


def test_another_long_under_the_same_number_is_a_conflict_and_the_first_stays(
    network: SmallNetwork, mesh: Mesh
) -> None:
    first, datas = forged_long(network, 9, b"a" * 1000)
    other, others = forged_long(network, 9, b"b" * 1000)
    for payload in (first, *datas[:2], other, *others, *datas[2:]):
        mesh.happen(STAFF, FrameHeard(payload, hops=0))
    assert drops(mesh, STAFF, Reason.CONFLICT) == 1
    assert drops(mesh, STAFF, Reason.BAD_FRAGMENT) == len(others)
    (item,) = mesh.nodes[STAFF].store.items_changed_since(0, 9)
    assert text_at(mesh, STAFF, item) == "a" * 1000


def test_a_message_under_the_number_of_one_that_arrives_is_a_conflict(network: SmallNetwork, mesh: Mesh) -> None:
    first, _ = forged_long(network, 9, b"a" * 1000)
    key = signing_key(f"station {CARE}")
    long = decode(first)
    assert isinstance(long, Long)
    fields = {name: getattr(long, name) for name in ("precedence", "station", "incarnation", "sequence", "recipient")}
    message = Message(author=0, time=long.time, lifetime=long.lifetime, body=b"kort", **fields)
    mesh.happen(STAFF, FrameHeard(first, hops=0))
    mesh.happen(STAFF, FrameHeard(seal(message, network.roster, key.sign).encode(), hops=0))
    assert drops(mesh, STAFF, Reason.CONFLICT) == 1
    assert not mesh.nodes[STAFF].store.items_changed_since(0, 9)


def test_two_texts_with_the_same_fragment_hashes_are_told_apart(network: SmallNetwork, mesh: Mesh) -> None:
    """Six bytes can be made to fit, so the first frame also names the whole: here an author signs a wrong one."""
    key = signing_key(f"station {CARE}")
    raw, datas = forged_long(network, 9, b"a" * 1000)
    first = decode(raw)
    assert isinstance(first, Long)
    wrong = replace(first, body=first.body[:3] + bytes(16) + first.body[19:], signature=b"")
    for payload in (seal(wrong, network.roster, key.sign).encode(), *datas):
        mesh.happen(STAFF, FrameHeard(payload, hops=0))
    assert drops(mesh, STAFF, Reason.BAD_FRAGMENT) == 1
    assert not mesh.nodes[STAFF].store.items_changed_since(0, 9)
    assert mesh.nodes[STAFF].store.fragments(mesh.nodes[STAFF].store.all_arriving()[0].key) == {}


def test_a_bomb_of_announcements_stays_within_bounds(network: SmallNetwork, mesh: Mesh) -> None:
    for sequence in range(100, 100 + ARRIVING_MAX):
        raw, datas = forged_long(network, sequence, bytes([65 + sequence % 20]) * 4096)
        for payload in (raw, *datas[:-1]):
            mesh.happen(STAFF, FrameHeard(payload, hops=0))
    store = mesh.nodes[STAFF].store
    kept = store.all_arriving()
    assert len(kept) == ARRIVING_OF_ONE_MAX
    assert [row.key.sequence for row in kept] == [112, 113, 114, 115]
    assert drops(mesh, STAFF, Reason.QUOTA) == ARRIVING_MAX - ARRIVING_OF_ONE_MAX
    mine = [replace(kept[0].key, sequence=sequence) for sequence in range(100, 112)]
    assert all(store.fragments(key) == {} for key in mine)


def test_a_routine_gives_way_and_what_is_more_urgent_stays(network: SmallNetwork, mesh: Mesh) -> None:
    for sequence, precedence in enumerate((0, 3, 3, 2), start=100):
        raw, _ = forged_long(network, sequence, b"a" * 1000, precedence=Precedence(precedence))
        mesh.happen(STAFF, FrameHeard(raw, hops=0))
        mesh.run_for(0.01)
    raw, _ = forged_long(network, 110, b"a" * 1000, precedence=Precedence.PRIORITY)
    mesh.happen(STAFF, FrameHeard(raw, hops=0))
    assert [row.key.sequence for row in mesh.nodes[STAFF].store.all_arriving()] == [100, 102, 103, 110]


def test_a_routine_does_not_push_out_a_flash(network: SmallNetwork, mesh: Mesh) -> None:
    for sequence in range(100, 104):
        raw, _ = forged_long(network, sequence, b"a" * 1000, precedence=Precedence.FLASH)
        mesh.happen(STAFF, FrameHeard(raw, hops=0))
    raw, _ = forged_long(network, 110, b"a" * 1000)
    mesh.happen(STAFF, FrameHeard(raw, hops=0))
    assert [row.key.sequence for row in mesh.nodes[STAFF].store.all_arriving()] == [100, 101, 102, 103]
    assert drops(mesh, STAFF, Reason.QUOTA) == 1


def test_what_expires_in_the_middle_is_given_up(network: SmallNetwork, mesh: Mesh) -> None:
    raw, datas = forged_long(network, 9, b"a" * 1000, lifetime=Lifetime.HALF_HOUR)
    for payload in (raw, datas[0]):
        mesh.happen(STAFF, FrameHeard(payload, hops=0))
    key = mesh.nodes[STAFF].store.all_arriving()[0].key
    mesh.run_for(1790)
    assert arriving(mesh, STAFF) == 1
    mesh.run_for(20)
    assert arriving(mesh, STAFF) == 0
    assert mesh.nodes[STAFF].store.fragments(key) == {}
    assert drops(mesh, STAFF, Reason.EXPIRED) == 1


def test_questions_end_when_nothing_comes(network: SmallNetwork, mesh: Mesh) -> None:
    raw, _ = forged_long(network, 9, b"a" * 1000)
    mesh.happen(STAFF, FrameHeard(raw, hops=0))
    mesh.run_for(6 * 3600)
    assert len(asks(mesh, STAFF)) == 8
    assert {request.asked for request in asks(mesh, STAFF)} == {CARE, 0}


def test_forged_questions_for_fragments_end_with_the_delivery(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=300)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.UNATTENDED, within_s=900)
    before = len(sent(mesh, CARE, Fragment))
    asked = Request(
        precedence=Precedence.FLASH,
        asker=STAFF,
        asked=CARE,
        kind=RequestKind.FRAGMENTS,
        bitmaps=((reference_of(message), 0xFFFFFFFF),),
    )
    for _ in range(20):
        mesh.happen(CARE, FrameHeard(asked.encode(), hops=0))
        mesh.run_for(60)
    assert len(sent(mesh, CARE, Fragment)) == before


def test_how_much_of_it_is_here_is_told_at_its_recipient_alone(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY), (CARE, STAFF)))
    mesh.start()
    mesh.run_for(30)
    mesh.medium = lambda _sender, _receiver, payload: None if is_fragment(payload, 0, 2) else payload
    message = mesh.compose(CARE, TO_STAFF, TEXT, Precedence.PRIORITY)
    mesh.run_for(60)
    packets = 1 + len(mesh.nodes[CARE].store.fragments(message.key))
    station = mesh.nodes[STAFF].station
    relay = mesh.nodes[RELAY].station
    assert station is not None
    assert relay is not None
    (told,) = station.snapshot(mesh.moment(mesh.nodes[STAFF])).arriving
    assert (told.key, told.to, told.precedence) == (message.key, TO_STAFF, Precedence.PRIORITY)
    assert (told.packets_here, told.packets) == (packets - 2, packets)
    assert relay.snapshot(mesh.moment(mesh.nodes[RELAY])).arriving == ()


def test_a_replayed_first_frame_is_no_lever_to_ask_for_ever(network: SmallNetwork, mesh: Mesh) -> None:
    raw, _ = forged_long(network, 9, b"a" * 1000)
    for _ in range(1200):
        mesh.happen(STAFF, FrameHeard(raw, hops=0))
        mesh.run_for(1)
    assert len(asks(mesh, STAFF)) <= 1200 // 10


def test_a_flash_overtakes_between_two_fragments(mesh: Mesh) -> None:
    mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: len(sent(mesh, CARE, Fragment)) == 3, within_s=120)
    flash = mesh.compose(CARE, TO_STAFF, "Evakuer nu.", Precedence.FLASH)
    mesh.run_until(lambda: mesh.has(STAFF, flash), within_s=10)
    assert len(sent(mesh, CARE, Fragment)) <= 4


def test_the_union_of_what_two_receivers_lack_is_sent_once(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, STAFF), (CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    mesh.run_for(30)
    lost = {RELAY: {0, 1, 2}, STAFF: {1, 2, 3}}

    def medium(_sender: int, receiver: int, payload: bytes) -> bytes | None:
        frame = decode(payload)
        if isinstance(frame, Fragment) and frame.index in lost.get(receiver, ()):
            lost[receiver].discard(frame.index)
            return None
        return payload

    mesh.medium = medium
    message = mesh.compose(CARE, Address(Kind.STATION, 0), TEXT)
    mesh.run_until(lambda: mesh.has(STAFF, message) and mesh.has(RELAY, message), within_s=600)
    indexes = [frame.index for frame in sent(mesh, CARE, Fragment) if isinstance(frame, Fragment)]
    count = len(set(indexes))
    assert sorted(indexes[count:]) == [0, 1, 2, 3]


def test_a_relay_carries_it_only_whole(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    mesh.run_for(30)
    mesh.medium = losing(2)
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: arriving(mesh, RELAY) == 1, within_s=60)
    assert sent(mesh, RELAY, Long) == []
    mesh.run_until(lambda: text_at(mesh, STAFF, message) == TEXT, within_s=900)
    assert mesh.has(RELAY, message)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.UNATTENDED, within_s=3600)


@pytest.fixture
def on_disk(network: SmallNetwork, tmp_path: Path) -> Iterator[Mesh]:
    with ExitStack() as stack:

        def make(number: int) -> SqliteStore:
            return stack.enter_context(closing(SqliteStore(tmp_path / f"{number}.db")))

        mesh = Mesh(network, links=((CARE, STAFF),), make_store=make)
        mesh.start()
        mesh.run_for(30)
        yield mesh


@pytest.mark.parametrize("who", [CARE, STAFF])
@pytest.mark.parametrize("after", [1, 4, 8])
def test_it_goes_on_after_either_side_lost_power(on_disk: Mesh, who: int, after: int) -> None:
    mesh = on_disk
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    mesh.run_until(lambda: len(sent(mesh, CARE, Fragment)) == after, within_s=120)
    mesh.run_for(1)
    kept = len(mesh.nodes[STAFF].store.fragments(message.key))
    assert kept >= after - 1
    mesh.cut_power(who)
    mesh.run_for(120)
    mesh.start(who)
    mesh.run_until(lambda: text_at(mesh, STAFF, message) == TEXT, within_s=1800)
    fragments = sent(mesh, CARE, Fragment)
    assert len(fragments) <= 2 * len(mesh.nodes[CARE].store.fragments(message.key)) - kept + 1


def test_a_power_cut_at_every_commit_of_the_receiver_loses_nothing(on_disk: Mesh) -> None:
    mesh = on_disk
    message = mesh.compose(CARE, TO_STAFF, TEXT)
    for _ in range(5):
        held = len(mesh.nodes[STAFF].store.fragments(message.key))
        mesh.run_until(lambda held=held: len(mesh.nodes[STAFF].store.fragments(message.key)) > held, within_s=900)
        mesh.nodes[STAFF].effects_lost = True
        mesh.run_for(20)
        if mesh.nodes[STAFF].station is None:
            mesh.start(STAFF)
    mesh.run_until(lambda: text_at(mesh, STAFF, message) == TEXT, within_s=1800)


def test_a_key_that_is_revoked_in_the_middle_makes_no_message() -> None:
    """The signature is judged again when the last fragment is there, by the roster of then."""
    town = small_network(person_statement(SAFE, "SIK", "Sikker Signe", Right.REVOCATIONS, STAFF))
    mesh = Mesh(town, links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(30)
    raw, datas = forged_long(town, 9, b"a" * 1000)
    for payload in (raw, *datas[:-1]):
        mesh.happen(STAFF, FrameHeard(payload, hops=0))
    town.log_in(STAFF, SAFE)
    mesh.happen(STAFF, StatementsHandedIn(1, (revocation(station_statement(CARE)),), SAFE, dry_run=False))
    mesh.happen(STAFF, FrameHeard(datas[-1], hops=0))
    assert drops(mesh, STAFF, Reason.REVOKED_KEY) == 1
    assert arriving(mesh, STAFF) == 0
    assert not mesh.nodes[STAFF].store.items_changed_since(0, 9, ItemKind.MESSAGE)
