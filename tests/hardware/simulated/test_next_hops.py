"""Next hops: learnt from answers, used, acked hop by hop, forgotten."""

import pytest

from hardware.meshtastic_protobufs import portnums_pb2
from hardware.simulated.air import Link
from hardware.simulated.identity import Generation
from hardware.simulated.next_hops import FAILURES_MAX, STALE_S, NextHops
from hardware.simulated.scheduler import VirtualScheduler
from hardware.simulated.wall_clock import WallClock
from tests.hardware.simulated.bench import Bench, Client, to_send

CUT = Link(-99.0)


def last_byte(bench: Bench, name: str) -> int:
    return bench.number(name) & 0xFF


def next_hops(bench: Bench, packet_id: int) -> list[tuple[str, int]]:
    return [(each.device, each.frame.next_hop) for each in bench.air.log if each.frame.packet_id == packet_id]


def talk(bench: Bench, client: Client, to: str, packet_id: int, run_s: float = 60) -> None:
    client.send(bytes(20), packet_id, to=bench.number(to), want_ack=True)
    bench.run(run_s)


def test_first_message_floods_and_its_ack_teaches_the_way_back() -> None:
    bench = Bench("abc")
    client = bench.client("a")
    talk(bench, client, "c", 7)
    assert next_hops(bench, 7) == [("a", 0), ("b", 0)]
    talk(bench, client, "c", 8)
    assert next_hops(bench, 8) == [("a", last_byte(bench, "b")), ("b", last_byte(bench, "c"))]


def test_only_the_next_hop_passes_a_directed_message_on() -> None:
    bench = Bench("abcd")
    # A second way from a to c, over d.
    bench.air.set_link("a", "d", CUT)
    client = bench.client("a")
    talk(bench, client, "c", 7)
    bench.air.set_link("a", "d", Link(8.0))
    talk(bench, client, "c", 8)
    assert [device for device, _ in next_hops(bench, 8)] == ["a", "b"]


def test_ack_through_a_next_hop_is_acked_in_turn_and_the_client_sees_it() -> None:
    bench = Bench("ab")
    near, far = bench.client("a"), bench.client("b")
    talk(bench, far, "a", 7)
    far.said.clear()
    talk(bench, near, "b", 8)
    assert near.routed()[-1] == (bench.number("b"), 8, 0)
    ((sender, about, error),) = far.routed()
    assert (sender, error) == (bench.number("a"), 0)
    assert about in bench.sent_by("b"), "the ack, which this client never sent"
    assert about not in (7, 8)
    assert bench.air.log[-1].frame.hop_start == 0


def test_message_without_want_ack_is_acked_by_a_neighbour_that_is_the_next_hop() -> None:
    bench = Bench("ab")
    client = bench.client("a")
    talk(bench, client, "b", 7)
    client.send(b"no ack wanted", 8, to=bench.number("b"))
    bench.run(20)
    assert client.routed()[-1] == (bench.number("b"), 8, 0)


def test_relay_repeats_a_directed_message_once_and_floods_it_then() -> None:
    bench = Bench("abc")
    client = bench.client("a")
    talk(bench, client, "c", 7)
    bench.air.set_link("b", "c", CUT)
    talk(bench, client, "c", 8)
    assert next_hops(bench, 8) == [
        ("a", last_byte(bench, "b")),
        ("b", last_byte(bench, "c")),
        ("b", 0),
    ]


def test_last_repetition_floods_and_forgets_the_way() -> None:
    bench = Bench("abc")
    client = bench.client("a")
    talk(bench, client, "c", 7)
    bench.air.set_link("a", "b", CUT)
    talk(bench, client, "c", 8)
    assert [hop for _, hop in next_hops(bench, 8)] == [last_byte(bench, "b")] * 2 + [0]
    bench.air.set_link("a", "b", Link(8.0))
    talk(bench, client, "c", 9)
    assert next_hops(bench, 9)[0] == ("a", 0)


def test_reply_teaches_the_way_as_an_ack_does() -> None:
    bench = Bench("abc")
    near, far = bench.client("a"), bench.client("c")
    near.send(bytes(20), 7, to=bench.number("c"))
    bench.run(20)
    reply = to_send(b"reply", 8, to=bench.number("a"))
    reply.packet.decoded.request_id = 7
    far.tell(reply)
    bench.run(20)
    near.send(bytes(20), 9, to=bench.number("c"))
    bench.run(20)
    assert next_hops(bench, 9)[0] == ("a", last_byte(bench, "b"))


def test_reply_ends_the_repetitions_of_what_it_answers() -> None:
    bench = Bench("ab")
    near, far = bench.client("a"), bench.client("b")
    bench.devices["b"]._contacts._known.clear()
    near.send(bytes(20), 7, to=bench.number("b"), want_ack=True)
    bench.run(1)
    reply = to_send(b"reply", 8)
    reply.packet.decoded.request_id = 7
    reply.packet.to = bench.number("a")
    reply.packet.decoded.portnum = portnums_pb2.PortNum.POSITION_APP
    far.tell(reply)
    bench.run(60)
    assert bench.sent_by("a").count(7) == 1


def test_reply_over_a_relay_gets_no_ack_of_its_own() -> None:
    bench = Bench("abc")
    bench.client("a")
    far = bench.client("c")
    reply = to_send(b"reply", 8, to=bench.number("a"), want_ack=True)
    reply.packet.decoded.reply_id = 7
    far.tell(reply)
    bench.run(60)
    assert far.routed() == [(bench.number("c"), 8, 0)], "only the implicit one"


def test_reply_to_a_neighbour_is_acked_over_no_hop() -> None:
    bench = Bench("ab")
    client = bench.client("a")
    reply = to_send(b"reply", 8, to=bench.number("b"), want_ack=True)
    reply.packet.decoded.reply_id = 7
    client.tell(reply)
    bench.run(60)
    assert client.routed() == [(bench.number("b"), 8, 0)]
    assert bench.air.log[-1].frame.hop_start == 0


@pytest.mark.parametrize("has_time", [False, True])
def test_new_firmware_uses_next_hops_only_when_it_has_the_time(has_time: bool) -> None:
    bench = Bench("ab", generation=Generation.V2_8)
    if has_time:
        bench.devices["a"].set_time(1_800_000_000)
    client = bench.client("a")
    for packet_id in (7, 8):
        talk(bench, client, "b", packet_id)
    assert next_hops(bench, 8)[0] == ("a", last_byte(bench, "b") if has_time else 0)


def learnt(generation: Generation) -> tuple[NextHops, VirtualScheduler]:
    scheduler = VirtualScheduler()
    clock = WallClock(scheduler)
    clock.set(1_800_000_000)
    ways = NextHops(generation, scheduler, clock)
    ways.learn(5, 0xAA)
    assert ways.toward(5, 1) == 0xAA
    return ways, scheduler


@pytest.mark.parametrize(("generation", "is_forgotten"), [(Generation.V2_7, False), (Generation.V2_8, True)])
def test_what_nothing_proves_for_half_an_hour_is_forgotten_by_new_firmware(
    generation: Generation,
    is_forgotten: bool,
) -> None:
    ways, scheduler = learnt(generation)
    scheduler.run_until(STALE_S - 1)
    ways.proved(5)
    scheduler.run_until(STALE_S + 1)
    assert ways.toward(5, 1) == 0xAA
    scheduler.run_until(2 * STALE_S)
    assert ways.toward(5, 1) == (0 if is_forgotten else 0xAA)


def test_what_fails_three_times_is_not_learnt_anew_by_new_firmware() -> None:
    ways, _ = learnt(Generation.V2_8)
    for _ in range(FAILURES_MAX):
        ways.failed(5)
        ways.learn(5, 0xAA)
    assert ways.toward(5, 1) == 0
    ways.learn(5, 0xBB)
    assert ways.toward(5, 1) == 0xBB


def test_nobody_is_his_own_next_hop() -> None:
    ways, _ = learnt(Generation.V2_7)
    assert ways.toward(5, 0xAA) == 0
