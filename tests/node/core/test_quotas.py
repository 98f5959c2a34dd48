"""What one certified station or one operator's key can make a station hold, and whom that keeps from nothing."""

from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.events import FrameHeard
from node.core.policy import ARRIVALS_OF_ONE_MAX, ARRIVALS_WITHIN_MS, CARRIED_DELIVERIES_MAX, CUSTODY_ITEMS_MAX
from node.core.records import Delivery, ItemKind, Rung
from protocol.decode import decode
from protocol.frames import HoldState, Message, Receipt
from protocol.instants import Lifetime, wire_time
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import Reason
from protocol.sealing import seal
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import CARE, KHJ, RELAY, STAFF, signing_key, small_network, station_statement

OTHER = 4
"""A fourth station, in reach of the staff."""
TO_STAFF = Address(Kind.STATION, STAFF)
BULK_MAX = ARRIVALS_OF_ONE_MAX * 3 // 4


@pytest.fixture
def mesh() -> Mesh:
    mesh = Mesh(small_network(station_statement(OTHER)), links=((CARE, STAFF), (RELAY, STAFF), (OTHER, STAFF)))
    mesh.start()
    mesh.run_for(60)
    return mesh


def of(mesh: Mesh, station: int, sequence: int, precedence: Precedence = Precedence.ROUTINE, author: int = 0) -> bytes:
    """A message for the staff, by the station itself or by an operator who says he is there."""
    bare = Message(
        precedence=precedence,
        station=station,
        incarnation=1,
        sequence=sequence,
        author=author,
        recipient=TO_STAFF,
        time=wire_time(UTC_MS + mesh.now_ms),
        lifetime=Lifetime.ONE_DAY,
        codec=0,
        body=b"igen",
    )
    return seal(
        bare, mesh.network.roster, signing_key(f"operator {author}" if author else f"station {station}").sign
    ).encode()


def fill(mesh: Mesh, number: int, issuer: int, author: int, count: int, *, is_for_me: bool = True) -> None:
    """As if so many items had been accepted, without a signature for each."""
    store = mesh.nodes[number].store
    like = next(iter(store.items_changed_since(0, 1, ItemKind.MESSAGE)))
    for index in range(count):
        fingerprint = bytes([issuer, author, is_for_me]) + index.to_bytes(29, "big")
        key = replace(like.key, station=issuer, sequence=2000 + index)
        one = replace(like, key=key, fingerprint=fingerprint, issuer=issuer, author=author, is_for_me=is_for_me)
        item = store.add_item(replace(one, is_mine=False, accepted_at=at(mesh, number)))
        if not is_for_me:
            store.put_delivery(Delivery(item.id, CARE, Rung.QUEUED, 0, item.expires_at - 1, 0))
    store.commit()


def at(mesh: Mesh, number: int) -> int:
    anchor = mesh.nodes[number].store.anchor()
    assert anchor is not None
    return anchor.at


def taken(mesh: Mesh, number: int, frame: bytes) -> bool:
    here = mesh.nodes[number].here
    assert here is not None
    before = here.drops[Reason.QUOTA]
    mesh.happen(number, FrameHeard(frame))
    return here.drops[Reason.QUOTA] == before


def alarms(mesh: Mesh, number: int) -> list[tuple[AlarmKind, str]]:
    return [(alarm.kind, alarm.subject) for alarm in mesh.nodes[number].store.alarms()]


def test_a_station_fills_its_recipient_up_to_its_share_and_a_person_is_told(mesh: Mesh) -> None:
    assert taken(mesh, STAFF, of(mesh, CARE, 1))
    fill(mesh, STAFF, CARE, 0, BULK_MAX - 2)
    assert taken(mesh, STAFF, of(mesh, CARE, 2))
    assert not taken(mesh, STAFF, of(mesh, CARE, 3))
    assert (AlarmKind.QUOTA_REACHED, "PLH") in alarms(mesh, STAFF)


def test_its_urgent_messages_have_room_left_and_others_all_of_theirs(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(of(mesh, CARE, 1)))
    fill(mesh, STAFF, CARE, 0, BULK_MAX)
    assert taken(mesh, STAFF, of(mesh, CARE, 2, Precedence.FLASH))
    assert taken(mesh, STAFF, of(mesh, OTHER, 1))
    fill_urgent = ARRIVALS_OF_ONE_MAX - BULK_MAX
    assert not taken(mesh, STAFF, of(mesh, CARE, 3))
    assert fill_urgent > 0
    assert taken(mesh, STAFF, of(mesh, OTHER, 2, Precedence.FLASH))


def test_its_urgent_messages_end_too(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(of(mesh, CARE, 1)))
    fill(mesh, STAFF, CARE, 0, ARRIVALS_OF_ONE_MAX)
    assert not taken(mesh, STAFF, of(mesh, CARE, 2, Precedence.FLASH))
    assert taken(mesh, STAFF, of(mesh, OTHER, 2, Precedence.FLASH))


def test_an_operators_key_has_one_share_whatever_stations_it_names(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(of(mesh, CARE, 1)))
    fill(mesh, STAFF, CARE, KHJ, BULK_MAX)
    assert not taken(mesh, STAFF, of(mesh, OTHER, 1, author=KHJ))
    assert (AlarmKind.QUOTA_REACHED, "KHJ") in alarms(mesh, STAFF)
    assert taken(mesh, STAFF, of(mesh, OTHER, 2))


def test_room_comes_back_with_the_next_day(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(of(mesh, CARE, 1)))
    fill(mesh, STAFF, CARE, 0, ARRIVALS_OF_ONE_MAX)
    assert not taken(mesh, STAFF, of(mesh, CARE, 2))
    mesh.run_for(ARRIVALS_WITHIN_MS / 1000 + 1)
    assert taken(mesh, STAFF, of(mesh, CARE, 3))


def test_who_finds_no_room_is_told_and_comes_back_late(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(of(mesh, RELAY, 900)))
    fill(mesh, STAFF, CARE, 0, ARRIVALS_OF_ONE_MAX)
    item = mesh.compose(CARE, TO_STAFF)
    sent = len(mesh.nodes[STAFF].sent)
    mesh.run_for(60)
    said = [decode(one) for one in mesh.nodes[STAFF].sent[sent:]]
    assert HoldState.NO_ROOM in [one.state for one in said if isinstance(one, Receipt)]
    delivery = mesh.nodes[CARE].store.delivery(item.id, STAFF)
    assert delivery is not None
    assert delivery.next_at is not None
    assert delivery.next_at - at(mesh, CARE) > 1_500_000
    assert delivery.rung < Rung.REPORTED


def test_an_operators_key_has_one_share_of_a_carrier_whatever_stations_it_names(mesh: Mesh) -> None:
    mesh.happen(RELAY, FrameHeard(of(mesh, CARE, 1)))
    fill(mesh, RELAY, CARE, KHJ, CUSTODY_ITEMS_MAX, is_for_me=False)
    assert not taken(mesh, RELAY, of(mesh, OTHER, 1, Precedence.FLASH, author=KHJ))
    assert taken(mesh, RELAY, of(mesh, OTHER, 2))


def test_a_full_carrier_has_room_left_for_what_is_urgent_and_what_is_written_there(mesh: Mesh) -> None:
    mesh.happen(RELAY, FrameHeard(of(mesh, CARE, 1)))
    for issuer in range(100, 100 + CARRIED_DELIVERIES_MAX * 2 // 3 // 256):
        fill(mesh, RELAY, issuer, 0, 256, is_for_me=False)
    assert not taken(mesh, RELAY, of(mesh, OTHER, 1))
    assert taken(mesh, RELAY, of(mesh, OTHER, 2, Precedence.IMMEDIATE))
    for issuer in range(200, 200 + CARRIED_DELIVERIES_MAX // 3 // 256):
        fill(mesh, RELAY, issuer, 0, 256, is_for_me=False)
    assert not taken(mesh, RELAY, of(mesh, OTHER, 3, Precedence.FLASH))
    assert mesh.compose(RELAY, TO_STAFF)


def test_what_is_for_this_station_is_taken_when_nothing_more_can_be_carried(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(of(mesh, CARE, 1)))
    for issuer in range(100, 100 + CARRIED_DELIVERIES_MAX // 256):
        fill(mesh, STAFF, issuer, 0, 256, is_for_me=False)
    assert taken(mesh, STAFF, of(mesh, OTHER, 1))
