"""What frames of one network's stations cost on the air, with whatever firmware the radio runs.

Of direct messages there is one price a transmission; how many it takes to get across depends on the firmware
(measured in the simulated radios, which agree with the real firmware; RADIOS.md, "Broadcast or direct"):

    2.7   passed on like a broadcast, and so is the ack
    2.8   relays cannot read it: each passes on every copy that it hears, until the hops are used up
"""

from hardware.airtime import (
    DIRECT_PAYLOAD_BYTES_MAX,
    Preset,
    broadcast_frame_airtime_ms,
    direct_frame_airtime_ms,
    packet_airtime_ms,
)

SIGNING_FIRMWARE = (2, 8)
"""From here on the radio adds its own signature to every broadcast in which it fits, and relays pass on direct messages
unread."""

RADIO_ACK_BYTES = 29
"""On the air, Meshtastic's header included; tests/vectors/recordings/b_27_text_dm.jsonl."""


class ChannelPrice:
    """Prices for a preset; implements `node.core.ports.Airtime` and `node.core.ports.DirectMessages`.

    Args:
        preset: the network's.
    """

    def __init__(self, preset: Preset) -> None:
        self._preset = preset
        # Set on the event loop, read on the station's thread: one reference, replaced whole.
        self._is_newer = False
        self._broadcast_ms: dict[tuple[int, bool], int] = {}
        """What was computed before, by payload and firmware: at most a frame's bytes twice."""

    def __call__(self, payload_bytes: int) -> int:
        """Milliseconds on the air of one transmission of a broadcast."""
        kind = (payload_bytes, self._is_newer)
        known = self._broadcast_ms.get(kind)
        if known is None:
            known = broadcast_frame_airtime_ms(self._preset, payload_bytes, signs_broadcasts=kind[1])
            self._broadcast_ms[kind] = known
        return known

    @property
    def payload_bytes_max(self) -> int:
        """What a direct message may carry."""
        return DIRECT_PAYLOAD_BYTES_MAX

    @property
    def ack_ms(self) -> int:
        """One transmission of the ack of a radio."""
        return packet_airtime_ms(self._preset, RADIO_ACK_BYTES)

    @property
    def are_relayed_blindly(self) -> bool:
        """Whether relays pass on every copy of a direct message that they hear."""
        return self._is_newer

    def frame_ms(self, payload_bytes: int) -> int:
        """Milliseconds on the air of one transmission of a direct message."""
        return direct_frame_airtime_ms(self._preset, payload_bytes)

    def radio_runs(self, firmware: str) -> None:
        """Reckon with this firmware from now on; one whose version cannot be read is taken for an old one."""
        numbers = firmware.split(".")[:2]
        is_read = len(numbers) == 2 and all(number.isascii() and number.isdigit() for number in numbers)
        self._is_newer = is_read and tuple(map(int, numbers)) >= SIGNING_FIRMWARE
