"""Files that hold one secret each: a channel's key, base64 on one line, readable by its owner alone.

A key is never shown: where one must be told from another, the first four bytes of its SHA-256 stand for it.
"""

import base64
import binascii
import hashlib
import os
import stat
from pathlib import Path
from typing import Final

from hardware.errors import HardwareError

KEY_BYTES: Final = 32
"""AES-256, the longest key that a Meshtastic channel takes."""

FILE_BYTES_MAX: Final = 128
"""44 characters and an end of line; more is another file."""

FINGERPRINT_BYTES: Final = 4

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class KeyFileError(HardwareError):
    """A key file cannot be used; the text says what to do."""


def fingerprint(key: bytes) -> str:
    """Tell one key from another without giving it away."""
    return hashlib.sha256(key).digest()[:FINGERPRINT_BYTES].hex()


def read_key(path: Path) -> bytes:
    """Read a channel's key.

    Raises:
        KeyFileError: it is absent, others may read it, or it holds no key of `KEY_BYTES`.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}; make one with: bavn radio profile new") from error
    if mode & _OTHERS:
        raise KeyFileError(f"{path}: others may read this key; run: chmod 600 {path}")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"{path}: not {KEY_BYTES} bytes in base64; restore it from the safe, or make a new profile")
    return key


def make_key(path: Path, key: bytes) -> None:
    """Write a new key file, for its owner alone, on the disk when this returns.

    Raises:
        KeyFileError: there is one already: a key is never overwritten; or the disk refuses.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise KeyFileError(f"{path}: there is a key already; choose another folder, or move it away") from error
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}; choose a folder that can be written") from error
