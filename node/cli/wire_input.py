"""Bytes that somebody found, as hex, as base64 or as a file: read within bounds, or refused with the remedy."""

import binascii
import re
import sys
from errno import ENAMETOOLONG
from pathlib import Path
from typing import Final

INPUT_BYTES_MAX: Final = 65_536
"""A frame has 231 bytes; a capture that was pasted whole is told to be too large, not read."""
STANDARD_INPUT: Final = "-"
_BETWEEN: Final = re.compile(rb"[\s:,]+|0x")
_HEX: Final = re.compile(rb"(?:[0-9A-Fa-f]{2})+")


class InputUnusable(Exception):
    """These are no bytes; the text says what to type."""


def read_bytes(typed: str) -> bytes:
    """The bytes that hex, base64, the name of a file or `-` stand for; hex goes first.

    Raises:
        InputUnusable: it is none of them, or too large.
    """
    if typed == STANDARD_INPUT:
        return _meant(sys.stdin.buffer.read(INPUT_BYTES_MAX + 1))
    raw = typed.encode(errors="replace")
    if not raw.strip():
        raise InputUnusable("no bytes: type the frame as hex, for instance  a40a1f...")
    found = _from_hex(raw)
    if found is None:
        content = _content(typed)
        found = _from_base64(raw) if content is None else _meant(content)
    if found is None:
        raise InputUnusable(
            "neither hex, nor base64, nor a file: type the frame's bytes as hex, for instance  a40a1f..."
        )
    return found


def _content(name: str) -> bytes | None:
    """What is in a file; None: there is none of that name."""
    try:
        with Path(name).open("rb") as opened:
            return opened.read(INPUT_BYTES_MAX + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            return None
        raise InputUnusable(f"{name}: {error.strerror or error}") from error


def _meant(content: bytes) -> bytes:
    """A content that is hex or base64 stands for other bytes, any other for itself."""
    if len(content) > INPUT_BYTES_MAX:
        raise InputUnusable(f"more than {INPUT_BYTES_MAX} bytes are no frame: cut out the one that is meant")
    found = _from_hex(content)
    if found is None:
        found = _from_base64(content)
    return content if found is None else found


def _from_hex(raw: bytes) -> bytes | None:
    digits = _BETWEEN.sub(b"", raw)
    return bytes.fromhex(digits.decode()) if _HEX.fullmatch(digits) else None


def _from_base64(raw: bytes) -> bytes | None:
    letters = b"".join(raw.split())
    try:
        return binascii.a2b_base64(letters, strict_mode=True) if letters else None
    except binascii.Error:
        return None
