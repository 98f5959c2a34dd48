"""A recording's client requests, put to simulated devices at the recorded times: what they answer, and what they send.

The recorded devices read in steps of 0.1 s (5 ms without the recorder's multiplexer), and after two seconds of silence
up to 0.25 s later; requests that came meanwhile are read at once, and so they are here. A request comes later than
recorded when the client had waited for something that the simulated device has not said yet: a packet that the request
refers to, or the end of a packet a moment before. Then it comes as long after that as in the recording, and so does all
that follows it.
"""

import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.device import Device
from hardware.simulated.identity import Generation
from hardware.simulated.scheduler import VirtualScheduler
from hardware.stream import FrameReader, frame
from tests.hardware import recordings
from tests.hardware.simulated.recorded_mesh import RecordedMesh

HANDSHAKE = frame(mesh_pb2.ToRadio(want_config_id=69420).SerializeToString())
STEP_S = 0.02
READ_IDLE_STEP_S = 0.25
IDLE_S = 2.0
MOMENT_S = 0.1
WAIT_S_MAX = 120.0
END_S = 3.0
RESTART_STEPS_MAX = 100


@dataclass(slots=True)
class Replay:
    """What came of it: messages to each connection, and transmissions."""

    said: dict[tuple[int, str], list[tuple[float, mesh_pb2.FromRadio]]] = field(default_factory=dict)
    aired: list[tuple[float, int, recordings.OnAir]] = field(default_factory=list)
    closed_s: dict[tuple[int, str], float] = field(default_factory=dict)
    late_s: list[tuple[float, float]] = field(default_factory=list)
    """When each request was recorded, and how much later it came here."""


class _Client:
    def __init__(self, replay: Replay, key: tuple[int, str], scheduler: VirtualScheduler) -> None:
        self.key = key
        self._replay = replay
        self._scheduler = scheduler
        self._reader = FrameReader()
        self._chunks: list[bytes] = []
        replay.said.setdefault(key, [])

    def can_take_more(self) -> bool:
        return True

    def write(self, chunk: bytes) -> None:
        now_s = self._scheduler.now_s()
        for message in self._reader.feed(chunk, now_s):
            self._replay.said[self.key].append((now_s, mesh_pb2.FromRadio.FromString(message)))

    def close(self) -> None:
        self._replay.closed_s[self.key] = self._scheduler.now_s()

    def ask(self, device: Device, chunk: bytes) -> None:
        """Have the device read, together with all that is to be read at this moment."""
        self._chunks.append(chunk)
        if len(self._chunks) == 1:
            self._scheduler.call_at(self._scheduler.now_s(), partial(self._read, device))

    def _read(self, device: Device) -> None:
        chunk = b"".join(self._chunks)
        self._chunks.clear()
        device.client_said(self, chunk)

    @property
    def said_count(self) -> int:
        return len(self._replay.said[self.key])

    def got_s(self, cause: "Cause") -> float | None:
        return next((at_s for at_s, said in self._replay.said[self.key] if cause.is_met_by(said)), None)


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that a recorded client was told before it went on."""

    at_s: float
    packet_id: int = 0
    about: int = 0

    def is_met_by(self, said: mesh_pb2.FromRadio) -> bool:
        return said.packet.id == self.packet_id if self.packet_id else said.packet.decoded.request_id == self.about


def replay(name: str, seed: int, generation: Generation | None = None) -> Replay:
    """Run one recording's requests through devices.

    Args:
        name: of the recording.
        seed: draws the chances.
        generation: of the devices; the recorded one when None.
    """
    mesh, result = RecordedMesh(name, seed, generation), Replay()
    clients: dict[tuple[int, str], _Client] = {}
    late_s = 0.0
    for node, conn in sorted(_connected_before(mesh.lines)):
        clients[node, conn] = client = _Client(result, (node, conn), mesh.scheduler)
        mesh.devices[node].client_connected(client)
        mesh.devices[node].client_said(client, HANDSHAKE)
        result.said[node, conn].clear()
    steps = random.Random(f"{seed} steps")
    phase_s, step_s = steps.uniform(0.0, mesh.read_step_s), mesh.read_step_s
    read_s: dict[int, float] = {}
    for line, cause in _requests_and_causes(mesh.lines):
        client = clients.get((line.node, line.conn))
        if client is not None and cause is not None:
            late_s += _wait_for(cause, client, mesh.scheduler, late_s)
        came_s = line.at_s + late_s
        if client is None:
            mesh.scheduler.run_until(came_s)
            if line.direction == "ev":
                _happen(line, mesh, result, clients)
            continue
        result.late_s.append((line.at_s, late_s))
        if came_s > read_s.get(line.node, -1.0):
            is_idle = came_s - read_s.get(line.node, -IDLE_S) >= IDLE_S
            seen_s = came_s + (steps.uniform(0.0, READ_IDLE_STEP_S) if is_idle else 0.0)
            read_s[line.node] = phase_s + math.ceil((seen_s - phase_s) / step_s) * step_s
        mesh.scheduler.call_at(read_s[line.node], partial(client.ask, mesh.devices[line.node], line.raw))
    mesh.scheduler.run_until(mesh.header.seconds + late_s + END_S)
    result.aired.extend(mesh.aired())
    return result


def _requests_and_causes(lines: list[recordings.Line]) -> Iterator[tuple[recordings.Line, Cause | None]]:
    got_s: dict[tuple[int, int], float] = {}
    ends: dict[tuple[int, str], Cause] = {}
    for line in lines:
        if line.direction == "to":
            yield line, _cause(line, got_s, ends)
        elif line.direction == "ev":
            yield line, None
        elif line.direction == "from":
            for message in FrameReader().feed(line.raw, 0.0):
                packet = mesh_pb2.FromRadio.FromString(message).packet
                got_s.setdefault((line.node, packet.id), line.at_s)
                if packet.decoded.portnum == portnums_pb2.PortNum.ROUTING_APP:
                    ends[line.node, line.conn] = Cause(line.at_s, about=packet.decoded.request_id)


def _cause(
    line: recordings.Line, got_s: dict[tuple[int, int], float], ends: dict[tuple[int, str], Cause]
) -> Cause | None:
    for packet in recordings.packets_to(line):
        for packet_id in (packet.decoded.request_id, packet.decoded.reply_id):
            if packet_id and (line.node, packet_id) in got_s:
                return Cause(got_s[line.node, packet_id], packet_id=packet_id)
    end = ends.get((line.node, line.conn))
    return end if end is not None and line.at_s - end.at_s <= MOMENT_S else None


def _wait_for(cause: Cause, client: _Client, scheduler: VirtualScheduler, late_s: float) -> float:
    """Run until the cause is there, and tell how much later than so far that is."""
    until_s = cause.at_s + late_s + WAIT_S_MAX
    here_s, said = client.got_s(cause), client.said_count
    while here_s is None and scheduler.now_s() < until_s:
        scheduler.run_until(scheduler.now_s() + STEP_S)
        if client.said_count != said:
            here_s, said = client.got_s(cause), client.said_count
    return 0.0 if here_s is None else max(0.0, here_s - cause.at_s - late_s)


def _connected_before(lines: list[recordings.Line]) -> set[tuple[int, str]]:
    """Connections that the recording does not see beginning."""
    begun = set()
    before = set()
    for line in lines:
        if line.direction == "ev" and line.event.startswith("connect"):
            begun.add((line.node, line.event.split()[1]))
        elif line.direction in ("to", "from") and (line.node, line.conn) not in begun:
            before.add((line.node, line.conn))
    return before


def _happen(line: recordings.Line, mesh: RecordedMesh, result: Replay, clients: dict[tuple[int, str], _Client]) -> None:
    if match := re.fullmatch(r"connect (\w+)", line.event):
        # Who connects after a restart tries until the device is there.
        for _ in range(RESTART_STEPS_MAX):
            if mesh.devices[line.node].is_on:
                break
            mesh.scheduler.run_until(mesh.scheduler.now_s() + STEP_S)
        client = clients[line.node, match[1]] = _Client(result, (line.node, match[1]), mesh.scheduler)
        mesh.devices[line.node].client_connected(client)
    elif match := re.fullmatch(r"we close (\w+)", line.event):
        if (client := clients.pop((line.node, match[1]), None)) is not None:
            mesh.devices[line.node].client_left(client)
    elif line.event.startswith("ctl "):
        mesh.control(line.event.split()[1:])
