"""Bit fields of fixed widths, most significant bit first, packed without padding (SPEC.md, section 2)."""

from protocol.reasons import LocalProtocolError


class Layout:
    """A run of whole bytes divided into fields.

    Args:
        widths: bits of each field in the order on the air; together a multiple of eight.
    """

    __slots__ = ("_fields", "size", "widths")

    size: int
    """Bytes of the whole run."""
    widths: tuple[int, ...]
    """Bits of each field."""

    def __init__(self, *widths: int) -> None:
        total = sum(widths)
        assert total % 8 == 0, "a layout is made of whole bytes"
        self.size = total // 8
        self.widths = widths
        fields: list[tuple[int, int]] = []
        for width in widths:
            total -= width
            fields.append((total, (1 << width) - 1))
        self._fields = tuple(fields)

    def pack(self, *values: int) -> bytes:
        """Lay the values side by side.

        Raises:
            LocalProtocolError: a value is negative or wider than its field.
        """
        joined = 0
        for value, (shift, mask) in zip(values, self._fields, strict=True):
            if not 0 <= value <= mask:
                raise LocalProtocolError(f"{value} is outside 0 to {mask}")
            joined |= value << shift
        return joined.to_bytes(self.size, "big")

    def unpack(self, raw: bytes) -> tuple[int, ...]:
        """Read every field; `raw` is exactly `size` bytes."""
        assert len(raw) == self.size, "the caller has checked the length"
        joined = int.from_bytes(raw, "big")
        return tuple([(joined >> shift) & mask for shift, mask in self._fields])
