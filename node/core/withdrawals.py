"""Messages whose numbers had been used before: those that never left are taken back and become drafts again.

Between a restored store's start and a neighbour's word people may have written. What waits under a number that is
another message's to everybody else would be refused everywhere; so it is closed here, and its text kept.
"""

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.deliveries import Deliveries
from node.core.long_reading import readable_body
from node.core.marks import Marks
from node.core.numbering import human_number
from node.core.people_records import Draft
from node.core.policy import DRAFTS_MAX
from node.core.records import Item, ItemKey, ItemKind
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.decode import decode
from protocol.frames import Long, Message
from protocol.reasons import Dropped


class Withdrawals:
    """Takes back what must not leave."""

    def __init__(self, here: Surroundings, marks: Marks, deliveries: Deliveries, alarms: Alarms) -> None:
        self._here = here
        self._marks = marks
        self._deliveries = deliveries
        self._alarms = alarms

    def look(self, turn: Turn) -> None:
        """Take back what has collided since the last look."""
        here, up_to = self._here, self._marks.collided_up_to
        self._marks.collided_up_to = 0
        for sequence in range(self._marks.began_with + 1, up_to + 1):
            item = here.store.message(ItemKey(here.number, here.incarnation, sequence))
            if item is not None and item.is_mine and self._never_left(item):
                self._deliveries.give_up(item, turn)
                if item.kind is ItemKind.MESSAGE:
                    self._keep_text(item, turn)
                    number = human_number(here.roster, item.key)
                    self._alarms.raise_(AlarmKind.MESSAGE_WITHDRAWN, number, turn)

    def _never_left(self, item: Item) -> bool:
        deliveries = self._here.store.deliveries(item.id)
        return any(one.next_at is not None for one in deliveries) and all(one.attempts == 0 for one in deliveries)

    def _keep_text(self, item: Item, turn: Turn) -> None:
        frame, store = decode(item.sealed), self._here.store
        if not isinstance(frame, Message | Long) or store.count_drafts() >= DRAFTS_MAX:
            return
        body = readable_body(self._here, item.key, frame)
        text = body if isinstance(body, Dropped) else self._here.codecs.decode(frame.codec, body)
        if isinstance(text, Dropped):
            return
        operator = self._here.roster.operator(item.author) if item.author else None
        store.put_draft(
            Draft(
                id=store.take_draft_id(),
                to=f"{item.recipient.kind.name.lower()}:{item.recipient.number}",
                text=text,
                precedence=item.precedence,
                ack_wanted=item.act_wanted,
                reply_to="",
                author=operator.body.code if operator is not None else "",
                kept_at=turn.at,
                kept_utc_ms=turn.now.utc_ms,
            )
        )
