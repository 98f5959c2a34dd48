"""The frames on the socket: MessagePack-RPC, one after another.

```
request   [0, id, method, [ask]]
answer    [1, id, fault or nil, answer or nil]
notice    [2, name, [body]]
```

Both ends read with a bound: what is larger than the bound, or no frame at all, ends the conversation.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgpack

from node.api.faults import Fault
from node.api.packing import Malformed, pack, unpack

REQUEST_BYTES_MAX: Final = 32_768
"""A text of 4096 bytes and all else in a request, several times over."""

ANSWER_BYTES_MAX: Final = 1_048_576
"""A hundred messages with their ladders are a tenth of it."""

READ_BYTES: Final = 16_384
"""Taken from a socket at a time."""

REQUEST_IDS: Final = 1 << 32
"""MessagePack-RPC numbers requests in 32 bits."""


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks."""

    id: int
    method: str
    ask: object
    """For `packing.unpack`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request."""

    id: int
    fault: Fault | None
    answer: object
    """For `packing.unpack`; without meaning when there is a fault."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Said unasked."""

    name: str
    body: object


Frame = Request | Answer | Notice


class FrameReader:
    """Finds the frames in what a socket gives."""

    def __init__(self, bytes_max: int) -> None:
        """`bytes_max` bounds one frame, and what is kept of an unfinished one."""
        self._unpacker = msgpack.Unpacker(raw=False, strict_map_key=True, max_buffer_size=bytes_max)

    def feed(self, received: bytes) -> Iterator[Frame]:
        """Take what was received and give every frame that is complete.

        Raises:
            Malformed: it is too large, or no frame; nothing more can be read from that end.
        """
        try:
            self._unpacker.feed(received)
            for value in self._unpacker:
                yield _frame(value)
        except Malformed:
            raise
        except msgpack.BufferFull as error:
            raise Malformed("more bytes than a frame may have") from error
        except (msgpack.UnpackException, ValueError) as error:
            raise Malformed(str(error) or type(error).__name__) from error


def encode(frame: Frame) -> bytes:
    """The frame's bytes; ask, answer and body are dataclasses of the API, or None."""
    match frame:
        case Request():
            parts = [0, frame.id, frame.method, [pack(frame.ask)]]
        case Answer():
            parts = [1, frame.id, pack(frame.fault), pack(frame.answer)]
        case Notice():
            parts = [2, frame.name, [pack(frame.body)]]
    encoded: bytes = msgpack.packb(parts)
    return encoded


def _frame(value: object) -> Frame:
    match value:
        case [0, int(number), str(method), [ask]] if 0 <= number < REQUEST_IDS:
            return Request(number, method, ask)
        case [1, int(number), None, answer]:
            return Answer(number, None, answer)
        case [1, int(number), fault, _]:
            return Answer(number, unpack(Fault, fault), None)
        case [2, str(name), [body]]:
            return Notice(name, body)
        case _:
            raise Malformed("no request, answer or notice")
