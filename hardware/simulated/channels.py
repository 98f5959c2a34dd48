"""A channel as the air knows it: who has its name and key reads it; on the air it is named by one byte.

That byte, all bytes of name and key xored, tells a receiver which of its channels to try (firmware
src/mesh/Channels.cpp, generateHash); 0 stands for a packet encrypted to a node's key.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor

from hardware.airtime import Preset

DEFAULT_KEY = bytes.fromhex("d4f1bb3a20290759f0bcffabcf4e6901")
"""What the one-byte key 1 of factory settings stands for (src/mesh/Channels.h, defaultpsk)."""

CHANNELS_MAX = 8


@dataclass(frozen=True, slots=True)
class Channel:
    """Name and key of one channel."""

    name: str
    key: bytes

    @property
    def hash(self) -> int:
        """Its name on the air, 0 to 255."""
        return reduce(xor, self.name.encode() + self.key, 0)


def factory_channel(preset: Preset) -> Channel:
    """Return the first channel of a device as it leaves the factory: named after its preset, such as LongFast."""
    return Channel("".join(word.title() for word in preset.name.split("_")), DEFAULT_KEY)
