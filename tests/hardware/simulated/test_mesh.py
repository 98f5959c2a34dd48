"""Flooding, acks, collisions, power and the duty cycle between simulated devices, on a virtual clock."""

import itertools
from dataclasses import replace

import pytest

from hardware.airtime import PRESETS, broadcast_frame_airtime_ms
from hardware.meshtastic_protobufs import mesh_pb2
from hardware.simulated.air import Link
from hardware.simulated.identity import Generation
from hardware.simulated.speech import heard_packet
from tests.hardware import recordings
from tests.hardware.simulated.bench import Bench

OWN_RADIO_MAX_S = 7.6


@pytest.mark.parametrize("hop_limit", [0, 1, 2, 3])
def test_hop_limit_reaches_one_hop_more(hop_limit: int) -> None:
    bench = Bench("abcdef")
    clients = {name: bench.client(name) for name in "bcdef"}
    bench.client("a").send(b"hello", 7, hop_limit=hop_limit)
    bench.run(60)
    reached = [name for name, client in clients.items() if client.payloads() == [b"hello"]]
    assert reached == list("bcdef")[: hop_limit + 1]


def test_hops_are_counted_on_the_way() -> None:
    bench = Bench("abc")
    client = bench.client("c")
    bench.client("a").send(b"hello", 7)
    bench.run(30)
    (packet,) = client.packets()
    assert (packet.hop_start, packet.hop_limit, packet.relay_node) == (3, 2, bench.number("b") & 0xFF)


def test_hop_limit_above_seven_goes_out_as_three() -> None:
    bench = Bench("ab")
    bench.client("a").send(b"far", 7, hop_limit=9)
    bench.run(5)
    assert [(logged.frame.hop_limit, logged.frame.hop_start) for logged in bench.air.log[:1]] == [(3, 9)]


@pytest.mark.parametrize("seed", range(5))
def test_first_hop_takes_as_long_as_it_really_does(seed: int) -> None:
    bench = Bench("ab", seed=seed)
    bench.client("a").send(bytes(20), 7)
    bench.run(30)
    first, relay = bench.air.log
    assert 0 <= first.began_s <= 0.028 * 8
    assert 16 * 0.028 <= relay.began_s - first.began_s - first.airtime_ms / 1000 <= OWN_RADIO_MAX_S


def test_everybody_in_a_cell_relays_unless_somebody_was_heard_first() -> None:
    bench = Bench("abcde", seed=3)
    for one, other in itertools.combinations("abcde", 2):
        bench.air.set_link(one, other, Link(8.0))
    bench.client("a").send(b"hello", 7)
    bench.run(30)
    assert 2 <= len(bench.air.log) < 5


def test_implicit_ack_of_a_broadcast_ends_its_repetitions() -> None:
    bench = Bench("ab")
    client = bench.client("a")
    client.send(b"hello", 7, want_ack=True)
    bench.run(60)
    assert client.routed() == [(bench.number("a"), 7, 0)]
    assert bench.sent_by("a") == [7]


def test_nobody_there_means_three_transmissions_and_a_nak_after_22_seconds() -> None:
    bench = Bench("a")
    client = bench.client("a")
    client.send(bytes(20), 7, want_ack=True)
    bench.run(60)
    assert client.routed() == [(bench.number("a"), 7, 5)]
    assert client.routed_s() == pytest.approx([21.8], abs=0.5)
    assert bench.sent_by("a") == [7, 7, 7]
    tries_s = [logged.began_s for logged in bench.air.log]
    assert [later - earlier for earlier, later in itertools.pairwise(tries_s)] == pytest.approx([7.25, 7.25], abs=0.3)


def test_client_that_uses_a_number_twice_gets_one_end() -> None:
    bench = Bench("a")
    client = bench.client("a")
    for _ in range(2):
        client.send(bytes(20), 7, want_ack=True)
    bench.run(120)
    assert client.routed() == [(bench.number("a"), 7, 5)]


def test_direct_message_over_a_relay_gets_the_implicit_and_then_the_real_ack() -> None:
    bench = Bench("abc")
    client, far = bench.client("a"), bench.client("c")
    client.send(bytes(100), 7, to=bench.number("c"), want_ack=True)
    bench.run(60)
    assert far.payloads() == [bytes(100)]
    assert client.routed() == [(bench.number("a"), 7, 0), (bench.number("c"), 7, 0)]


def test_last_hop_cut_leaves_only_the_implicit_ack() -> None:
    bench = Bench("abc")
    bench.air.set_link("b", "c", Link(8.0, loss=1.0))
    client = bench.client("a")
    client.send(bytes(100), 7, to=bench.number("c"), want_ack=True)
    bench.run(120)
    assert client.routed() == [(bench.number("a"), 7, 0)]


def test_new_firmware_gives_no_implicit_ack_for_a_direct_message() -> None:
    bench = Bench("abc", generation=Generation.V2_8)
    bench.air.set_link("b", "c", Link(8.0, loss=1.0))
    client = bench.client("a")
    client.send(bytes(100), 7, to=bench.number("c"), want_ack=True)
    bench.run(120)
    assert client.routed() == [(bench.number("a"), 7, 5)]


def test_direct_messages_are_not_shown_to_third_parties() -> None:
    bench = Bench("abc")
    relay = bench.client("b")
    bench.client("a").send(b"secret", 7, to=bench.number("c"))
    bench.run(30)
    assert relay.packets() == []


def test_repetition_by_the_sender_is_acked_again_but_not_delivered_again() -> None:
    bench = Bench("ab")
    client, far = bench.client("a"), bench.client("b")
    bench.air.set_link("a", "b", Link(8.0))
    client.send(b"once", 7, to=bench.number("b"), want_ack=True)
    # B's ack is lost: the air is one-way while it is sent.
    bench.run(1.2)
    assert far.payloads() == [b"once"]
    bench.air.set_link("a", "b", Link(8.0, loss=1.0))
    bench.run(5)
    bench.air.set_link("a", "b", Link(8.0))
    bench.run(30)
    assert client.routed() == [(bench.number("b"), 7, 0)]
    assert far.payloads() == [b"once"]
    assert bench.sent_by("a") == [7, 7]


def test_hidden_senders_destroy_each_others_frames() -> None:
    bench = Bench("amb")
    middle = bench.client("m")
    for name in "ab":
        bench.client(name).send(bytes(200), 7, hop_limit=0)
    bench.run(20)
    assert middle.payloads() == []
    assert bench.air.tallies["m"].collisions == 2


def test_neighbours_hear_each_other_and_wait() -> None:
    delivered = 0
    for seed in range(20):
        bench = Bench("amb", seed=seed)
        bench.air.set_link("a", "b", Link(8.0))
        middle = bench.client("m")
        for name in "ab":
            bench.client(name).send(bytes(200), 7, hop_limit=0)
        bench.run(20)
        delivered += len(middle.payloads())
    assert delivered >= 30, "of 40; two that draw the same slot still collide"


def test_link_below_the_floor_carries_nothing() -> None:
    bench = Bench("ab", snr_db=-18.0)
    client = bench.client("b")
    bench.client("a").send(b"hello", 7)
    bench.run(20)
    assert (client.payloads(), bench.air.tallies["b"].heard_us) == ([], 0)


def test_loss_takes_its_share() -> None:
    bench = Bench("ab", preset="SHORT_FAST")
    bench.air.set_link("a", "b", Link(8.0, loss=0.3))
    client = bench.client("a")
    for number in range(400):
        client.send(b"x", 1000 + number, hop_limit=0)
        bench.run(0.8)
    assert bench.air.tallies["b"].packets_heard == pytest.approx(280, abs=30)
    assert bench.air.tallies["b"].packets_heard + bench.air.tallies["b"].lost == 400


def test_same_seed_gives_the_same_air() -> None:
    def run(seed: int) -> list[tuple[float, str, int]]:
        bench = Bench("abcd", seed=seed)
        for name in "ad":
            bench.client(name).send(bytes(50), 7)
        bench.run(60)
        return [(logged.began_s, logged.device, logged.frame.packet_id) for logged in bench.air.log]

    assert run(5) == run(5)
    assert run(5) != run(6)


def test_relay_without_power_relays_nothing_and_forgets() -> None:
    bench = Bench("abc")
    client, relay = bench.client("c"), bench.client("b")
    sender = bench.client("a")
    bench.devices["b"].switch_off()
    assert relay.is_closed
    sender.send(b"lost", 7)
    bench.run(30)
    assert client.payloads() == []
    bench.devices["b"].switch_on()
    bench.run(30)
    assert client.payloads() == []
    sender.send(b"found", 8)
    bench.run(30)
    assert client.payloads() == [b"found"]


def test_power_cut_while_sending_cuts_the_frame_off() -> None:
    bench = Bench("ab")
    client = bench.client("b")
    bench.client("a").send(bytes(200), 7)
    bench.run(0.5)
    bench.devices["a"].switch_off()
    bench.run(10)
    assert (client.payloads(), bench.air.log) == ([], ())


def test_receiver_switched_on_in_the_middle_of_a_frame_misses_it() -> None:
    bench = Bench("ab")
    bench.devices["b"].switch_off()
    bench.client("a").send(bytes(200), 7)
    bench.run(0.5)
    bench.devices["b"].switch_on()
    client = bench.client("b")
    bench.run(10)
    assert client.payloads() == []


def test_full_queue_evicts_the_newest_of_the_lowest_priority() -> None:
    bench = Bench("a")
    client = bench.client("a")
    for number in range(16):
        client.send(bytes(100), 100 + number, priority=10)
    client.send(bytes(100), 200, priority=64)
    client.send(bytes(100), 201, priority=10)
    assert client.reports()[-2:] == [(200, 0, 0), (201, 32, 0)]
    bench.run(60)
    assert bench.sent_by("a") == [200, *range(100, 115)]


def test_duty_cycle_refuses_with_the_minutes_and_forgets_in_a_power_cut() -> None:
    bench = Bench("a")
    client = bench.client("a")
    for number in range(1001, 1300):
        client.send(bytes(231), number, hop_limit=0)
        bench.run(6)
        if client.reports()[-1][1] != 0:
            break
    assert client.reports()[-1] == (number, 9, 16)
    assert bench.devices["a"].air_util_tx_pct() == pytest.approx(10.0, abs=0.1)
    (notice,) = (said.clientNotification for _, said in client.said if said.HasField("clientNotification"))
    assert notice.message == "Duty cycle limit exceeded. You can send again in 44 mins"
    assert client.routed() == [(bench.number("a"), number, 9)]
    bench.run(44 * 60)
    client = bench.client("a")
    client.send(b"again", 5000)
    assert client.reports()[-1][:2] == (5000, 0)
    bench.devices["a"].switch_off()
    bench.devices["a"].switch_on()
    assert bench.devices["a"].air_util_tx_pct() == 0


@pytest.mark.parametrize(("size", "is_signed"), [(165, True), (166, False)])
def test_new_firmware_signs_what_leaves_room(size: int, is_signed: bool) -> None:
    bench = Bench("a", generation=Generation.V2_8)
    bench.client("a").send(bytes(size), 7)
    bench.run(10)
    (logged,) = bench.air.log
    assert logged.airtime_ms == broadcast_frame_airtime_ms(PRESETS["LONG_FAST"], size, signs_broadcasts=True)
    assert (logged.frame.signature_bytes > 0) is is_signed


def test_injected_payload_arrives_under_any_name() -> None:
    bench = Bench("ab")
    client = bench.client("b")
    assert bench.devices["a"].inject(b"\x00forged", 0, from_node=0x12345678)
    bench.run(5)
    (packet,) = client.packets()
    assert (getattr(packet, "from"), packet.decoded.payload) == (0x12345678, b"\x00forged")


def test_packet_from_the_air_is_said_as_the_firmware_says_it() -> None:
    bench = Bench("ab")
    recorded = next(line for line in recordings.read("b_27_broadcast_sizes") if line.node == 1 and len(line.raw) > 60)
    packet = mesh_pb2.FromRadio.FromString(recorded.raw[4:]).packet
    bench.client("a").send(packet.decoded.payload, packet.id)
    bench.run(2)
    frame = bench.air.log[0].frame
    same_sender = replace(frame, from_node=getattr(packet, "from"), relay_node=packet.relay_node)
    assert heard_packet(same_sender, 8.0, b"") == recorded.raw[4:]
