"""Hashes and integers in what is hashed and signed (section 2)."""

import hashlib


def sha256(content: bytes, size: int = 32) -> bytes:
    """H, or H_n: its first bytes."""
    return hashlib.sha256(content).digest()[:size]


def u(value: int, size: int) -> bytes:
    """u8, u16, u32 by their bytes: big-endian."""
    return value.to_bytes(size, "big")
