"""Which USB devices are, or may be, Meshtastic radios: by vendor and product number.

Sources: the `hwids` of the firmware's boards/*.json, the list in the official client (meshtastic 2.7,
supported_device.py, util.py), and for the bridges' names the Linux USB ID repository. A bridge chip says only that
something serial is behind it; most radios with an ESP32 have one.
"""

from types import MappingProxyType
from typing import Final

_ANY: Final = -1
"""Every product of this vendor."""

_KNOWN: Final = MappingProxyType(
    {
        (0x10C4, 0xEA60): "CP210x bridge: Heltec V2 and V3, T-Beam, T-LoRa",
        (0x1A86, 0x55D4): "CH9102 bridge: T-Beam, T-LoRa, Nano G1",
        (0x1A86, 0x7523): "CH340 bridge: RAK11200 and others",
        (0x239A, 0x8029): "nRF52840: RAK4631, T1000-E",
        (0x239A, 0x4405): "nRF52840: Heltec T114",
        (0x239A, _ANY): "nRF52840 board",
        (0x2886, 0x1667): "nRF52840: Seeed Wio Tracker L1",
        (0x2886, 0x1668): "nRF52840: Seeed Wio Tracker L1",
        (0x2886, 0x0059): "ESP32-S3: Seeed XIAO",
        (0x2886, _ANY): "Seeed board",
        (0x303A, 0x1001): "ESP32-S3: Heltec V4, T-Deck, Station G2",
        (0x303A, _ANY): "ESP32 board",
        (0x2E8A, 0x000A): "RP2040: RAK11300, Pico",
        (0x2E8A, 0x00C0): "RP2040: RAK11300",
    }
)


def radio_kind(vendor: int, product: int) -> str | None:
    """Say what kind of radio a USB device looks like; None when it does not look like one."""
    return _KNOWN.get((vendor, product)) or _KNOWN.get((vendor, _ANY))
