"""What of the owed goes out now: items one by one, questions for proofs gathered by station.

`routing` says what is done about an open delivery that is due. Attempts are written before the frame leaves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from node.core.agenda import NEVER
from node.core.answer_times import PLACES_MAX, all_turns_ms, patience_ms, recipients
from node.core.attempts import Attempts
from node.core.contacts import Contacts
from node.core.deliveries import Deliveries, reference_of
from node.core.fragments_out import FragmentSending
from node.core.long_texts import is_long
from node.core.marks import Marks
from node.core.offers import Offer, Rank, Ready
from node.core.open_deliveries import Open
from node.core.policy import ATTEMPTS_SHIFT_MAX, SPREAD_TRIES
from node.core.records import EVERYONE, Delivery, Item, ItemKind, Rung
from node.core.routing import Ask, Push, Routing
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from node.core.ways import Ways
from protocol.decode import with_age
from protocol.frames import Request, RequestKind
from protocol.numbers import Precedence

_PROOFS_PER_REQUEST: Final = 32
_EAGER_TRIES: Final = 4
"""Of its origin for a FLASH before waits double: six tries in a minute on MEDIUM_FAST, all lost once in 240 where four
of ten are lost on the way."""
_SPREAD: Final = 1000
"""Thousandths of a quarter of a wait."""


class Dispatching:
    """Offers what is due of one station's open deliveries."""

    def __init__(
        self,
        here: Surroundings,
        contacts: Contacts,
        deliveries: Deliveries,
        routing: Routing,
        attempts: Attempts,
        ways: Ways,
        marks: Marks,
        fragments: FragmentSending,
    ) -> None:
        self._here = here
        self._contacts = contacts
        self._deliveries = deliveries
        self._routing = routing
        self._attempts = attempts
        self._ways = ways
        self._marks = marks
        self._fragments = fragments

    def soonest(self) -> int:
        """When the first falls due or its lifetime ends; at once while an inventory is waited for."""
        if self._contacts.is_expecting:
            return 0
        first_at = self._deliveries.open().soonest()
        return NEVER if first_at is None else first_at

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """What is due and can be sent: items one by one, questions gathered by station."""
        if not self._contacts.in_reach(turn.at):
            return  # Nobody would hear it: `routing` plans nothing then.
        asks: dict[int, list[Open]] = {}
        pushed: set[int] = set()
        for item, delivery in self._deliveries.open().due(turn.at):
            if delivery.next_at is None or item.id in pushed:
                continue
            if not self._marks.may_leave(item, turn.at) or self._fragments.is_busy(item, turn.at):
                continue
            match self._routing.plan(item, delivery, turn.at):
                case Push():
                    pushed.add(item.id)
                    rank = Rank.ACT if item.kind is ItemKind.ACT else Rank.MESSAGE
                    yield Offer(item.precedence, rank, delivery.next_at, partial(self._push, item))
                case Ask(station):
                    asks.setdefault(station, []).append((item, delivery))
                case None:
                    pass
        if not asks:
            return
        for opens in self._of_several(asks, turn.at):
            item = opens[0][0]
            due_at = min(delivery.next_at or 0 for _, delivery in opens)
            yield Offer(item.precedence, Rank.REQUEST, due_at, partial(self._ask_several, item, opens))
        for station, opens in sorted(asks.items()):
            most_urgent = min(item.precedence for item, _ in opens)
            due_at = min(delivery.next_at or 0 for _, delivery in opens)
            yield Offer(most_urgent, Rank.REQUEST, due_at, partial(self._ask, station, opens[:_PROOFS_PER_REQUEST]))

    def _of_several(self, asks: dict[int, list[Open]], at: int) -> list[list[Open]]:
        """Take out of `asks` what one question to all can ask: items that lack the proofs of two stations and more.

        With one that is due all are asked for that were reported and had their turn. A deputy who was asked later
        has no place among the recipients, and is asked alone.
        """
        by_item: dict[int, list[Open]] = {}
        for opens in asks.values():
            for item, delivery in opens:
                if delivery.station in recipients(self._here, item):
                    by_item.setdefault(item.id, []).append((item, delivery))
        places = {item_id: recipients(self._here, opens[0][0]) for item_id, opens in by_item.items()}
        for item, delivery in self._deliveries.open().listed() if by_item else ():
            had_turn_at = (self._attempts.pushed_at(item) or 0) + patience_ms(self._here, item)
            opens = by_item.get(item.id, [])
            is_due = (
                delivery.rung is Rung.REPORTED and had_turn_at <= at and delivery.station in places.get(item.id, ())
            )
            if is_due and opens and (item, delivery) not in opens:
                opens.append((item, delivery))
        joined = {
            item_id: opens
            for item_id, opens in sorted(by_item.items())
            if len(opens) > 1 and len(places[item_id]) <= PLACES_MAX
        }
        for station in list(asks):
            asks[station] = [one for one in asks[station] if one not in joined.get(one[0].id, ())]
            if not asks[station]:
                del asks[station]
        return list(joined.values())

    def next_at(self, at: int) -> int | None:
        """When to look again if nothing happens before."""
        times = (self._deliveries.open().next_at(at), self._contacts.next_expected_at(at))
        return min((time for time in times if time is not None), default=None)

    def _push(self, item: Item, turn: Turn) -> Ready:
        payload = item.sealed
        if item.kind is not ItemKind.ACT:
            payload = with_age(item.sealed, (turn.at - item.born_at) // 1000)
        deliveries = self._here.store.deliveries(item.id)
        if item.is_mine and is_long(item) and not any(delivery.attempts for delivery in deliveries):
            self._fragments.begin(item, turn.at)
        spread = self._here.jitter.below(_SPREAD)
        for delivery in deliveries:
            if delivery.next_at is not None and delivery.next_at <= turn.at:
                counted = replace(delivery, attempts=_counted(item, delivery.attempts))
                tried = self._tried(counted, len(payload), turn.at, spread, patience_ms(self._here, item))
                tried = replace(tried, attempts=delivery.attempts + 1)
                is_spread = delivery.station == EVERYONE and tried.attempts >= SPREAD_TRIES
                self._deliveries.put(replace(tried, next_at=item.expires_at) if is_spread else tried)
        self._attempts.pushed(item, turn.at)
        way = self._ways.leaves(item, len(payload), turn.at)
        self._routing.pushed(item, turn.at, way.station)
        return Ready(payload, way.hop_limit, way.want_ack, item.id, way.station, way.node)

    def _ask(self, station: int, opens: Sequence[Open], turn: Turn) -> Ready:
        references = tuple(sorted({reference_of(item) for item, _ in opens}))
        urgency = min(item.precedence for item, _ in opens)
        request = Request(
            precedence=urgency,
            asker=self._here.number,
            asked=station,
            kind=RequestKind.PROOFS,
            references=references,
        )
        payload, spread = request.encode(), self._here.jitter.below(_SPREAD)
        for item, delivery in opens:
            self._routing.asked(item, delivery.station)
            self._deliveries.put(self._tried(delivery, len(payload), turn.at, spread))
        return Ready(payload, self._here.policy.hop_limit)

    def _ask_several(self, item: Item, opens: Sequence[Open], turn: Turn) -> Ready:
        places = {station: place for place, station in enumerate(recipients(self._here, item))}
        lacking = 0
        for _, delivery in opens:
            if delivery.station in places:
                lacking |= 1 << places[delivery.station]
        request = Request(
            precedence=item.precedence,
            asker=self._here.number,
            asked=0,
            kind=RequestKind.PROOFS,
            lacking=((reference_of(item), lacking),),
        )
        payload, spread = request.encode(), self._here.jitter.below(_SPREAD)
        for _, delivery in opens:
            self._routing.asked(item, delivery.station)
            self._deliveries.put(self._tried(delivery, len(payload), turn.at, spread, all_turns_ms(self._here, item)))
        return Ready(payload, self._here.policy.hop_limit)

    def _tried(self, delivery: Delivery, payload_bytes: int, at: int, spread: int, answered_in_ms: int = 0) -> Delivery:
        """Return the row after one more attempt: waits double, and spread so that two stations fall out of step.

        Args:
            delivery: the row.
            payload_bytes: what was sent.
            at: now.
            spread: 0 to `_SPREAD` at random, the same for all destinations of one frame: they are due together again.
            answered_in_ms: how long the answer may wait for a ride.
        """
        policy = self._here.policy
        first_ms = policy.answer_wait_ms + 8 * self._here.airtime(payload_bytes)
        wait_ms = min(first_ms << min(delivery.attempts, ATTEMPTS_SHIFT_MAX), policy.retry_max_ms)
        wait_ms += wait_ms // 4 * spread // _SPREAD
        return replace(delivery, attempts=delivery.attempts + 1, next_at=at + answered_in_ms + wait_ms)


def _counted(item: Item, attempts: int) -> int:
    """How many tries make the next wait longer."""
    is_eager = item.is_mine and item.precedence is Precedence.FLASH
    return max(attempts - _EAGER_TRIES, 0) if is_eager else attempts
