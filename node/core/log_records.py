"""What a station keeps of where logs stood: its own chains, and what was signed of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogHead:
    """Where one chain of the log stands."""

    entries: int
    """0 in a new one."""
    hash: bytes
    """Of the last entry, 32 bytes; empty in a new one."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where one chain of this station's log stood, signed by the station."""

    chain: int
    entries: int
    hash: bytes
    """Of the last of them."""
    at: int
    utc_ms: int | None
    signature: bytes
    """Of `log_heads.head_to_sign`, 64 bytes."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Where a station's real log stood, as that station signed it in a digest."""

    station: int
    """Another's, or this one's own: what it said."""
    entries: int
    head: bytes
    """The first 16 bytes of the last entry's hash."""
    time: int
    """By that station's clock, in the 20 bits of `protocol.instants`."""
    heard_at: int
    heard_utc_ms: int | None
    sealed: bytes
    """The digest."""
