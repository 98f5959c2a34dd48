"""A frame cut into its fields, by layout alone: what stands where, whether or not a receiver would take it.

Nothing is judged here and nothing raises: what is not there is not told, and what is left over is a field of that name.
"""

from dataclasses import dataclass, field
from typing import Final

from protocol.layout import Layout

LEFT_OVER: Final = "left over"
CUT_OFF: Final = "cut off"
"""Bytes in the place of a field that needs more of them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One run of bits."""

    name: str
    """As protocol/SPEC.md calls it."""
    at: int
    """Its first bit, counted from the most significant of byte 0."""
    bits: int
    value: int | bytes
    part: str = ""
    """Which of several it belongs to: an option, an entry, an item."""


@dataclass(slots=True)
class Cutter:
    """Cuts from the front; after the first field that is not whole nothing more is cut."""

    raw: bytes
    end: int
    """Where what is cut ends, in bytes: before a signature."""
    at: int = 0
    """In bytes."""
    fields: list[Field] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Bytes that are not cut yet."""
        return self.end - self.at

    def layout(self, layout: Layout, names: str, part: str = "") -> dict[str, int]:
        """Cut a run of named fields; when it is not whole, those that are, and nothing is answered."""
        run = self.raw[self.at : min(self.at + layout.size, self.end)]
        is_whole = len(run) == layout.size
        joined, left, found = int.from_bytes(run, "big"), len(run) * 8, {}
        for name, bits in zip(names.split("|"), layout.widths, strict=True):
            if bits > left:
                break
            left -= bits
            found[name] = joined >> left & ((1 << bits) - 1)
            self.fields.append(Field(name, (self.at + len(run)) * 8 - left - bits, bits, found[name], part))
        if left:
            value = joined & ((1 << left) - 1)
            self.fields.append(Field(CUT_OFF, (self.at + len(run)) * 8 - left, left, value, part))
        self.at += len(run)
        return found if is_whole else {}

    def octets(self, name: str, size: int, part: str = "") -> bytes:
        """Cut so many bytes; nothing when they are not all there."""
        if self.left < size:
            self.rest(CUT_OFF, part)
            return b""
        found = self.raw[self.at : self.at + size]
        if size:
            self.fields.append(Field(name, self.at * 8, size * 8, found, part))
        self.at += size
        return found

    def rest(self, name: str, part: str = "") -> bytes:
        """Cut all that is left."""
        return self.octets(name, max(0, self.left), part)
