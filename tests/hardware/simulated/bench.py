"""Simulated devices on a virtual clock, each with a client that asks for what the test says."""

import random
from collections.abc import Iterable

from hardware.airtime import PRESETS
from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.air import Air, Link
from hardware.simulated.device import Device
from hardware.simulated.identity import EVERYBODY, Generation, Identity
from hardware.simulated.scheduler import VirtualScheduler
from hardware.stream import FrameReader, frame

PRIVATE = portnums_pb2.PortNum.PRIVATE_APP
ROUTING = portnums_pb2.PortNum.ROUTING_APP


class Client:
    """One connection to a device: what it said, and when."""

    def __init__(self, device: Device, scheduler: VirtualScheduler) -> None:
        self._device = device
        self._scheduler = scheduler
        self._reader = FrameReader()
        self.said: list[tuple[float, mesh_pb2.FromRadio]] = []
        self.is_closed = False
        self.reads = True
        device.client_connected(self)

    def can_take_more(self) -> bool:
        return self.reads

    def write(self, chunk: bytes) -> None:
        now_s = self._scheduler.now_s()
        for message in self._reader.feed(chunk, now_s):
            self.said.append((now_s, mesh_pb2.FromRadio.FromString(message)))

    def close(self) -> None:
        self.is_closed = True

    def tell(self, *messages: mesh_pb2.ToRadio) -> None:
        self._device.client_said(self, b"".join(frame(message.SerializeToString()) for message in messages))

    def shake(self, nonce: int = 69420) -> "Client":
        self.tell(mesh_pb2.ToRadio(want_config_id=nonce))
        self.said.clear()
        return self

    def send(self, payload: bytes, packet_id: int, **fields: int | bool) -> None:
        self.tell(to_send(payload, packet_id, **fields))

    def reports(self) -> list[tuple[int, int, int]]:
        statuses = [said.queueStatus for _, said in self.said if said.HasField("queueStatus")]
        return [(status.mesh_packet_id, status.res, status.free) for status in statuses]

    def payloads(self) -> list[bytes]:
        return [packet.decoded.payload for packet in self.packets() if packet.decoded.portnum == PRIVATE]

    def routed(self) -> list[tuple[int, int, int]]:
        """Give who spoke, about which packet, and the error, for each."""
        return [
            (getattr(packet, "from"), packet.decoded.request_id, error_of(packet))
            for packet in self.packets()
            if packet.decoded.portnum == ROUTING
        ]

    def routed_s(self) -> list[float]:
        return [at_s for at_s, said in self.said if said.packet.decoded.portnum == ROUTING]

    def packets(self) -> list[mesh_pb2.MeshPacket]:
        return [said.packet for _, said in self.said if said.HasField("packet")]


def error_of(packet: mesh_pb2.MeshPacket) -> int:
    return int(mesh_pb2.Routing.FromString(packet.decoded.payload).error_reason)


def to_send(payload: bytes, packet_id: int, **fields: int | bool) -> mesh_pb2.ToRadio:
    data = mesh_pb2.Data(portnum=PRIVATE, payload=payload)
    packet = mesh_pb2.MeshPacket(to=EVERYBODY, id=packet_id, hop_limit=3, decoded=data)
    for name, number in fields.items():
        setattr(packet, name, number)
    return mesh_pb2.ToRadio(packet=packet)


class Bench:
    """Devices by name, with keys for each other or learning them, linked in a chain or as told."""

    def __init__(
        self,
        names: Iterable[str],
        *,
        preset: str = "LONG_FAST",
        generation: Generation = Generation.V2_7,
        seed: int = 1,
        snr_db: float = 8.0,
        learns: bool = False,
    ) -> None:
        self.names = list(names)
        self.scheduler = VirtualScheduler()
        self.air = Air(self.scheduler, PRESETS[preset], random.Random(seed))
        self.identities = {name: Identity.named(name) for name in self.names}
        self.devices = {
            name: Device(
                name,
                identity,
                generation,
                air=self.air,
                scheduler=self.scheduler,
                chance=random.Random(f"{seed} {name}"),
                contacts=() if learns else (other for other in self.identities.values() if other is not identity),
                learns=learns,
            )
            for name, identity in self.identities.items()
        }
        for one, other in zip(self.names, self.names[1:], strict=False):
            self.air.set_link(one, other, Link(snr_db))
        for device in self.devices.values():
            device.switch_on()

    def number(self, name: str) -> int:
        return self.identities[name].node_number

    def client(self, name: str) -> Client:
        return Client(self.devices[name], self.scheduler).shake()

    def run(self, seconds: float) -> None:
        self.scheduler.run_until(self.scheduler.now_s() + seconds)

    def sent_by(self, name: str) -> list[int]:
        """Return the numbers of the packets a device sent, in order."""
        return [logged.frame.packet_id for logged in self.air.log if logged.device == name]
