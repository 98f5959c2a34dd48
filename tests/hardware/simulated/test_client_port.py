"""The simulated client API keeps the firmware's habits, good and bad; where a recording shows them, it is replayed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2, telemetry_pb2
from hardware.simulated.client_port import IDLE_S_MAX
from hardware.stream import frame
from tests.hardware import recordings
from tests.hardware.simulated.bench import Bench, Client, to_send

HEARTBEAT = mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat())


@pytest.mark.parametrize("name", ["a_27_garbage", "a_27_truncated", "a_27_heartbeat"])
def test_heartbeats_are_answered_where_the_firmware_answered_them(name: str) -> None:
    """Nonce 1 is left out: it makes a real radio send its NodeInfo."""
    bench = Bench(["a"])
    client = Client(bench.devices["a"], bench.scheduler)
    recorded: list[float] = []
    for line in recordings.read(name):
        bench.scheduler.run_until(line.at_s)
        if line.direction == "ev" and line.event.startswith("connect"):
            client = Client(bench.devices["a"], bench.scheduler)
        elif line.direction == "to":
            bench.devices["a"].client_said(client, line.raw)
        elif line.direction == "from":
            said = mesh_pb2.FromRadio.FromString(line.raw[4:])
            if said.HasField("queueStatus") and said.queueStatus.mesh_packet_id == 0:
                recorded.append(line.at_s)
                ours = [at_s for at_s, said in client.said if said.HasField("queueStatus")]
                assert ours, f"the firmware answered at {line.at_s}, the device did not"
                assert line.at_s - 0.3 < ours[-1] <= line.at_s
    assert recorded


def test_swallowed_heartbeats_stay_unanswered() -> None:
    bench = Bench(["a"])
    client = bench.client("a")
    bench.devices["a"].client_said(client, b"\x94")
    client.tell(HEARTBEAT)
    assert client.said == []
    client.tell(HEARTBEAT)
    assert client.reports() == [(0, 0, 16)]


def test_five_heartbeats_at_once_get_one_answer() -> None:
    client = Bench(["a"]).client("a")
    client.tell(*[HEARTBEAT] * 5)
    assert client.reports() == [(0, 0, 16)]


def test_before_the_settings_only_heartbeats_are_answered() -> None:
    bench = Bench(["a", "b"])
    client = Client(bench.devices["a"], bench.scheduler)
    client.tell(HEARTBEAT, to_send(b"early", 7))
    assert client.reports() == [(0, 0, 15)]
    bench.run(5)
    assert bench.sent_by("a") == [7]
    client.tell(mesh_pb2.ToRadio(want_config_id=5))
    assert client.reports()[-1] == (7, 0, 15)


def test_new_client_closes_the_old_one() -> None:
    bench = Bench(["a"])
    first, second = bench.client("a"), bench.client("a")
    assert (first.is_closed, second.is_closed) == (True, False)
    first.tell(HEARTBEAT)
    assert first.said == []


def test_silent_client_is_dropped_and_a_speaking_one_is_not() -> None:
    bench = Bench(["a"])
    client = bench.client("a")
    bench.run(IDLE_S_MAX - 1)
    client.tell(HEARTBEAT)
    bench.run(IDLE_S_MAX - 1)
    assert not client.is_closed
    bench.run(1)
    assert client.is_closed


def test_disconnect_closes() -> None:
    client = Bench(["a"]).client("a")
    client.tell(mesh_pb2.ToRadio(disconnect=True))
    assert client.is_closed


def telemetry(client: Client) -> list[str]:
    packets = [packet for packet in client.packets() if packet.decoded.portnum == portnums_pb2.PortNum.TELEMETRY_APP]
    kinds = [telemetry_pb2.Telemetry.FromString(packet.decoded.payload).WhichOneof("variant") for packet in packets]
    assert {packet.rx_time for packet in packets} <= {0}
    return [str(kind) for kind in kinds]


def test_metrics_come_every_minute_and_counts_every_quarter_of_an_hour_without_a_time() -> None:
    bench = Bench(["a"])
    client = bench.client("a")
    bench.run(121)
    assert telemetry(client) == ["device_metrics", "local_stats", "device_metrics"]
    client.tell(HEARTBEAT)
    bench.run(850)
    assert telemetry(client).count("local_stats") == 2


def test_metrics_do_not_pile_up_for_an_absent_client() -> None:
    bench = Bench(["a"])
    bench.run(3600)
    client = Client(bench.devices["a"], bench.scheduler)
    client.tell(mesh_pb2.ToRadio(want_config_id=1))
    assert telemetry(client) == ["device_metrics", "local_stats"]


def test_times_of_packets_are_known_once_the_client_has_told_the_time() -> None:
    bench = Bench("ab")
    client = bench.client("b")
    bench.devices["b"].set_time(1_800_000_000)
    bench.run(100)
    client.said.clear()
    bench.client("a").send(b"hello", 7, hop_limit=0)
    bench.run(5)
    (packet,) = client.packets()
    assert 1_800_000_100 <= packet.rx_time <= 1_800_000_105


def test_burst_fills_the_queue_and_loses_reports() -> None:
    bench = Bench(["a", "b"])
    client = bench.client("a")
    client.tell(*(to_send(b"twenty bytes of load", 0x5000 + number) for number in range(24)))
    assert client.reports() == [(0x5016, 32, 0), (0x5017, 32, 0)]
    bench.run(60)
    assert bench.sent_by("a") == [0x5000 + number for number in range(16)]
    assert client.reports()[2] == (0, 0, 1), "the first free place is announced"


@pytest.mark.parametrize(
    ("fields", "size", "result"),
    [
        ({}, 231, 0),
        ({}, 232, 7),
        ({"channel": 3}, 20, 6),
        ({"to": 0xDEADBEEF}, 20, 39),
        ({"to": 0xDEADBEEF, "channel": 3}, 20, 39),
    ],
)
def test_refusals_come_twice_as_report_and_as_routing(fields: dict[str, int], size: int, result: int) -> None:
    bench = Bench(["a"])
    client = bench.client("a")
    client.send(bytes(size), 7, **fields)
    assert client.reports() == [(7, result, 15 if result == 0 else 16)]
    assert client.routed() == ([] if result == 0 else [(bench.number("a"), 7, result)])


@pytest.mark.parametrize(("size", "result"), [(219, 0), (220, 7)])
def test_direct_message_carries_twelve_bytes_less(size: int, result: int) -> None:
    bench = Bench(["a", "b"])
    client = bench.client("a")
    client.send(bytes(size), 7, to=bench.number("b"))
    assert client.reports()[0][1] == result


def test_packet_without_payload_is_refused_with_a_free_queue() -> None:
    client = Bench(["a"]).client("a")
    client.tell(mesh_pb2.ToRadio(packet=mesh_pb2.MeshPacket(to=1, id=7)))
    assert (client.reports(), client.routed()) == ([(7, 32, 16)], [])


def test_packet_to_itself_is_acked_at_home() -> None:
    bench = Bench(["a"])
    client = bench.client("a")
    client.send(b"self", 7, to=bench.number("a"), want_ack=True)
    assert client.routed() == [(bench.number("a"), 7, 0)]
    bench.run(30)
    assert bench.sent_by("a") == []


def test_packets_wait_for_a_client_in_32_places() -> None:
    bench = Bench(["a", "b"], preset="SHORT_FAST")
    sender = bench.client("a")
    for number in range(40):
        sender.send(b"%d" % number, 100 + number, hop_limit=0)
        bench.run(1.4)
    client = Client(bench.devices["b"], bench.scheduler)
    client.tell(mesh_pb2.ToRadio(want_config_id=1))
    assert client.payloads() == [b"%d" % number for number in range(32)]


def test_client_that_does_not_read_costs_no_memory() -> None:
    bench = Bench(["a", "b"], preset="SHORT_FAST")
    sender, client = bench.client("a"), bench.client("b")
    client.reads = False
    for number in range(40):
        sender.send(b"%d" % number, 100 + number, hop_limit=0)
        bench.run(1.4)
    assert client.payloads() == []
    client.reads = True
    bench.devices["b"].client_reads_again()
    assert len(client.payloads()) == 32


def test_client_that_asks_for_ever_and_does_not_read_costs_no_memory() -> None:
    client = Bench(["a"]).client("a")
    client.reads = False
    for nonce in range(1, 100):
        client.tell(mesh_pb2.ToRadio(want_config_id=nonce), HEARTBEAT)
    assert client.said == []
    client.reads = True
    client.tell(HEARTBEAT)
    completed = [said.config_complete_id for _, said in client.said if said.config_complete_id]
    assert (completed, client.reports()) == ([99], [(0, 0, 16)])


def test_undecodable_message_is_ignored() -> None:
    bench = Bench(["a"])
    client = bench.client("a")
    bench.devices["a"].client_said(client, b"\x94\xc3\x00\x03\xff\xff\xff")
    client.tell(HEARTBEAT)
    assert client.reports() == [(0, 0, 16)]


TO_RADIO = st.one_of(
    st.binary(max_size=600),
    st.builds(frame, st.binary(max_size=60)),
    st.builds(
        lambda **fields: frame(mesh_pb2.ToRadio(packet=mesh_pb2.MeshPacket(**fields)).SerializeToString()),
        to=st.sampled_from([0, 1, 0xFFFFFFFF]),
        id=st.integers(0, 2**32 - 1),
        channel=st.integers(0, 9),
        hop_limit=st.integers(0, 2**32 - 1),
        want_ack=st.booleans(),
        decoded=st.builds(mesh_pb2.Data, payload=st.binary(max_size=240), request_id=st.integers(0, 2**32 - 1)),
    ),
)


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(TO_RADIO, max_size=20))
def test_any_bytes_of_a_client_are_survived(chunks: list[bytes]) -> None:
    bench = Bench("ab", preset="SHORT_FAST")
    client = bench.client("a")
    for chunk in chunks:
        bench.devices["a"].client_said(client, chunk)
        bench.run(0.1)
    bench.run(60)
    again = bench.client("a")
    again.tell(HEARTBEAT)
    assert again.reports()
