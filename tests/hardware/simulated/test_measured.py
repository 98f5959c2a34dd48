"""The modelled mesh against figures measured on real firmware (five in a chain or a cell, 8 dB, LONG_FAST and faster).

The firmware's own simulator moves in steps of 0.1 s and hands packets to its client 0.1 to 0.3 s late, so times here
are shorter, by half a second a hop and more; `HOP_OVERHEAD_S` says by how much at most.
"""

import itertools
from statistics import mean

import pytest

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.air import Link
from hardware.simulated.identity import Generation
from tests.hardware.simulated.bench import Bench, Client

SEEDS = range(30)
HOP_OVERHEAD_S = 0.9
HEARTBEAT = mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat())


def chain(
    seed: int, preset: str = "LONG_FAST", *, loss: float = 0.0, generation: Generation = Generation.V2_7
) -> Bench:
    bench = Bench("abcde", preset=preset, seed=seed, generation=generation)
    for pair in itertools.pairwise("abcde"):
        bench.air.set_link(*pair, Link(8.0, loss))
    return bench


def arrival_s(client: Client, port: int = portnums_pb2.PortNum.PRIVATE_APP, from_node: int | None = None) -> float:
    arrivals = (
        at_s
        for at_s, said in client.said
        if said.packet.decoded.portnum == port and from_node in (None, getattr(said.packet, "from"))
    )
    return next(arrivals)


def within(found_s: float, measured_s: float, hops: int) -> bool:
    return measured_s - hops * HOP_OVERHEAD_S <= found_s <= measured_s


@pytest.mark.parametrize(
    ("preset", "size", "measured_s"),
    [("LONG_FAST", 100, 14.7), ("LONG_FAST", 200, 17.2), ("MEDIUM_FAST", 100, 5.6), ("MEDIUM_FAST", 200, 6.8)],
)
def test_broadcast_reaches_the_fourth_hop_in_its_time(preset: str, size: int, measured_s: float) -> None:
    def one(seed: int) -> float:
        bench = chain(seed, preset)
        client = bench.client("e")
        bench.client("a").send(bytes(size), 7)
        bench.run(60)
        return arrival_s(client)

    assert within(mean(map(one, SEEDS)), measured_s, hops=4)


@pytest.mark.parametrize(("preset", "measured_s", "ack_s"), [("LONG_FAST", 14.3, 24.6), ("MEDIUM_FAST", 5.8, 11.4)])
def test_direct_message_and_its_ack_cross_four_hops_in_their_time(preset: str, measured_s: float, ack_s: float) -> None:
    def one(seed: int) -> tuple[float, float]:
        bench = chain(seed, preset)
        near, far = bench.client("a"), bench.client("e")
        near.send(bytes(100), 7, to=bench.number("e"), want_ack=True)
        bench.run(90)
        return arrival_s(far), arrival_s(near, portnums_pb2.PortNum.ROUTING_APP, bench.number("e"))

    delivered, acked = zip(*map(one, SEEDS), strict=True)
    assert within(mean(delivered), measured_s, hops=4)
    assert within(mean(acked), ack_s, hops=8)


def test_loss_of_a_fifth_leaves_the_measured_reach() -> None:
    def one(seed: int) -> int:
        bench = chain(seed, loss=0.2)
        clients = [bench.client(name) for name in "bcde"]
        bench.client("a").send(bytes(100), 7)
        bench.run(60)
        return sum(client.payloads() == [bytes(100)] for client in clients)

    assert mean(map(one, range(200))) == pytest.approx(2.3, abs=0.25)


@pytest.mark.parametrize(
    ("generation", "transmissions", "given_up_share"), [(Generation.V2_7, 4.0, 0.0), (Generation.V2_8, 9.2, 0.5)]
)
def test_direct_message_over_four_hops_costs_what_it_costs(
    generation: Generation, transmissions: float, given_up_share: float
) -> None:
    """Both generations deliver every time; the newer one repeats in vain and often gives up."""

    def one(seed: int) -> tuple[int, bool]:
        bench = chain(seed, generation=generation)
        near, far = bench.client("a"), bench.client("e")
        near.send(bytes(100), 7, to=bench.number("e"), want_ack=True)
        bench.run(90)
        assert far.payloads() == [bytes(100)]
        sent = sum(logged.frame.packet_id == 7 for logged in bench.air.log)
        return sent, any(error == 5 for _, _, error in near.routed())

    sent, given_up = zip(*map(one, SEEDS), strict=True)
    assert mean(sent) == pytest.approx(transmissions, rel=0.25)
    assert mean(given_up) == pytest.approx(given_up_share, abs=0.2)


def test_hidden_senders_of_direct_messages_stay_in_step_and_fail() -> None:
    def one(seed: int) -> int:
        bench = Bench("amb", seed=seed)
        middle = bench.client("m")
        for name in "ab":
            bench.client(name).send(bytes(100), 7, to=bench.number("m"), want_ack=True)
        bench.run(60)
        return len(middle.payloads())

    assert sum(map(one, range(8))) == 0


def cell(seed: int, preset: str = "LONG_FAST") -> Bench:
    bench = chain(seed, preset)
    for pair in itertools.combinations("abcde", 2):
        bench.air.set_link(*pair, Link(8.0))
    return bench


def test_cell_of_five_needs_few_relays() -> None:
    def one(seed: int) -> int:
        bench = cell(seed)
        bench.client("a").send(bytes(100), 7)
        bench.run(60)
        return len(bench.air.log)

    assert mean(map(one, SEEDS)) == pytest.approx(2.5, abs=0.5)


@pytest.mark.parametrize(
    ("preset", "size", "measured_s"),
    [("LONG_FAST", 100, 1.8), ("LONG_FAST", 200, 2.6), ("MEDIUM_FAST", 100, 1.0), ("MEDIUM_FAST", 200, 1.2)],
)
def test_broadcast_in_a_cell_takes_one_hops_time(preset: str, size: int, measured_s: float) -> None:
    def one(seed: int) -> float:
        bench = cell(seed, preset)
        client = bench.client("e")
        bench.client("a").send(bytes(size), 7)
        bench.run(60)
        return arrival_s(client)

    assert within(mean(map(one, SEEDS)), measured_s, hops=1)


def test_direct_message_and_its_ack_in_a_cell_take_their_time() -> None:
    def one(seed: int) -> tuple[float, float]:
        bench = cell(seed)
        near, far = bench.client("a"), bench.client("e")
        near.send(bytes(100), 7, to=bench.number("e"), want_ack=True)
        bench.run(60)
        return arrival_s(far), arrival_s(near, portnums_pb2.PortNum.ROUTING_APP, bench.number("e"))

    delivered, acked = zip(*map(one, SEEDS), strict=True)
    assert within(mean(delivered), 2.0, hops=1)
    assert within(mean(acked), 3.1, hops=2)


def test_direct_messages_under_loss_end_as_often_in_each_way_as_measured() -> None:
    """Thirty in a row over four hops; measured once, so with the spread of thirty draws."""

    def one(seed: int) -> tuple[int, ...]:
        bench = chain(seed, loss=0.2)
        near, far = bench.client("a"), bench.client("e")
        for number in range(30):
            near.send(bytes([number]) * 100, 1000 + number, to=bench.number("e"), want_ack=True)
            bench.run(60)
            near.tell(HEARTBEAT)
            far.tell(HEARTBEAT)
        got = {payload[0] for payload in far.payloads()}
        relayed, acked, given_up = (
            {packet_id - 1000 for sender, packet_id, error in near.routed() if (sender, error) == end}
            for end in ((bench.number("a"), 0), (bench.number("e"), 0), (bench.number("a"), 5))
        )
        return len(got), len(acked), len(relayed), len(relayed - got), len(given_up)

    means = map(mean, zip(*map(one, range(12)), strict=True))
    delivered, acked, relayed, relayed_and_lost, given_up = means
    assert delivered == pytest.approx(21, abs=5)
    assert acked == pytest.approx(6, abs=3)
    assert relayed == pytest.approx(27, abs=3)
    assert relayed_and_lost == pytest.approx(9, abs=5)
    assert given_up == pytest.approx(3, abs=3)
