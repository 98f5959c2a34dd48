"""A courier's pouch as a file: sealed frames one behind the other, each found again when the file is damaged.

```
file    magic 8 "BAVNPCH1" | made i64: UTC ms, -1 without a trusted clock | frames u32
        | frames, each: mark 2 BA 56, length u8, CRC-32 of the frame u32, the frame | SHA-256 of all before 32
```
All numbers big-endian. The hash and the CRC notice damage and prove nothing: every frame is signed by whoever made it.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from zlib import crc32

FILE_BYTES_MAX: Final = 8 * 1024 * 1024
"""Some 40,000 frames, more than a week of a full channel; read in a second from the slowest stick."""
SUFFIX: Final = ".pouch"
MISSES_MAX: Final = 20_000
"""Marks with no whole frame behind them: a damaged sector has a few, a file made of marks millions."""

_FAMILY: Final = b"BAVNPCH"
_MAGIC: Final = _FAMILY + b"1"
_HEADER: Final = struct.Struct(">8sqI")
_MARK: Final = b"\xbaV"
_FRAME: Final = struct.Struct(">2sBI")
_HASH_BYTES: Final = 32
_UNKNOWN: Final = -1
FRAMES_BYTES_MAX: Final = FILE_BYTES_MAX - _HEADER.size - _HASH_BYTES
"""For all frames with what stands before each."""


class NotAPouch(Exception):
    """The bytes are no pouch, or one of a newer version; the text says which."""


@dataclass(frozen=True, slots=True)
class PouchFile:
    """What a file holds."""

    frames: tuple[bytes, ...]
    made_utc_ms: int | None
    """None also of a damaged file: a time that may be wrong would make ages wrong."""
    is_whole: bool


def bytes_in_file(frame: bytes) -> int:
    """The room that a frame takes."""
    return _FRAME.size + len(frame)


def pouch_bytes(frames: Sequence[bytes], made_utc_ms: int | None) -> bytes:
    """The whole file."""
    made = _UNKNOWN if made_utc_ms is None else made_utc_ms
    parts = [_HEADER.pack(_MAGIC, made, len(frames))]
    for frame in frames:
        parts += [_FRAME.pack(_MARK, len(frame), crc32(frame)), frame]
    content = b"".join(parts)
    return content + sha256(content).digest()


def read_pouch(content: bytes) -> PouchFile:
    """What of a file can be used: all, or in a damaged one each frame that is as it was written.

    Args:
        content: at most `FILE_BYTES_MAX` bytes are looked at.

    Raises:
        NotAPouch: it does not begin as one.
    """
    if not content.startswith(_MAGIC):
        is_newer = content.startswith(_FAMILY)
        raise NotAPouch("a newer Bavn wrote it" if is_newer else "it is no pouch of a courier")
    body, told = content[:-_HASH_BYTES], content[-_HASH_BYTES:]
    if len(content) >= _HEADER.size + _HASH_BYTES and sha256(body).digest() == told:
        _, made, count = _HEADER.unpack_from(body)
        frames = tuple(_frames(body))
        is_whole = len(frames) == count and _HEADER.size + sum(map(bytes_in_file, frames)) == len(body)
        return PouchFile(frames, None if made < 0 else made, is_whole=is_whole)
    return PouchFile(tuple(_frames(content[:FILE_BYTES_MAX])), None, is_whole=False)


def _frames(body: bytes) -> Iterator[bytes]:
    """One after another; where one is damaged, the next mark behind which a whole one stands is looked for."""
    place, misses = body.find(_MARK, _HEADER.size), 0
    while place >= 0 and misses < MISSES_MAX and len(body) >= place + _FRAME.size:
        _, length, check = _FRAME.unpack_from(body, place)
        first = place + _FRAME.size
        frame = body[first : first + length]
        if length and len(frame) == length and crc32(frame) == check:
            yield frame
            place = body.find(_MARK, first + length)
        else:
            misses += 1
            place = body.find(_MARK, place + 1)
