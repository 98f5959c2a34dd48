"""The mesh of a recording in simulated devices: numbers, links, cuts and losses, and what the nodes knew before.

Next hops that the recorded nodes had learnt before it begins are seen by their first frame towards each node; whom they
knew, by what they tell their clients. The recorded build does not sign broadcasts.
"""

import random
from collections import defaultdict, deque
from collections.abc import Iterable

from hardware.airtime import PRESETS, Preset
from hardware.meshtastic_protobufs import mesh_pb2
from hardware.simulated.air import Air, AirFrame, Link
from hardware.simulated.device import Device
from hardware.simulated.identity import Generation, Identity
from hardware.simulated.scheduler import VirtualScheduler
from tests.hardware import recordings

SNR_DB = 8.0
CUT = Link(-99.0)
READ_STEP_S = 0.1
READ_STEP_DIRECT_S = 0.005
KNOWN_S = 10.0
FATE_S = 8.0


class _RecordedAir(Air):
    """An air that loses what was lost in the recording, transmission by transmission."""

    def __init__(
        self,
        scheduler: VirtualScheduler,
        preset: Preset,
        chance: random.Random,
        lines: Iterable[recordings.Line],
        asked: set[int],
    ) -> None:
        super().__init__(scheduler, preset, chance)
        self.is_lossy = False
        self._asked = asked
        self._heard: defaultdict[tuple[int, ...], deque[tuple[float, tuple[int, ...]]]] = defaultdict(deque)
        for line in lines:
            if line.air is not None:
                key = self._key(line.node, line.air.from_node, line.air.to_node, line.air.packet_id)
                self._heard[key].append((line.at_s, line.air.heard_by))

    def transmit(self, device: str, frame: AirFrame) -> int:
        airtime_us = super().transmit(device, frame)
        recorded = self._heard[self._key(int(device), frame.from_node, frame.to_node, frame.packet_id)]
        # One that was not sent here at its time lends its fate to no other.
        while recorded and recorded[0][0] < self._scheduler.now_s() - FATE_S:
            recorded.popleft()
        if self.is_lossy and recorded:
            heard = {str(node) for node in recorded.popleft()[1]}
            self._sending[-1].missed_by.update(name for name in self._receivers if name not in heard)
        return airtime_us

    def _key(self, device: int, from_node: int, to_node: int, packet_id: int) -> tuple[int, ...]:
        return device, from_node, to_node, packet_id if packet_id in self._asked else 0


class RecordedMesh:
    def __init__(self, name: str, seed: int, generation: Generation | None) -> None:
        self.header = recordings.header(name)
        self.read_step_s = READ_STEP_DIRECT_S if "one node alone" in self.header.topology else READ_STEP_S
        self.lines = list(recordings.read(name))
        self.scheduler = VirtualScheduler()
        asked = {packet.id for line in self.lines if line.direction == "to" for packet in recordings.packets_to(line)}
        self.air = _RecordedAir(self.scheduler, PRESETS[self.header.preset], random.Random(seed), self.lines, asked)
        identities = [Identity.named(f"Node {at}", number) for at, number in enumerate(self.header.numbers)]
        are_strangers = "neither knows the other" in self.header.scenario
        self.devices = [
            Device(
                str(at),
                identity,
                generation or self.header.generation,
                air=self.air,
                scheduler=self.scheduler,
                chance=random.Random(f"{seed} {at}"),
                contacts=self._known(at, () if are_strangers else identities),
                signs=False,
            )
            for at, identity in enumerate(identities)
        ]
        self.cut: set[frozenset[int]] = set()
        self.pairs = self._pairs()
        if "link cut unless said" in self.header.topology:
            self.cut.update(self.pairs)
        self.set_links()
        for node, device in enumerate(self.devices):
            device.switch_on()
            self._tell_time(node, device)
        self._teach()

    def _known(self, node: int, mesh: Iterable[Identity]) -> list[Identity]:
        """The mesh, and whom the recorded node told its client of."""
        others = {other.node_number: other for other in mesh}
        for line in self.lines:
            if line.direction == "from" and line.node == node and line.at_s < KNOWN_S:
                number = mesh_pb2.FromRadio.FromString(line.raw[4:]).node_info.num
                if number:
                    others.setdefault(number, Identity.named(f"{number:08x}", number))
        others.pop(self.header.numbers[node], None)
        return list(others.values())

    def set_links(self) -> None:
        for pair in self.pairs:
            one, other = sorted(pair)
            self.air.set_link(str(one), str(other), CUT if pair in self.cut else Link(SNR_DB))

    def control(self, words: list[str]) -> None:
        match words:
            case ["link", one, other, on]:
                (self.cut.discard if on == "1" else self.cut.add)(frozenset((int(one), int(other))))
            case ["loss", share]:
                self.air.is_lossy = float(share) > 0
            case ["chain"]:
                self.cut.clear()
            case _:
                raise ValueError(f"a control that nobody knows: {words}")
        self.set_links()

    def _pairs(self) -> set[frozenset[int]]:
        """Who hears whom: neighbours in a chain, and whoever was ever heard by another."""
        heard = {
            frozenset((line.node, other)) for line in self.lines if line.air is not None for other in line.air.heard_by
        }
        is_chain = any(word in self.header.topology for word in ("chain", "two nodes"))
        return heard | {frozenset((at, at + 1)) for at in range(len(self.devices) - 1) if is_chain}

    def _tell_time(self, node: int, device: Device) -> None:
        """Tell a device the time if the recorded one had it: its packets show it."""
        for line in self.lines:
            if line.direction == "from" and line.node == node:
                rx_time = mesh_pb2.FromRadio.FromString(line.raw[4:]).packet.rx_time
                if rx_time:
                    device.set_time(rx_time - int(line.at_s))
                    return

    def _teach(self) -> None:
        met = set()
        for line in self.lines:
            if line.air is None or (line.node, line.air.to_node) in met:
                continue
            met.add((line.node, line.air.to_node))
            if line.air.next_hop and line.node >= 0:
                self.devices[line.node]._running.router._next_hops.learn(line.air.to_node, line.air.next_hop)

    def aired(self) -> list[tuple[float, int, recordings.OnAir]]:
        """What was on the air: when, from which node, and what."""
        return [
            (
                logged.began_s,
                int(logged.device),
                recordings.OnAir(
                    heard_by=tuple(map(int, logged.heard_by)),
                    from_node=logged.frame.from_node,
                    to_node=logged.frame.to_node,
                    packet_id=logged.frame.packet_id,
                    hop_limit=logged.frame.hop_limit,
                    hop_start=logged.frame.hop_start,
                    want_ack=logged.frame.want_ack,
                    relay=logged.frame.relay_node,
                    next_hop=logged.frame.next_hop,
                    lora_bytes=logged.frame.lora_bytes,
                    airtime_ms=logged.airtime_ms,
                ),
            )
            for logged in self.air.log
        ]
