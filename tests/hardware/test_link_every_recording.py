"""Our link draws the right events from every recording: what became of each packet, what was heard, when it is up.

One entry a node, "outcomes of its packets in order | payloads heard": A accepted, R relayed, D delivered, S silent,
[REASON] refused, 3xA three times; payloads as bytes/hops. A recording that is not here says nothing to a link.

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

EXPECTED: dict[str, tuple[str, ...]] = {
    "a_27_before_handshake": ("S",),
    "a_27_second_client": ("A",),
    "a_27_unknown_fields": ("A",),
    "a_28_before_handshake": ("S",),
    "a_28_second_client": ("A",),
    "b_27_broadcast_sizes": (
        "5xA [TOO_LARGE]",
        "| 20/0 100/0 165/0 166/0 231/0",
    ),
    "b_27_burst24": (
        "4xA 10xS 3x[QUEUE_FULL] 7x[LINK_FULL]",
        "| 8x20/0",
    ),
    "b_27_dm_ids": (
        "3xAD [TOO_LARGE] AD A | 2x6/0",
        "A AD | 50/0 16/0 214/0 13/0 20/0",
    ),
    "b_27_dm_sizes": (
        "4xAD [TOO_LARGE]",
        "| 20/0 100/0 200/0 219/0",
    ),
    "b_27_hop_limit": (
        "4xA 4xAR 3xAD A",
        "| 3x20/0 20/6 3x20/0 20/6 2x22/0 22/6 15/0",
    ),
    "b_27_no_peer": (
        "3xAS",
        "",
    ),
    "b_27_priority": (
        "4xA 8xS 2x[QUEUE_FULL] S 5x[QUEUE_FULL] 2x[LINK_FULL]",
        "| 100/0 8/0 5x100/0",
    ),
    "b_27_queue_full": (
        "4xA 8xS 7x[QUEUE_FULL] 4x[LINK_FULL]",
        "| 3x100/0 11/0 5x100/0",
    ),
    "b_27_text_broadcast": (
        "A AR 2x[TOO_LARGE]",
        "",
    ),
    "b_27_text_burst": (
        "10xA",
        "",
    ),
    "b_27_text_burst_from": (
        "A 5xA[RATE_LIMIT] AD A[RATE_LIMIT] A",
        "| 12/0",
    ),
    "b_27_text_dm": (
        "AD A",
        "AD",
    ),
    "b_27_unknown_channel": (
        "4x[NO_CHANNEL] AD [NO_CHANNEL]",
        "| 20/0",
    ),
    "b_27_unknown_dest": (
        "3x[KEY_UNKNOWN] AD ARS",
        "| 19/0",
    ),
    "b_28_broadcast_sizes": (
        "5xA [TOO_LARGE]",
        "| 20/0 100/0 165/0 166/0 231/0",
    ),
    "b_28_burst24": (
        "4xA 11xS 2x[QUEUE_FULL] 7x[LINK_FULL]",
        "| 8x20/0",
    ),
    "b_28_dm_ids": (
        "3xAD [TOO_LARGE] AD A | 2x6/0",
        "A AD | 50/0 16/0 214/0 13/0 20/0",
    ),
    "b_28_dm_sizes": (
        "4xAD [TOO_LARGE]",
        "| 20/0 100/0 200/0 219/0",
    ),
    "b_28_hop_limit": (
        "4xA 4xAR 3xAD A",
        "| 3x20/0 20/6 3x20/0 20/6 2x22/0 22/6 15/0",
    ),
    "b_28_no_peer": (
        "3xAS",
        "",
    ),
    "b_28_queue_full": (
        "5xA 8xS 8x[QUEUE_FULL] 2x[LINK_FULL]",
        "| 2x100/0 11/0 6x100/0 18/0",
    ),
    "b_28_text_broadcast": (
        "A AR 2x[TOO_LARGE]",
        "",
    ),
    "b_28_text_burst": (
        "10xA",
        "",
    ),
    "b_28_text_dm": (
        "AD A",
        "AD",
    ),
    "b_28_unknown_dest": (
        "3x[KEY_UNKNOWN] AD AS",
        "| 19/0",
    ),
    "c_27_allcut": (
        "2xAS",
        "",
        "",
    ),
    "c_27_b_reboot": (
        "2xARD",
        "AD",
        "| 2x100/1",
    ),
    "c_27_broadcast_wantack": (
        "2xAR",
        "| 100/0 231/0",
        "| 100/1 231/1",
    ),
    "c_27_dm100_first": (
        "ARD",
        "",
        "| 100/1",
    ),
    "c_27_dm200": (
        "2xARD",
        "",
        "| 200/1 219/1",
    ),
    "c_27_dm_later": (
        "3xARD",
        "",
        "| 3x100/1",
    ),
    "c_27_lastcut_fresh": (
        "ARS",
        "",
        "",
    ),
    "c_27_lastcut_learnt": (
        "ARS",
        "",
        "",
    ),
    "c_27_loss20": (
        "2xARS ARD AD ARS ARD 3xARS AD 5xA 5xAR",
        "| 9x100/0",
        "| 5x100/1",
    ),
    "c_27_reply": (
        "2xARD | 2x100/1",
        "",
        "A ARS | 2x100/1",
    ),
    "c_28_b_reboot": (
        "AD AS",
        "AD",
        "| 2x100/1",
    ),
    "c_28_broadcast_wantack": (
        "2xAR",
        "| 100/0 231/0",
        "| 100/1 231/1",
    ),
    "c_28_dm100_first": (
        "AS",
        "",
        "| 100/1",
    ),
    "c_28_dm200": (
        "AS AD",
        "",
        "| 200/1 219/1",
    ),
    "c_28_dm_later": (
        "AS 2xAD",
        "",
        "| 3x100/1",
    ),
    "c_28_lastcut_fresh": (
        "AS",
        "",
        "",
    ),
    "c_28_lastcut_learnt": (
        "AS",
        "",
        "",
    ),
    "c_28_loss20": (
        "2xAS AD 3xAS AD AS AD AS 5xA 5xAR",
        "| 9x100/0",
        "| 16x100/1",
    ),
    "c_28_reply": (
        "AS AD | 2x100/1",
        "",
        "A AS | 2x100/1",
    ),
    "f_27_add_contact": (
        "[KEY_UNKNOWN] AD A[KEY_UNKNOWN] 4xAD ARS | 4/0",
        "2xAD | 100/0",
    ),
    "f_27_channel": (
        "AD AS A AD AS A AD A[QUEUE_FULL] 2xAD 2xAS",
        "",
    ),
    "f_27_edit_transaction": (
        "3xAD AS 2xAD 3xAS AD",
        "",
    ),
    "f_27_get": (
        "36xAS A[QUEUE_FULL] 2xAS AD AS A",
        "",
    ),
    "f_27_owner": (
        "AD 2xAS",
        "",
    ),
    "f_27_reboot": (
        "4xAD",
        "",
    ),
    "f_27_region_first": (
        "AS AD 2xAS",
        "AS AD 2xAS",
    ),
    "f_27_role": (
        "AS AD 3xAS AD 3xAS AD AS",
        "",
    ),
    "f_28_add_contact": (
        "[KEY_UNKNOWN] AD 2xAS 3xAD AS | 4/0",
        "2xAD | 100/0",
    ),
    "f_28_edit_transaction": (
        "3xAD AS 2xAD 3xAS AD",
        "",
    ),
    "f_28_get": (
        "36xAS A[QUEUE_FULL] 2xAS AD AS A",
        "",
    ),
    "f_28_owner": (
        "AD 2xAS",
        "",
    ),
    "f_28_reboot": (
        "4xAD",
        "",
    ),
    "f_28_region_first": (
        "AS AD 2xAS",
        "AS AD 2xAS",
    ),
}

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


@pytest.mark.parametrize("name", recordings.names())
def test_packets_end_and_payloads_arrive_as_recorded(name: str) -> None:
    numbers = recordings.header(name).numbers
    for node, expected in enumerate(EXPECTED.get(name, [""] * len(numbers))):
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
        assert [outcomes[ticket] for ticket in sorted(outcomes)] == unfolded(sent)
        assert heard == unfolded(arrived)


def test_every_expectation_is_of_a_recording() -> None:
    assert set(EXPECTED) <= set(recordings.names())
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
        (up,) = ups
        region = "UNSET" if header.is_fresh else "EU_868"
        assert (up.firmware, up.node_number) == (version, header.numbers[node])
        assert (up.region, up.modem_preset) == (region, "LONG_FAST")
