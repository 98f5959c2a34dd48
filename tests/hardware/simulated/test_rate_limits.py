"""Which of a client's packets a device drops because they come too often, and what it says then."""

import pytest

from hardware.meshtastic_protobufs import portnums_pb2
from hardware.simulated.rate_limits import TOO_FAR, TOO_OFTEN
from tests.hardware.simulated.bench import Bench, Client, to_send

PORTS = portnums_pb2.PortNum


def send(client: Client, port: int, packet_id: int, **fields: int | bool) -> None:
    message = to_send(b"words", packet_id, **fields)
    message.packet.decoded.portnum = port
    client.tell(message)


def notices(client: Client) -> list[str]:
    return [said.clientNotification.message for _, said in client.said if said.HasField("clientNotification")]


@pytest.mark.parametrize(
    ("port", "spacing_s"),
    [
        (PORTS.TEXT_MESSAGE_APP, 2),
        (PORTS.POSITION_APP, 10),
        (PORTS.WAYPOINT_APP, 10),
        (PORTS.ALERT_APP, 10),
        (PORTS.TELEMETRY_APP, 10),
    ],
)
def test_port_takes_one_packet_in_its_time_and_reports_all_as_taken(port: int, spacing_s: float) -> None:
    bench = Bench("a", preset="SHORT_FAST")
    client = bench.client("a")
    for packet_id, wait_s in ((100, spacing_s - 0.1), (101, 0.1), (102, spacing_s)):
        send(client, port, packet_id)
        bench.run(wait_s)
    assert [report[:2] for report in client.reports()] == [(100, 0), (101, 0), (102, 0)]
    assert [sent for sent in bench.sent_by("a") if sent in (100, 101, 102)] == [100, 102]


def test_private_port_has_no_limit() -> None:
    bench = Bench("a", preset="SHORT_FAST")
    client = bench.client("a")
    for packet_id in range(100, 110):
        client.send(b"x", packet_id, hop_limit=0)
    bench.run(10)
    assert bench.sent_by("a") == list(range(100, 110))


def test_text_too_early_is_refused_to_a_client_that_names_itself() -> None:
    bench = Bench("ab")
    client = bench.client("a")
    for packet_id in (100, 101):
        message = to_send(b"words", packet_id)
        message.packet.decoded.portnum = PORTS.TEXT_MESSAGE_APP
        setattr(message.packet, "from", bench.number("a"))
        client.tell(message)
    assert client.routed() == [(bench.number("a"), 101, 38)]


def test_text_too_early_is_refused_to_nobody_on_the_air_otherwise() -> None:
    bench = Bench("ab")
    client, other = bench.client("a"), bench.client("b")
    for packet_id in (100, 101):
        send(client, PORTS.TEXT_MESSAGE_APP, packet_id)
    bench.run(20)
    assert (client.routed(), other.routed()) == ([], [])
    (refusal,) = (logged.frame for logged in bench.air.log if logged.frame.to_node == 0)
    assert (refusal.hop_limit, refusal.lora_bytes) == (0, 29)


def test_traceroute_is_limited_with_a_word_for_people() -> None:
    bench = Bench("ab")
    client = bench.client("a")
    send(client, PORTS.TRACEROUTE_APP, 100, to=bench.number("b"))
    send(client, PORTS.TRACEROUTE_APP, 101, to=bench.number("b"))
    bench.run(31)
    send(client, PORTS.TRACEROUTE_APP, 102)
    assert notices(client) == [TOO_OFTEN, TOO_FAR]
    assert {101, 102}.isdisjoint(bench.sent_by("a"))


def test_number_that_the_client_used_lately_is_ignored_without_an_answer() -> None:
    bench = Bench("a")
    client = bench.client("a")
    client.send(b"once", 100)
    client.send(b"again", 100)
    assert client.reports() == [(100, 0, 15)]
    for packet_id in range(101, 121):
        client.send(b"x", packet_id)
    client.send(b"forgotten by now", 100)
    assert client.reports()[-1][0] == 100
