"""Answers asked for by some time, and messages that cancel or correct one another."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from node.api.ladder import ShownTime

ANSWER_BY_MIN_MAX: Final = 65_535
"""Minutes that a message can name."""


class AnswerState(StrEnum):
    """How far a message got that asks for an answer by some time."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    """The time has passed; people at both ends are told."""
    DEPUTY_ASKED = "deputy_asked"
    SECOND_DEPUTY_ASKED = "second_deputy_asked"
    COURIER_OFFERED = "courier_offered"
    """The station can do no more by itself: somebody is to carry the message."""
    ANSWERED = "answered"
    ENDED = "ended"
    """Cancelled, corrected, or its life is over."""

    @property
    def is_late(self) -> bool:
        """Whether the time has passed and somebody still waits."""
        return self in (self.OVERDUE, self.DEPUTY_ASKED, self.SECOND_DEPUTY_ASKED, self.COURIER_OFFERED)


@dataclass(frozen=True, slots=True)
class AnswerBy:
    """By when an answer is asked for, and what became of that."""

    state: AnswerState
    minutes: int
    """After the writing."""
    by: ShownTime
    late_s: int
    """How long the time has passed, counted here; 0 before."""
    late_at_least: bool
    """Time off that nobody measured is not in it: it is later than that."""
    deputies: tuple[str, ...]
    """Codes of the functions that were asked, in order."""


class ChangeKind(StrEnum):
    """What one message does to another."""

    CANCELS = "cancels"
    CORRECTS = "corrects"


class ChangeStanding(StrEnum):
    """What that is worth."""

    WAITS = "waits"
    """The message it is about is not here."""
    STANDS = "stands"
    REFUSED = "refused"
    """Its author may not, or the two do not belong together: nothing is changed by it."""
    LATE = "late"
    """Another one stood here before."""


@dataclass(frozen=True, slots=True)
class Change:
    """That one message cancels or corrects another."""

    kind: ChangeKind
    standing: ChangeStanding
    number: str
    """Of the other message: of the one that is changed, or that changes this one."""
    by: str
    """Initials of who would change it; empty: the station itself."""
    station: str
    """Where that was."""
    at: ShownTime | None
    """When it was written, by the author's clock."""
    acted_before: bool
    """Somebody's act about the changed message was known here before the change was."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancel a message: what cancels it goes to whom it went."""

    number: str
    text: str
    """Why, or only that; never empty."""
    author: str = ""
    """Initials or number of an operator on duty; `-` for the station itself; empty: the one who is on duty."""
