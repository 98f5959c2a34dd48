"""MessagePack for files: typed, and bounded when read."""

from typing import Final

import msgpack

Packable = None | bool | int | float | str | bytes | list["Packable"] | tuple["Packable", ...] | dict[str, "Packable"]

DEPTH_ERRORS: Final = (ValueError, TypeError, RecursionError, msgpack.UnpackException)


class PackingError(ValueError):
    """Bytes that are no MessagePack value of the size allowed."""


def pack(value: Packable) -> bytes:
    """The value as bytes."""
    packed: bytes = msgpack.packb(value)
    return packed


def unpack(raw: bytes, bytes_max: int) -> object:
    """The value of some bytes.

    Raises:
        PackingError: they are too many, or not one value.
    """
    if len(raw) > bytes_max:
        raise PackingError(f"more than {bytes_max} bytes")
    try:
        value: object = msgpack.unpackb(raw)
    except DEPTH_ERRORS as error:
        raise PackingError(type(error).__name__) from None
    return value
