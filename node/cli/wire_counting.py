"""What one message costs: its bytes, packets and airtime by Bavn and by the plain ways, with and without a receipt.

All of it one hop, nothing lost and nobody relaying; what each way counts is said in the command's help.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgpack

from hardware.airtime import (
    BROADCAST_PAYLOAD_BYTES_MAX,
    DIRECT_PAYLOAD_BYTES_MAX,
    Preset,
    added_airtime_ms,
    lora_frame_airtime_ms,
    packet_airtime_ms,
    private_packet_bytes,
    text_packet_bytes,
)
from hardware.channel_price import RADIO_ACK_BYTES
from protocol.long_messages import FRAGMENT_HASH_BYTES, FRAGMENT_HEADER, fragments_needed, piece_room

FIRMWARES: Final = ("2.7", "2.8")
RECEIPTS: Final = ("digest", "mac", "rider")
SIGNED_BYTES: Final = 76
"""A MESSAGE without options and without a body: header 12, signature 64 (protocol/SPEC.md, section 5)."""
LONG_FIELDS_BYTES: Final = 19
"""Of a LONG before the hashes of its fragments: length, count, and the hash of the whole (section 8)."""
DIGEST_BYTES: Final = 76
"""Of one entry (section 7); tests/protocol/test_prices.py measures it."""
MAC_RECEIPT_BYTES: Final = 10
RIDER_BYTES: Final = 5
"""Section 12: in a frame that goes anyway."""
TEXT_PACKET_BYTES_MAX: Final = 200
"""What Meshtastic's apps let a person write."""
RADIO_ACKS: Final = 2
"""The ack of a text to a key wants one itself: the other radio's, then ours to it (the same recording)."""


@dataclass(frozen=True, slots=True)
class Carriage:
    """How packets go."""

    preset: Preset
    signs_broadcasts: bool
    """Firmware 2.8."""
    direct: bool
    """To a node's key."""

    @property
    def payload_bytes_max(self) -> int:
        """What one packet of ours carries."""
        return DIRECT_PAYLOAD_BYTES_MAX if self.direct else BROADCAST_PAYLOAD_BYTES_MAX

    def private_ms(self, payload_bytes: int) -> int:
        """Airtime of a packet on the private port."""
        return self._airtime_ms(private_packet_bytes(payload_bytes))

    def text_ms(self, text_bytes: int) -> int:
        """Airtime of a text message."""
        return self._airtime_ms(text_packet_bytes(text_bytes))

    def _airtime_ms(self, packet_bytes: int) -> int:
        signs = self.signs_broadcasts
        return lora_frame_airtime_ms(self.preset, packet_bytes, direct=self.direct, signs_broadcasts=signs)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one message costs by one way, or many together."""

    frame_bytes: int
    """What the radio is given, all packets together."""
    packets: int
    airtime_ms: int
    receipt_ms: int | None
    """Of its receipt; None where this way has none."""

    @property
    def with_receipt_ms(self) -> int | None:
        """Message and receipt."""
        return None if self.receipt_ms is None else self.airtime_ms + self.receipt_ms

    def __add__(self, other: "Cost") -> "Cost":
        has_none = self.receipt_ms is None or other.receipt_ms is None
        return Cost(
            self.frame_bytes + other.frame_bytes,
            self.packets + other.packets,
            self.airtime_ms + other.airtime_ms,
            None if has_none else (self.receipt_ms or 0) + (other.receipt_ms or 0),
        )


def bavn_cost(body_bytes: int, carriage: Carriage, receipt: str) -> Cost | None:
    """A MESSAGE, or a LONG and its fragments; None when not even those hold it.

    Args:
        body_bytes: as on the air: coded, and what makes it confidential.
        carriage: of its frames.
        receipt: of `RECEIPTS`.
    """
    sizes = frame_sizes(body_bytes, carriage.payload_bytes_max)
    if sizes is None:
        return None
    return Cost(sum(sizes), len(sizes), sum(map(carriage.private_ms, sizes)), _receipt_ms(carriage, receipt))


def text_cost(text: str, carriage: Carriage) -> Cost:
    """Meshtastic's own text messages."""
    sizes = text_sizes(text)
    receipt_ms = RADIO_ACKS * packet_airtime_ms(carriage.preset, RADIO_ACK_BYTES) if carriage.direct else None
    return Cost(sum(sizes), len(sizes), sum(map(carriage.text_ms, sizes)), receipt_ms and receipt_ms * len(sizes))


def map_cost(text: str, carriage: Carriage) -> Cost:
    """A signed MessagePack map and its signed receipt."""
    said = {"from": "ODK", "to": "PLH", "id": 41, "time": 1_773_662_400}
    signature = bytes(64)
    message = {"type": "message", **said, "precedence": 2, "text": text, "sig": signature}
    sizes = _cut(len(msgpack.packb(message)), carriage.payload_bytes_max)
    receipt = len(msgpack.packb({"type": "receipt", **said, "sig": signature}))
    return Cost(sum(sizes), len(sizes), sum(map(carriage.private_ms, sizes)), carriage.private_ms(receipt))


def frame_sizes(body_bytes: int, frame_bytes_max: int) -> tuple[int, ...] | None:
    """Bytes of each frame that carries a body, in order (protocol/SPEC.md, section 8); None: it is too long for any."""
    if SIGNED_BYTES + body_bytes <= frame_bytes_max:
        return (SIGNED_BYTES + body_bytes,)
    room_bytes = frame_bytes_max - SIGNED_BYTES
    fragments = fragments_needed(body_bytes, room_bytes, frame_bytes_max)
    if fragments is None:
        return None
    piece = min(piece_room(room_bytes, fragments), body_bytes - fragments)
    rest = body_bytes - piece
    step = -(-rest // fragments)
    first = SIGNED_BYTES + LONG_FIELDS_BYTES + FRAGMENT_HASH_BYTES * fragments + piece
    return (first, *(FRAGMENT_HEADER.size + min(step, rest - at) for at in range(0, rest, step)))


def text_sizes(text: str) -> tuple[int, ...]:
    """Bytes of each text message, none cut inside a letter."""
    return tuple(_text_packets(text))


def _text_packets(text: str) -> Iterator[int]:
    begun = 0
    for letter in map(len, map(str.encode, text)):
        if begun + letter > TEXT_PACKET_BYTES_MAX:
            yield begun
            begun = 0
        begun += letter
    if begun:
        yield begun


def _cut(whole: int, most: int) -> Sequence[int]:
    ends = [*range(most, whole, most), whole]
    return [end - begin for begin, end in zip([0, *ends], ends, strict=False)]


def _receipt_ms(carriage: Carriage, receipt: str) -> int:
    match receipt:
        case "rider":
            return added_airtime_ms(carriage.preset, RIDER_BYTES)
        case "mac":
            return carriage.private_ms(MAC_RECEIPT_BYTES)
        case _:
            return carriage.private_ms(DIGEST_BYTES)
