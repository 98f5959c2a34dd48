"""Answers asked for by some time: watched where the message was written, and where it is to be answered.

waiting  →  overdue: both ends tell their people  →  deputy asked  →  second deputy asked  →  courier offered
any of them  →  answered, or ended (cancelled, corrected, its life over)

The time is counted like age, from the writing, so it needs no clock; where the author's and this station's are trusted,
the earlier of the two counts. Time off that nobody measured adds nothing: an answer is then called overdue too late,
never too early. Only the station where the message was written goes beyond "overdue", and each step once. In an
exercise nothing is raised and nobody is asked: the message is shown as overdue.
"""

from dataclasses import replace
from typing import Final

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.answer_records import AnswerDue, Stage
from node.core.escalations import Escalations
from node.core.numbering import human_number
from node.core.policy import ANSWERS_LOOKED_AT_MAX, DEPUTY_WAIT_MS
from node.core.records import Item, ItemKind
from node.core.rights import may_speak_at
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.decode import decode
from protocol.frames import Act, ActKind
from protocol.instants import NO_TIME, instant_ms
from protocol.messages import MessageLike
from protocol.numbers import Kind

_MINUTE_MS: Final = 60_000
_ONE_IS_ENOUGH: Final = (Kind.FUNCTION, Kind.OPERATOR)
"""Recipients who are one person, wherever that person answers."""
_ANSWERS: Final = (
    *(ActKind.ACKNOWLEDGED, ActKind.ACCEPTED, ActKind.DECLINED, ActKind.DONE, ActKind.READ_BACK, ActKind.KIOSK),
)
"""What an act may be that only a newer version knows is not taken for an answer."""


class AnswersDue:
    """Watches the time of one station's messages that ask for an answer."""

    def __init__(self, here: Surroundings, escalations: Escalations, alarms: Alarms) -> None:
        self._here = here
        self._escalations = escalations
        self._alarms = alarms
        self._watched: list[AnswerDue] | None = None

    def begin(self, item: Item, message: MessageLike, turn: Turn) -> None:
        """A message was stored that was written here, or is to be answered here."""
        minutes = message.options.answer_by_min
        is_asked = item.is_for_me and self._here.number in self._here.destinations(item.recipient)
        if minutes is None or not (item.is_mine or is_asked):
            return  # A deputy's station is told by the notice.
        span_ms, utc_ms = minutes * _MINUTE_MS, turn.now.utc_ms
        written_ms = None if utc_ms is None or message.time == NO_TIME else instant_ms(message.time, utc_ms)
        by_utc_ms = None if written_ms is None else written_ms + span_ms
        by_at = item.born_at + span_ms
        self._put(AnswerDue(item.id, by_at, by_utc_ms, Stage.WAITING, turn.at, by_at))

    def answered(self, message: Item, answer: Item, turn: Turn) -> None:
        """Somebody acted on a message, or replied to it."""
        if not self._is_answer(message, answer):
            return
        if answer.is_mine:
            self._escalations.over(message, turn)
        due = self._here.store.answer_due(message.id)
        if due is not None and due.stage < Stage.ANSWERED and self._is_answered(message, answer):
            self._settle(message, due, Stage.ANSWERED, turn)

    def ended(self, message: Item, turn: Turn) -> None:
        """It was cancelled or corrected: nobody waits for an answer to it."""
        due = self._here.store.answer_due(message.id)
        if due is not None and due.stage < Stage.ANSWERED:
            self._settle(message, due, Stage.ENDED, turn)
        self._escalations.over(message, turn)

    def look(self, turn: Turn) -> None:
        """Take the next step wherever its time has come."""
        late = [due for due in self._listed() if _is_due(due, turn)]
        for due in late[:ANSWERS_LOOKED_AT_MAX]:
            message = self._here.store.item(due.item_id)
            assert message is not None, "a row stands beside its item"
            self._step(message, due, turn)

    def next_at(self, at: int) -> int | None:
        """When the next step is due; now, if some were left over."""
        times = [due.next_at for due in self._listed() if due.next_at is not None]
        return max(min(times), at) if times else None

    def held_aged(self) -> None:
        """The ages of what is held were set right after a time off: the same minutes, from an earlier writing."""
        store = self._here.store
        for due in list(self._listed()):
            message = store.item(due.item_id)
            frame = None if message is None else decode(message.sealed)
            minutes = frame.options.answer_by_min if isinstance(frame, MessageLike) else None
            if message is not None and minutes is not None and due.stage is Stage.WAITING:
                by_at = message.born_at + minutes * _MINUTE_MS
                self._put(replace(due, answer_by_at=by_at, next_at=by_at))

    def rolled_back(self) -> None:
        """The store was rolled back: read it anew."""
        self._watched = None

    def _step(self, message: Item, due: AnswerDue, turn: Turn) -> None:
        if message.is_mine and due.stage is not Stage.WAITING and message.expires_at <= turn.at:
            self._put(replace(due, stage=Stage.ENDED, stage_at=turn.at, next_at=None))
            self._touch(message)
            return
        stage = self._next_stage(message, due, turn)
        next_at = None if not message.is_mine else turn.at + DEPUTY_WAIT_MS[message.precedence]
        if stage is Stage.COURIER_OFFERED or message.drill:
            next_at = message.expires_at if message.is_mine else None
        self._put(replace(due, stage=stage, stage_at=turn.at, next_at=next_at))
        self._touch(message)

    def _next_stage(self, message: Item, due: AnswerDue, turn: Turn) -> Stage:
        if due.stage is Stage.WAITING:
            if not message.drill:
                certificate = self._here.roster.certificate(message.recipient)
                code = certificate.code if certificate is not None else ""
                self._alarms.raise_(AlarmKind.ANSWER_OVERDUE, self._number(message), turn, code)
            return Stage.OVERDUE
        has_next = due.stage < Stage.SECOND_DEPUTY_ASKED and self._escalations.ask_next(message, turn)
        return Stage(due.stage + 1) if has_next else Stage.COURIER_OFFERED

    def _is_answer(self, message: Item, answer: Item) -> bool:
        """Whether it counts: by somebody of a station where the message was to arrive, and understood here."""
        frame = decode(answer.sealed)
        if isinstance(frame, Act) and frame.act not in _ANSWERS:
            return False
        first = decode(message.sealed)
        assert isinstance(first, MessageLike), "what is stored was decoded before"
        is_there = answer.issuer in self._escalations.destinations(message.key, first)
        return is_there and may_speak_at(self._here.roster, answer.author, answer.issuer)

    def _is_answered(self, message: Item, answer: Item) -> bool:
        if message.recipient.kind in _ONE_IS_ENOUGH or (answer.is_mine and not message.is_mine):
            return True
        if answer.kind is not ItemKind.ACT or not message.is_mine:
            return False
        acts = [act for act in self._here.store.acts_about(message.key) if self._is_answer(message, act)]
        owing = set(self._here.destinations(message.recipient)) - {self._here.number}
        return owing <= {act.issuer for act in acts}

    def _settle(self, message: Item, due: AnswerDue, stage: Stage, turn: Turn) -> None:
        self._put(replace(due, stage=stage, stage_at=turn.at, next_at=None))
        self._touch(message)
        self._alarms.over(AlarmKind.ANSWER_OVERDUE, self._number(message), turn)

    def _number(self, message: Item) -> str:
        return human_number(self._here.roster, message.key)

    def _touch(self, message: Item) -> None:
        self._here.store.touch_item(message.id, self._here.store.take_change())

    def _put(self, due: AnswerDue) -> None:
        self._here.store.put_answer_due(due)
        self._watched = None

    def _listed(self) -> list[AnswerDue]:
        if self._watched is None:
            self._watched = list(self._here.store.answers_to_watch())
        return self._watched


def _is_due(due: AnswerDue, turn: Turn) -> bool:
    if due.next_at is not None and due.next_at <= turn.at:
        return True
    utc_ms, by_utc_ms = turn.now.utc_ms, due.answer_by_utc_ms
    if due.stage is not Stage.WAITING or utc_ms is None or by_utc_ms is None:
        return False
    return by_utc_ms <= utc_ms - turn.now.utc_uncertainty_ms
