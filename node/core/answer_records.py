"""What a station keeps of answers that are due, of messages cancelled or corrected, and of deputies asked.

The rows stand beside the items they are about, and are written in the commit of what they follow from: an item, an act,
or the passing of time. So a restart finds them as the last commit left them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from node.core.records import ItemKey


class Stage(IntEnum):
    """How far a message got that asks for an answer by some time; higher is later."""

    WAITING = 0
    OVERDUE = 1
    """The time has passed; people at both ends are told."""
    DEPUTY_ASKED = 2
    SECOND_DEPUTY_ASKED = 3
    COURIER_OFFERED = 4
    """The station can do no more by itself: somebody is to carry the message."""
    ANSWERED = 5
    ENDED = 6
    """No answer is waited for any more: it was cancelled or corrected, or outlived its life unanswered."""

    @property
    def is_late(self) -> bool:
        """Whether the time has passed and somebody still waits."""
        return Stage.OVERDUE <= self <= Stage.COURIER_OFFERED


@dataclass(frozen=True, slots=True)
class AnswerDue:
    """A message that asks for an answer by some time, where it was written or is to be answered."""

    item_id: int
    answer_by_at: int
    """Station time: its writing, by age, and the minutes it gives."""
    answer_by_utc_ms: int | None
    """The same by the author's signed time; None without trusted clocks there and here."""
    stage: Stage
    stage_at: int
    """When the stage was reached."""
    next_at: int | None
    """When to look again; None: the station does nothing more by itself."""


class CountermandKind(IntEnum):
    """What a message does to an earlier one."""

    CANCELS = 0
    CORRECTS = 1


class Standing(IntEnum):
    """What a message that cancels or corrects is worth here."""

    WAITS = 0
    """The message it is about is not here."""
    STANDS = 1
    REFUSED = 2
    """Its author may not, or the two do not belong together: nothing is changed by it."""
    LATE = 3
    """Another one stood here before: the two are shown, the first counts."""


@dataclass(frozen=True, slots=True)
class Countermand:
    """A message that cancels or corrects another."""

    item_id: int
    """The message that says so."""
    about: ItemKey
    kind: CountermandKind
    standing: Standing
    decided_at: int
    """When the standing was reached."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """A notice that a message was not answered in time: it is the deputy's as well now."""

    item_id: int
    """The notice."""
    about: ItemKey
    function: int
    """The deputy."""


class AnswerStore(Protocol):
    """The part of a store that is about answers, cancelling and correcting."""

    def put_answer_due(self, due: AnswerDue) -> None:
        """Insert or replace by item."""

    def answer_due(self, item_id: int) -> AnswerDue | None:
        """Of one message, None when it asks for no answer or it is not this station's concern."""

    def answers_to_watch(self) -> Sequence[AnswerDue]:
        """Those that are to be looked at again, the next first, then by item."""

    def put_countermand(self, countermand: Countermand) -> None:
        """Insert or replace by the message that says so."""

    def countermand(self, item_id: int) -> Countermand | None:
        """What a message does to another, None when it does nothing of the kind."""

    def countermands(self, about: ItemKey) -> Sequence[Countermand]:
        """All about one message, whether that is here or not, in the order they came."""

    def put_escalation(self, escalation: Escalation) -> None:
        """Insert or replace by notice."""

    def escalations(self, about: ItemKey) -> Sequence[Escalation]:
        """All about one message, whether that is here or not, in the order they came."""

    def deliver_here(self, item_id: int, changed: int) -> None:
        """An item that was carried for others is for this station too."""
