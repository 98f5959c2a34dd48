"""The device's end of the framing, with the firmware's own weaknesses (src/mesh/StreamAPI.cpp).

* A byte after 94 that is not C3 is forgotten with it, even when it is a 94: a lone 94 swallows the next frame.
* A length above 512 starts the hunt anew.
* Inside a frame it waits for ever: a frame cut short swallows what follows.
"""

from enum import Enum, auto

from hardware.stream import MARK, MESSAGE_BYTES_MAX


class _Place(Enum):
    FIRST = auto()
    SECOND = auto()
    LENGTH_HIGH = auto()
    LENGTH_LOW = auto()
    BODY = auto()


class FirmwareReader:
    """Finds messages as the firmware does, byte by byte; holds at most one."""

    def __init__(self) -> None:
        self._place = _Place.FIRST
        self._length = 0
        self._body = bytearray()

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take the next bytes and return the messages completed by them."""
        return [message for byte in chunk if (message := self._take(byte)) is not None]

    def _take(self, byte: int) -> bytes | None:
        match self._place:
            case _Place.FIRST:
                self._place = _Place.SECOND if byte == MARK[0] else _Place.FIRST
            case _Place.SECOND:
                self._place = _Place.LENGTH_HIGH if byte == MARK[1] else _Place.FIRST
            case _Place.LENGTH_HIGH:
                self._length = byte << 8
                self._place = _Place.LENGTH_LOW
            case _Place.LENGTH_LOW:
                self._length |= byte
                self._body.clear()
                if 0 < self._length <= MESSAGE_BYTES_MAX:
                    self._place = _Place.BODY
                else:
                    self._place = _Place.FIRST
                    return b"" if self._length == 0 else None
            case _Place.BODY:
                self._body.append(byte)
                if len(self._body) == self._length:
                    self._place = _Place.FIRST
                    return bytes(self._body)
        return None
