"""Handing a shift over: what the next one must know, and who handed to whom."""

from dataclasses import dataclass

from node.api.drafts import KeptDraft
from node.api.functions import HeldFunction
from node.api.ladder import ShownTime
from node.api.messages import ShownMessage
from node.api.status import Contact, Person, PowerState

LISTED_MAX = 20
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

    station: str
    """Code."""
    name: str
    at: ShownTime
    duty: tuple[Person, ...]
    locked: tuple[Person, ...]
    offered: tuple[OfferedShift, ...]
    held: tuple[HeldFunction, ...]
    """Functions of this station, held or not."""
    unacknowledged: tuple[ShownMessage, ...]
    """In: they wait for an act from here; at most `LISTED_MAX`, the most urgent first."""
    unacknowledged_count: int
    unanswered: tuple[ShownMessage, ...]
    """Out: not delivered, or not answered as asked; at most `LISTED_MAX`."""
    unanswered_count: int
    silent: tuple[Contact, ...]
    """Stations heard before and out of reach now."""
    drafts: tuple[KeptDraft, ...]
    power: PowerState
    alarms_open: int
    """Alarms that nobody looks into."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Offer one's shift to another who is on duty here, or end it though nobody came."""

    author: str = ""
    """Initials of the outgoing; empty: the only one on duty."""
    to: str = ""
    """Initials of the incoming; empty: no relief came, and all functions are given up."""


@dataclass(frozen=True, slots=True)
class AcceptShift:
    """Take over what was offered."""

    author: str = ""
    """Initials of the incoming; empty: the only one to whom something is offered."""
