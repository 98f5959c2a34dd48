"""Broadcast or direct: the cheaper one is chosen, a repetition is always a broadcast, and results count."""

from collections.abc import Callable

import pytest

from hardware.airtime import PRESETS
from hardware.channel_price import ChannelPrice
from node.core.effects import SendFrame
from node.core.events import FrameHeard, FrameOutcome, Outcome
from node.core.radios import BARRED_MS
from node.core.records import Item, Rung
from node.core.ways import broadcast_price_ms, direct_price_ms
from protocol.bundles import Bundle
from protocol.decode import decode
from protocol.frames import Beacon, Message
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import FIRST_NODE, Mesh, SeededJitter
from tests.support.network import CARE, CRISIS_STAFF, KHJ, RELAY, STAFF, SmallNetwork

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
NODE = FIRST_NODE + STAFF
OLDER, NEWER = "2.7.26.54e0d8d", "2.8.0.b5b0d5c"
LONG_TEXT = "Vi mangler varme, vand og strøm i hele bygningen, og 43 beboere skal flyttes inden i aften. " * 3


def price(firmware: str, preset: str = "MEDIUM_FAST") -> ChannelPrice:
    made = ChannelPrice(PRESETS[preset])
    made.radio_runs(firmware)
    return made


def pair(network: SmallNetwork, firmware: str = NEWER, *, relays: int = 0) -> Mesh:
    """Two stations that know each other, one on duty."""
    channel = price(firmware)
    mesh = Mesh(network, links=((CARE, STAFF),), airtime=channel, direct=channel)
    mesh.relays = relays
    network.log_in(STAFF, KHJ)
    mesh.start()
    mesh.run_for(60)
    return mesh


def pushes(mesh: Mesh, message: Item, number: int = CARE) -> list[SendFrame]:
    """How a station sent a message, each time."""
    return [order for order in mesh.nodes[number].orders if carries(order.payload, message)]


def carries(payload: bytes, message: Item) -> bool:
    frame = decode(payload)
    frame = frame.main if isinstance(frame, Bundle) else frame
    return isinstance(frame, Message) and frame.sequence == message.key.sequence


def delivered(mesh: Mesh, precedence: Precedence = Precedence.ROUTINE, text: str = "Send 200 l diesel.") -> Item:
    message = mesh.compose(CARE, TO_STAFF, text, precedence)
    mesh.run_until(lambda: mesh.rung(CARE, message, STAFF) is Rung.AT_STATION, within_s=900)
    return message


def lost_until(at_least: int) -> "tuple[list[bytes], Callable[[int, int, bytes], bytes | None]]":
    """A medium that loses the first messages to the staff."""
    lost: list[bytes] = []

    def medium(_from: int, to: int, payload: bytes) -> bytes | None:
        if to == STAFF and isinstance(decode(payload), Message) and len(lost) < at_least:
            lost.append(payload)
            return None
        return payload

    return lost, medium


# What is chosen


def test_to_a_neighbour_a_radio_that_signs_broadcasts_is_written_to_directly(network: SmallNetwork) -> None:
    mesh = pair(network, NEWER)
    (push,) = pushes(mesh, delivered(mesh))
    assert (push.to_node, push.hop_limit, push.want_ack) == (NODE, 0, False)


def test_to_a_neighbour_a_radio_that_signs_nothing_broadcasts(network: SmallNetwork) -> None:
    mesh = pair(network, OLDER)
    (push,) = pushes(mesh, delivered(mesh))
    assert (push.to_node, push.hop_limit) == (None, 0)


def test_what_is_too_large_to_be_signed_is_broadcast(network: SmallNetwork) -> None:
    mesh = pair(network, NEWER)
    text = LONG_TEXT[:95]
    (push,) = pushes(mesh, delivered(mesh, text=text))
    assert len(push.payload) > 165
    assert push.to_node is None


def test_without_a_price_for_direct_messages_all_is_broadcast(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, STAFF),), airtime=price(NEWER))
    mesh.start()
    mesh.run_for(60)
    assert mesh.rung(CARE, mesh.compose(CARE, TO_STAFF), STAFF) is Rung.QUEUED
    mesh.run_for(30)
    assert all(order.to_node is None for order in mesh.nodes[CARE].orders)


def test_what_several_lack_is_broadcast(network: SmallNetwork) -> None:
    channel = price(NEWER)
    mesh = Mesh(network, links=((CARE, STAFF), (CARE, RELAY), (RELAY, STAFF)), airtime=channel, direct=channel)
    mesh.start()
    mesh.run_for(60)
    message = mesh.compose(CARE, Address(Kind.AUTHORITY, 1))
    mesh.run_for(60)
    assert pushes(mesh, message)[0].to_node is None


def test_who_is_out_of_reach_is_not_written_to(network: SmallNetwork) -> None:
    channel = price(NEWER)
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)), airtime=channel, direct=channel)
    mesh.start()
    mesh.run_for(60)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_for(60)
    assert pushes(mesh, message)[0].to_node is None


def test_flash_goes_directly_only_where_that_has_worked(network: SmallNetwork) -> None:
    mesh = pair(network)
    (first,) = pushes(mesh, delivered(mesh, Precedence.FLASH))
    assert first.to_node is None
    delivered(mesh)
    (later,) = pushes(mesh, delivered(mesh, Precedence.FLASH))
    assert later.to_node == NODE


@pytest.mark.parametrize("firmware", [OLDER, NEWER])
@pytest.mark.parametrize(
    ("overhearing", "relays", "neighbours", "older_is_direct", "newer_is_direct"),
    [
        (0, 0, 1, False, True),
        (5, 0, 6, True, True),
        (0, 1, 1, False, True),
        (8, 1, 9, True, False),
        (8, 2, 4, True, False),
    ],
)
def test_what_is_cheaper_depends_on_firmware_distance_and_who_overhears(
    firmware: str, overhearing: int, relays: int, neighbours: int, *, older_is_direct: bool, newer_is_direct: bool
) -> None:
    channel = price(firmware)
    stations = {0: neighbours, relays: overhearing + 1 - neighbours} if relays else {0: neighbours}
    is_direct = direct_price_ms(channel, 100, relays, stations) < broadcast_price_ms(channel, 100, relays, stations)
    assert is_direct is (older_is_direct if firmware == OLDER else newer_is_direct)


# What becomes of it


def test_a_direct_message_without_an_answer_is_repeated_as_a_broadcast_that_goes_further(network: SmallNetwork) -> None:
    mesh = pair(network)
    _, mesh.medium = lost_until(1)
    first, second = pushes(mesh, delivered(mesh))
    assert (first.to_node, first.hop_limit) == (NODE, 0)
    assert (second.to_node, second.hop_limit) == (None, 1)


def test_a_radio_without_the_others_key_broadcasts_at_once(network: SmallNetwork) -> None:
    mesh = pair(network)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.medium = lambda _from, _to, _payload: None
    mesh.run_until(lambda: bool(pushes(mesh, message)), within_s=30)
    (push,) = pushes(mesh, message)
    refused_ms = mesh.now_ms
    mesh.happen(CARE, FrameOutcome(push.ticket, Outcome.UNADDRESSABLE))
    mesh.run_until(lambda: len(pushes(mesh, message)) == 2, within_s=30)
    assert pushes(mesh, message)[1].to_node is None
    assert price(NEWER).frame_ms(len(push.payload)) <= mesh.now_ms - refused_ms <= 5_000


def test_nobodys_ack_sends_again_after_a_while_of_an_airtime_and_more(network: SmallNetwork) -> None:
    waits: set[int] = set()
    for seed in range(3):
        mesh = pair(network)
        here = mesh.nodes[CARE].here
        assert here is not None
        here.jitter = SeededJitter(seed)
        message = mesh.compose(CARE, TO_STAFF)
        mesh.medium = lambda _from, _to, _payload: None
        mesh.run_until(lambda message=message, mesh=mesh: bool(pushes(mesh, message)), within_s=30)
        (push,) = pushes(mesh, message)
        silent_ms = mesh.now_ms
        mesh.happen(CARE, FrameOutcome(push.ticket, Outcome.SILENT))
        mesh.run_until(lambda message=message, mesh=mesh: len(pushes(mesh, message)) == 2, within_s=30)
        waits.add(mesh.now_ms - silent_ms)
    assert len(waits) > 1
    assert min(waits) >= price(NEWER).frame_ms(len(push.payload))


def test_silence_after_the_receipt_sends_nothing_again(network: SmallNetwork) -> None:
    mesh = pair(network)
    message = delivered(mesh)
    (push,) = pushes(mesh, message)
    mesh.happen(CARE, FrameOutcome(push.ticket, Outcome.SILENT))
    mesh.run_for(600)
    assert len(pushes(mesh, message)) == 1


def test_an_ack_of_the_radio_is_no_arrival(network: SmallNetwork) -> None:
    mesh = pair(network)
    message = mesh.compose(CARE, TO_STAFF)
    _, mesh.medium = lost_until(1)
    mesh.run_until(lambda: bool(pushes(mesh, message)), within_s=30)
    (push,) = pushes(mesh, message)
    mesh.happen(CARE, FrameOutcome(push.ticket, Outcome.DELIVERED))
    assert mesh.rung(CARE, message, STAFF) is Rung.HEARD_BY_RADIO
    mesh.run_until(lambda: len(pushes(mesh, message)) == 2, within_s=900)


def test_a_forged_number_costs_two_messages_one_try_each_in_half_an_hour(network: SmallNetwork) -> None:
    mesh = pair(network)
    beacon = next(p for p in mesh.nodes[STAFF].sent if isinstance(decode(p), Beacon))
    for _ in range(2):
        mesh.happen(CARE, FrameHeard(beacon, 0, 6666))
        hit = delivered(mesh)
        assert [push.to_node for push in pushes(mesh, hit)] == [6666, None]
    for _ in range(3):
        mesh.happen(CARE, FrameHeard(beacon, 0, 6666))
        (push,) = pushes(mesh, delivered(mesh))
        assert push.to_node is None
    mesh.run_for(BARRED_MS / 1000)
    (push,) = pushes(mesh, delivered(mesh))  # the station's own beacons have spoken last
    assert push.to_node == NODE


def test_after_it_worked_a_forged_number_changes_nothing(network: SmallNetwork) -> None:
    mesh = pair(network)
    delivered(mesh)
    beacon = next(p for p in mesh.nodes[STAFF].sent if isinstance(decode(p), Beacon))
    mesh.happen(CARE, FrameHeard(beacon, 0, 6666))
    (push,) = pushes(mesh, delivered(mesh))
    assert push.to_node == NODE


def test_only_receipts_for_its_recipient_ride_on_a_direct_message(network: SmallNetwork) -> None:
    channel = price(NEWER)
    mesh = Mesh(network, links=((CARE, STAFF), (CARE, RELAY)), airtime=channel, direct=channel)
    mesh.start()
    mesh.run_for(60)
    for number in (STAFF, RELAY):
        mesh.compose(number, Address(Kind.STATION, CARE), f"Til jer fra {number}")
    mesh.run_until(lambda: len(mesh.nodes[CARE].store.owed(9)) == 2, within_s=60)
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: bool(pushes(mesh, message)), within_s=30)
    push = pushes(mesh, message)[0]
    bundle = decode(push.payload)
    assert push.to_node == NODE
    assert isinstance(bundle, Bundle)
    assert [rider.station for rider in bundle.riders] == [STAFF]


# The prices, reckoned a second time


@pytest.mark.parametrize("firmware", [OLDER, NEWER])
@pytest.mark.parametrize("preset", ["LONG_FAST", "MEDIUM_FAST", "SHORT_FAST"])
@pytest.mark.parametrize("relays", [0, 1, 2, 3])
@pytest.mark.parametrize("stations", [(1, 0, 0), (1, 1, 1), (2, 2, 2), (5, 9, 3), (14, 0, 0)])
def test_prices_are_those_of_all_transmissions(
    firmware: str, preset: str, relays: int, stations: tuple[int, int, int]
) -> None:
    channel = price(firmware, preset)
    by_hops = dict(enumerate(stations))
    tries = 1  # transmissions of a flood, and of copies that multiply
    copies = [1]
    for step in range(relays):
        tries += 2 if stations[step] > 1 else 1
        copies.append(copies[-1] * stations[0])
    for size in (20, 80, 120, 165, 166, 219):
        broadcast = broadcast_price_ms(channel, size, relays, by_hops)
        overheard = min(sum(stations[: relays + 1]) - 1, 8)
        assert broadcast == tries * channel(size) * (8 + overheard) // 8
        direct = direct_price_ms(channel, size, relays, by_hops)
        if relays == 0:
            assert direct == channel.frame_ms(size)
        elif firmware == OLDER:
            assert direct == tries * (channel.frame_ms(size) + channel.ack_ms)
        else:
            assert direct == sum(copies) * channel.frame_ms(size)
