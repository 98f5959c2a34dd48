"""What the radio of a destination answers by itself: pure decisions.

    readable, want_ack, a text                    ack that itself wants an ack
    readable, want_ack, no request_id, reply_id   ack
    readable, want_ack, with one of them          ack over 0 hops, if heard directly or sent through a next hop; else
                                                  none: whoever answers is taken to have overheard a relay
    no want_ack, but we were the next hop         ack over 0 hops, so that the neighbour stops repeating
    unreadable, want_ack, 2.7                     PKI_UNKNOWN_PUBKEY when encrypted to our key, else NO_CHANNEL
    unreadable, 2.8                               nothing

(Firmware src/mesh/ReliableRouter.cpp, sniffReceived; src/modules/RoutingModule.cpp, getHopLimitForResponse.)
"""

from dataclasses import dataclass

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.air import AirFrame
from hardware.simulated.results import Result

HOP_LIMIT_DEFAULT = 3
"""The device's own setting, as in the factory."""

_TEXTS = (portnums_pb2.PortNum.TEXT_MESSAGE_APP, portnums_pb2.PortNum.TEXT_MESSAGE_COMPRESSED_APP)


@dataclass(frozen=True, slots=True)
class Ack:
    """An answer to be sent."""

    result: Result
    hop_limit: int
    want_ack: bool = False


def ack_for(frame: AirFrame, data: mesh_pb2.Data | None, own_byte: int) -> Ack | None:
    """Decide what to answer to a packet addressed to us and heard for the first time.

    Args:
        frame: as heard.
        data: what is in it; None when it cannot be read.
        own_byte: of this device.
    """
    if not frame.want_ack:
        is_next_hop = frame.next_hop == own_byte and frame.hop_limit > 0
        return Ack(Result.NONE, 0) if is_next_hop else None
    if data is None:
        return Ack(Result.SENDER_UNKNOWN if frame.to_key else Result.NO_CHANNEL, hop_limit_back(frame, is_read=False))
    if data.portnum in _TEXTS:
        return Ack(Result.NONE, hop_limit_back(frame), want_ack=True)
    if not data.request_id and not data.reply_id:
        return Ack(Result.NONE, hop_limit_back(frame))
    if hops_away(frame) == 0 or frame.next_hop:
        return Ack(Result.NONE, 0)
    return None


def hops_away(frame: AirFrame) -> int | None:
    """Tell how many relays a packet that could be read has passed; every sender of today says it."""
    return None if frame.hop_start < frame.hop_limit else frame.hop_start - frame.hop_limit


def hop_limit_back(frame: AirFrame, *, is_read: bool = True) -> int:
    """Choose the hops of an answer: as many as the packet needed and two to spare, within the usual limit."""
    used = hops_away(frame) if is_read else frame.hops_used
    if used is None:
        return HOP_LIMIT_DEFAULT
    if used > HOP_LIMIT_DEFAULT:
        return used
    if frame.hop_start == 0:
        return 0
    return min(used + 2, HOP_LIMIT_DEFAULT)
