"""A recording or a replay in words: short sentences with times, a stream for each client and for each node's sending.

Left out, since the recorder's simulated radio makes it and no real one: the report that it gives at each begin of a
transmission, and its SIMULATOR_APP packets. Left out as well: numbers that a device draws itself, metrics, and how many
places are free.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from hardware.airtime import PRESETS
from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from tests.hardware import recordings
from tests.hardware.simulated.replaying import Replay

PORTS = portnums_pb2.PortNum

EPISODE_S = 3.0
SENSE_S = 0.03
STEP_S = 0.1
RELAY_WAIT_SLOTS = 16
REPORT_NEAR_S = 0.15


@dataclass(frozen=True, slots=True)
class Sentence:
    """One message or transmission in words."""

    at_s: float
    text: str
    steps: int = 0
    """Recorded transmissions since a client last asked for something."""


Streams = dict[str, list[Sentence]]


class Words:
    """Turns messages of one recording into sentences: nodes by letter, the clients' packets by number."""

    def __init__(self, name: str) -> None:
        self._lines = list(recordings.read(name))
        self._numbers = recordings.header(name).numbers
        self._preset = recordings.header(name).preset
        self._nodes = {number: "ABCDEFGH"[at] for at, number in enumerate(recordings.header(name).numbers)}
        self._ids: dict[int, str] = {}
        for line in self._lines:
            if line.direction == "to":
                for packet in recordings.packets_to(line):
                    if packet.id:
                        self._ids.setdefault(packet.id, f"#{len(self._ids) + 1}")

    def episodes_s(self) -> list[float]:
        """When something new begins: with a request after which nothing was asked for a while."""
        begins_s = [0.0]
        asked_s = 0.0
        for line in self._lines:
            if line.direction == "to":
                if line.at_s - asked_s >= EPISODE_S:
                    begins_s.append(line.at_s)
                asked_s = line.at_s
        return begins_s

    def end_s(self) -> float:
        """Tell when the recording ends."""
        return self._lines[-1].at_s

    def faults_s(self) -> list[float]:
        """Tell when the recorded radios sent as no real one does: after that an episode shows nothing about real ones.

        Into a frame that they were hearing, since their simulated radio takes a frame as received when its own wait
        is over; or a relay sooner than 16 slots after the last frame, since it then draws the wait of an own packet.
        """
        sent = [(line.at_s, line.node, line.air) for line in self._lines if line.air is not None]
        wait_s = RELAY_WAIT_SLOTS * PRESETS[self._preset].slot_ms / 1000
        faults_s = []
        for place, (at_s, node, air) in enumerate(sent):
            for began_s, other, earlier in sent[:place]:
                end_s = began_s + earlier.airtime_ms / 1000
                is_audible = node in earlier.heard_by
                sends_into = is_audible and began_s + SENSE_S < at_s < end_s - STEP_S
                is_relay = air.from_node != self._numbers[node]
                follows = (is_audible or other == node) and end_s <= at_s < end_s + wait_s
                if sends_into or (is_relay and follows):
                    faults_s.append(at_s)
        return faults_s

    def of_recording(self) -> Streams:
        streams: Streams = defaultdict(list)
        begun = self._simulators_reports()
        steps = 0
        for line in self._lines:
            if line.direction == "to":
                steps = 0
            elif line.direction == "from":
                said = mesh_pb2.FromRadio.FromString(line.raw[4:])
                if (line.node, line.at_s, line.raw) not in begun:
                    self._add(streams, line.node, line.conn, line.at_s, said, steps)
            elif line.air is not None:
                streams[f"air {line.node}"].append(Sentence(line.at_s, self._on_air(line.air), steps))
                steps += 1
        return streams

    def of_replay(self, found: Replay) -> Streams:
        streams: Streams = defaultdict(list)
        for (node, conn), messages in found.said.items():
            for at_s, said in messages:
                self._add(streams, node, conn, at_s, said)
        for at_s, node, air in found.aired:
            streams[f"air {node}"].append(Sentence(at_s, self._on_air(air)))
        return streams

    def _simulators_reports(self) -> set[tuple[int, float, bytes]]:
        """The report that the simulated radio gives when it begins to send, with each transmission."""
        taken: set[tuple[int, float, bytes]] = set()
        begins = [(line.node, line.at_s, line.air.packet_id) for line in self._lines if line.air is not None]
        for line in self._lines:
            if line.direction == "from":
                packet = mesh_pb2.FromRadio.FromString(line.raw[4:]).packet
                if packet.decoded.portnum == PORTS.SIMULATOR_APP:
                    begins.append((line.node, line.at_s, packet.id))
        for node, at_s, packet_id in begins:
            near = [
                line
                for line in self._lines
                if line.direction == "from" and line.node == node and abs(line.at_s - at_s) <= REPORT_NEAR_S
                if _reports(line, packet_id) and (node, line.at_s, line.raw) not in taken
            ]
            if near:
                last = min(near, key=lambda line: (abs(line.at_s - at_s) > 0.02, -line.at_s))
                taken.add((node, last.at_s, last.raw))
        return taken

    def _add(
        self, streams: Streams, node: int, conn: str, at_s: float, said: mesh_pb2.FromRadio, steps: int = 0
    ) -> None:
        text = self._said(said)
        if text is not None:
            streams[f"client {node}{conn}"].append(Sentence(at_s, text, steps))

    def _said(self, said: mesh_pb2.FromRadio) -> str | None:
        kind = said.WhichOneof("payload_variant")
        match kind:
            case "packet" if said.packet.decoded.portnum in (PORTS.SIMULATOR_APP, PORTS.TELEMETRY_APP):
                return None
            case "packet":
                return self._packet(said.packet)
            case "queueStatus" if said.queueStatus.mesh_packet_id == 0 and said.queueStatus.free <= 1:
                return None  # the first free place, which the simulator's report at each begin hides
            case "queueStatus":
                return f"report {said.queueStatus.res} about {self._id(said.queueStatus.mesh_packet_id)}"
            case "clientNotification":
                text = re.sub(r"\d+", "N", said.clientNotification.message)
                return f"notice about {self._id(said.clientNotification.reply_id)}: {text}"
            case "config" | "moduleConfig":
                part = getattr(said, kind).WhichOneof("payload_variant")
                return f"{kind} {part}"
            case "channel":
                return f"channel {said.channel.index} role {said.channel.role}"
            case "node_info":
                return f"node_info {self._node(said.node_info.num)}"
            case "config_complete_id":
                return f"config_complete_id {said.config_complete_id}"
            case None:
                return "a kind that the protobufs do not know"
            case _:
                return str(kind)

    def _packet(self, packet: mesh_pb2.MeshPacket) -> str:
        sender, data = self._node(getattr(packet, "from")), packet.decoded
        head = f"{sender}>{self._node(packet.to)} {self._id(packet.id)}"
        tail = (
            f"hops {packet.hop_limit}/{packet.hop_start} relay {packet.relay_node:02x} next {packet.next_hop:02x}"
            f"{' want_ack' if packet.want_ack else ''}{' pki' if packet.pki_encrypted else ''} channel {packet.channel}"
            f" snr {packet.rx_snr:g} rssi {packet.rx_rssi} priority {packet.priority}"
        )
        if packet.WhichOneof("payload_variant") == "encrypted":
            return f"{head} encrypted {len(packet.encrypted)} B {tail}"
        if data.portnum == PORTS.ROUTING_APP:
            error = mesh_pb2.Routing.FromString(data.payload).error_reason
            return f"{head} routing {mesh_pb2.Routing.Error.Name(error)} about {self._id(data.request_id)} {tail}"
        about = "".join(
            f" {name} {self._id(number)}"
            for name, number in (("request", data.request_id), ("reply", data.reply_id))
            if number
        )
        wants = " wants response" if data.want_response else ""
        port = PORTS.Name(data.portnum)
        size = "" if data.portnum in (PORTS.NODEINFO_APP, PORTS.ADMIN_APP) else f" {len(data.payload)} B"
        return f"{head} {port}{size}{about}{wants} bits {data.bitfield} {tail}"

    def _on_air(self, air: recordings.OnAir) -> str:
        return (
            f"{self._node(air.from_node)}>{self._node(air.to_node)} {self._id(air.packet_id)}"
            f" hops {air.hop_limit}/{air.hop_start} relay {air.relay:02x} next {air.next_hop:02x}"
            f"{' want_ack' if air.want_ack else ''} {air.lora_bytes} B"
        )

    def _node(self, number: int) -> str:
        return self._nodes.get(number, "all" if number == 0xFFFFFFFF else f"{number:08x}")

    def _id(self, packet_id: int) -> str:
        return "none" if packet_id == 0 else self._ids.get(packet_id, "own")


def _reports(line: recordings.Line, packet_id: int) -> bool:
    said = mesh_pb2.FromRadio.FromString(line.raw[4:])
    return bool(said.HasField("queueStatus") and said.queueStatus.mesh_packet_id == packet_id and packet_id)
