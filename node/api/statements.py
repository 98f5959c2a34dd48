"""Statements handed in at a running station: a roster file's, or a revocation's out of the safe."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

STATEMENTS_MAX: Final = 128
"""In one request: 200 bytes each are well within what a request may have."""


class StatementChange(StrEnum):
    """What becomes of one."""

    NEW = "new"
    RENEWED = "renewed"
    REVOKED = "revoked"
    """A key has ended."""
    KNOWN = "known"
    OLD = "old"
    """Newer ones are known."""
    REFUSED = "refused"
    CONFLICT = "conflict"
    """It contradicts, well signed, what is in force and stays so: an alarm stands."""


@dataclass(frozen=True, slots=True)
class TakeStatements:
    """Weigh statements, and take in what is to be believed."""

    statements: tuple[bytes, ...]
    """As they go on the air, at most `STATEMENTS_MAX`, in any order."""
    dry_run: bool = False
    """Only say what would change."""
    author: str = ""
    """Who releases revocations: initials or number of an operator on duty with that right; empty: whoever has it."""


@dataclass(frozen=True, slots=True)
class WeighedStatement:
    """One statement."""

    change: StatementChange
    said: str
    """`authority`, `station`, `operator`, `function`, `group`, `handheld`, `membership`, `section` or `revocation`;
    empty when it cannot be read."""
    kind: str
    """Of whom it is about."""
    number: int
    code: str
    """Of whom it is about, as far as known; else empty."""
    name: str
    order: int
    """Renewal or version."""
    issuer: int
    """Authority number, 0 = the root."""
    exercise: bool
    reason: str
    """Why it is not taken in, as the status counts it; else empty."""


@dataclass(frozen=True, slots=True)
class StatementsTaken:
    """What became of each, issuers first; what was handed in twice is told once."""

    statements: tuple[WeighedStatement, ...]
