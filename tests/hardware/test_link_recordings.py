"""The link draws the right events from what real firmware said: recordings replayed on their own clock."""

from dataclasses import replace

import pytest

from hardware.meshtastic_protobufs import mesh_pb2
from hardware.radio import (
    Accepted,
    AirUse,
    Delivered,
    PacketHeard,
    RadioDown,
    RadioUp,
    Refusal,
    Refused,
    Relayed,
    SendOutcome,
    Silent,
)
from tests.hardware import recordings
from tests.hardware.link_replay import NODES_27, NODES_28, as_outgoing, replay
from tests.hardware.machine import OWN, Driver


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a_27_handshake_full", RadioUp("2.7.26.54e0d8d", NODES_27[0], "EU_868", "LONG_FAST", None)),
        ("a_28_handshake_full", RadioUp("2.8.0.7754068", NODES_28[0], "EU_868", "LONG_FAST", None)),
    ],
)
def test_handshake_brings_the_radio_up(name: str, expected: RadioUp) -> None:
    driver = Driver(config_nonce=1234567)
    driver.connect()
    for line in recordings.read(name):
        if line.direction == "from":
            driver.until(line.at_s)
            driver.take(driver.machine.received(line.raw, line.at_s))
    assert [event for _, event in driver.events] == [expected]


def test_broadcasts_of_every_size_are_accepted_but_one_too_large() -> None:
    driver = replay("b_27_broadcast_sizes", 0, NODES_27[0])
    assert [driver.outcomes(ticket) for ticket in range(5)] == [[Accepted()]] * 5
    assert driver.outcomes(5) == [Refused(Refusal.TOO_LARGE)]
    assert len(driver.packets()) == 5


def test_receiver_of_broadcasts_hears_their_payloads() -> None:
    driver = replay("b_27_broadcast_sizes", 1, NODES_27[1])
    heard = [event for _, event in driver.events if isinstance(event, PacketHeard)]
    assert [len(event.payload) for event in heard] == [20, 100, 165, 166, 231]
    assert {(event.from_node, event.to_node, event.hops, event.snr_db, event.rssi_dbm) for event in heard} == {
        (NODES_27[0], None, 0, 8.0, -87)
    }


def test_direct_messages_are_delivered_by_the_destinations_ack_alone() -> None:
    driver = replay("b_27_dm_sizes", 0, NODES_27[0])
    assert [driver.outcomes(ticket) for ticket in range(4)] == [[Accepted(), Delivered()]] * 4
    assert driver.outcomes(4) == [Refused(Refusal.TOO_LARGE)]


def test_receiver_of_direct_messages_ignores_acks_for_packets_it_never_sent() -> None:
    driver = replay("b_27_dm_sizes", 1, NODES_27[1])
    heard = [event for _, event in driver.events if isinstance(event, PacketHeard)]
    assert [(len(event.payload), event.to_node) for event in heard] == [
        (size, NODES_27[1]) for size in (20, 100, 200, 219)
    ]
    assert not any(isinstance(event, SendOutcome) for _, event in driver.events)


def test_silence_without_a_peer() -> None:
    driver = replay("b_27_no_peer", 0, NODES_27[0])
    assert [driver.outcomes(ticket) for ticket in range(3)] == [[Accepted(), Silent()]] * 3
    silent_s = [at_s for at_s, event in driver.events if isinstance(event, SendOutcome) and event.outcome == Silent()]
    assert silent_s == pytest.approx([21.7988, 47.899, 82.1242])


def test_own_metrics_are_air_use_and_others_are_not() -> None:
    for node in (0, 1):
        driver = replay("b_27_no_peer", node, NODES_27[node])
        assert sum(isinstance(event, AirUse) for _, event in driver.events) == 1
    driver = replay("b_27_no_peer", 1, NODES_27[0])
    assert not any(isinstance(event, AirUse) for _, event in driver.events)


def test_destination_without_a_key_is_refused() -> None:
    driver = replay("b_27_unknown_dest", 0, NODES_27[0])
    assert [driver.outcomes(ticket) for ticket in range(3)] == [[Refused(Refusal.KEY_UNKNOWN)]] * 3
    assert driver.outcomes(3) == [Accepted(), Delivered()], "to itself"
    assert driver.outcomes(4) == [Accepted(), Relayed(), Silent()], "to a number that nobody has"


def test_burst_is_held_back_here_instead_of_lost_there() -> None:
    driver = replay("b_27_burst24", 0, NODES_27[0])
    refused = [ticket for ticket in range(24) if driver.outcomes(ticket) == [Refused(Refusal.LINK_FULL)]]
    assert refused == list(range(17, 24)), "one in the radio, sixteen waiting"
    first_s = [at_s for at_s, event in driver.events if isinstance(event, SendOutcome) and event.outcome == Accepted()]
    written_s = [at_s for at_s, message in driver.written if message.HasField("packet")]
    assert written_s[1] == first_s[0], "the second frame waits for the report on the first"


def test_implicit_ack_with_the_last_hop_cut_is_not_a_delivery() -> None:
    driver = replay("c_27_lastcut_fresh", 0, NODES_27[0])
    assert driver.outcomes(0) == [Accepted(), Relayed(), Silent()]


def test_first_direct_message_over_a_relay() -> None:
    driver = replay("c_27_dm100_first", 0, NODES_27[0])
    assert driver.outcomes(0) == [Accepted(), Relayed(), Delivered()]
    receiver = replay("c_27_dm100_first", 2, NODES_27[2])
    (heard,) = (event for _, event in receiver.events if isinstance(event, PacketHeard))
    assert (heard.from_node, heard.hops) == (NODES_27[0], 1)


def test_new_firmware_gives_up_although_the_message_arrived() -> None:
    driver = replay("c_28_dm100_first", 0, NODES_28[0])
    assert driver.outcomes(0) == [Accepted(), Silent()]


def test_every_direct_message_under_loss_gets_one_last_outcome() -> None:
    driver = replay("c_28_loss20", 0, NODES_28[0])
    last = [driver.outcomes(ticket)[-1] for ticket in range(10)]
    assert set(last) <= {Delivered(), Silent()}
    assert last.count(Delivered()) == 3, "the fourth ack came after the radio had given up"


def test_rate_limit_after_acceptance_is_a_refusal() -> None:
    driver = replay("b_27_text_burst_from", 0, NODES_27[0])
    assert driver.outcomes(0) == [Accepted()]
    assert [driver.outcomes(ticket) for ticket in range(1, 6)] == [[Accepted(), Refused(Refusal.RATE_LIMIT)]] * 5


def test_disabled_channel_is_refused() -> None:
    driver = replay("b_27_unknown_channel", 0, NODES_27[0])
    assert driver.outcomes(0) == [Refused(Refusal.NO_CHANNEL)]


def test_settings_without_the_own_number_are_given_up() -> None:
    driver = Driver(config_nonce=69421)
    driver.connect()
    for line in recordings.read("a_27_second_client"):
        if line.direction == "from" and line.conn == "A":
            driver.take(driver.machine.received(line.raw, line.at_s))
    assert driver.events == []
    (reason,) = driver.closed
    assert "left out its number" in reason


def test_second_client_ends_the_first_ones_link() -> None:
    driver = Driver()
    driver.bring_up(replace(OWN, node_number=NODES_27[0]))
    driver.submit(as_outgoing(mesh_pb2.MeshPacket(to=0xFFFFFFFF, decoded=mesh_pb2.Data(payload=b"x")), 7))
    driver.take(driver.machine.lost("taken", 0.0))
    assert driver.events[-2:] == [(0.0, SendOutcome(7, Silent())), (0.0, RadioDown("taken"))]
