"""What kind of a frame a packet on the air carries: its type without what rides on it."""

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from protocol.bundles import decode_riders
from protocol.numbers import FrameType
from protocol.reasons import Dropped


def main_type(encoded: bytes) -> FrameType | None:
    """Return the type of a frame of ours, of a BUNDLE that of its main frame.

    Args:
        encoded: a packet's `Data`, as a simulated radio sends it.

    Returns:
        None for an ack and whatever else radios say to each other.
    """
    packed = mesh_pb2.Data.FromString(encoded)
    if packed.portnum != portnums_pb2.PortNum.PRIVATE_APP or not packed.payload:
        return None
    payload = packed.payload
    kind = FrameType(payload[0] >> 2 & 15)
    if kind is not FrameType.BUNDLE:
        return kind
    read = decode_riders(payload)
    return kind if isinstance(read, Dropped) or not read[1] else FrameType(read[1][0] >> 2 & 15)
