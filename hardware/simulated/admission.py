"""From a client's packet to a frame: what the device adds and sets, and why it refuses.

* hop_limit: 0 stays 0 without want_ack and becomes 3 with it; above 7 it goes out as 3.
* want_ack stays at home on a broadcast: nobody could answer.
* To one node: encrypted to its key, but for ports without which nobody would learn a key. Node 1 means everybody as
  well, in the clear of the channel.
* Refused in this order: TOO_LARGE, PKI_SEND_FAIL_PUBLIC_KEY, NO_CHANNEL.
* 2.8 signs what is not encrypted to a key wherever 66 bytes more find room.

(Firmware src/mesh/Router.cpp, sendLocal, send, perhapsEncode; MeshPacketQueue.cpp, fixPriority.)
"""

from collections.abc import Callable
from dataclasses import replace

from hardware.airtime import HEADER_BYTES, LORA_BYTES_MAX, SIGNATURE_BYTES
from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.acks import HOP_LIMIT_DEFAULT
from hardware.simulated.air import AirFrame, last_byte
from hardware.simulated.conduct import Conduct
from hardware.simulated.contacts import Keys
from hardware.simulated.identity import Identity, is_for_everybody
from hardware.simulated.results import Result

HOP_LIMIT_MAX = 7

_PORTS = portnums_pb2.PortNum
_KINDS = mesh_pb2.MeshPacket.Priority

# By name once: these enums look their names up anew at each use.
_ROUTING = _PORTS.ROUTING_APP
_URGENT = (_PORTS.TEXT_MESSAGE_APP, _PORTS.ADMIN_APP)
_UNSET, _DEFAULT, _RELIABLE = int(_KINDS.UNSET), int(_KINDS.DEFAULT), int(_KINDS.RELIABLE)
_RESPONSE, _HIGH, _ACK = int(_KINDS.RESPONSE), int(_KINDS.HIGH), int(_KINDS.ACK)

UNENCRYPTED_PORTS = frozenset({_PORTS.TRACEROUTE_APP, _PORTS.NODEINFO_APP, _PORTS.ROUTING_APP, _PORTS.POSITION_APP})
"""Go to one node under the channel's key, so that nodes without a key for each other can talk at all."""

WANT_RESPONSE_BIT = 1 << 1
"""Of `Data.bitfield`; bit 0 would allow MQTT."""


class Admission:
    """Makes frames of one device's packets.

    Args:
        identity: of the device.
        contacts: whose keys it knows.
        conduct: asks for the settings in force.
        signs: whether it signs broadcasts, as 2.8 does.
    """

    def __init__(self, identity: Identity, contacts: Keys, conduct: Callable[[], Conduct], *, signs: bool) -> None:
        self._own = identity.node_number
        self._contacts = contacts
        self._conduct = conduct
        self._signs = signs

    def frame(self, packet: mesh_pb2.MeshPacket, packet_id: int) -> AirFrame | Result:
        """Make the frame of a packet with content, or say why there is none."""
        is_broadcast = is_for_everybody(packet.to)
        to_key = not is_broadcast and packet.decoded.portnum not in UNENCRYPTED_PORTS
        channel = self._conduct().channel(packet.channel)
        data = mesh_pb2.Data()
        data.CopyFrom(packet.decoded)
        data.bitfield = packet.decoded.bitfield | (WANT_RESPONSE_BIT if packet.decoded.want_response else 0)
        hop_limit = packet.hop_limit or (HOP_LIMIT_DEFAULT if packet.want_ack else 0)
        frame = AirFrame(
            from_node=self._own,
            to_node=packet.to,
            packet_id=packet_id,
            hop_limit=hop_limit if hop_limit <= HOP_LIMIT_MAX else HOP_LIMIT_DEFAULT,
            hop_start=hop_limit,
            want_ack=packet.want_ack and not is_broadcast,
            relay_node=last_byte(self._own),
            channel=None if to_key else channel,
            data=data.SerializeToString(),
        )
        if (frame.lora_bytes if to_key else HEADER_BYTES + len(frame.data)) > LORA_BYTES_MAX:
            return Result.TOO_LARGE
        if to_key and not self._contacts.key_of(packet.to):
            return Result.KEY_UNKNOWN
        if not to_key and channel is None:
            return Result.NO_CHANNEL
        if self._signs and is_broadcast and frame.lora_bytes + SIGNATURE_BYTES <= LORA_BYTES_MAX:
            frame = replace(frame, signature_bytes=SIGNATURE_BYTES)
        return frame


def priority_of(frame: AirFrame, data: mesh_pb2.Data | None, chosen: int = _UNSET) -> int:
    """Rank a packet in the queue, an own one or a relay.

    Args:
        frame: as it goes on the air.
        data: what is in it; None for a relay of what cannot be read.
        chosen: by the client, if it did.
    """
    if chosen != _UNSET:
        return chosen
    if data is not None:
        if data.portnum == _ROUTING:
            return _ACK
        if data.portnum in _URGENT:
            return _HIGH
        if data.request_id:
            return _RESPONSE
        if data.want_response:
            return _RELIABLE
    return _RELIABLE if frame.want_ack else _DEFAULT
