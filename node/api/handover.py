"""Handing a shift over: what the next one must know, and who hands to whom."""

from dataclasses import dataclass
from typing import Final

from node.api.drafts import KeptDraft
from node.api.functions import HeldFunction
from node.api.messages import ShownMessage
from node.api.releases import WaitingRelease
from node.api.status import Status

LISTED_MAX: Final = 20
"""Messages of a kind in one page; how many there are stands beside them."""


@dataclass(frozen=True, slots=True)
class OfferedShift:
    """A hand-over that waits for the incoming operator."""

    outgoing: str
    """Initials."""
    incoming: str


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """The state of a station for who takes over."""

    status: Status
    """With duty, alarms, power, and the stations that are out of reach."""
    offered: tuple[OfferedShift, ...]
    functions: tuple[HeldFunction, ...]
    """Those of this station, and others of which something was said."""
    unacknowledged: tuple[ShownMessage, ...]
    """In: they wait for an act from here; at most `LISTED_MAX`, the most urgent first."""
    unacknowledged_count: int
    unanswered: tuple[ShownMessage, ...]
    """Out: not delivered, or not answered as asked; at most `LISTED_MAX`."""
    unanswered_count: int
    drafts: tuple[KeptDraft, ...]
    releases: tuple[WaitingRelease, ...]
    """They wait for a second person."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Offer one's shift to another who is on duty here, or end it though nobody came."""

    to: str
    """Initials of the incoming; empty: no relief came, and all functions are given up."""
    author: str = ""
    """Initials of the outgoing; empty: the only one on duty."""


@dataclass(frozen=True, slots=True)
class AcceptShift:
    """Take over what was offered."""

    author: str = ""
    """Initials of the incoming; empty: the only one to whom something is offered."""
