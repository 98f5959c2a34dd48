"""What the link says to a radio, as frames of the client API. The only place that builds `ToRadio`."""

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.radio import BROADCAST_NODE, Outgoing
from hardware.stream import FILLER, frame

CONFIG_NONCE = 69420
"""Asks for settings without the list of other nodes, which may be long (firmware src/mesh/PhoneAPI.h)."""


_RESYNC_BYTES = 200
"""With the question after it less than an ESP32's receive buffer (256 bytes, Arduino core); three of them in a row
outlast the longest frame."""


def want_config_again(nonce: int) -> bytes:
    """Ask anew where the first question went unheard: first fill up whatever frame the radio still waits for."""
    return FILLER * _RESYNC_BYTES + want_config(nonce)


def want_config(nonce: int) -> bytes:
    """Ask for the radio's settings; it answers with all of them and then with `nonce`."""
    return frame(mesh_pb2.ToRadio(want_config_id=nonce).SerializeToString())


def heartbeat() -> bytes:
    """Ask for a sign of life: one queue report. Several at once get one answer."""
    return frame(mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat()).SerializeToString())


def packet(outgoing: Outgoing, packet_id: int, own_number: int, channel_index: int) -> bytes:
    """Hand over one packet, on the private port or as a text.

    Args:
        outgoing: within the payload limits, else the radio refuses it.
        packet_id: never used before by this radio: a repeated one is dropped by everybody who saw it.
        own_number: the radio's own; without it some refusals go out on the air instead of to us.
        channel_index: ignored by the radio when the packet has a destination.
    """
    ports = portnums_pb2.PortNum
    message = mesh_pb2.MeshPacket(
        to=BROADCAST_NODE if outgoing.destination is None else outgoing.destination,
        channel=channel_index,
        id=packet_id,
        hop_limit=outgoing.hop_limit,
        want_ack=outgoing.want_ack,
        priority=mesh_pb2.MeshPacket.Priority.ValueType(outgoing.priority),
        decoded=mesh_pb2.Data(
            portnum=ports.TEXT_MESSAGE_APP if outgoing.is_text else ports.PRIVATE_APP, payload=outgoing.payload
        ),
    )
    # The field is called `from`, which Python keeps for itself.
    setattr(message, "from", own_number)
    return frame(mesh_pb2.ToRadio(packet=message).SerializeToString())
