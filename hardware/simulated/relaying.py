"""What a device passes on for others, and how: as a flood, or towards the next hop that asked it to.

Not what is for itself or from itself, has no hops left, or asks another neighbour; nor what its role and mode forbid.
2.8 keeps broadcasts to node 1 off the air, and passes on by the header alone what it cannot read: it remembers no such
packet, so it passes each copy on anew until the hops are used up, towards where it came from as well. (Firmware
src/mesh/NextHopRouter.cpp, perhapsRebroadcast, relayOpaquePacket.)
"""

from collections.abc import Callable

from hardware.simulated.admission import priority_of
from hardware.simulated.air import AirFrame, last_byte
from hardware.simulated.conduct import Conduct
from hardware.simulated.identity import EVERYBODY_ELSEWHERE, Generation
from hardware.simulated.modem import Outbound
from hardware.simulated.reading import Heard
from hardware.simulated.sending import Sending


class Relaying:
    """The relay in one device.

    Args:
        own_number: of the device.
        generation: of its firmware.
        conduct: asks for the settings in force.
        sending: its way out.
    """

    def __init__(
        self, own_number: int, generation: Generation, conduct: Callable[[], Conduct], sending: Sending
    ) -> None:
        self._own = own_number
        self._generation = generation
        self._conduct = conduct
        self._sending = sending

    def pass_on(self, heard: Heard) -> bool:
        """Relay a packet if it is to be relayed, and say whether it is."""
        frame, conduct = heard.frame, self._conduct()
        if not self._is_asked(frame):
            return False
        if frame.to_node == EVERYBODY_ELSEWHERE and self._generation is Generation.V2_8:
            return False
        if not (conduct.relays if heard.data is not None else conduct.relays_unread(is_direct=frame.to_key)):
            return False
        if frame.next_hop == 0:
            self._sending.flood(self._outbound(heard))
        else:
            self._sending.direct(self._outbound(heard), repeats=True)
        return True

    def pass_unread(self, heard: Heard) -> None:
        """Relay by the header alone, as 2.8 does with what it cannot read."""
        if self._is_asked(heard.frame) and self._conduct().relays_unread(is_direct=False):
            self._sending.queue(self._outbound(heard))

    def _is_asked(self, frame: AirFrame) -> bool:
        is_ours = self._own in (frame.to_node, frame.from_node)
        return not is_ours and frame.hop_limit > 0 and frame.next_hop in (0, last_byte(self._own))

    def _outbound(self, heard: Heard) -> Outbound:
        return Outbound(
            frame=heard.frame.relayed_by(self._own),
            priority=priority_of(heard.frame, heard.data),
            relayed_snr_db=heard.snr_db,
            is_early=not self._conduct().yields,
        )
