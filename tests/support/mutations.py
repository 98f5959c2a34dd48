"""Bytes that are no frame, or no longer one: what two readers of the wire must refuse alike."""

from collections.abc import Sequence
from random import Random

FRAME_BYTES_MORE = 240
"""Somewhat more than one packet carries."""
VERSION_0 = 0x3F
"""Mask of byte 0: chance alone makes three of four frames one of another version."""


def random_bytes(chance: Random) -> bytes:
    """Of any length, most of them of version 0."""
    raw = bytearray(chance.randbytes(chance.choice((chance.randrange(20), chance.randrange(FRAME_BYTES_MORE)))))
    if raw and chance.random() < 0.9:
        raw[0] &= VERSION_0
    return bytes(raw)


def mutated(good: Sequence[bytes], chance: Random) -> bytes:
    """One of some good frames with one to three changes: bits, bytes, an end cut off or added, a run replaced."""
    raw = bytearray(chance.choice(good))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        _change(raw, chance)
    return bytes(raw)


def _change(raw: bytearray, chance: Random) -> None:
    place = chance.randrange(min(len(raw), chance.choice((4, 16, 40, 231)))) if raw else 0
    match chance.randrange(5) if raw else 3:
        case 0:
            raw[place] ^= 1 << chance.randrange(8)
        case 1:
            raw[place] = chance.choice((0, 255, chance.randrange(256)))
        case 2:
            del raw[max(0, len(raw) - chance.choice((1, 2, 6, chance.randrange(len(raw)) + 1))) :]
        case 3:
            raw += chance.randbytes(chance.randrange(1, 8))
        case _:
            raw[place : place + chance.randrange(6)] = chance.randbytes(chance.randrange(6))
