"""What could be sent next: every machine offers, the station takes the most urgent."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from node.core.turn import Turn
from protocol.numbers import Precedence


class Rank(IntEnum):
    """Order within one precedence: what stops others from sending goes first."""

    BEACON = 0
    RECEIPT = 1
    REQUEST = 2
    STATEMENT = 3
    """Ahead of what its holder says."""
    ACT = 4
    MESSAGE = 5
    ANSWER = 6
    INVENTORY = 7


@dataclass(frozen=True, slots=True)
class Ready:
    """A frame about to leave. The rows that record it were written by whoever made it."""

    payload: bytes
    hop_limit: int
    want_ack: bool = False
    item_id: int | None = None
    """The item whose deliveries its outcomes move."""
    station: int | None = None
    """Whom it is for alone; None = it is broadcast."""
    node: int | None = None
    """The number of that station's radio, or of a handheld."""
    text_id: int | None = None
    """It is a text for a handheld; the row that its outcomes move, 0: none."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be sent."""

    precedence: Precedence
    rank: Rank
    due_at: int
    make: Callable[[Turn], Ready | None]
    """Writes what the sending changes and returns the frame; None when it turned out to be needless."""

    @property
    def urgency(self) -> tuple[int, int, int]:
        """Sort key: smaller goes first."""
        return (self.precedence, self.rank, self.due_at)
