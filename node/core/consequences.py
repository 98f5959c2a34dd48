"""What a message or an act means for another message: answered, cancelled, corrected, or a deputy's as well."""

from node.core.alarms import Alarms
from node.core.answers_due import AnswersDue
from node.core.countermands import Countermands
from node.core.deliveries import Deliveries
from node.core.effects import Refusal, Refused
from node.core.escalations import Escalations
from node.core.events import Composed
from node.core.handheld_sending import HandheldTexts
from node.core.handheld_told import tell
from node.core.notices import Notices
from node.core.policy import LIFETIME_BY_PRECEDENCE
from node.core.receipts import Receipts
from node.core.records import Item, ItemKey, ItemKind
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.decode import decode
from protocol.frames import Long, Message
from protocol.instants import Lifetime
from protocol.messages import MessageLike


class Consequences:
    """Told of each message and act once it is stored, whoever wrote it."""

    def __init__(
        self,
        here: Surroundings,
        deliveries: Deliveries,
        receipts: Receipts,
        notices: Notices,
        alarms: Alarms,
        texts: HandheldTexts,
    ) -> None:
        self._texts = texts
        self._here = here
        self._escalations = Escalations(here, notices, deliveries, receipts, alarms)
        self._answers_due = AnswersDue(here, self._escalations, alarms)
        self._countermands = Countermands(here, deliveries, receipts, alarms)

    def why_not(self, event: Composed) -> Refused | None:
        """What stands against what a message asks or does beside its text."""
        if event.answer_by_min is not None:
            lifetime_s = self.lifetime_of(event).seconds
            if not 0 < event.answer_by_min * 60 <= lifetime_s:
                return Refused(Refusal.ANSWER_BY_TOO_LATE, f"{event.answer_by_min}/{lifetime_s // 60}")
        return self._countermands.why_not(event)

    def lifetime_of(self, event: Composed) -> Lifetime:
        """As asked, else by precedence; what cancels or corrects lives at least as long as the message it is about."""
        lifetime = event.lifetime if event.lifetime is not None else LIFETIME_BY_PRECEDENCE[event.precedence]
        about = self._countermands.message_of(event)
        frame = None if about is None else decode(about.sealed)
        return max(lifetime, Lifetime(frame.lifetime)) if isinstance(frame, MessageLike) else lifetime

    def destinations(self, key: ItemKey, message: MessageLike) -> tuple[int, ...]:
        """Where a message is to arrive, deputies included."""
        return self._escalations.destinations(key, message)

    def taken_in(self, item: Item, turn: Turn) -> None:
        """A message was stored, and all that it owes."""
        frame = decode(item.sealed)
        if item.kind is not ItemKind.MESSAGE or not isinstance(frame, Message | Long):
            return
        self._answers_due.begin(item, frame, turn)
        for ended in self._countermands.taken_in(item, frame.options, turn):
            self._answers_due.ended(ended, turn)
        self._texts.message_taken_in(item, frame, turn)
        about = frame.options.reply_to
        incarnation = None if about is None else self._here.roster.full_incarnation(about.station, about.incarnation)
        if about is not None and incarnation is not None:
            message = self._here.store.message(ItemKey(about.station, incarnation, about.sequence))
            if message is not None:
                self._answers_due.answered(message, item, turn)

    def act_taken_in(self, act: Item, turn: Turn) -> None:
        """An act was stored, and all that it owes."""
        message = self._here.store.message(act.key)
        if message is not None:
            self._answers_due.answered(message, act, turn)
            tell(self._here, self._texts, message, act, turn)

    def look(self, turn: Turn) -> None:
        """Time has passed."""
        self._answers_due.look(turn)

    def next_at(self, at: int) -> int | None:
        """When to look again."""
        return self._answers_due.next_at(at)

    def held_aged(self) -> None:
        """The ages of what is held were set right."""
        self._answers_due.held_aged()

    def rolled_back(self) -> None:
        """The store was rolled back."""
        self._answers_due.rolled_back()
