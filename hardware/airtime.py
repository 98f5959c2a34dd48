"""How long a frame keeps the channel busy, and how much it may carry.

    air:   16 preamble symbols + 4.25 | explicit header, CRC | Meshtastic header 16 | Data
    Data:  field overhead 7 (8 from 128 bytes of payload up) | payload | signature 66, firmware 2.8 broadcasts only
    direct message to a node's key: 12 bytes more, never signed

Time on air is Semtech's formula (SX1261/2 data sheet, 6.1.4), in whole microseconds so that sums stay exact. Sizes
are those of a payload on the private port, seen on firmware 2.7.26 and 2.8.0 to the byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

LORA_BYTES_MAX = 255
"""What one LoRa frame holds, Meshtastic's header included (firmware src/mesh/RadioInterface.h)."""

HEADER_BYTES = 16
"""to, from, id, flags, channel hash, next hop, relay node."""

PKC_BYTES = 12
"""What encryption to a node's key adds: extra nonce 4, tag 8."""

SIGNATURE_BYTES = 66
"""What firmware 2.8 adds to every broadcast in which it still fits."""

BROADCAST_PAYLOAD_BYTES_MAX = 231
DIRECT_PAYLOAD_BYTES_MAX = 219

PREAMBLE_SYMBOLS = 16

_WIDE_FIELD_FROM_BYTES = 128
"""From here up protobuf writes two lengths in two bytes instead of one, of which one is the payload's."""

_LOW_DATA_RATE_FROM_US = 16_000


@dataclass(frozen=True, slots=True)
class Preset:
    """One modem preset, as the firmware sets it in region EU_868."""

    name: str
    """As in the client API's `ModemPreset`."""
    bandwidth_khz: int
    spreading_factor: int
    """7 to 12; a symbol carries as many bits."""
    coding_rate: int
    """5 to 8: the denominator of 4/5 to 4/8."""

    @property
    def symbol_us(self) -> int:
        """Length of one symbol."""
        return (1 << self.spreading_factor) * 1000 // self.bandwidth_khz

    @property
    def block_bits(self) -> int:
        """Bits that `coding_rate` symbols carry together; with long symbols two bits of each are left out."""
        low_data_rate = 1 if self.symbol_us >= _LOW_DATA_RATE_FROM_US else 0
        return 4 * (self.spreading_factor - 2 * low_data_rate)

    @property
    def slot_ms(self) -> int:
        """One step of the random wait before sending.

        Two and a half symbols of listening and 7.6 ms for the turn-round, cut to a whole number
        (firmware src/mesh/RadioInterface.cpp, computeSlotTimeMsec).
        """
        return (self.symbol_us * 5 // 2 + 7_600) // 1000

    @property
    def snr_floor_db(self) -> float:
        """The weakest signal against noise that a receiver still reads; 2.5 dB a spreading factor."""
        return -7.5 - 2.5 * (self.spreading_factor - 7)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset("SHORT_FAST", 250, 7, 5),
            Preset("SHORT_SLOW", 250, 8, 5),
            Preset("MEDIUM_FAST", 250, 9, 5),
            Preset("MEDIUM_SLOW", 250, 10, 5),
            Preset("LONG_FAST", 250, 11, 5),
            Preset("LONG_MODERATE", 125, 11, 8),
            Preset("LONG_SLOW", 125, 12, 8),
        )
    }
)
"""By name; the TURBO presets are wider than the European band and not here."""


def packet_airtime_us(preset: Preset, lora_payload_bytes: int) -> int:
    """Time on air of one LoRa frame, to the microsecond.

    Args:
        preset: of sender and receiver.
        lora_payload_bytes: Meshtastic's header included; 0 to `LORA_BYTES_MAX`.
    """
    bits = max(8 * lora_payload_bytes + 16 - 4 * preset.spreading_factor + 28, 0)
    payload_symbols = 8 + -(-bits // preset.block_bits) * preset.coding_rate
    quarter_symbols = 4 * (PREAMBLE_SYMBOLS + payload_symbols) + 17
    return quarter_symbols * preset.symbol_us // 4


def packet_airtime_ms(preset: Preset, lora_payload_bytes: int) -> int:
    """Time on air of one LoRa frame of `lora_payload_bytes`, rounded to the nearest millisecond."""
    return (packet_airtime_us(preset, lora_payload_bytes) + 500) // 1000


def private_packet_bytes(payload_bytes: int) -> int:
    """Encoded size of the `Data` around a private-port payload, before encryption and without a signature."""
    return payload_bytes + (7 if payload_bytes < _WIDE_FIELD_FROM_BYTES else 8)


def broadcast_frame_airtime_ms(preset: Preset, payload_bytes: int, *, signs_broadcasts: bool = False) -> int:
    """Time on air of one broadcast to the channel; each relay costs as much again.

    Args:
        preset: of the network.
        payload_bytes: 0 to `BROADCAST_PAYLOAD_BYTES_MAX`.
        signs_broadcasts: the radio runs firmware 2.8, which adds its own signature wherever that fits: up to 165
            bytes of payload. A frame of 166 bytes is then cheaper than one of 120.
    """
    packet_bytes = private_packet_bytes(payload_bytes)
    return lora_frame_airtime_ms(preset, packet_bytes, direct=False, signs_broadcasts=signs_broadcasts)


def direct_frame_airtime_ms(preset: Preset, payload_bytes: int) -> int:
    """Time on air of one direct message to a node's key, without its acks.

    Args:
        preset: of the network.
        payload_bytes: 0 to `DIRECT_PAYLOAD_BYTES_MAX`.
    """
    packet_bytes = private_packet_bytes(payload_bytes)
    return lora_frame_airtime_ms(preset, packet_bytes, direct=True, signs_broadcasts=False)


def text_packet_bytes(text_bytes: int) -> int:
    """Encoded size of the `Data` around a text message: its port's number takes one byte less than ours."""
    return private_packet_bytes(text_bytes) - 1


def lora_frame_airtime_ms(preset: Preset, packet_bytes: int, *, direct: bool, signs_broadcasts: bool) -> int:
    """Time on air of an encoded `Data` of any port, in a broadcast to the channel or in a direct message to a key.

    Args:
        preset: of the network.
        packet_bytes: as `private_packet_bytes` and `text_packet_bytes` say.
        direct: to a node's key.
        signs_broadcasts: the radio runs firmware 2.8; see `broadcast_frame_airtime_ms`.
    """
    lora_bytes = HEADER_BYTES + packet_bytes + (PKC_BYTES if direct else 0)
    if signs_broadcasts and not direct and lora_bytes + SIGNATURE_BYTES <= LORA_BYTES_MAX:
        lora_bytes += SIGNATURE_BYTES
    return packet_airtime_ms(preset, lora_bytes)


def added_airtime_ms(preset: Preset, added_bytes: int) -> int:
    """What so many bytes more in a frame cost on the average: the air is counted in blocks, not in bytes."""
    return round(added_bytes * 8 * preset.coding_rate * preset.symbol_us / preset.block_bits / 1000)
