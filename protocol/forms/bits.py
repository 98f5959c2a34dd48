"""Bits side by side, most significant first, as many as each field needs."""


class BitWriter:
    """Collects fields; what is left of the last byte is 0."""

    __slots__ = ("_joined", "size")

    size: int
    """Bits so far."""

    def __init__(self) -> None:
        self._joined = 0
        self.size = 0

    def put(self, value: int, width: int) -> None:
        """Append a value that fits its width."""
        assert 0 <= value < 1 << width, "the caller has checked the range"
        self._joined = self._joined << width | value
        self.size += width

    def bytes(self) -> bytes:
        """All of it."""
        size = -(-self.size // 8)
        return (self._joined << 8 * size - self.size).to_bytes(size, "big")


class BitReader:
    """Reads fields. Past the end everything is 0 and `is_overrun` is set: one look after a field tells.

    Args:
        raw: bounded by the caller.
    """

    __slots__ = ("_joined", "is_overrun", "left")

    left: int
    """Bits not yet read."""
    is_overrun: bool
    """More was asked for than there is."""

    def __init__(self, raw: bytes) -> None:
        self._joined = int.from_bytes(raw, "big")
        self.left = 8 * len(raw)
        self.is_overrun = False

    def take(self, width: int) -> int:
        """The next so many bits."""
        if width > self.left:
            self.is_overrun, self.left = True, 0
            return 0
        self.left -= width
        return self._joined >> self.left & (1 << width) - 1

    def rest(self) -> int:
        """What is left, as a number."""
        return self._joined & (1 << self.left) - 1
