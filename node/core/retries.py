"""When an open delivery is tried again, by what is heard of other stations: they come back, speak or are silent.

came into reach                    →  soon, once its inventory had time to say what it lacks
its inventory lacks the item       →  now
its beacon answers nothing         →  now from the origin, one after another from who carries it
somebody else sends the item       →  later, a few times
"""

from dataclasses import replace
from typing import Final

from node.core.answer_times import has_several, patience_ms, turn_ms
from node.core.attempts import Attempts
from node.core.contacts import Contacts
from node.core.deliveries import Deliveries
from node.core.policy import ATTEMPTS_SHIFT_MAX
from node.core.records import EVERYONE, Item, ItemKind, Rung
from node.core.routing import Routing
from node.core.surroundings import Surroundings
from protocol.numbers import Precedence

_SILENT_TRIES_MAX: Final = 3
"""Sendings up to which a beacon without an answer calls forth the next: a station may never answer."""


class Retries:
    """Moves the times of what is open."""

    def __init__(
        self, here: Surroundings, contacts: Contacts, deliveries: Deliveries, routing: Routing, attempts: Attempts
    ) -> None:
        self._here = here
        self._contacts = contacts
        self._deliveries = deliveries
        self._routing = routing
        self._attempts = attempts

    def contact_made(self, station: int, at: int) -> None:
        """A station came into reach: whatever waits for it, or could go through it, is looked at soon."""
        contact = self._contacts.get(station)
        patient_at = contact.expected_at if contact is not None else at
        for item, delivery in self._deliveries.open().listed():
            if not item.is_mine and (
                delivery.station != station or self._deliveries.is_left_to_origin(item, station, at)
            ):
                continue  # An inventory shows who lacks it, or its origin sees to it.
            if delivery.station == EVERYONE and delivery.attempts:
                continue  # Its inventory tells whether it lacks what is for everyone.
            soon = at if item.precedence is Precedence.FLASH else patient_at
            if not self._attempts.is_under_way(item, at):
                self._deliveries.hasten(delivery, soon)

    def inventory_heard(self, station: int, at: int) -> None:
        """A station said what it has: send the gap, ask for proof of the rest."""
        for item, delivery in self._deliveries.open().listed():
            if item.kind is ItemKind.ACT or item.issuer == station or self._attempts.is_under_way(item, at):
                continue
            claims = self._contacts.claims(station, item.key)
            if claims is None:
                continue  # The part of its inventory that would name it was not heard.
            if delivery.station == station or not claims:
                self._routing.lacks(item, station)
                if delivery.station != station and delivery.station in self._contacts.in_reach(at):
                    continue  # It goes there, whoever else lacks it.
                self._deliveries.hasten(delivery, at if item.is_mine else self._carried_at(item, station, at))

    def sent_by_another(self, item: Item, at: int) -> None:
        """Who carries an item and hears somebody send it waits for what comes of that; a few times, as for its own.

        Of an item for one station it counts as a try: all carriers that hear each other send no more often than one.
        """
        if item.is_mine or not self._attempts.may_yield(item):
            return
        is_yielding, is_for_several = False, has_several(self._here, item)
        turns_ms = self._turns_ms(len(item.sealed), at)
        for delivery in self._here.store.deliveries(item.id):
            if delivery.next_at is not None and delivery.station != EVERYONE:
                wait_ms = self._here.policy.answer_wait_ms + turns_ms << min(delivery.attempts, ATTEMPTS_SHIFT_MAX)
                answered_at = at + patience_ms(self._here, item) + turn_ms(self._here, item)
                answered_at = min(answered_at + wait_ms // 2 + self._here.jitter.below(wait_ms), item.expires_at)
                if delivery.next_at < answered_at:
                    is_yielding = True
                    attempts = delivery.attempts + (0 if is_for_several else 1)
                    self._deliveries.put(replace(delivery, attempts=attempts, next_at=answered_at))
        if is_yielding:
            self._attempts.yielded(item, at)

    def said_nothing(self, station: int, at: int) -> None:
        """A beacon without an answer: what was sent before it did not arrive, or its receipt was lost."""
        contact = self._contacts.get(station)
        answered_at = contact.answered_at if contact is not None else None
        for item, delivery in self._deliveries.open().towards(station):
            pushed_at = self._attempts.pushed_at(item)
            if delivery.next_at is None or pushed_at is None:
                continue
            next_at = at if item.is_mine else self._carried_at(item, station, at)
            was_told = delivery.rung is Rung.REPORTED or delivery.attempts >= _SILENT_TRIES_MAX
            has_spoken = answered_at is not None and answered_at >= pushed_at
            is_idle = not (was_told or has_spoken or self._attempts.is_under_way(item, at))
            if is_idle and next_at < delivery.next_at < item.expires_at:
                self._deliveries.put(replace(delivery, next_at=next_at))

    def turn_ms(self, payload_bytes: int, at: int) -> int:
        """Some time within which all in reach can send such a frame one after another, each listening."""
        return self._here.jitter.below(self._turns_ms(payload_bytes, at))

    def _carried_at(self, item: Item, station: int, at: int) -> int:
        """When a carrier sends an item: its origin does so at once, the carriers one after another."""
        left_ms = self._deliveries.left_to_origin_ms(item, station, self._contacts.in_reach(at))
        return at + self._here.policy.answer_wait_ms + left_ms + self.turn_ms(len(item.sealed), at)

    def _turns_ms(self, payload_bytes: int, at: int) -> int:
        """How long all in reach need to send such a frame one after another, with a relay each."""
        return 2 * (len(self._contacts.in_reach(at)) + 1) * self._here.airtime(payload_bytes)
