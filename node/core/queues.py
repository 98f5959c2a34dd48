"""A queue and its bound, for whoever checks that it is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits somewhere."""

    name: str
    held: int
    most: int
    """Its bound."""
