"""From the router to the client port: what was heard becomes a message of the client API."""

from hardware.meshtastic_protobufs import portnums_pb2
from hardware.simulated.client_port import ClientPort
from hardware.simulated.contacts import Keys
from hardware.simulated.reading import Heard
from hardware.simulated.results import Result
from hardware.simulated.speech import heard_packet, unread_packet
from hardware.simulated.wall_clock import WallClock


class HandingOn:
    """One device's way from its router to its client.

    Args:
        port: where the messages go.
        contacts: whose keys it knows; a direct message is shown with its sender's.
        clock: of the device.
    """

    def __init__(self, port: ClientPort, contacts: Keys, clock: WallClock) -> None:
        self._port = port
        self._contacts = contacts
        self._clock = clock

    def heard(self, heard: Heard, channel_index: int) -> None:
        """Hand on a packet, or what shows of one that this device cannot read."""
        frame, rx_time = heard.frame, self._clock.epoch_s()
        if heard.data is None:
            self._port.heard(unread_packet(frame, heard.snr_db, rx_time=rx_time), is_text=False)
            return
        message = heard_packet(
            frame,
            heard.snr_db,
            self._contacts.key_of(frame.from_node) if frame.to_key else b"",
            channel_index=channel_index,
            rx_time=rx_time,
        )
        self._port.heard(message, is_text=heard.data.portnum == portnums_pb2.PortNum.TEXT_MESSAGE_APP)

    def routed(self, packet_id: int, result: Result) -> None:
        """Hand on what became of a packet."""
        self._port.routed(packet_id, result)

    def silenced(self, packet_id: int) -> None:
        """Hand on that the duty cycle kept a packet back."""
        self._port.silenced(packet_id)
