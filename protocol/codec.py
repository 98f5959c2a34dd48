"""How a body is made from text and read again, by codec number (SPEC.md, section 5).

A number this version does not know is no fault of the frame, which was verified, kept and forwarded before anybody
looked inside; only its text cannot be shown.
"""

from enum import IntEnum
from typing import Final

from protocol.reasons import Dropped, LocalProtocolError, Reason

TEXT_BYTES_MAX: Final = 4096
"""Decoded text in UTF-8; a decompressor stops there."""


class Codec(IntEnum):
    """The three bits of the header; 5 and 6 are reserved."""

    RAW = 0
    DEFLATE = 1
    PPMD = 2
    MIXING = 3
    FORM = 4
    ESCAPE = 7


def encode_text(text: str) -> tuple[int, bytes]:
    """The shortest form of a text that every station of this version reads: codec number and body.

    Raises:
        LocalProtocolError: more than `TEXT_BYTES_MAX` bytes, or characters that UTF-8 has no form for.
    """
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise LocalProtocolError(f"character {error.start} cannot be sent") from error
    if len(raw) > TEXT_BYTES_MAX:
        raise LocalProtocolError(f"a text of {len(raw)} bytes, at most {TEXT_BYTES_MAX}")
    return Codec.RAW, raw


def decode_text(codec: int, body: bytes) -> str | Dropped:
    """The text of a body, or why it cannot be shown: too long, not text, or of a codec not known here."""
    if codec != Codec.RAW:
        return Dropped(Reason.TYPE_NOT_SUPPORTED, f"codec {codec}")
    if len(body) > TEXT_BYTES_MAX:
        return Dropped(Reason.TEXT_TOO_LONG, f"{len(body)} bytes")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        return Dropped(Reason.BAD_TEXT, f"byte {error.start}")
