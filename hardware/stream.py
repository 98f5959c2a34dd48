"""The framing of the Meshtastic client API: where messages begin and end in a stream of bytes.

    94 C3 | length, 2 bytes, big endian, at most 512 | one protobuf message

There is no checksum, and a serial port mixes log text in between. The firmware hunts for the mark, forgets a lone
94 together with the byte after it, and waits for ever inside a frame, so that a cut frame swallows what follows.
As a receiver we forgive more: every mark is found, a frame that stops growing is given up, and one that makes no sense
because it was cut and filled with what followed gives that back.
"""

from collections.abc import Callable

MARK = b"\x94\xc3"
HEADER_BYTES = 4

FILLER = MARK[1:]
"""A byte that no reader takes for the beginning of a frame: wakes a sleeping device, ends a frame it waits for."""

MESSAGE_BYTES_MAX = 512
"""The firmware's own limit in both directions (src/mesh/PhoneAPI.h); bounds the memory of a reader."""

STALL_S_MAX = 1.0
"""A frame whose next byte takes longer is given up: radios write a frame in one go."""


def frame(message: bytes) -> bytes:
    """Put one encoded message into a frame.

    Raises:
        ValueError: it has more than `MESSAGE_BYTES_MAX` bytes.
    """
    if len(message) > MESSAGE_BYTES_MAX:
        raise ValueError(f"a message of {len(message)} bytes does not fit the client API's {MESSAGE_BYTES_MAX}")
    return MARK + len(message).to_bytes(2, "big") + message


class FrameReader:
    """Finds the messages in one stream; holds at most one frame between calls.

    Args:
        is_sound: whether bytes make sense as a message; asked only of one with the mark of another frame inside.

    Attributes:
        noise_bytes: bytes that belonged to no frame, so far.
        frames_cut: frames given up because they stopped growing or had swallowed others, so far.
    """

    def __init__(self, is_sound: Callable[[bytes], bool] = lambda _: True) -> None:
        self._is_sound = is_sound
        self.noise_bytes = 0
        self.frames_cut = 0
        self._kept = b""
        self._last_byte_s = 0.0

    def feed(self, chunk: bytes, now_s: float) -> list[bytes]:
        """Take the next bytes of the stream and return the messages completed by them, in order.

        Args:
            chunk: what arrived; any bytes at all.
            now_s: any clock that only goes forward.
        """
        if self._kept and now_s - self._last_byte_s > STALL_S_MAX:
            self.frames_cut += 1
            self.noise_bytes += len(self._kept)
            self._kept = b""
        self._last_byte_s = now_s
        unread = self._kept + chunk
        messages: list[bytes] = []
        at = 0
        while True:
            found = unread.find(MARK, at)
            if found < 0:
                # The last byte may be the first half of a mark.
                found = len(unread) - 1 if unread.endswith(MARK[:1]) else len(unread)
                found = max(found, at)
            self.noise_bytes += found - at
            at = found
            body = at + HEADER_BYTES
            if len(unread) < body:
                break
            length = int.from_bytes(unread[at + 2 : body], "big")
            if length > MESSAGE_BYTES_MAX:
                self.noise_bytes += len(MARK)
                at += len(MARK)
                continue
            if len(unread) < body + length:
                break
            message = unread[body : body + length]
            if MARK in message and not self._is_sound(message):
                self.frames_cut += 1
                self.noise_bytes += len(MARK)
                at += len(MARK)
                continue
            messages.append(message)
            at = body + length
        self._kept = unread[at:]
        return messages
