"""Messages that cancel or correct an earlier one (SPEC section 4.2).

The author may, and whoever his authority gave the right to give orders; the station what it said itself. What stands
ends the earlier message's way wherever it has not arrived: it is sent no more, and the message that cancels goes
instead. Both stay readable. A proof of arrival or an act that comes later still counts, so what crossed on the way is
seen from both. What does not stand changes nothing and is shown as what it tried to be.
"""

from dataclasses import replace

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.answer_records import Countermand, CountermandKind, Standing
from node.core.deliveries import Deliveries
from node.core.effects import Refusal, Refused
from node.core.events import Composed
from node.core.log_entries import LogKind
from node.core.logbook import author_of
from node.core.numbering import human_number
from node.core.receipts import Receipts
from node.core.records import Item, ItemKey, ItemKind, Rung
from node.core.rights import may_countermand
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.decode import decode
from protocol.messages import MessageLike
from protocol.numbers import Reference
from protocol.options import Options, Recipient


class Countermands:
    """Judges and carries out what cancels or corrects."""

    def __init__(self, here: Surroundings, deliveries: Deliveries, receipts: Receipts, alarms: Alarms) -> None:
        self._here = here
        self._deliveries = deliveries
        self._receipts = receipts
        self._alarms = alarms

    def message_of(self, event: Composed) -> Item | None:
        """The message that one to be written cancels or corrects."""
        about = event.cancels or event.supersedes
        key = None if about is None else self._key(about)
        return None if key is None else self._here.store.message(key)

    def why_not(self, event: Composed) -> Refused | None:
        """What stands against somebody here writing a message that cancels or corrects; None for any other message."""
        if event.cancels is None and event.supersedes is None:
            return None
        message = self.message_of(event)
        if message is None or message.kind is not ItemKind.MESSAGE:
            return Refused(Refusal.MESSAGE_UNKNOWN)
        if self.in_force(message.key) is not None:
            return Refused(Refusal.ALREADY_COUNTERMANDED, human_number(self._here.roster, message.key))
        if event.to != message.recipient or message.drill:
            return Refused(Refusal.OTHER_RECIPIENT)
        if not self._may(event.author, self._here.number, message) or self._cancels(message):
            return Refused(Refusal.MAY_NOT_COUNTERMAND)
        return None

    def taken_in(self, item: Item, options: Options, turn: Turn) -> tuple[Item, ...]:
        """A message was stored; the messages that it, or another that waited for it, has cancelled or corrected."""
        ended = []
        reference = options.cancels or options.supersedes
        about = None if reference is None else self._key(reference)
        if about is not None:
            kind = CountermandKind.CANCELS if options.cancels is not None else CountermandKind.CORRECTS
            came = Countermand(item.id, about, kind, Standing.WAITS, turn.at)
            self._here.store.put_countermand(came)
            ended.append(self._decide(came, turn))
        waiting = [one for one in self._here.store.countermands(item.key) if one.standing is Standing.WAITS]
        ended += [self._decide(one, turn) for one in waiting]
        return tuple(message for message in ended if message is not None)

    def in_force(self, about: ItemKey) -> Countermand | None:
        """What cancelled or corrected a message; None while it is good."""
        found = self._here.store.countermands(about)
        return next((one for one in found if one.standing is Standing.STANDS), None)

    def _decide(self, came: Countermand, turn: Turn) -> Item | None:
        """The message that it ends, if it stands."""
        here = self._here
        item, message = here.store.item(came.item_id), here.store.message(came.about)
        if item is None or message is None:
            return None
        standing = self._standing(item, message)
        here.store.put_countermand(replace(came, standing=standing, decided_at=turn.at))
        for one in (item, message):
            here.store.touch_item(one.id, here.store.take_change())
        number, by = human_number(here.roster, message.key), human_number(here.roster, item.key)
        details: dict[str, str | int] = {"kind": came.kind.name.lower(), "standing": standing.name.lower(), "by": by}
        here.logbook.enter(LogKind.COUNTERMANDED, turn, who=author_of(item), about=message, details=details)
        if standing is Standing.STANDS:
            self._receipts.overheard(message)  # Custody of what is sent no more is not reported either.
            self._deliveries.give_up(message, turn, Rung.CANCELLED)
            return message
        if standing is Standing.REFUSED and not message.drill and (message.is_mine or message.is_for_me):
            self._alarms.raise_(AlarmKind.COUNTERMAND_REFUSED, number, turn, by)
        return None

    def _standing(self, item: Item, message: Item) -> Standing:
        is_fitting = item.kind is message.kind is ItemKind.MESSAGE and item.drill == message.drill
        is_fitting = is_fitting and _recipients(item) == _recipients(message) and not self._cancels(message)
        if not is_fitting or not self._may(item.author, item.issuer, message):
            return Standing.REFUSED
        return Standing.LATE if self.in_force(message.key) is not None else Standing.STANDS

    def _may(self, author: int, station: int, message: Item) -> bool:
        return may_countermand(self._here.roster, author, station, message.author, message.issuer)

    def _cancels(self, message: Item) -> bool:
        """Whether a message itself cancels another: that is the last word, and is not taken back."""
        does = self._here.store.countermand(message.id)
        return does is not None and does.kind is CountermandKind.CANCELS

    def _key(self, about: Reference) -> ItemKey | None:
        incarnation = self._here.roster.full_incarnation(about.station, about.incarnation)
        return None if incarnation is None else ItemKey(about.station, incarnation, about.sequence)


def _recipients(item: Item) -> tuple[object, tuple[Recipient, ...]]:
    frame = decode(item.sealed)
    assert isinstance(frame, MessageLike), "what is stored was decoded before"
    return item.recipient, tuple(sorted(frame.options.recipients))
