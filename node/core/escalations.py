"""Deputies asked: a message that nobody answered in time goes, as it was sealed, to who stands in as well.

Nobody signs it anew and nobody speaks in its author's name: the station where it was written says in a notice of its
own, to the deputy's function, which message was not answered (SPEC section 4.1). Whoever has both frames takes the
home stations of that function as further recipients, relays and deputies alike; a confidential message stays with who
has a key, and there the notice alone tells that something waits. Twice for one message, each function once.
"""

from collections.abc import Iterator
from typing import Final

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.answer_records import Escalation, Standing
from node.core.deliveries import Deliveries, reference_of
from node.core.log_entries import LogKind
from node.core.notices import Notices
from node.core.numbering import human_number
from node.core.receipts import Receipts
from node.core.records import Delivery, Item, ItemKey, ItemKind, Rung
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.decode import decode
from protocol.frames import Long, Message
from protocol.instants import Lifetime
from protocol.messages import MessageLike
from protocol.notices import AnswerOverdue, NoticeBody
from protocol.numbers import Address, Kind

DEPUTIES_ASKED_MAX: Final = 2
"""In a row for one message (SPEC section 4.1): after that somebody is to walk there."""


class Escalations:
    """Tells deputies of unanswered messages, and takes in what is told."""

    def __init__(
        self, here: Surroundings, notices: Notices, deliveries: Deliveries, receipts: Receipts, alarms: Alarms
    ) -> None:
        self._here = here
        self._notices = notices
        self._deliveries = deliveries
        self._receipts = receipts
        self._alarms = alarms
        notices.hand_to(AnswerOverdue, self.heard, also_in_passing=True)

    def ask_next(self, message: Item, turn: Turn) -> bool:
        """Tell the next deputy in the row, if there is one who was not told; whether somebody was."""
        asked = [one.function for one in self._here.store.escalations(message.key)]
        row = [one for one in deputies_for(self._here, message.recipient) if one not in asked]
        if not row or len(asked) >= DEPUTIES_ASKED_MAX:
            return False
        deputy = next((one for one in row if self._here.holder_of(one) is not None), row[0])
        body, to = AnswerOverdue(reference_of(message)), Address(Kind.FUNCTION, deputy)
        notice = self._notices.compose(body, to, message.precedence, turn, lifetime=_lifetime_of(message))
        if notice is None:
            return False
        self._note(Escalation(notice.id, message.key, deputy), turn)
        if notice.is_for_me:
            self._call(message.key, deputy, turn)
        return True

    def heard(self, notice: Item, body: NoticeBody, turn: Turn) -> None:
        """A station says that a message of its own was not answered: for us to look at, or only to carry on."""
        here = self._here
        if not isinstance(body, AnswerOverdue) or notice.author or body.message.station != notice.issuer:
            return
        incarnation = here.roster.full_incarnation(body.message.station, body.message.incarnation)
        if incarnation is None or notice.recipient.kind is not Kind.FUNCTION:
            return
        about, deputy = ItemKey(notice.issuer, incarnation, body.message.sequence), notice.recipient.number
        known = here.store.escalations(about)
        if len(known) >= DEPUTIES_ASKED_MAX or deputy in [one.function for one in known]:
            return
        message = here.store.message(about)
        if message is not None and deputy not in deputies_for(here, message.recipient):
            return
        self._note(Escalation(notice.id, about, deputy), turn)
        if notice.is_for_me:
            self._call(about, deputy, turn)

    def destinations(self, key: ItemKey, message: MessageLike) -> tuple[int, ...]:
        """Where a message is to arrive: its recipient's stations, and those of the deputies who were asked."""
        stations = list(self._here.destinations(message.recipient))
        for function in self._deputies(key, message):
            stations += self._here.destinations(Address(Kind.FUNCTION, function))
        return tuple(dict.fromkeys(stations))

    def extend(self, item: Item, turn: Turn) -> None:
        """Deputies are recipients of an item that is stored: owe it to them, or to the people here."""
        here, frame = self._here, decode(item.sealed)
        if item.kind is not ItemKind.MESSAGE or not isinstance(frame, Message | Long):
            return
        known = {delivery.station for delivery in here.store.deliveries(item.id)}
        stations = self.destinations(item.key, frame)
        if here.number in stations and not item.is_for_me:
            here.store.deliver_here(item.id, here.store.take_change())
            if item.is_mine:
                here.store.put_delivery(Delivery(item.id, here.number, Rung.AT_STATION, 0, None, turn.at))
            else:
                self._receipts.owe_arrival(item, turn.at)
        others = [one for one in stations if one not in known and one not in (here.number, item.issuer)]
        if others:
            listen_ms = 0 if item.is_mine else here.policy.overhear_ms + 6 * here.airtime(len(item.sealed))
            here.store.touch_item(item.id, here.store.take_change())
            self._deliveries.opened(item, others, turn.at, turn.at + listen_ms)

    def over(self, message: Item, turn: Turn) -> None:
        """Somebody here answered it, or nobody needs to any more."""
        self._alarms.over(AlarmKind.DEPUTY_ASKED, human_number(self._here.roster, message.key), turn)

    def _note(self, escalation: Escalation, turn: Turn) -> None:
        here = self._here
        here.store.put_escalation(escalation)
        message = here.store.message(escalation.about)
        if message is None:
            return
        here.logbook.enter(LogKind.ESCALATED, turn, about=message, details={"to": self._code(escalation.function)})
        self.extend(message, turn)
        for countermand in here.store.countermands(escalation.about):
            item = here.store.item(countermand.item_id)
            if item is not None and countermand.standing is Standing.STANDS:
                self.extend(item, turn)

    def _call(self, about: ItemKey, deputy: int, turn: Turn) -> None:
        number = human_number(self._here.roster, about)
        self._alarms.raise_(AlarmKind.DEPUTY_ASKED, number, turn, self._code(deputy))

    def _code(self, function: int) -> str:
        certificate = self._here.roster.function(function)
        return certificate.body.code if certificate is not None else f"#{function}"

    def _deputies(self, key: ItemKey, message: MessageLike) -> Iterator[int]:
        """Functions asked about a message, or about the one that it cancels or corrects."""
        if message.confidential:
            return
        store, countermanded = self._here.store, message.options.cancels or message.options.supersedes
        about = [key]
        if countermanded is not None:
            incarnation = self._here.roster.full_incarnation(countermanded.station, countermanded.incarnation)
            about.append(ItemKey(countermanded.station, incarnation or 0, countermanded.sequence))
        for one in about:
            for escalation in store.escalations(one):
                if escalation.function in deputies_for(self._here, message.recipient):
                    yield escalation.function


def deputies_for(here: Surroundings, recipient: Address) -> list[int]:
    """The functions that stand in for a recipient, the nearest first; only a function has any."""
    if recipient.kind is not Kind.FUNCTION:
        return []
    return [one for one in here.deputies_of(recipient.number) if one != recipient.number]


def _lifetime_of(message: Item) -> Lifetime:
    frame = decode(message.sealed)
    assert isinstance(frame, MessageLike), "what is stored was decoded before"
    return Lifetime(frame.lifetime)
