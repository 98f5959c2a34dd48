"""What goes with a courier and what one brings: frames, page by page, and what becomes of them."""

from dataclasses import dataclass
from typing import Final

POUCH_STATIONS_MAX: Final = 32
"""Named for one pouch."""
HANDED_IN_MAX: Final = 64
"""Frames in one request: 231 bytes each are half of what a request may have."""
NOTED_MAX: Final = 1024
"""Items in one request."""


@dataclass(frozen=True, slots=True)
class PackPouch:
    """Give the next frames for a courier."""

    to: tuple[str, ...] = ()
    """Everything that concerns these, as `Send.to` says it; none: what is owed to stations out of reach."""
    everything: bool = False
    """All that lives, whomever it concerns."""
    cursor: str = ""
    """Empty: begin; else as the last part said."""


@dataclass(frozen=True, slots=True)
class PouchPart:
    """The next frames, in the order in which they are to be handed in."""

    frames: tuple[bytes, ...]
    items: tuple[int, ...]
    """Rows of what is among them that this station owes: for `GivePouch`, once the pouch is whole."""
    made_utc_ms: int | None
    """When the ages in them were right; None without a trusted clock."""
    cursor: str
    """Ask for the next part with this; empty: it was the last."""


@dataclass(frozen=True, slots=True)
class GivePouch:
    """The pouch is whole and goes with a courier: note it."""

    items: tuple[int, ...]
    """At most `NOTED_MAX`."""
    name: str
    """How it is found again; at most 64 letters."""


@dataclass(frozen=True, slots=True)
class HandInPouch:
    """Take the next frames of a pouch; each is judged as one from the air."""

    frames: tuple[bytes, ...]
    """1 to `HANDED_IN_MAX`."""
    made_utc_ms: int | None = None
    """As the pouch says."""


@dataclass(frozen=True, slots=True)
class DroppedFrames:
    """How many were not taken for one reason."""

    reason: str
    """As the status counts it."""
    count: int


@dataclass(frozen=True, slots=True)
class PouchOutcome:
    """What became of them."""

    new: int
    """Told this station something."""
    known: int
    waiting: int
    """By somebody unknown here: they wait for the certificate."""
    dropped: tuple[DroppedFrames, ...]
    way_timed: bool
    """Both clocks were trusted, so the time on the way counts in the ages."""
