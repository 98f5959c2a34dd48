"""Our link's decisions replayed on a recording's own clock: what it would have told a station."""

from dataclasses import replace

from hardware.from_radio import DropReason
from hardware.meshtastic_protobufs import mesh_pb2
from hardware.radio import Outgoing
from hardware.simulated.speech import queue_report, routing_error
from tests.hardware import recordings
from tests.hardware.machine import OWN, Driver

NODES_27 = (0xA1B20010, 0xA1B20011, 0xA1B20012)
NODES_28 = (0xDC550294, 0x9FE632A3, 0xEEA5CE73)
LATE_S = 300.0


def as_outgoing(packet: mesh_pb2.MeshPacket, ticket: int) -> Outgoing:
    return Outgoing(
        ticket=ticket,
        payload=packet.decoded.payload,
        hop_limit=min(packet.hop_limit, 7),
        want_ack=packet.want_ack,
        destination=None if packet.to == 0xFFFFFFFF else packet.to,
        priority=64,
    )


def is_usable(packet: mesh_pb2.MeshPacket) -> bool:
    """Whether our link would send such a packet at all."""
    return bool(packet.to and packet.id and packet.decoded.payload)


def replay(name: str, node: int, node_number: int, drops: dict[DropReason, int] | None = None) -> Driver:
    """Send what the recorded client sent, under the recorded ids and tickets 0, 1, ..., and hear what it heard.

    Args:
        name: of the recording.
        node: whose client.
        node_number: of that node.
        drops: what the link must have dropped; nothing when None.
    """
    lines = [line for line in recordings.read(name) if line.node == node]
    usable = [packet for line in lines if line.direction == "to" for packet in recordings.packets_to(line)]
    usable = [packet for packet in usable if is_usable(packet)]
    driver = Driver(packet_ids=[packet.id for packet in usable])
    driver.bring_up(replace(OWN, node_number=node_number))
    driver.events.clear()
    ticket = 0
    for line in lines:
        driver.until(line.at_s)
        if line.direction == "from":
            driver.take(driver.machine.received(line.raw, line.at_s))
        elif line.direction == "to":
            for packet in recordings.packets_to(line):
                if packet in usable:
                    driver.submit(as_outgoing(packet, ticket))
                    ticket += 1
    # Acks of our own time-outs come after the end of the recording; a heartbeat there stays unanswered.
    last_s = driver.now_s
    while driver.now_s < last_s + LATE_S:
        # Real radios hand on their figures every minute; an ack for a packet of nobody is as lively and has no bearing.
        driver.say(queue_report(0, 0, 16), routing_error(node_number, 0xDEAD, 0, 1))
        driver.until(driver.now_s + 10)
    assert driver.machine.drops == (drops or {})
    return driver
