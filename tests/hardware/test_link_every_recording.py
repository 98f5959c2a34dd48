"""Our link draws the right events from every recording: what became of each packet, what was heard, when it is up.

`link.txt` beside the recordings has one line a node, "outcomes of its packets in order | payloads heard": A accepted,
R relayed, D delivered, S silent, [REASON] refused, 3xA three times; payloads as bytes/hops. A node that is not there
tells the station nothing. After "..." nothing is compared: under load our link holds back what the recorded client
wrote, so that the recording has no answers to what the link does from then on.

    a  packets before the handshake get their report too late; what needs no answer draws no event
    b  sizes, rate limits, unknown keys and channels as INDEX of the recordings has them; under load the link holds back
    c  one relay: implicit acks, real ones, none; 2.8 gives up although the message arrived
    f  questions to the own radio are answered by more than an ack, which a link of frames does not wait for
"""

import re

import pytest

from hardware.from_radio import DropReason
from hardware.meshtastic_protobufs import mesh_pb2
from hardware.radio import (
    Accepted,
    AirUse,
    Delivered,
    Outcome,
    PacketHeard,
    RadioUp,
    Refused,
    Relayed,
    SendOutcome,
    Silent,
)
from hardware.stream import FrameReader
from tests.hardware import recordings
from tests.hardware.link_replay import replay
from tests.hardware.machine import Driver

EXPECTED = recordings.FOLDER / "link.txt"

OTHERS_PACKETS = {("b_27_unknown_dest", 1), ("b_28_unknown_dest", 1)}
"""A broadcast to node 1, which is not meant for us."""

ONLY_NODES = 69421
"""A handshake that our link never asks for, since it does not tell who the radio is."""


def letters(outcome: Outcome) -> str:
    match outcome:
        case Accepted():
            return "A"
        case Relayed():
            return "R"
        case Delivered():
            return "D"
        case Silent():
            return "S"
        case Refused(reason):
            return f"[{reason.name}]"


def unfolded(text: str) -> list[str]:
    words = []
    for word in text.split():
        times, _, what = word.rpartition("x") if re.match(r"\d+x", word) else ("1", "", word)
        words += [what] * int(times)
    return words


def read_expected() -> dict[tuple[str, int], str]:
    lines = (line.split(maxsplit=2) for line in EXPECTED.read_text("utf-8").splitlines())
    return {(name, "ABC".index(node)): text for name, node, text in lines}


@pytest.mark.parametrize("name", recordings.names())
def test_packets_end_and_payloads_arrive_as_recorded(name: str) -> None:
    numbers = recordings.header(name).numbers
    for node in range(len(numbers)):
        expected = read_expected().get((name, node), "")
        drops = {DropReason.OTHER_NODE: 1} if (name, node) in OTHERS_PACKETS else None
        driver = replay(name, node, numbers[node], drops)
        outcomes: dict[int, str] = {}
        heard = []
        for _, event in driver.events:
            match event:
                case SendOutcome(ticket, outcome):
                    outcomes[ticket] = outcomes.get(ticket, "") + letters(outcome)
                case PacketHeard():
                    heard.append(f"{len(event.payload)}/{event.hops}")
                    assert event.from_node in numbers
                    assert (event.snr_db, event.rssi_dbm) == (8.0, -87)
                case AirUse():
                    assert 0 <= event.air_util_tx_pct < 10
        sent, _, arrived = expected.partition("|")
        told, compared = [outcomes[ticket] for ticket in sorted(outcomes)], unfolded(sent)
        if compared[-1:] == ["..."]:
            compared = compared[:-1]
            assert len(told) > len(compared)
            told = told[: len(compared)]
        assert told == compared
        assert heard == unfolded(arrived)


def test_every_expectation_is_of_a_recording() -> None:
    assert {name for name, _ in read_expected()} <= set(recordings.names())
    assert len(recordings.names()) == 82


def handshakes(name: str) -> list[tuple[int, str, int]]:
    """Node, connection and nonce of each handshake that begins a connection."""
    found = {}
    for line in recordings.read(name):
        if line.direction != "to" or (line.node, line.conn) in found:
            continue
        for raw in FrameReader().feed(line.raw, 0.0):
            nonce = 0 if len(raw) < 2 or raw[:1] != b"\x18" else mesh_pb2.ToRadio.FromString(raw).want_config_id
            if nonce:
                found[line.node, line.conn] = nonce
    return [(node, conn, nonce) for (node, conn), nonce in found.items()]


@pytest.mark.parametrize("name", [name for name in recordings.names() if handshakes(name)])
def test_handshake_brings_the_link_up_when_it_tells_who_the_radio_is(name: str) -> None:
    header = recordings.header(name)
    version = "2.7.26.54e0d8d" if "_27_" in name else "2.8.0.7754068"
    for node, conn, nonce in handshakes(name):
        driver = Driver(config_nonce=nonce)
        driver.connect()
        for line in recordings.read(name):
            if line.direction == "from" and (line.node, line.conn) == (node, conn):
                driver.until(line.at_s)
                driver.take(driver.machine.received(line.raw, line.at_s))
        ups = [event for _, event in driver.events if isinstance(event, RadioUp)]
        if nonce == ONLY_NODES:
            assert ups == []
            assert driver.closed
            continue
        if header.is_fresh:
            assert ups == []
            (reason,) = driver.closed
            assert "region is UNSET, so that it sends nothing" in reason
            continue
        (up,) = ups
        assert (up.firmware, up.node_number) == (version, header.numbers[node])
        assert (up.region, up.modem_preset) == ("EU_868", "LONG_FAST")
