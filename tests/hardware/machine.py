"""Drives a link machine by hand: a clock that moves when told, bytes in, events and bytes out."""

from collections import deque
from collections.abc import Iterable
from itertools import count

from hardware.airtime import PRESETS
from hardware.link_actions import Action, Close, Deliver, Write
from hardware.link_machine import LinkMachine
from hardware.meshtastic_protobufs import config_pb2, mesh_pb2
from hardware.radio import Outgoing, Priority, RadioEvent, SendOutcome
from hardware.simulated.identity import Generation, Identity, Profile
from hardware.simulated.speech import settings
from hardware.stream import FrameReader, frame
from hardware.to_radio import CONFIG_NONCE

OWN = Identity.named("own")
PEER = 0x01020304


def outgoing(
    ticket: int, payload: bytes = b"payload", *, to: int | None = None, want_ack: bool = False, priority: int = 64
) -> Outgoing:
    return Outgoing(ticket, payload, 3, want_ack, to, priority or Priority.DEFAULT)


class Driver:
    """One machine and all it has done so far."""

    def __init__(self, *, packet_ids: Iterable[int] = (), config_nonce: int = CONFIG_NONCE) -> None:
        self._packet_ids = deque(packet_ids)
        spare_ids = count(1000)
        self.machine = LinkMachine(
            channel_index=0,
            draw=lambda: self._packet_ids.popleft() if self._packet_ids else next(spare_ids),
            config_nonce=config_nonce,
        )
        self.now_s = 0.0
        self.events: list[tuple[float, RadioEvent]] = []
        self.written: list[tuple[float, mesh_pb2.ToRadio]] = []
        self.raw = b""
        self.closed: list[str] = []
        self._reader = FrameReader()

    def take(self, actions: Iterable[Action]) -> None:
        for action in actions:
            match action:
                case Write(chunk):
                    self.raw += chunk
                    for message in self._reader.feed(chunk, self.now_s):
                        self.written.append((self.now_s, mesh_pb2.ToRadio.FromString(message)))
                case Deliver(event):
                    self.events.append((self.now_s, event))
                case Close(reason):
                    self.closed.append(reason)

    def until(self, moment_s: float) -> None:
        """Let time pass, waking the machine exactly when it asked for it."""
        while (due_s := self.machine.next_wake_s()) is not None and due_s <= moment_s:
            self.now_s = max(self.now_s, due_s)
            self.take(self.machine.wake(self.now_s))
            again_s = self.machine.next_wake_s()
            assert again_s is None or again_s > self.now_s, "a deadline that wake did not move would spin"
        self.now_s = max(self.now_s, moment_s)

    def say(self, *messages: bytes) -> None:
        self.take(self.machine.received(b"".join(map(frame, messages)), self.now_s))

    def submit(self, frame_out: Outgoing) -> None:
        self.take(self.machine.submit(frame_out, self.now_s))

    def connect(self) -> None:
        self.take(self.machine.connected(self.now_s))

    def bring_up(self, identity: Identity = OWN) -> None:
        self.connect()
        self.say_settings(identity)
        assert self.machine.is_up

    def settings(self, identity: Identity = OWN, firmware: str = "2.7.26") -> list[bytes]:
        profile = Profile(identity, Generation.V2_7, PRESETS["LONG_FAST"], firmware)
        return list(settings(profile, self.machine._config_nonce))

    def say_settings(self, identity: Identity = OWN, firmware: str = "2.7.26", region: str = "EU_868") -> None:
        for message in self.settings(identity, firmware):
            said = mesh_pb2.FromRadio.FromString(message)
            if said.config.HasField("lora"):
                said.config.lora.region = config_pb2.Config.LoRaConfig.RegionCode.Value(region)
            self.say(said.SerializeToString())

    def outcomes(self, ticket: int) -> list[object]:
        found = (event for _, event in self.events if isinstance(event, SendOutcome))
        return [event.outcome for event in found if event.ticket == ticket]

    def packets(self) -> list[mesh_pb2.MeshPacket]:
        return [message.packet for _, message in self.written if message.HasField("packet")]

    def asked_s(self) -> list[float]:
        return [at_s for at_s, message in self.written if message.want_config_id]

    def heartbeats_s(self) -> list[float]:
        return [at_s for at_s, message in self.written if message.HasField("heartbeat")]
