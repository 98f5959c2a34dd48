"""What a device can read of what it hears: the channels it has, and what is encrypted to its key by whom it knows.

On a channel a packet without a port counts as unreadable, and so does a text to this node alone: those come encrypted
to its key or not at all. (Firmware src/mesh/Router.cpp, perhapsDecode.)
"""

from collections.abc import Callable
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.air import AirFrame
from hardware.simulated.conduct import Conduct
from hardware.simulated.contacts import Keys

_TEXT = portnums_pb2.PortNum.TEXT_MESSAGE_APP
_UNKNOWN = portnums_pb2.PortNum.UNKNOWN_APP


@dataclass(slots=True)
class Heard:
    """A frame from the air."""

    frame: AirFrame
    data: mesh_pb2.Data | None
    """What is in it; None when this device cannot read it."""
    snr_db: float


class Reading:
    """One device's eyes.

    Args:
        own_number: of the device.
        contacts: whose keys it knows.
        conduct: asks for the settings in force.
    """

    def __init__(self, own_number: int, contacts: Keys, conduct: Callable[[], Conduct]) -> None:
        self._own = own_number
        self._contacts = contacts
        self._conduct = conduct

    def read(self, frame: AirFrame) -> mesh_pb2.Data | None:
        """Return what is in a frame; None when this device cannot read it."""
        is_to_us = frame.to_node == self._own
        if frame.channel is None:
            is_readable = is_to_us and bool(self._contacts.key_of(frame.from_node))
        else:
            is_readable = frame.channel in self._conduct().channels
        if not is_readable:
            return None
        try:
            data = mesh_pb2.Data.FromString(frame.data)
        except DecodeError:
            return None
        is_legacy = is_to_us and frame.channel is not None and data.portnum == _TEXT
        return None if data.portnum == _UNKNOWN or is_legacy else data

    def index(self, frame: AirFrame) -> int:
        """Tell on which of our channels a frame came, or would be answered: 0 when on none."""
        channels = self._conduct().channels
        return channels.index(frame.channel) if frame.channel is not None and frame.channel in channels else 0

    @staticmethod
    def routing_error(data: mesh_pb2.Data) -> int:
        """Return the error in an answer on the routing port."""
        try:
            return int(mesh_pb2.Routing.FromString(data.payload).error_reason)
        except DecodeError:
            return 0
