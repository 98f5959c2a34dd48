"""What was asked of a roster before, and what it answered.

A roster never changes, so an answer holds for as long as there is that roster; a newer one begins with none. Only what
is said of somebody certified is kept, so there are never more answers than statements, whoever is asked about.
"""

from dataclasses import dataclass, field

from protocol.numbers import Address
from protocol.statements import Statement


@dataclass(slots=True)
class Remembered:
    """The answers of one roster to the questions that every frame asks."""

    digest: bytes | None = None
    """A full roster takes some milliseconds, and every beacon asks."""
    renewals: dict[Address, tuple[Statement, ...]] = field(default_factory=dict)
    """Outside of exercises."""
    home_stations: dict[Address, tuple[int, ...]] = field(default_factory=dict)
    incarnations: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Those certified, by station."""
    ended: dict[Address, bool] = field(default_factory=dict)
    """Whether no key of a holder is good."""
