"""How long things take on one air: frames, and the waits that the firmware draws before it sends.

* Own packets wait 0 to 2^CW slots, CW 3 to 8 with rising channel use.
* Relays wait 16 slots and 0 to 2^CW more, CW 3 to 8 with rising signal, so that the weakly heard relay first; those of
  role ROUTER 0 to 2 CW slots.
* A packet that nobody answered is repeated after 2 T + 4.5 s + (2^CW + 48) slots, T its airtime; on an idle LONG_FAST
  channel the slots come to 1.57 s.

(Firmware src/mesh/RadioInterface.cpp: getTxDelayMsec, getTxDelayMsecWeighted, getRetransmissionMsec.)
"""

import random

from hardware.airtime import LORA_BYTES_MAX, Preset, packet_airtime_us

CW_MIN, CW_MAX = 3, 8

SNR_MIN_DB, SNR_MAX_DB = -20, 10
"""Between these the signal moves the window of a relay."""

SENSE_SYMBOLS = 2.5
"""A transmission is noticed by others only after so long: whoever starts within it collides (CAD and turn-round)."""

PROCESSING_S = 4.5


class Timing:
    """The firmware's, for one preset; another model of a radio derives from it.

    Args:
        preset: of all radios of the air.
    """

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self.slot_s = preset.slot_ms / 1000
        self.sense_s = SENSE_SYMBOLS * preset.symbol_us / 1e6
        self._airtimes_us = [packet_airtime_us(preset, size) for size in range(LORA_BYTES_MAX + 1)]

    def airtime_us(self, lora_bytes: int) -> int:
        """Tell how long a frame lasts.

        Args:
            lora_bytes: its size, header included; 0 to 255.
        """
        return self._airtimes_us[lora_bytes]

    def own_wait_s(self, channel_use_pct: float, chance: random.Random) -> float:
        """Draw the wait before an own packet."""
        return chance.randrange(1 << self._window(channel_use_pct)) * self.slot_s

    def relay_wait_s(self, snr_db: float, chance: random.Random, *, is_early: bool) -> float:
        """Draw the wait before a relay.

        Args:
            snr_db: how well the packet was heard.
            chance: of the device.
            is_early: the device has role ROUTER.
        """
        heard_db = min(max(int(snr_db), SNR_MIN_DB), SNR_MAX_DB)
        window = CW_MIN + (heard_db - SNR_MIN_DB) * (CW_MAX - CW_MIN) // (SNR_MAX_DB - SNR_MIN_DB)
        if is_early:
            return chance.randrange(2 * window) * self.slot_s
        return (2 * CW_MAX + chance.randrange(1 << window)) * self.slot_s

    def repetition_wait_s(self, lora_bytes: int, channel_use_pct: float) -> float:
        """Tell when to repeat a packet of that size, from when it was queued."""
        slots = (1 << self._window(channel_use_pct)) + 2 * CW_MAX + (1 << (CW_MAX + CW_MIN) // 2)
        return 2 * self.airtime_us(lora_bytes) / 1e6 + slots * self.slot_s + PROCESSING_S

    @staticmethod
    def _window(channel_use_pct: float) -> int:
        return min(CW_MIN + int(channel_use_pct * (CW_MAX - CW_MIN) / 100), CW_MAX)
