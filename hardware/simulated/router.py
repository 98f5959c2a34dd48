"""Where packets go: what a device sends for its client, hands to it, acks, repeats and relays.

* Flooding: a packet not for us goes on with one hop less; hearing a copy meanwhile cancels ours, as for role CLIENT.
* Duplicates by sender and number, without a time limit; only the sender's own repetition (hop limit still at its
  start) is relayed and acked again.
* want_ack: overhearing a relay ends the repetitions with the implicit ack; the destination's ack ends them as well.
* 2.8 gets no implicit ack for a direct message.
* A packet encrypted to us by a node whose key we lack is answered with that error by 2.7, not at all by 2.8.

(Firmware src/mesh/FloodingRouter.cpp, ReliableRouter.cpp, Router.cpp, 2.7.26; seen on recordings of 2.7 and 2.8.)
"""

import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum

from hardware.airtime import LORA_BYTES_MAX, SIGNATURE_BYTES, Preset
from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.air import AirFrame
from hardware.simulated.contacts import Contacts
from hardware.simulated.identity import EVERYBODY, Generation, Identity
from hardware.simulated.modem import Modem
from hardware.simulated.repetitions import Repetitions
from hardware.simulated.scheduler import Scheduler
from hardware.simulated.speech import heard_packet, unread_packet

HOP_LIMIT_DEFAULT = 3
HOP_LIMIT_MAX = 7

SEEN_MAX = 400
"""Packets remembered for telling duplicates; the oldest is forgotten (native build)."""


UNENCRYPTED_PORTS = frozenset(
    {
        portnums_pb2.PortNum.TRACEROUTE_APP,
        portnums_pb2.PortNum.NODEINFO_APP,
        portnums_pb2.PortNum.ROUTING_APP,
        portnums_pb2.PortNum.POSITION_APP,
    }
)
"""Go to one node under the channel's key, so that nodes without a key for each other can talk at all."""


class Result(IntEnum):
    """What the radio says to a packet of its client (`Routing.Error`)."""

    NONE = 0
    MAX_RETRANSMIT = 5
    NO_CHANNEL = 6
    TOO_LARGE = 7
    DUTY_CYCLE_LIMIT = 9
    BAD_REQUEST = 32
    SENDER_UNKNOWN = 35
    """The destination lacks the sender's key."""
    KEY_UNKNOWN = 39


@dataclass(frozen=True, slots=True)
class ToClient:
    """The router's way to the client."""

    heard: Callable[[bytes, bool], None]
    """A packet from the air, as a message of the client API, and whether it is a text."""
    routed: Callable[[int, Result], None]
    """An implicit ack or an error about one of the client's packets."""


class Router:
    """One device's packets since it was switched on.

    Args:
        identity: of the device.
        generation: of its firmware.
        preset: of the air.
        contacts: other devices whose keys it knows.
        modem: sends.
        is_silenced: asks whether the duty cycle forbids sending.
        scheduler: shared with the modem.
        chance: draws packet numbers.
        to_client: hears what the client shall hear.
        read: told of each packet that this device can read, once.
    """

    def __init__(
        self,
        *,
        identity: Identity,
        generation: Generation,
        preset: Preset,
        contacts: Contacts,
        modem: Modem,
        is_silenced: Callable[[], bool],
        scheduler: Scheduler,
        chance: random.Random,
        to_client: ToClient,
        read: Callable[[AirFrame, mesh_pb2.Data], None],
    ) -> None:
        self._own = identity.node_number
        self._generation = generation
        self._contacts = contacts
        self._modem = modem
        self._is_silenced = is_silenced
        self._chance = chance
        self._to_client = to_client
        self._read = read
        self._seen: OrderedDict[tuple[int, int], None] = OrderedDict()
        self._repetitions = Repetitions(
            preset, modem, scheduler, is_silenced, lambda packet_id: to_client.routed(packet_id, Result.MAX_RETRANSMIT)
        )

    def new_packet_id(self) -> int:
        """Draw a packet number."""
        return self._chance.randrange(1, EVERYBODY)

    def originate(self, packet: mesh_pb2.MeshPacket) -> tuple[int, Result]:
        """Send a packet of the client; return its number and what the queue report shall say."""
        packet_id = packet.id or self.new_packet_id()
        if packet.WhichOneof("payload_variant") != "decoded" or not packet.decoded.payload:
            return packet_id, Result.BAD_REQUEST
        to_key = packet.to != EVERYBODY and packet.decoded.portnum not in UNENCRYPTED_PORTS
        if packet.to == self._own:
            self._to_client.routed(packet_id, Result.NONE)
            return packet_id, Result.NONE
        if to_key and packet.to not in self._contacts:
            return packet_id, Result.KEY_UNKNOWN
        if not to_key and packet.channel != 0:
            return packet_id, Result.NO_CHANNEL
        frame = self._frame(packet, packet_id, to_key=to_key)
        if frame.lora_bytes > LORA_BYTES_MAX:
            return packet_id, Result.TOO_LARGE
        if self._is_silenced():
            return packet_id, Result.DUTY_CYCLE_LIMIT
        return packet_id, self.send_own(frame, _priority(packet, to_key=to_key), want_ack=packet.want_ack)

    def send_own(self, frame: AirFrame, priority: int, *, want_ack: bool) -> Result:
        """Put a frame made here into the queue and see to its repetitions."""
        self._remember(frame)
        if want_ack:
            self._repetitions.add(frame, priority)
        return Result.NONE if self._modem.send(frame, priority) else Result.BAD_REQUEST

    def hear(self, frame: AirFrame, snr_db: float, airtime_us: int) -> None:
        """Take a frame from the air."""
        self._repetitions.postpone(airtime_us)
        if frame.from_node == self._own:
            self._overhear_own(frame)
            return
        if (frame.from_node, frame.packet_id) in self._seen:
            self._hear_again(frame, snr_db)
            return
        self._remember(frame)
        if frame.to_node in (EVERYBODY, self._own):
            self._deliver(frame, snr_db)
        if frame.to_node == self._own and frame.want_ack:
            self._acknowledge(frame)
        self._relay(frame, snr_db)
        if self._can_read(frame):
            self._read(frame, mesh_pb2.Data.FromString(frame.data))

    def sent(self, frame: AirFrame, airtime_us: int) -> None:
        """Take note that one of our frames, a relay or a repetition included, is on the air."""
        self._repetitions.postpone(airtime_us, but_not=frame)

    def switch_off(self) -> None:
        """Forget everything."""
        self._repetitions.clear()

    def _frame(self, packet: mesh_pb2.MeshPacket, packet_id: int, *, to_key: bool) -> AirFrame:
        hop_limit = packet.hop_limit or (HOP_LIMIT_DEFAULT if packet.want_ack else 0)
        data = mesh_pb2.Data()
        data.CopyFrom(packet.decoded)
        data.bitfield = 0
        frame = AirFrame(
            from_node=self._own,
            to_node=packet.to,
            packet_id=packet_id,
            hop_limit=hop_limit if hop_limit <= HOP_LIMIT_MAX else HOP_LIMIT_DEFAULT,
            hop_start=hop_limit,
            # On a broadcast the flag stays at home: nobody could answer.
            want_ack=packet.want_ack and packet.to != EVERYBODY,
            relay_node=self._own & 0xFF,
            data=data.SerializeToString(),
            to_key=to_key,
        )
        has_room = frame.lora_bytes + SIGNATURE_BYTES <= LORA_BYTES_MAX
        if self._generation is Generation.V2_8 and packet.to == EVERYBODY and has_room:
            frame = replace(frame, signature_bytes=SIGNATURE_BYTES)
        return frame

    def _remember(self, frame: AirFrame) -> None:
        self._seen[frame.from_node, frame.packet_id] = None
        if len(self._seen) > SEEN_MAX:
            self._seen.popitem(last=False)

    def _overhear_own(self, frame: AirFrame) -> None:
        if frame.to_key and self._generation is Generation.V2_8:
            return
        if self._repetitions.stop(frame.packet_id):
            self._to_client.routed(frame.packet_id, Result.NONE)

    def _hear_again(self, frame: AirFrame, snr_db: float) -> None:
        if frame.hop_limit != frame.hop_start:
            self._modem.cancel(frame.from_node, frame.packet_id)
            return
        if frame.to_node == self._own and frame.want_ack:
            self._acknowledge(frame)
        elif not self._modem.has_queued(frame.from_node, frame.packet_id):
            self._relay(frame, snr_db)

    def _deliver(self, frame: AirFrame, snr_db: float) -> None:
        if self._can_read(frame):
            data = mesh_pb2.Data.FromString(frame.data)
            if frame.to_node == self._own and data.portnum == portnums_pb2.PortNum.ROUTING_APP:
                self._repetitions.stop(data.request_id)
            sender_key = self._contacts.key_of(frame.from_node) if frame.to_key else b""
            message = heard_packet(frame, snr_db, sender_key)
            is_text = data.portnum == portnums_pb2.PortNum.TEXT_MESSAGE_APP
        else:
            message, is_text = unread_packet(frame, snr_db), False
        self._to_client.heard(message, is_text)

    def _can_read(self, frame: AirFrame) -> bool:
        return not frame.to_key or (frame.to_node == self._own and frame.from_node in self._contacts)

    def _acknowledge(self, frame: AirFrame) -> None:
        error = Result.NONE if self._can_read(frame) else Result.SENDER_UNKNOWN
        if error is not Result.NONE and self._generation is Generation.V2_8:
            return
        hops_used = max(frame.hop_start - frame.hop_limit, 0)
        # As many as the packet needed and two to spare, within the usual limit unless it needed more.
        hop_limit = hops_used if hops_used > HOP_LIMIT_DEFAULT else min(hops_used + 2, HOP_LIMIT_DEFAULT)
        routing = mesh_pb2.Routing(error_reason=mesh_pb2.Routing.Error.ValueType(error))
        data = mesh_pb2.Data(
            portnum=portnums_pb2.PortNum.ROUTING_APP,
            payload=routing.SerializeToString(),
            request_id=frame.packet_id,
            bitfield=0,
        )
        ack = AirFrame(
            from_node=self._own,
            to_node=frame.from_node,
            packet_id=self.new_packet_id(),
            hop_limit=hop_limit,
            hop_start=hop_limit,
            want_ack=False,
            relay_node=self._own & 0xFF,
            data=data.SerializeToString(),
        )
        self.send_own(ack, mesh_pb2.MeshPacket.Priority.ACK, want_ack=False)

    def _relay(self, frame: AirFrame, snr_db: float) -> None:
        if frame.to_node == self._own or frame.hop_limit == 0:
            return
        # A relay over the legal share is dropped without a word.
        if self._is_silenced():
            return
        kinds = mesh_pb2.MeshPacket.Priority
        self._modem.send(frame.relayed_by(self._own), kinds.RELIABLE if frame.want_ack else kinds.DEFAULT, snr_db)


def _priority(packet: mesh_pb2.MeshPacket, *, to_key: bool) -> int:
    """Rank a client's packet as the firmware does when the client has not (`fixPriority`)."""
    kinds = mesh_pb2.MeshPacket.Priority
    if packet.priority != kinds.UNSET:
        return int(packet.priority)
    if packet.decoded.portnum in (portnums_pb2.PortNum.TEXT_MESSAGE_APP, portnums_pb2.PortNum.ADMIN_APP):
        return int(kinds.HIGH)
    return int(kinds.RELIABLE if packet.want_ack and to_key else kinds.DEFAULT)
