"""Custody: what is still owed to which station, and what proves that it got there.

One row per item and destination. A row closes on proof or expiry, never on custody or a MAC. What is done about an
open one now is decided in `dispatching`; what others are heard to do moves its time in `retries`.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from node.core.answer_times import has_several, patience_ms, turn_ms
from node.core.attempts import Attempts
from node.core.contacts import Contacts
from node.core.events import Outcome
from node.core.ladder import climbed
from node.core.log_entries import LogKind
from node.core.open_deliveries import OpenDeliveries
from node.core.policy import CUSTODY_BELIEVED_MS, OPEN_DELIVERIES_MAX, SPREAD_TRIES
from node.core.radios import Radios
from node.core.records import EVERYONE, Custodian, Delivery, Item, ItemKind, Rung
from node.core.routing import Routing
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import HoldState
from protocol.numbers import Address, Kind, Precedence, Reference

_ANSWERS_TRIED_MAX = 64
"""Messages that one answer in a beacon is tried on: so few that one forged in 65,000 finds one that it fits."""
_AIRTIMES_APART = 4
"""Two stations whose radios gave up at the same time began in step (firmware 2.7.26: 0 of 16 arrived)."""
_RUNG_OF_OUTCOME = {
    Outcome.ACCEPTED: Rung.SENT,
    Outcome.RELAYED: Rung.HEARD_BY_RADIO,
    Outcome.DELIVERED: Rung.HEARD_BY_RADIO,
}
_SAID_THERE = frozenset({Rung.REPORTED, Rung.AT_STATION, Rung.UNATTENDED})
"""Rungs that the item's destination told, by its code or its signature; the others are this station's own."""

CROWD: Final = 6
"""Stations in reach besides an item's origin and destination: so many more carry it and hear both."""
_BOTH_ENDS: Final = 2


class Deliveries:
    """The deliveries of one station: alone in writing their rows."""

    def __init__(
        self, here: Surroundings, contacts: Contacts, routing: Routing, attempts: Attempts, radios: Radios
    ) -> None:
        self._here = here
        self._contacts = contacts
        self._routing = routing
        self._attempts = attempts
        self._radios = radios
        self._open: OpenDeliveries | None = None

    # What is owed

    def open(self) -> OpenDeliveries:
        """What is not final."""
        if self._open is None:
            self._open = OpenDeliveries(self._here.store.open_deliveries(OPEN_DELIVERIES_MAX))
        return self._open

    def forget_cache(self) -> None:
        """The store was rolled back: read it anew."""
        self._open = None

    def opened(self, item: Item, stations: Sequence[int], at: int, first_at: int) -> None:
        """Begin to owe an item to some stations, not before `first_at`."""
        if stations and not item.is_mine:
            self._attempts.pushed(item, at)  # by somebody else: what comes of that is listened for first
        in_reach = self._contacts.in_reach(at)
        for station in stations:
            starts_at = first_at if item.is_mine else self._carrier_starts_at(item, station, in_reach, first_at)
            self.put(Delivery(item.id, station, Rung.QUEUED, 0, starts_at, at))

    def _carrier_starts_at(self, item: Item, station: int, in_reach: frozenset[int], first_at: int) -> int:
        """When who carries for a station in reach sends to it: once that had time to say that it has the item itself.

        Of an item for several the origin goes first, then one carrier after another. Whose copy came after all had
        their turns has heard nobody, and sends only to whom an inventory shows to lack it.
        """
        if station not in in_reach:
            return first_at
        patience = patience_ms(self._here, item)
        starts_at = first_at + patience + self.left_to_origin_ms(item, station, in_reach)
        if not has_several(self._here, item):
            return starts_at
        if item.accepted_at - item.born_at > patience:
            return item.expires_at
        return starts_at + 2 * self._here.policy.answer_wait_ms + turn_ms(self._here, item)

    def left_to_origin_ms(self, item: Item, station: int, in_reach: frozenset[int]) -> int:
        """How much longer a carrier waits that hears both the origin and the station it is for: none waits alike.

        All who hear both carry it, and would all send what the origin sends and their radios pass on anyway. Alone
        between the two nobody waits; the more stations are in reach, the longer, up to twice the longest wait between
        two tries, for the urgent less.
        """
        if item.is_mine or item.issuer not in in_reach or station not in in_reach:
            return 0
        crowd = min(len(in_reach) - _BOTH_ENDS, CROWD)
        most_ms = self._here.policy.retry_max_ms >> (Precedence.ROUTINE - item.precedence)
        wait_ms = most_ms * crowd * crowd // (CROWD * CROWD)
        return wait_ms + self._here.jitter.below(wait_ms)

    def is_left_to_origin(self, item: Item, station: int, at: int) -> bool:
        """Whether a carrier is one of many who hear both ends, and has nothing to say or to do about it."""
        in_reach = self._contacts.in_reach(at)
        hears_both = item.issuer in in_reach and station in in_reach
        return not item.is_mine and hears_both and len(in_reach) - _BOTH_ENDS >= CROWD

    def spread(self, item: Item, at: int, first_at: int) -> None:
        """Let everyone have an item without receipts: ours is sent a few times, others' once unless it comes again."""
        self.put(Delivery(item.id, EVERYONE, Rung.QUEUED, 0 if item.is_mine else SPREAD_TRIES - 1, first_at, at))

    def came_again(self, item: Item) -> None:
        """Somebody else spreads the item on: from us it goes only to who is seen to lack it."""
        delivery = self._here.store.delivery(item.id, EVERYONE)
        if delivery is not None and delivery.next_at is not None and not item.is_mine:
            self.put(replace(delivery, next_at=item.expires_at))

    def give_up(self, item: Item, turn: Turn, rung: Rung = Rung.EXPIRED) -> None:
        """It must not leave: close all that is open of it, as expired or cancelled."""
        for delivery in self._here.store.deliveries(item.id):
            self._climb(item, delivery.station, rung, turn)

    def expire(self, turn: Turn) -> None:
        """Close what has outlived its lifetime."""
        for item, delivery in self.open().ended(turn.at):
            self._climb(item, delivery.station, Rung.EXPIRED, turn)

    # When it is looked at again

    def put(self, delivery: Delivery) -> None:
        """Write a row that is tried, waits or comes sooner; its rung stays."""
        self._here.store.put_delivery(delivery)
        if self._open is not None:
            item = self._open.item(delivery.item_id, delivery.station) or self._here.store.item(delivery.item_id)
            assert item is not None, "a delivery is of an item that is stored"
            self._open.put(item, delivery)

    def hasten(self, delivery: Delivery, at: int) -> None:
        """Look at an open one at that time at the latest; its waits begin anew."""
        if delivery.next_at is not None and delivery.next_at > at:
            self.put(replace(delivery, next_at=at, attempts=min(delivery.attempts, 1)))

    def reconsider(self, item: Item, at: int) -> None:
        """Somebody asked for the item: look at its open deliveries now."""
        for delivery in self._here.store.deliveries(item.id):
            self.hasten(delivery, at)

    def refused_room(self, item: Item, station: int, at: int) -> None:
        """The recipient has no room: come back late."""
        delivery = self._here.store.delivery(item.id, station)
        if delivery is not None and delivery.next_at is not None:
            self.put(replace(delivery, next_at=at + self._here.policy.retry_max_ms))

    def lost_in_radio(self, item_id: int, at: int) -> None:
        """The radio went away with the item still inside: look at it again at once."""
        for delivery in self._here.store.deliveries(item_id):
            self._radios.finished(item_id, delivery.station)
            if delivery.next_at is not None:
                self.put(replace(delivery, next_at=at))

    def lost_on_the_way(self, item_id: int, station: int, airtime_ms: int, at: int) -> None:
        """A direct message was refused, or nobody acked it: send the item again, out of step with who else does."""
        delivery = self._here.store.delivery(item_id, station)
        if delivery is not None and delivery.next_at is not None and delivery.rung < Rung.REPORTED:
            again_at = at + airtime_ms + self._here.jitter.below(_AIRTIMES_APART * airtime_ms)
            self.put(replace(delivery, next_at=min(delivery.next_at, again_at)))

    # What proves how far it got

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
                self._radios.finished(item_id, delivery.station)  # It was not sent: that tells nothing of the way.
                wait_ms = self._here.policy.answer_wait_ms
                self.put(replace(delivery, next_at=retry_at if retry_at is not None else turn.at + wait_ms))

    def proven(self, item: Item, station: int, rung: Rung, turn: Turn) -> bool:
        """A signature proves the arrival; whether that was news. `rung` is AT_STATION or UNATTENDED."""
        return self._climb(item, station, rung, turn)

    def reported(self, item: Item, station: int, turn: Turn) -> None:
        """A verified MAC says that it arrived: stop sending until the signed proof is overdue."""
        self._climb(item, station, Rung.REPORTED, turn)
        self._pause(item, station, turn.at)

    def hinted(self, item: Item, station: int, at: int) -> None:
        """A receipt was overheard that we cannot check: pause, once."""
        if self._attempts.is_first_hint(item, station):
            self._pause(item, station, at)

    def held_by(self, item: Item, station: int, turn: Turn) -> None:
        """Another station says, verified, that it carries the item: less hurry while the recipient is out of reach."""
        known = {custodian.station: custodian for custodian in self._here.store.custodians(item.id)}
        if station in known and turn.at - known[station].since_at >= CUSTODY_BELIEVED_MS:
            self._here.store.put_custodian(Custodian(item.id, station, turn.at))
        elif station not in known:
            self._here.store.put_custodian(Custodian(item.id, station, turn.at))
            self._touch(item.id)
            self._here.logbook.enter(LogKind.HELD, turn, who=Address(Kind.STATION, station), about=item)
        for delivery in self._here.store.deliveries(item.id):
            if delivery.next_at is not None and delivery.station not in self._contacts.in_reach(turn.at):
                self._pause(item, delivery.station, turn.at)

    def unanswered(self, station: int, state: HoldState) -> list[Item]:
        """What a station may mean by an answer, the newest first: our own that is open towards it, or carried by it."""
        is_act, is_carried = state is HoldState.ACT_AT_STATION, state is HoldState.CUSTODY
        found = {
            item.id: item
            for item, delivery in (self.open().listed() if is_carried else self.open().towards(station))
            if item.is_mine and (item.kind is ItemKind.ACT) == is_act
        }
        return [found[item_id] for item_id in sorted(found, reverse=True)[:_ANSWERS_TRIED_MAX]]

    def _pause(self, item: Item, station: int, at: int) -> None:
        delivery = self._here.store.delivery(item.id, station)
        if delivery is not None and delivery.next_at is not None:
            policy = self._here.policy
            proof_at = at + policy.receipt_wait_ms[item.precedence] + policy.proof_wait_ms
            self.put(replace(delivery, next_at=max(delivery.next_at, proof_at)))

    def _climb(self, item: Item, station: int, rung: Rung, turn: Turn) -> bool:
        delivery = self._here.store.delivery(item.id, station)
        higher = climbed(delivery, rung, turn.at) if delivery is not None else None
        if higher is None:
            return False
        self.put(higher)
        self._touch(item.id)
        self._here.logbook.enter(
            LogKind.MOVED,
            turn,
            who=Address(Kind.STATION, station if rung in _SAID_THERE else self._here.number),
            about=item,
            details={"station": station, "rung": rung.name.lower()},
        )
        if rung in _SAID_THERE:
            self._radios.answered(item.id, station, turn.at)
        if rung.is_final:
            self._radios.finished(item.id, station)
            self._routing.finished(item)
            self._attempts.finished(item, station)
        return True

    def _touch(self, item_id: int) -> None:
        self._here.store.touch_item(item_id, self._here.store.take_change())


def reference_of(item: Item) -> Reference:
    """The message's reference as it stands on the air."""
    return Reference(item.key.station, item.key.incarnation & 0b11, item.key.sequence)
