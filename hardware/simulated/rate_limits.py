"""How often a client may send on a port before the device drops the packet, and what it says then.

    TEXT_MESSAGE_APP                     once in 2 s    RATE_LIMIT_EXCEEDED, addressed to the packet's `from`
    POSITION, WAYPOINT, ALERT, TELEMETRY once in 10 s   nothing
    TRACEROUTE_APP                       once in 30 s   a notice for people; so for one to all over more than one hop
    all others, private ones included    no limit

In each case the queue report says 0, as if the packet had been taken. A client that leaves `from` empty makes the
device send the error to node 0, on the air; nobody ever gets it. A number that the client used among its last twenty is
dropped without any answer. (Firmware src/mesh/PhoneAPI.cpp, handleToRadioPacket; the last rule not in its simulator.)
"""

from collections import deque
from enum import Enum, auto

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.identity import is_for_everybody
from hardware.simulated.scheduler import Scheduler

IDS_MAX = 20

_PORTS = portnums_pb2.PortNum
_SPACING_S = {
    _PORTS.TEXT_MESSAGE_APP: 2.0,
    _PORTS.POSITION_APP: 10.0,
    _PORTS.WAYPOINT_APP: 10.0,
    _PORTS.ALERT_APP: 10.0,
    _PORTS.TELEMETRY_APP: 10.0,
    _PORTS.TRACEROUTE_APP: 30.0,
}

TOO_OFTEN = "TraceRoute can only be sent once every 30 seconds"
TOO_FAR = "Multi-hop traceroute to broadcast address is not allowed"


class Verdict(Enum):
    """What happens to a client's packet before anything else."""

    TAKEN = auto()
    REPEATED = auto()
    """Dropped without any answer."""
    SILENTLY_DROPPED = auto()
    """Dropped after a queue report of 0."""
    REFUSED = auto()
    """Dropped with an error to whom the packet says it is from."""
    TOO_OFTEN = auto()
    """Dropped with that notice."""
    TOO_FAR = auto()
    """Dropped with that notice."""


class RateLimits:
    """What one device remembers of its client's packets since it was switched on."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._taken_s: dict[int, float] = {}
        self._ids: deque[int] = deque(maxlen=IDS_MAX)

    def judge(self, packet: mesh_pb2.MeshPacket) -> Verdict:
        """Decide about a packet, and count it when it is taken."""
        if packet.id:
            if packet.id in self._ids:
                return Verdict.REPEATED
            self._ids.append(packet.id)
        port, now_s = packet.decoded.portnum, self._scheduler.now_s()
        spacing_s, taken_s = _SPACING_S.get(port), self._taken_s.get(port)
        if spacing_s is None:
            return Verdict.TAKEN
        if taken_s is not None and now_s - taken_s < spacing_s:
            match port:
                case _PORTS.TEXT_MESSAGE_APP:
                    return Verdict.REFUSED
                case _PORTS.TRACEROUTE_APP:
                    return Verdict.TOO_OFTEN
                case _:
                    return Verdict.SILENTLY_DROPPED
        if port == _PORTS.TRACEROUTE_APP and is_for_everybody(packet.to) and packet.hop_limit > 0:
            return Verdict.TOO_FAR
        self._taken_s[port] = now_s
        return Verdict.TAKEN
