"""Bytes made from good ones by chance: bits turned, runs cut, doubled, set and spliced."""

from collections.abc import Sequence
from random import Random

BYTES_MAX = 400
"""Some more than a frame may have."""
CHANGES_MAX = 6


def mutated(seeds: Sequence[bytes], chance: Random) -> bytes:
    """One of the seeds with a few changes, or bytes of chance alone."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(BYTES_MAX))
    raw = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, CHANGES_MAX)):
        _change(raw, seeds, chance)
    return bytes(raw[:BYTES_MAX])


def _change(raw: bytearray, seeds: Sequence[bytes], chance: Random) -> None:
    at = chance.randrange(len(raw) + 1)
    match chance.randrange(6):
        case 0 if at < len(raw):
            raw[at] ^= 1 << chance.randrange(8)
        case 1 if at < len(raw):
            raw[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF, chance.randrange(256)))
        case 2:
            del raw[at : at + chance.randint(1, 8)]
        case 3:
            raw[at:at] = chance.randbytes(chance.randint(1, 8))
        case 4:
            other = chance.choice(seeds)
            begin = chance.randrange(len(other) + 1)
            raw[at:] = other[begin:]
        case _:
            raw[at:at] = raw[at : at + chance.randint(1, 16)]
