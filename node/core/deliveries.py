"""Custody: what is still owed to which station, and what is done about it now.

One row per item and destination; `routing` says what is done about an open one.
A row closes on proof or expiry, never on custody or a MAC. Attempts are written before the frame leaves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from node.core.answer_times import PLACES_MAX, all_turns_ms, has_several, patience_ms, recipients, turn_ms
from node.core.contacts import Contacts
from node.core.events import Outcome
from node.core.fragments_out import FragmentSending
from node.core.ladder import climbed
from node.core.log_entries import LogKind
from node.core.long_texts import is_long
from node.core.marks import Marks
from node.core.offers import Offer, Rank, Ready
from node.core.policy import ATTEMPTS_SHIFT_MAX, OPEN_DELIVERIES_MAX, SPREAD_TRIES
from node.core.records import EVERYONE, Custodian, Delivery, Item, ItemKind, Rung
from node.core.routing import Ask, Push, Routing
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.decode import with_age
from protocol.frames import HoldState, Request, RequestKind
from protocol.numbers import Address, Kind, Precedence, Reference

_PROOFS_PER_REQUEST = 32
_ANSWERS_TRIED_MAX = 64
"""Messages that one answer in a beacon is tried on: so few that one forged in 65,000 finds one that it fits."""
_SPREAD = 1000
"""Thousandths of a quarter of a wait."""
_YIELDS_MAX = 3
"""A frame replayed again and again keeps nobody from sending for longer."""
_SILENT_TRIES_MAX = 3
"""Sendings up to which a beacon without an answer calls forth the next: a station may never answer."""
_RUNG_OF_OUTCOME = {
    Outcome.ACCEPTED: Rung.SENT,
    Outcome.RELAYED: Rung.HEARD_BY_RADIO,
    Outcome.DELIVERED: Rung.HEARD_BY_RADIO,
}
_SAID_THERE = frozenset({Rung.REPORTED, Rung.AT_STATION, Rung.UNATTENDED})
"""Rungs that the item's destination told, by its code or its signature; the others are this station's own."""

Open = tuple[Item, Delivery]


class Deliveries:
    """The open deliveries of one station."""

    def __init__(self, here: Surroundings, contacts: Contacts, marks: Marks, fragments: FragmentSending) -> None:
        self._here = here
        self._marks = marks
        self._fragments = fragments
        self._contacts = contacts
        self._routing = Routing(here, contacts)
        self._open: Sequence[Open] | None = None
        self._pushed_at: dict[int, int] = {}
        """When an item last left: what was said before that is no news about it."""
        self._yielded: dict[int, int] = {}
        """How often an item was heard from somebody else when its turn here would have come."""
        self._hinted: set[tuple[int, int]] = set()
        """Item and station of receipts overheard that only their origin can check: each pauses us once."""

    # What happens to an item

    def opened(self, item: Item, stations: Sequence[int], at: int, first_at: int) -> None:
        """Begin to owe an item to some stations, not before `first_at`."""
        if not item.is_mine:
            self._pushed_at[item.id] = at  # by somebody else: what comes of that is listened for first
        in_reach = self._contacts.in_reach(at)
        for station in stations:
            starts_at = first_at if item.is_mine or station not in in_reach else self._carrier_starts_at(item, first_at)
            self._put(Delivery(item.id, station, Rung.QUEUED, 0, starts_at, at))

    def _carrier_starts_at(self, item: Item, first_at: int) -> int:
        """When who carries for a station in reach sends to it: once that had time to say that it has the item itself.

        Of an item for several the origin goes first, then one carrier after another. Whose copy came after all had
        their turns has heard nobody, and sends only to whom an inventory shows to lack it.
        """
        patience = patience_ms(self._here, item)
        if not has_several(self._here, item):
            return first_at + patience
        if item.accepted_at - item.born_at > patience:
            return item.expires_at
        return first_at + patience + 2 * self._here.policy.answer_wait_ms + turn_ms(self._here, item)

    def spread(self, item: Item, at: int, first_at: int) -> None:
        """Let everyone have an item without receipts: ours is sent a few times, others' once unless it comes again."""
        self._put(Delivery(item.id, EVERYONE, Rung.QUEUED, 0 if item.is_mine else SPREAD_TRIES - 1, first_at, at))

    def came_again(self, item: Item) -> None:
        """Somebody else spreads the item on: from us it goes only to who is seen to lack it."""
        delivery = self._here.store.delivery(item.id, EVERYONE)
        if delivery is not None and delivery.next_at is not None and not item.is_mine:
            self._put(replace(delivery, next_at=item.expires_at))

    def proven(self, item: Item, station: int, rung: Rung, turn: Turn) -> bool:
        """A signature proves the arrival; whether that was news. `rung` is AT_STATION or UNATTENDED."""
        return self._climb(item, station, rung, turn)

    def reported(self, item: Item, station: int, turn: Turn) -> None:
        """A verified MAC says that it arrived: stop sending until the signed proof is overdue."""
        self._climb(item, station, Rung.REPORTED, turn)
        self._pause(item, station, turn.at)

    def hinted(self, item: Item, station: int, at: int) -> None:
        """A receipt was overheard that we cannot check: pause, once."""
        if (item.id, station) not in self._hinted:
            self._hinted.add((item.id, station))
            self._pause(item, station, at)

    def held_by(self, item: Item, station: int, turn: Turn) -> None:
        """Another station says, verified, that it carries the item: less hurry while the recipient is out of reach."""
        known = {custodian.station for custodian in self._here.store.custodians(item.id)}
        if station not in known:
            self._here.store.put_custodian(Custodian(item.id, station, turn.at))
            self._touch(item.id)
            self._here.logbook.enter(LogKind.HELD, turn, who=Address(Kind.STATION, station), about=item)
        for delivery in self._here.store.deliveries(item.id):
            if delivery.next_at is not None and delivery.station not in self._contacts.in_reach(turn.at):
                self._pause(item, delivery.station, turn.at)

    def refused_room(self, item: Item, station: int, at: int) -> None:
        """The recipient has no room: come back late."""
        delivery = self._here.store.delivery(item.id, station)
        if delivery is not None and delivery.next_at is not None:
            self._put(replace(delivery, next_at=at + self._here.policy.retry_max_ms))

    def answered(self, item_id: int, outcome: Outcome, turn: Turn, retry_at: int | None) -> None:
        """The radio said something of a frame that carried the item."""
        rung = _RUNG_OF_OUTCOME.get(outcome)
        item = self._here.store.item(item_id)
        if item is None:
            return
        for delivery in self._here.store.deliveries(item_id):
            if rung is not None:
                self._climb(item, delivery.station, rung, turn)
            elif outcome is Outcome.REFUSED and delivery.next_at is not None:
                wait_ms = self._here.policy.answer_wait_ms
                self._put(replace(delivery, next_at=retry_at if retry_at is not None else turn.at + wait_ms))

    def lost_in_radio(self, item_id: int, at: int) -> None:
        """The radio went away with the item still inside: look at it again at once."""
        for delivery in self._here.store.deliveries(item_id):
            if delivery.next_at is not None:
                self._put(replace(delivery, next_at=at))

    # What happens to a station

    def contact_made(self, station: int, at: int) -> None:
        """A station came into reach: whatever waits for it, or could go through it, is looked at soon."""
        contact = self._contacts.get(station)
        patient_at = contact.expected_at if contact is not None else at
        for item, delivery in self._listed():
            if delivery.station == EVERYONE and delivery.attempts:
                continue  # Its inventory tells whether it lacks what is for everyone.
            soon = at if item.precedence is Precedence.FLASH else patient_at
            if not self._is_under_way(item, at):
                self._hasten(delivery, soon)

    def inventory_heard(self, station: int, at: int) -> None:
        """A station said what it has: send the gap, ask for proof of the rest."""
        for item, delivery in self._listed():
            if item.kind is ItemKind.ACT or item.issuer == station or self._is_under_way(item, at):
                continue
            if delivery.station == station or not self._contacts.claims(station, item.key):
                self._routing.lacks(item, station)
                self._hasten(delivery, at)

    def _is_under_way(self, item: Item, at: int) -> bool:
        """Whether it left so lately that an answer may still come, and an inventory may be older than it."""
        pushed_at = self._pushed_at.get(item.id)
        return pushed_at is not None and at - pushed_at < self._here.policy.answer_wait_ms

    def sent_by_another(self, item: Item, at: int) -> None:
        """Who carries an item and hears somebody send it waits for what comes of that; a few times, as for its own."""
        yielded = self._yielded.get(item.id, 0)
        if item.is_mine or yielded >= _YIELDS_MAX:
            return
        is_yielding = False
        for delivery in self._here.store.deliveries(item.id):
            if delivery.next_at is not None and delivery.station != EVERYONE:
                answered_at = at + patience_ms(self._here, item) + self._here.policy.answer_wait_ms
                answered_at += turn_ms(self._here, item) + self._here.jitter.below(self._here.policy.answer_wait_ms)
                if delivery.next_at < answered_at:
                    is_yielding = True
                    self._put(replace(delivery, next_at=answered_at))
        if is_yielding:
            self._yielded[item.id] = yielded + 1
            self._pushed_at[item.id] = at

    def unanswered(self, station: int, state: HoldState) -> list[Item]:
        """What a station may mean by an answer, the newest first: our own that is open towards it, or carried by it."""
        is_act = state is HoldState.ACT_AT_STATION
        found = {
            item.id: item
            for item, delivery in self._listed()
            if item.is_mine
            and (item.kind is ItemKind.ACT) == is_act
            and (delivery.station == station or state is HoldState.CUSTODY)
        }
        return [found[item_id] for item_id in sorted(found, reverse=True)[:_ANSWERS_TRIED_MAX]]

    def said_nothing(self, station: int, at: int) -> None:
        """A beacon without an answer: what was sent before it did not arrive, or its receipt was lost."""
        contact = self._contacts.get(station)
        answered_at = contact.answered_at if contact is not None else None
        in_reach = self._contacts.in_reach(at)
        for item, delivery in self._listed():
            pushed_at = self._pushed_at.get(item.id)
            if delivery.station != station or delivery.next_at is None or pushed_at is None:
                continue
            # Its origin sends at once; who carries it would else all send at once, and lets the others be heard.
            turns_ms = 2 * (len(in_reach) + 1) * self._here.airtime(len(item.sealed))
            carried_at = at + self._here.policy.answer_wait_ms + self._here.jitter.below(turns_ms)
            next_at = at if item.is_mine else carried_at
            was_told = delivery.rung is Rung.REPORTED or delivery.attempts >= _SILENT_TRIES_MAX
            has_spoken = answered_at is not None and answered_at >= pushed_at
            is_idle = not (was_told or has_spoken or self._is_under_way(item, at))
            if is_idle and next_at < delivery.next_at < item.expires_at:
                self._put(replace(delivery, next_at=next_at))

    def reconsider(self, item: Item, at: int) -> None:
        """Somebody asked for the item: look at its open deliveries now."""
        for delivery in self._here.store.deliveries(item.id):
            self._hasten(delivery, at)

    def give_up(self, item: Item, turn: Turn) -> None:
        """It must not leave: close all that is open of it."""
        for delivery in self._here.store.deliveries(item.id):
            self._climb(item, delivery.station, Rung.EXPIRED, turn)

    # What to do now

    def expire(self, turn: Turn) -> None:
        """Close what has outlived its lifetime."""
        for item, delivery in self._listed():
            if item.expires_at <= turn.at:
                self._climb(item, delivery.station, Rung.EXPIRED, turn)

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """What is due and can be sent: items one by one, questions gathered by station."""
        asks: dict[int, list[Open]] = {}
        pushed: set[int] = set()
        for item, delivery in self._listed():
            if delivery.next_at is None or delivery.next_at > turn.at or item.id in pushed:
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

        With one that is due all are asked for that were reported and had their turn.
        """
        by_item: dict[int, list[Open]] = {}
        for opens in asks.values():
            for item, delivery in opens:
                by_item.setdefault(item.id, []).append((item, delivery))
        for item, delivery in self._listed() if by_item else ():
            had_turn_at = self._pushed_at.get(item.id, 0) + patience_ms(self._here, item)
            opens = by_item.get(item.id, [])
            if delivery.rung is Rung.REPORTED and had_turn_at <= at and opens and (item, delivery) not in opens:
                opens.append((item, delivery))
        joined = {
            item_id: opens
            for item_id, opens in sorted(by_item.items())
            if len(opens) > 1 and len(recipients(self._here, opens[0][0])) <= PLACES_MAX
        }
        for station in list(asks):
            asks[station] = [one for one in asks[station] if one[0].id not in joined]
            if not asks[station]:
                del asks[station]
        return list(joined.values())

    def next_at(self, at: int) -> int | None:
        """When to look again if nothing happens before."""
        times = [item.expires_at for item, _ in self._listed()]
        times += [d.next_at for _, d in self._listed() if d.next_at is not None and d.next_at > at]
        times += [c.expected_at for _, c in self._contacts.all() if c.holdings is None and c.expected_at > at]
        return min(times, default=None)

    def forget_cache(self) -> None:
        """The store was rolled back: read it anew."""
        self._open = None

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
                tried = self._tried(delivery, len(payload), turn.at, spread, patience_ms(self._here, item))
                is_spread = delivery.station == EVERYONE and tried.attempts >= SPREAD_TRIES
                self._put(replace(tried, next_at=item.expires_at) if is_spread else tried)
        self._pushed_at[item.id] = turn.at
        self._routing.pushed(item, turn.at)
        hop_limit = self._routing.hop_limit(item, turn.at)
        return Ready(payload, hop_limit, want_ack=hop_limit > 0, item_id=item.id)

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
        for _, delivery in opens:
            self._put(self._tried(delivery, len(payload), turn.at, spread))
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
            self._put(self._tried(delivery, len(payload), turn.at, spread, all_turns_ms(self._here, item)))
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

    def _pause(self, item: Item, station: int, at: int) -> None:
        delivery = self._here.store.delivery(item.id, station)
        if delivery is not None and delivery.next_at is not None:
            policy = self._here.policy
            proof_at = at + policy.receipt_wait_ms[item.precedence] + policy.proof_wait_ms
            self._put(replace(delivery, next_at=max(delivery.next_at, proof_at)))

    def _hasten(self, delivery: Delivery, at: int) -> None:
        if delivery.next_at is not None and delivery.next_at > at:
            self._put(replace(delivery, next_at=at, attempts=min(delivery.attempts, 1)))

    def _climb(self, item: Item, station: int, rung: Rung, turn: Turn) -> bool:
        delivery = self._here.store.delivery(item.id, station)
        higher = climbed(delivery, rung, turn.at) if delivery is not None else None
        if higher is None:
            return False
        self._put(higher)
        self._touch(item.id)
        self._here.logbook.enter(
            LogKind.MOVED,
            turn,
            who=Address(Kind.STATION, station if rung in _SAID_THERE else self._here.number),
            about=item,
            details={"station": station, "rung": rung.name.lower()},
        )
        if rung.is_final:
            self._routing.finished(item)
            self._pushed_at.pop(item.id, None)
            self._yielded.pop(item.id, None)
            self._hinted.discard((item.id, station))
        return True

    def _touch(self, item_id: int) -> None:
        self._here.store.touch_item(item_id, self._here.store.take_change())

    def _put(self, delivery: Delivery) -> None:
        self._here.store.put_delivery(delivery)
        self._open = None

    def _listed(self) -> Sequence[Open]:
        if self._open is None:
            self._open = self._here.store.open_deliveries(OPEN_DELIVERIES_MAX)
        return self._open


def reference_of(item: Item) -> Reference:
    """The message's reference as it stands on the air."""
    return Reference(item.key.station, item.key.incarnation & 0b11, item.key.sequence)
