"""What a station keeps of whom it believes, and what waits until it knows."""

from dataclasses import dataclass
from enum import IntEnum

from protocol.numbers import Address


class StatementStanding(IntEnum):
    """What a kept statement is worth here."""

    BELIEVED = 0
    """Part of the roster."""
    CONTRADICTS = 1
    """Signed as well as what it contradicts, which was here first and stays in force: kept to be shown."""


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """A statement as it came, so that what was once believed survives a restart and any old roster file."""

    raw: bytes
    """Unique."""
    standing: StatementStanding
    is_news: bool
    """It came after the roster that this station began with: others may not have it."""
    kept_at: int
    kept_utc_ms: int | None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A signed frame that waits for the certificate of who signed it; nothing of it is believed."""

    id: int
    """Row number, given by the store; 0 before that."""
    payload: bytes
    """As heard, its age included."""
    claimed: Address
    """Who it says has signed it."""
    heard_at: int
