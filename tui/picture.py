"""What the console knows of its station: the last look, and whether the station is still there."""

from dataclasses import dataclass

from node.api.messages import Box, ShownMessage
from node.api.methods import Listed
from node.api.status import Status


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a box that is listed."""

    box: Box = Box.INBOX
    skip: int = 0
    """Messages above it."""


@dataclass(frozen=True, slots=True)
class Absence:
    """The station does not answer."""

    since_s: float
    """Since 1970, by this machine's clock."""
    is_sought: bool
    """True before the first attempt has ended: nothing is known yet."""
    refusal: str = ""
    """It is there and does not let us in: a sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the station; everything in it is of one moment."""

    status: Status
    inbox: Listed
    """From its top, whatever is shown: what is urgent must be heard on every screen."""
    window: Window
    listed: Listed
    """What the window shows."""


@dataclass(frozen=True, slots=True)
class Picture:
    """All a screen draws from."""

    look: Look | None = None
    """None before the first one; kept, and marked as old, while the station is away."""
    absence: Absence | None = None
    """None while the station answers."""

    @property
    def messages(self) -> tuple[ShownMessage, ...]:
        """What the window shows."""
        return self.look.listed.messages if self.look is not None else ()
