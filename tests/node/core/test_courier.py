"""A courier: what goes along, what becomes of it at the other end, and how the receipts come back."""

import pytest

from node.core.continuity import Continuity, Doubt
from node.core.events import Composed
from node.core.log_entries import REAL, LogKind
from node.core.packing import PAGE_FRAMES_MAX
from node.core.policy import CUSTODY_ITEMS_MAX
from node.core.pouch import BATCH_FRAMES_MAX, Place, PouchAsked, PouchHandedIn, PouchPage
from node.core.records import Item, Rung
from node.store.memory import MemoryStore
from protocol.decode import decode
from protocol.frames import Beacon, Digest, Fragment, Long, Message, StatementFrame
from protocol.instants import Lifetime
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import LocalProtocolError, Reason
from tests.support.couriers import Pouch, carry, pack, unpack
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import CRISIS_STAFF, KHJ, MLA, SmallNetwork, newcomer_statement, operator_statement
from tests.support.town import revocation

CARE, RELAY, STAFF = 1, 2, 3
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
TO_CARE = Address(Kind.STATION, CARE)


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """Three stations of which none hears another, KHJ on duty at the last."""
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.unlink(CARE, RELAY)
    mesh.unlink(RELAY, STAFF)
    network.log_in(STAFF, KHJ)
    mesh.start()
    return mesh


def items_in(pouch: Pouch) -> list[object]:
    """What is no statement, read."""
    return [frame for frame in map(decode, pouch.frames) if not isinstance(frame, StatementFrame)]


def test_message_arrives_and_its_receipts_come_back_with_the_courier(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    carry(mesh, CARE, STAFF)
    assert mesh.has(STAFF, message)
    carry(mesh, STAFF, CARE)
    assert mesh.rung(CARE, message, STAFF) is Rung.AT_STATION
    mesh.act(STAFF, message, KHJ)
    carry(mesh, STAFF, CARE)
    (act,) = mesh.nodes[CARE].store.acts_about(message.key)
    assert act.author == KHJ


def test_receipt_comes_back_on_the_air_too(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    carry(mesh, CARE, STAFF)
    mesh.link(CARE, STAFF)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.AT_STATION, within_s=900)


def test_act_says_so_to_who_made_it(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    carry(mesh, CARE, STAFF)
    mesh.act(STAFF, message, KHJ)
    carry(mesh, STAFF, CARE)
    carry(mesh, CARE, STAFF)
    store = mesh.nodes[STAFF].store
    (act,) = store.acts_about(message.key)
    assert [one.rung for one in store.deliveries(act.id)] == [Rung.AT_STATION]


def test_courier_reaches_a_neighbour_and_the_air_does_the_rest(mesh: Mesh) -> None:
    mesh.link(RELAY, STAFF)
    mesh.run_for(120)
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.ROUTINE)
    carry(mesh, CARE, RELAY)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=30)
    mesh.run_until(lambda: mesh.rung(RELAY, message, STAFF) is Rung.AT_STATION, within_s=900)
    carry(mesh, RELAY, CARE)
    assert mesh.rung(CARE, message, STAFF) is Rung.AT_STATION


def test_proof_goes_on_by_radio_from_a_station_that_did_not_have_the_message(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    carry(mesh, CARE, STAFF)
    mesh.act(STAFF, message, KHJ)
    mesh.link(CARE, RELAY)
    mesh.run_for(300)
    assert not mesh.nodes[CARE].store.acts_about(message.key)
    carry(mesh, STAFF, RELAY)
    mesh.run_until(lambda: bool(mesh.nodes[CARE].store.acts_about(message.key)), within_s=120)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.AT_STATION, within_s=120)


def test_station_that_carries_says_so_with_its_signature(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    carry(mesh, CARE, RELAY)
    carry(mesh, RELAY, CARE)
    assert [one.station for one in mesh.nodes[CARE].store.custodians(message.id)] == [RELAY]
    assert mesh.rung(CARE, message, STAFF) is Rung.QUEUED


def test_who_is_in_reach_needs_no_courier(mesh: Mesh) -> None:
    mesh.link(CARE, RELAY)
    mesh.run_for(120)
    near = mesh.compose(CARE, Address(Kind.STATION, RELAY), "nær")
    far = mesh.compose(CARE, TO_STAFF, "fjern")
    sent = [frame.sequence for frame in items_in(pack(mesh, CARE)) if isinstance(frame, Message)]
    assert sent == [far.key.sequence]
    everything = [frame.sequence for frame in items_in(pack(mesh, CARE, is_all=True)) if isinstance(frame, Message)]
    assert everything == [near.key.sequence, far.key.sequence]


def test_pouch_for_one_station_has_what_concerns_it_and_no_more(mesh: Mesh) -> None:
    mesh.compose(CARE, Address(Kind.STATION, RELAY), "til brandstationen")
    far = mesh.compose(CARE, TO_STAFF, "til staben")
    sent = [frame.sequence for frame in items_in(pack(mesh, CARE, to=(STAFF,))) if isinstance(frame, Message)]
    assert sent == [far.key.sequence]


def test_roster_goes_first_and_then_the_urgent(mesh: Mesh) -> None:
    for precedence in (Precedence.ROUTINE, Precedence.FLASH, Precedence.PRIORITY):
        mesh.compose(CARE, TO_STAFF, precedence=precedence)
    frames = [decode(frame) for frame in pack(mesh, CARE).frames]
    statements = [isinstance(frame, StatementFrame) for frame in frames]
    assert statements == sorted(statements, reverse=True)
    urgency = [frame.precedence for frame in frames if isinstance(frame, Message)]
    assert urgency == [Precedence.FLASH, Precedence.PRIORITY, Precedence.ROUTINE]


def test_message_of_somebody_new_is_believed_since_the_certificate_goes_ahead(mesh: Mesh) -> None:
    newcomer = newcomer_statement(7, CARE)
    unpack(mesh, CARE, Pouch((newcomer,), None))
    mesh.network.log_in(CARE, 7)
    message = mesh.compose(CARE, TO_STAFF, author=7)
    carry(mesh, CARE, STAFF)
    assert mesh.has(STAFF, message)


def test_message_of_somebody_unknown_waits(mesh: Mesh) -> None:
    unpack(mesh, CARE, Pouch((newcomer_statement(7, CARE),), None))
    mesh.network.log_in(CARE, 7)
    message = mesh.compose(CARE, TO_STAFF, author=7)
    pouch = pack(mesh, CARE)
    bare = Pouch(tuple(raw for raw in pouch.frames if isinstance(decode(raw), Message)), None)
    assert unpack(mesh, STAFF, bare).waiting == 1
    assert not mesh.has(STAFF, message)


def test_time_on_the_way_counts_when_both_clocks_are_trusted(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_for(600)
    pouch = pack(mesh, CARE)
    mesh.run_for(3600)
    assert unpack(mesh, STAFF, pouch).is_way_timed
    assert age_s(mesh, STAFF, message) >= 4200


@pytest.mark.parametrize("untrusted", [CARE, STAFF])
def test_time_on_the_way_is_nothing_and_flagged_without_two_clocks(mesh: Mesh, untrusted: int) -> None:
    mesh.nodes[untrusted].utc_offset_ms = None
    message = mesh.compose(CARE, TO_STAFF)
    pouch = pack(mesh, CARE)
    mesh.run_for(3600)
    if untrusted == STAFF:
        assert pouch.made_utc_ms is not None
    assert not unpack(mesh, STAFF, pouch).is_way_timed
    assert age_s(mesh, STAFF, message) < 60


def age_s(mesh: Mesh, number: int, message: Item) -> int:
    held = mesh.nodes[number].store.message(message.key)
    assert held is not None
    return (held.accepted_at - held.born_at) // 1000


def test_pouch_that_comes_too_late_brings_nothing(mesh: Mesh) -> None:
    brief = Composed(1, 0, TO_STAFF, "Kom nu", Precedence.ROUTINE, lifetime=Lifetime.HALF_HOUR)
    mesh.happen(CARE, brief)
    pouch = pack(mesh, CARE)
    mesh.run_for(1800)
    taken = unpack(mesh, STAFF, pouch)
    assert (taken.new, taken.dropped) == (0, ((Reason.EXPIRED, 1),))


def test_same_pouch_twice_changes_nothing_and_calls_forth_no_frame(mesh: Mesh) -> None:
    mesh.compose(CARE, TO_STAFF)
    pouch = pack(mesh, CARE)
    unpack(mesh, STAFF, pouch)
    mesh.run_for(900)
    change, sent = mesh.nodes[STAFF].store.last_change(), len(mesh.nodes[STAFF].sent)
    again = unpack(mesh, STAFF, pouch)
    assert (again.new, again.known, again.dropped) == (0, len(pouch.frames), ())
    mesh.run_for(30)
    assert mesh.nodes[STAFF].store.last_change() == change
    assert all(isinstance(decode(frame), Beacon) for frame in mesh.nodes[STAFF].sent[sent:])


def test_unsigned_frames_are_no_signs_of_life(mesh: Mesh) -> None:
    mesh.run_for(60)
    beacon = next(raw for raw in mesh.nodes[CARE].sent if isinstance(decode(raw), Beacon))
    taken = unpack(mesh, STAFF, Pouch((beacon, b"", b"\xff" * 300), None))
    assert taken.new == 0
    assert sum(count for _, count in taken.dropped) == 3
    assert (Reason.TYPE_NOT_SUPPORTED, 1) in taken.dropped
    here = mesh.nodes[STAFF].station
    assert here is not None
    assert not here.snapshot(mesh.moment(mesh.nodes[STAFF])).contacts


def test_frame_that_was_changed_on_the_way_is_refused_and_the_rest_taken(mesh: Mesh) -> None:
    first, second = mesh.compose(CARE, TO_STAFF, "en"), mesh.compose(CARE, TO_STAFF, "to")
    pouch = pack(mesh, CARE)
    forged = tuple(
        raw[:-1] + bytes([raw[-1] ^ 1]) if isinstance(frame := decode(raw), Message) and frame.sequence == 1 else raw
        for raw in pouch.frames
    )
    taken = unpack(mesh, STAFF, Pouch(forged, pouch.made_utc_ms))
    assert taken.dropped == ((Reason.BAD_SIGNATURE, 1),)
    assert (mesh.has(STAFF, first), mesh.has(STAFF, second)) == (False, True)


def test_long_message_goes_whole(mesh: Mesh) -> None:
    text = " ".join(f"{number} spande vand til nummer {number * 7}" for number in range(60))
    message = mesh.compose(CARE, TO_STAFF, text)
    pouch = pack(mesh, CARE)
    kinds = [type(frame) for frame in items_in(pouch)]
    assert kinds[0] is Long
    assert set(kinds[1:]) == {Fragment}
    unpack(mesh, STAFF, pouch)
    assert mesh.has(STAFF, message)


def test_revocation_travels_ahead_of_what_the_key_signed(mesh: Mesh) -> None:
    mesh.network.log_in(CARE, MLA)
    message = mesh.compose(CARE, TO_STAFF, author=MLA)
    unpack(mesh, RELAY, pack(mesh, CARE))
    unpack(mesh, RELAY, Pouch((revocation(operator_statement(MLA)),), None))
    carry(mesh, RELAY, STAFF)
    assert not mesh.has(STAFF, message)
    mla = Address(Kind.OPERATOR, MLA)
    assert mesh.roster(STAFF).revocation_of(mla, mesh.roster(STAFF).renewals(mla)[0].body.public_key) is not None


def test_power_fails_between_unpacking_and_the_commit_and_the_pouch_is_handed_in_again(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    pouch, node = pack(mesh, CARE), mesh.nodes[STAFF]
    assert node.station is not None
    node.station.handle(PouchHandedIn(1, pouch.frames[-BATCH_FRAMES_MAX:], pouch.made_utc_ms), mesh.moment(node))
    assert mesh.has(STAFF, message)
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    assert not mesh.has(STAFF, message)
    unpack(mesh, STAFF, pouch)
    assert mesh.has(STAFF, message)


def test_power_fails_after_the_commit_and_the_receipt_still_comes_back(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    pouch = pack(mesh, CARE)
    mesh.nodes[STAFF].effects_lost = True
    mesh.happen(STAFF, PouchHandedIn(1, pouch.frames[-BATCH_FRAMES_MAX:], pouch.made_utc_ms))
    mesh.start(STAFF)
    carry(mesh, STAFF, CARE)
    assert mesh.rung(CARE, message, STAFF) is Rung.AT_STATION


def test_what_a_courier_took_is_noted_and_moves_no_rung(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    change = mesh.nodes[CARE].store.last_change()
    pack(mesh, CARE)
    store = mesh.nodes[CARE].store
    given = store.given(message.id)
    assert given is not None
    assert given.utc_ms == UTC_MS + mesh.now_ms
    assert mesh.rung(CARE, message, STAFF) is Rung.QUEUED
    assert [item.id for item in store.items_changed_since(change, 10)] == [message.id]
    entry = store.last_log_entry(REAL, LogKind.COURIER_LEFT)
    assert entry is not None
    assert dict(entry.details) == {"pouch": "a pouch", "items": "1"}


def test_log_tells_that_a_courier_came(mesh: Mesh) -> None:
    mesh.compose(CARE, TO_STAFF)
    carry(mesh, CARE, STAFF)
    entry = mesh.nodes[STAFF].store.last_log_entry(REAL, LogKind.COURIER_CAME)
    assert entry is not None
    assert (entry.detail("new"), entry.detail("way_s")) == ("1", "0")


def test_station_in_doubt_gives_away_nothing_of_its_own(mesh: Mesh) -> None:
    foreign = mesh.compose(STAFF, TO_CARE)
    carry(mesh, STAFF, RELAY)
    mesh.compose(RELAY, TO_STAFF)
    mesh.nodes[RELAY].store.set_continuity(Continuity(1, Doubt.RESTORED))
    frames = items_in(pack(mesh, RELAY))
    assert [(frame.station, frame.sequence) for frame in frames if isinstance(frame, Message)] == [
        (STAFF, foreign.key.sequence)
    ]
    assert not any(isinstance(frame, Digest) for frame in frames)


def test_one_event_takes_no_more_frames_than_its_bound() -> None:
    with pytest.raises(LocalProtocolError):
        PouchHandedIn(1, (b"frame",) * (BATCH_FRAMES_MAX + 1), None)


def test_no_page_is_longer_than_its_bound_and_none_is_left_out(mesh: Mesh) -> None:
    numbers = [mesh.compose(CARE, TO_STAFF, f"nr {number}").key.sequence for number in range(PAGE_FRAMES_MAX + 20)]
    mesh.happen(CARE, PouchAsked(1, place=Place(1 + Precedence.ROUTINE)))
    page = mesh.nodes[CARE].replies[-1]
    assert isinstance(page, PouchPage)
    assert len(page.frames) == PAGE_FRAMES_MAX
    frames = items_in(pack(mesh, CARE))
    assert [frame.sequence for frame in frames if isinstance(frame, Message)] == numbers


def test_no_origin_fills_a_carrier_by_a_stick(mesh: Mesh) -> None:
    for number in range(CUSTODY_ITEMS_MAX + 3):
        mesh.compose(CARE, TO_STAFF, f"nr {number}")
    carry(mesh, CARE, RELAY)
    assert mesh.nodes[RELAY].store.count_items_of(CARE) == CUSTODY_ITEMS_MAX
    here = mesh.nodes[RELAY].here
    assert here is not None
    assert here.drops[Reason.QUOTA] == 3


def test_station_that_forgot_its_count_learns_of_it_from_a_stick(mesh: Mesh) -> None:
    mesh.compose(CARE, TO_STAFF, "før")
    carry(mesh, CARE, STAFF)
    mesh.nodes[CARE].store = MemoryStore()
    mesh.start(CARE)
    mesh.compose(CARE, TO_STAFF, "efter, under samme nummer")
    unpack(mesh, CARE, pack(mesh, STAFF, is_all=True))
    here = mesh.nodes[CARE].here
    assert here is not None
    assert here.doubt is Doubt.OWN_FRAME
