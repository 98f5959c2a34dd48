"""Messages that leave only when a second person releases them: where the station's certificate demands it of FLASH."""

from dataclasses import dataclass

from node.api.ladder import ShownTime
from node.api.messages import Precedence, Recipient


@dataclass(frozen=True, slots=True)
class WaitingRelease:
    """One that waits."""

    id: int
    to: Recipient
    text: str
    precedence: Precedence
    author: str
    """Initials; empty: the station itself."""
    asked: ShownTime


@dataclass(frozen=True, slots=True)
class WaitingReleases:
    """All that wait, in order."""

    waiting: tuple[WaitingRelease, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """Let one go, as a second person on duty with the right; its author must be on duty too."""

    id: int
    author: str = ""
    """Initials of the releaser; empty: the only one on duty but its author."""


@dataclass(frozen=True, slots=True)
class WithdrawRelease:
    """Take one back: it is not sent."""

    id: int
    author: str = ""
