"""Where an item goes next, and how far: decided from who is in reach and what they say they have.

recipient in reach, says it has it, or reported    →  ask for the signed proof
recipient in reach                                 →  push the item
out of reach, other stations in reach              →  push it to them as custodians, a few copies by precedence
ours, and all in reach have it                     →  ask one of them for the proof it may have heard
asked in vain                                      →  push it all the same, and ask again
nobody in reach                                    →  wait; hearing anybody looks again
for everyone, and anybody in reach                 →  push the item; `Dispatching` bounds how often

What a station is said to have may be forged, and who has taken custody may throw away what it took: so no claim and no
word of custody keeps an item back for longer than a few questions.
"""

from dataclasses import dataclass, field
from typing import Final

from node.core.contacts import Contacts
from node.core.policy import COPIES_BY_PRECEDENCE, CUSTODY_BELIEVED_MS
from node.core.records import EVERYONE, Delivery, Item, ItemKind, Rung
from node.core.surroundings import Surroundings
from protocol.numbers import Precedence

_ASKS_OF_CLAIMED_MAX: Final = 1
"""Questions between two sendings while only an unsigned inventory says that the item is there."""
_ASKS_OF_TOLD_MAX: Final = 3
"""The same of what was reported there or taken into custody, by a code that was checked."""


@dataclass(frozen=True, slots=True)
class Push:
    """Send the item: to its recipient, or to whoever may carry it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask a station for the proof of an item's arrival."""

    station: int
    """0 = anyone."""


@dataclass(slots=True)
class Routing:
    """Plans deliveries; keeps only whom an item was told to, and how often it was asked about."""

    _here: Surroundings
    _contacts: Contacts
    _told: dict[int, set[int]] = field(default_factory=dict)
    """Carriers that were in reach when an item was last pushed, so that a carrier pushes to each once."""
    _asked: dict[int, dict[int, int]] = field(default_factory=dict)
    """By item and destination: questions for its proof since it was last pushed."""

    def pushed(self, item: Item, at: int, only: int | None) -> None:
        """The item leaves now: all in reach hear it, or one station alone."""
        self._told.setdefault(item.id, set()).update(self._contacts.in_reach(at) if only is None else {only})
        self._asked.pop(item.id, None)

    def asked(self, item: Item, station: int) -> None:
        """A question for the proof that the item arrived there leaves now."""
        asks = self._asked.setdefault(item.id, {})
        asks[station] = asks.get(station, 0) + 1

    def lacks(self, item: Item, station: int) -> None:
        """A station says that it does not have the item after all."""
        self._told.get(item.id, set()).discard(station)

    def finished(self, item: Item) -> None:
        """Nothing more is sent of it."""
        self._told.pop(item.id, None)
        self._asked.pop(item.id, None)

    def plan(self, item: Item, delivery: Delivery, at: int) -> Push | Ask | None:
        """What to do about one open delivery now; None = wait."""
        in_reach = self._contacts.in_reach(at)
        if delivery.station == EVERYONE:
            return Push() if in_reach - {item.issuer} else None
        is_reported = delivery.rung is Rung.REPORTED and item.kind is not ItemKind.ACT
        asks = self._asked.get(item.id, {}).get(delivery.station, 0)
        if delivery.station in in_reach:
            asks_max = _ASKS_OF_TOLD_MAX if is_reported else self._asks_of_claimed(item, delivery.station)
            if asks < asks_max:
                return Ask(delivery.station)
            return None if self._is_patient(item, delivery.station, at) else Push()
        if is_reported and asks < _ASKS_OF_TOLD_MAX:
            return Ask(0) if in_reach else None
        carriers = self._carriers(item, in_reach, at)
        if any(not self._is_patient(item, carrier, at) for carrier in carriers):
            return Push()
        return self._ask_a_holder(item, in_reach, asks) or (Ask(0) if is_reported and in_reach else None)

    def _asks_of_claimed(self, item: Item, station: int) -> int:
        is_claimed = item.kind is not ItemKind.ACT and self._contacts.claims(station, item.key)
        return _ASKS_OF_CLAIMED_MAX if is_claimed else 0

    def _ask_a_holder(self, item: Item, in_reach: frozenset[int], asks: int) -> Push | Ask | None:
        """Of what is ours and, as far as we know, at all who could carry it."""
        holders = self._holders(item, in_reach) if item.is_mine and item.kind is not ItemKind.ACT else []
        if not holders:
            return None
        has_custodian = any(custodian.station in holders for custodian in self._here.store.custodians(item.id))
        return Ask(holders[0]) if asks < (_ASKS_OF_TOLD_MAX if has_custodian else _ASKS_OF_CLAIMED_MAX) else Push()

    def hop_limit(self, item: Item, at: int) -> int:
        """As far as the recipients are known to be, one step more with each repetition: relays let be what they hear
        from others, and hops are those of the last frame heard. The policy's limit while one is out of reach or its
        way unknown, and for a FLASH, which is not to wait for a repetition.
        """
        most = self._here.policy.hop_limit
        if item.precedence is Precedence.FLASH:
            return most
        in_reach = self._contacts.in_reach(at)
        hops = 0
        for delivery in self._here.store.deliveries(item.id):
            contact = self._contacts.get(delivery.station) if delivery.station in in_reach else None
            if delivery.next_at is not None:
                repeated = max(delivery.attempts - 1, 0)
                hops = max(hops, most if contact is None or contact.hops is None else contact.hops + repeated)
        return min(hops, most)

    def _is_patient(self, item: Item, station: int, at: int) -> bool:
        """Whether a station that has just come back is first let say what it has."""
        return item.precedence is not Precedence.FLASH and self._contacts.is_awaiting_inventory(station, at)

    def _carriers(self, item: Item, in_reach: frozenset[int], at: int) -> list[int]:
        """Stations in reach that may take custody and, as far as we know, do not have it."""
        told = self._here.store.custodians(item.id)
        custodians = {one.station for one in told if at - one.since_at < CUSTODY_BELIEVED_MS}
        if len(custodians) >= COPIES_BY_PRECEDENCE[item.precedence]:
            return []
        excluded = custodians | {item.issuer}
        if not item.is_mine:
            excluded |= self._told.get(item.id, set())
        others = sorted(in_reach - excluded)
        if item.is_mine and item.kind is ItemKind.ACT:
            return others
        claimed = ((station, self._contacts.claims(station, item.key)) for station in others)
        # Who carries it itself heard it with all around: it sends only to whom an inventory shows to lack it.
        return [s for s, claims in claimed if claims is False or (claims is None and item.is_mine)]

    def _holders(self, item: Item, in_reach: frozenset[int]) -> list[int]:
        """Stations in reach that have the item and may by now have its proof."""
        custodians = {custodian.station for custodian in self._here.store.custodians(item.id)}
        return [s for s in sorted(in_reach) if s in custodians or self._contacts.claims(s, item.key)]
