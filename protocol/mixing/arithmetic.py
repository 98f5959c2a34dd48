"""A binary arithmetic coder over a 32-bit interval: a likely bit costs next to nothing, an unlikely one its due.

Bytes in which both ends of the interval agree are settled and leave it. The end is the shortest run of bytes whose
value, followed by zeros without end, lies in the interval; of equally short ones the smallest. So every sequence of
bits has exactly one coded form, and `BitReader.is_canonical` tells any other.
"""

from typing import Final

_TOP: Final = 0xFF000000
_ALL: Final = 0xFFFFFFFF


class BitWriter:
    """Codes bits, each with its probability."""

    __slots__ = ("_high", "_low", "_out")

    def __init__(self) -> None:
        self._low = 0
        self._high = _ALL
        self._out = bytearray()

    def put(self, bit: int, chance: int) -> None:
        """Code one bit; `chance` of 65536 that it is 1, at least 1 and at most 65535."""
        low, high = self._low, self._high
        middle = low + ((high - low) * chance >> 16)
        if bit:
            high = middle
        else:
            low = middle + 1
        while not (low ^ high) & _TOP:
            self._out.append(high >> 24)
            low = low << 8 & _ALL
            high = (high << 8 & _ALL) | 0xFF
        self._low, self._high = low, high

    def finish(self) -> bytes:
        """All that was coded, and no byte more than it takes."""
        return (bytes(self._out) + _ending(self._low, self._high)).rstrip(b"\0")


class BitReader:
    """Reads back what a writer coded, asked with the same probabilities; past the end there are zeros."""

    __slots__ = ("_at", "_code", "_high", "_low", "_source")

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._low = 0
        self._high = _ALL
        self._at = 4
        self._code = int.from_bytes(source[:4].ljust(4, b"\0"), "big")

    def get(self, chance: int) -> int:
        """The next bit, of which the writer was told `chance`."""
        low, high = self._low, self._high
        middle = low + ((high - low) * chance >> 16)
        if self._code <= middle:
            bit = 1
            high = middle
        else:
            bit = 0
            low = middle + 1
        while not (low ^ high) & _TOP:
            low = low << 8 & _ALL
            high = (high << 8 & _ALL) | 0xFF
            source, at = self._source, self._at
            self._code = (self._code << 8 & _ALL) | (source[at] if at < len(source) else 0)
            self._at = at + 1
        self._low, self._high = low, high
        return bit

    @property
    def is_spent(self) -> bool:
        """Whether nothing but the zeros past the end is left of the source."""
        return self._at - 4 >= len(self._source)

    def is_canonical(self) -> bool:
        """Whether the source is what a writer of the bits read so far would have made, to the byte."""
        settled = self._source[: self._at - 4].ljust(self._at - 4, b"\0")
        return (settled + _ending(self._low, self._high)).rstrip(b"\0") == self._source


def _ending(low: int, high: int) -> bytes:
    for length in range(5):
        unit_bits = 32 - 8 * length
        value = -(-low >> unit_bits)
        if value << unit_bits <= high:
            return value.to_bytes(length, "big") if length else b""
    raise AssertionError("four bytes name any value of an interval")
