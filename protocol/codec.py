"""How a body is made from text and read again, by codec number (SPEC.md, section 5).

A number this version does not know is no fault of the frame, which was verified, kept and forwarded before anybody
looked inside; only its text cannot be shown.
"""

import zlib
from enum import IntEnum
from functools import lru_cache
from typing import Final

from protocol.mixing import coding
from protocol.mixing.tables import Tables
from protocol.reasons import Dropped, LocalProtocolError, Reason

TEXT_BYTES_MAX: Final = 4096
"""Decoded text in UTF-8; a decompressor stops there."""
PRIME_BYTES_MAX: Final = 32 * 1024
"""How far back deflate looks."""
_WINDOW_BITS: Final = -15
_REMEMBERED: Final = 512
"""Texts: a box is shown again and again, and a text is priced at every key before it is sent."""


class Codec(IntEnum):
    """The three bits of the header; 5 and 6 are reserved."""

    RAW = 0
    DEFLATE = 1
    PPMD = 2
    MIXING = 3
    FORM = 4
    ESCAPE = 7


class Codecs:
    """The codecs of a station, with the tables and the prime that it loaded."""

    def __init__(self, prime: bytes = b"", tables: Tables | None = None) -> None:
        """Without `prime` there is no deflate, without `tables` no mixing.

        Raises:
            ValueError: the prime is longer than `PRIME_BYTES_MAX`.
        """
        if len(prime) > PRIME_BYTES_MAX:
            raise ValueError(f"a prime of {len(prime)} bytes, at most {PRIME_BYTES_MAX}")
        self._prime = prime
        self._tables = tables
        self._encoded = lru_cache(_REMEMBERED)(self._encode)
        self._decoded = lru_cache(_REMEMBERED)(self._decode)

    def encode(self, text: str) -> tuple[int, bytes]:
        """The shortest form of a text that every station of this version reads: codec number and body.

        Never longer than raw, which is one of them.

        Raises:
            LocalProtocolError: more than `TEXT_BYTES_MAX` bytes, or characters that UTF-8 has no form for.
        """
        return self._encoded(text)

    def decode(self, codec: int, body: bytes) -> str | Dropped:
        """The text of a body, or why it cannot be shown: too long, not text, or of a codec not known here."""
        return self._decoded(codec, body)

    def forms(self, text: str) -> list[tuple[Codec, bytes]]:
        """A text by every codec there is, raw first.

        Raises:
            LocalProtocolError: as `encode`.
        """
        raw = _utf8(text)
        forms = [(Codec.RAW, raw)]
        if self._prime:
            forms.append((Codec.DEFLATE, self._deflated(raw)))
        if self._tables is not None:
            forms.append((Codec.MIXING, coding.encode(self._tables, text)))
        return forms

    def _encode(self, text: str) -> tuple[int, bytes]:
        return min(self.forms(text), key=lambda form: len(form[1]))

    def _decode(self, codec: int, body: bytes) -> str | Dropped:
        if len(body) > TEXT_BYTES_MAX:
            return Dropped(Reason.TEXT_TOO_LONG, f"{len(body)} bytes")
        if codec == Codec.RAW:
            return _text(body)
        if codec == Codec.DEFLATE and self._prime:
            return self._inflated(body)
        if codec == Codec.MIXING and self._tables is not None:
            return coding.decode(self._tables, body, TEXT_BYTES_MAX)
        return Dropped(Reason.TYPE_NOT_SUPPORTED, f"codec {codec}")

    def _deflated(self, raw: bytes) -> bytes:
        deflating = zlib.compressobj(9, zlib.DEFLATED, _WINDOW_BITS, zdict=self._prime)
        return deflating.compress(raw) + deflating.flush()

    def _inflated(self, body: bytes) -> str | Dropped:
        inflating = zlib.decompressobj(_WINDOW_BITS, zdict=self._prime)
        try:
            raw = inflating.decompress(body, TEXT_BYTES_MAX + 1)
        except zlib.error:
            return Dropped(Reason.BAD_TEXT, "not deflate")
        if len(raw) > TEXT_BYTES_MAX:
            return Dropped(Reason.TEXT_TOO_LONG, f"more than {TEXT_BYTES_MAX} bytes")
        if not inflating.eof or inflating.unused_data:
            return Dropped(Reason.BAD_TEXT, "not as deflate ends")
        return _text(raw)


RAW_ONLY: Final = Codecs()
"""What needs nothing loaded: fields of forms, and tools that read no text."""


def encode_text(text: str) -> tuple[int, bytes]:
    """A text as `RAW_ONLY` codes it.

    Raises:
        LocalProtocolError: more than `TEXT_BYTES_MAX` bytes, or characters that UTF-8 has no form for.
    """
    return Codec.RAW, _utf8(text)


def decode_text(codec: int, body: bytes) -> str | Dropped:
    """The text of a body as far as `RAW_ONLY` reads it."""
    return RAW_ONLY.decode(codec, body)


def _utf8(text: str) -> bytes:
    try:
        raw = text.encode()
    except UnicodeEncodeError as error:
        raise LocalProtocolError(f"character {error.start} cannot be sent") from error
    if len(raw) > TEXT_BYTES_MAX:
        raise LocalProtocolError(f"a text of {len(raw)} bytes, at most {TEXT_BYTES_MAX}")
    return raw


def _text(raw: bytes) -> str | Dropped:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        return Dropped(Reason.BAD_TEXT, f"byte {error.start}")
