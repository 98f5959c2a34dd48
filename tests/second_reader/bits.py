"""Bits in the order of the page (section 2): most significant first, without padding, every length exact."""


class Dropped(Exception):
    """The frame breaks the page; each reason is a word of section 15, and any one of them may be counted."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = tuple(dict.fromkeys(reasons))
        """In the order in which they were met, each once."""


class Bits:
    """Some bytes, read from the front.

    What is missing ends the reading; any other fault is noted, and the reading goes on, so that a frame's whole list of
    faults is known at its end.
    """

    def __init__(self, content: bytes, faults: list[str] | None = None) -> None:
        self.content = content
        self.at = 0
        """How many bits are read."""
        self.faults: list[str] = [] if faults is None else faults
        """Reasons met so far, in this and in what it is part of."""

    def demand(self, is_so: bool, reason: str) -> None:
        """Note a fault unless it is so."""
        if not is_so:
            self.faults.append(reason)

    def number(self, bits: int) -> int:
        """The next bits as a number. Dropped: what was noted, and `truncated`."""
        end = self.at + bits
        if end > 8 * len(self.content):
            self.stop("truncated")
        self.at = end
        whole = int.from_bytes(self.content, "big")
        return (whole >> (8 * len(self.content) - end)) & ((1 << bits) - 1)

    def flag(self) -> bool:
        return self.number(1) == 1

    def reserved(self, bits: int) -> None:
        """Bits that must be 0, else `reserved_bits`."""
        self.demand(self.number(bits) == 0, "reserved_bits")

    def take(self, count: int) -> bytes:
        """The next whole bytes."""
        return self.number(8 * count).to_bytes(count, "big")

    def rest(self) -> bytes:
        """All that is left; only at a byte's edge."""
        return self.take(self.left())

    def left(self) -> int:
        """How many bytes are left."""
        return len(self.content) - self.at // 8

    def end(self) -> None:
        """Nothing may be left, else `trailing_bytes`."""
        self.demand(self.left() == 0, "trailing_bytes")

    def within(self, content: bytes) -> "Bits":
        """A part to be read by itself, its faults noted with the rest."""
        return Bits(content, self.faults)

    def stop(self, reason: str) -> None:
        """The reading cannot go on. Dropped: what was noted, and this."""
        raise Dropped(*self.faults, reason)

    def judge(self) -> None:
        """The reading is done. Dropped: what was noted, if anything."""
        if self.faults:
            raise Dropped(*self.faults)
