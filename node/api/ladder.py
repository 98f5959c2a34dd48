"""The ladder of delivery as operators see it: one step per recipient station, from our own store to "done".

Which proof moves which step is decided where the records are (SPEC section 13); the words for a screen stand in the
catalogue. Here is what lies between: the steps, their order, and the facts that belong to each.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """How far a message came towards one station; never more than is proven."""

    QUEUED = "queued"
    SENT = "sent"
    HEARD_BY_RADIO = "heard_by_radio"
    HELD = "held"
    """Another station holds it for the recipient."""
    REPORTED = "reported"
    """A short receipt says that it is there; not yet proven."""
    AT_STATION = "at_station"
    UNATTENDED = "unattended"
    """At the station, and nobody is on duty there."""
    ACKNOWLEDGED = "acknowledged"
    KIOSK = "kiosk"
    """Acknowledged with typed initials where nobody was logged in."""
    READ_BACK = "read_back"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    """Cancelled or corrected before it was known to have arrived: it is sent no more."""


_HEIGHTS: Final = {
    Step.EXPIRED: -1,
    Step.CANCELLED: -1,
    Step.QUEUED: 0,
    Step.SENT: 1,
    Step.HEARD_BY_RADIO: 2,
    Step.HELD: 3,
    Step.REPORTED: 4,
    Step.AT_STATION: 5,
    Step.UNATTENDED: 5,
    Step.ACKNOWLEDGED: 6,
    Step.KIOSK: 6,
    Step.READ_BACK: 6,
    Step.ACCEPTED: 7,
    Step.DECLINED: 7,
    Step.DONE: 8,
}


def height(step: Step) -> int:
    """Order of the steps; what stands equally high is equally far along, below zero is off the ladder."""
    return _HEIGHTS[step]


def has_reached(step: Step, wanted: Step) -> bool:
    """Whether somebody who waits for one step may stop waiting: "declined" is no kind of "accepted"."""
    if Step.DECLINED in (step, wanted):
        return step is wanted or height(step) > height(wanted)
    return height(step) >= height(wanted)


@dataclass(frozen=True, slots=True)
class ShownTime:
    """An instant that knows whether to trust it."""

    utc_ms: int
    """Since 1970."""
    trusted: bool
    """False: shown with a question mark."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A station that told us it holds the message for its recipient."""

    station: str
    """Code."""
    since: ShownTime | None


@dataclass(frozen=True, slots=True)
class ShownAct:
    """What a person did about a message."""

    step: Step
    """One of `ACKNOWLEDGED` to `DONE`."""
    station: str
    """Code of the station where the person is on duty."""
    initials: str
    """Empty at a kiosk."""
    name: str
    at: ShownTime | None
    """As the author's clock had it; None without a trusted clock there."""
    comment: str
    is_mine: bool
    """Done at this station."""
    arrived: bool
    """With `is_mine`: the origin is known to have it."""
    comment_hidden: bool = False
    """There is a comment, and it is confidential: for the message's origin alone."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """How far one message came towards one station."""

    station: str
    """Code."""
    name: str
    step: Step
    at: ShownTime | None
    """When the step was reached, as known here."""
    initials: str
    """Who acted, from `ACKNOWLEDGED` up; empty below."""
    comment: str
    """Of that act."""
    attempts: int
    """Times it was handed to the radio."""
    holders: tuple[Holder, ...]
