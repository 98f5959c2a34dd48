"""Fragments on their way out: one by one with their message's precedence, so that what is more urgent overtakes.

Its origin sends a message's fragments once behind its first frame. After that, and from a station that only carries
it, goes what is asked for: what several ask for goes once. Kept in memory; after a restart the first frame is sent
again like any message without a receipt, and whoever lacks a fragment asks.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from node.core.agenda import NEVER
from node.core.contacts import Contacts
from node.core.long_texts import fragments_of
from node.core.offers import Offer, Rank, Ready
from node.core.records import Item, ItemKey, Rung
from node.core.routing import Routing
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Fragment
from protocol.numbers import FRAME_BYTES_MAX


@dataclass(slots=True)
class _Outgoing:
    """What is still to be sent of one message."""

    item: Item
    due: dict[int, int] = field(default_factory=dict)
    """When each fragment may go, by index."""
    sent_at: dict[int, int] = field(default_factory=dict)
    """When each went last."""
    quiet_until: int = 0
    """An answer to what was sent may come until then."""


class FragmentSending:
    """Sends the fragments of one station's long messages, its own and those it carries."""

    def __init__(self, here: Surroundings, contacts: Contacts) -> None:
        self._here = here
        self._routing = Routing(here, contacts)
        self._outgoing: dict[int, _Outgoing] = {}

    def begin(self, item: Item, at: int) -> None:
        """The first frame of one of our own leaves for the first time: all that belongs to it follows."""
        self._of(item).due = dict.fromkeys(self._here.store.fragments(item.key), at)

    def asked(self, item: Item, bitmap: int, at: int, delay_ms: int) -> None:
        """Somebody lacks fragments; what went a moment ago, or whose message is needed no more, is not sent again."""
        if not self._is_wanted(item):
            return
        outgoing = self._of(item)
        for index in self._here.store.fragments(item.key):
            sent_at = outgoing.sent_at.get(index)
            is_fresh = sent_at is not None and at - sent_at < self._again_ms()
            if bitmap >> index & 1 and index not in outgoing.due and not is_fresh:
                outgoing.due[index] = at + delay_ms

    def heard(self, fragment: Fragment) -> None:
        """Somebody else sends it, and nothing else in its place: what we carry need not go from here too."""
        incarnation = self._here.roster.full_incarnation(fragment.station, fragment.incarnation)
        key = ItemKey(fragment.station, incarnation or 0, fragment.sequence)
        if self._here.store.fragments(key).get(fragment.index) != fragment.data:
            return
        for outgoing in self._outgoing.values():
            if outgoing.item.key == key and not outgoing.item.is_mine:
                outgoing.due.pop(fragment.index, None)

    def is_busy(self, item: Item, at: int) -> bool:
        """Whether fragments of it are still to go, or went so lately that an answer may come."""
        outgoing = self._outgoing.get(item.id)
        return outgoing is not None and (bool(outgoing.due) or at < outgoing.quiet_until)

    def soonest(self) -> int:
        """At once while anything is to be sent or was sent lately."""
        return 0 if self._outgoing else NEVER

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """The next fragment of each message, in order."""
        for outgoing in [one for one in self._outgoing.values() if not one.due and one.quiet_until <= turn.at]:
            if all(turn.at - sent_at >= self._again_ms() for sent_at in outgoing.sent_at.values()):
                del self._outgoing[outgoing.item.id]
        for outgoing in self._outgoing.values():
            if outgoing.due and not self._is_wanted(outgoing.item):
                outgoing.due.clear()
            ready = [index for index, due_at in outgoing.due.items() if due_at <= turn.at]
            if ready:
                index = min(ready)
                due_at = outgoing.due[index]
                yield Offer(outgoing.item.precedence, Rank.MESSAGE, due_at, partial(self._send, outgoing, index))

    def next_at(self, at: int) -> int | None:
        """When the next fragment may go, or an answer is overdue."""
        times = [due_at for one in self._outgoing.values() for due_at in one.due.values()]
        times += [one.quiet_until for one in self._outgoing.values()]
        return min((time for time in times if time > at), default=None)

    def _send(self, outgoing: _Outgoing, index: int, turn: Turn) -> Ready | None:
        del outgoing.due[index]
        fragment = fragments_of(self._here.store, outgoing.item).get(index)
        if fragment is None:
            return None
        outgoing.sent_at[index] = turn.at
        wait_ms = self._here.policy.answer_wait_ms + 8 * self._here.airtime(FRAME_BYTES_MAX)
        outgoing.quiet_until = turn.at + wait_ms
        hop_limit = self._routing.hop_limit(outgoing.item, turn.at)
        return Ready(fragment.encode(), hop_limit, want_ack=hop_limit > 0)

    def _again_ms(self) -> int:
        """Who lacks a fragment asks later than so: a question within this time was under way when it went."""
        return self._here.policy.overhear_ms // 2 + self._here.airtime(FRAME_BYTES_MAX)

    def _is_wanted(self, item: Item) -> bool:
        """Whether some recipient is not known to have it."""
        deliveries = self._here.store.deliveries(item.id)
        return any(one.next_at is not None and one.rung < Rung.REPORTED for one in deliveries)

    def _of(self, item: Item) -> _Outgoing:
        return self._outgoing.setdefault(item.id, _Outgoing(item))
