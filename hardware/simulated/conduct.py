"""What a device's settings say of its conduct towards other devices: role, what it passes on, which channels it reads.

Role CLIENT_MUTE and mode NONE pass nothing on. CORE_PORTNUMS_ONLY drops readable packets of all other ports, private
ones included: it neither relays them nor shows them to its own client. LOCAL_ONLY and KNOWN_ONLY pass on nothing that
they cannot read, but for direct messages to a node's key. (Firmware src/mesh/Router.cpp, handleReceived;
FloodingRouter.cpp, isRebroadcaster; src/modules/RoutingModule.cpp.)
"""

from dataclasses import dataclass
from enum import StrEnum

from hardware.meshtastic_protobufs import portnums_pb2
from hardware.simulated.channels import Channel

_PORTS = portnums_pb2.PortNum

CORE_PORTS = frozenset(
    {
        _PORTS.TEXT_MESSAGE_APP,
        _PORTS.TEXT_MESSAGE_COMPRESSED_APP,
        _PORTS.POSITION_APP,
        _PORTS.NODEINFO_APP,
        _PORTS.ROUTING_APP,
        _PORTS.TELEMETRY_APP,
        _PORTS.ADMIN_APP,
        _PORTS.ALERT_APP,
        _PORTS.KEY_VERIFICATION_APP,
        _PORTS.WAYPOINT_APP,
        _PORTS.STORE_FORWARD_APP,
        _PORTS.TRACEROUTE_APP,
    }
)


class Role(StrEnum):
    """Of the firmware's roles those that matter here; all others behave as CLIENT."""

    CLIENT = "CLIENT"
    CLIENT_MUTE = "CLIENT_MUTE"
    ROUTER = "ROUTER"


class Rebroadcast(StrEnum):
    """Of the firmware's rebroadcast modes those that differ in this model."""

    ALL = "ALL"
    LOCAL_ONLY = "LOCAL_ONLY"
    NONE = "NONE"
    CORE_PORTNUMS_ONLY = "CORE_PORTNUMS_ONLY"


@dataclass(frozen=True, slots=True)
class Conduct:
    """The settings in force."""

    channels: tuple[Channel | None, ...]
    """By index, at most eight; None where one is disabled."""
    role: Role = Role.CLIENT
    rebroadcast: Rebroadcast = Rebroadcast.ALL

    @property
    def relays(self) -> bool:
        """Whether it passes anything on at all."""
        return self.role is not Role.CLIENT_MUTE and self.rebroadcast is not Rebroadcast.NONE

    @property
    def yields(self) -> bool:
        """Whether it drops its own relay when it hears another's."""
        return self.role is not Role.ROUTER

    def ignores(self, port: int) -> bool:
        """Whether a readable packet of that port is dropped, for its own client too."""
        return self.rebroadcast is Rebroadcast.CORE_PORTNUMS_ONLY and port not in CORE_PORTS

    def relays_unread(self, *, is_direct: bool) -> bool:
        """Whether it passes on what it cannot read.

        Args:
            is_direct: encrypted to a node's key; to a node that it knows, as all do here.
        """
        return self.relays and (self.rebroadcast is not Rebroadcast.LOCAL_ONLY or is_direct)

    def channel(self, index: int) -> Channel | None:
        """Return the channel of that index, if it is enabled."""
        return self.channels[index] if 0 <= index < len(self.channels) else None
