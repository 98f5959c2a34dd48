"""Where an item goes next, and how far: decided from who is in reach and what they say they have.

recipient in reach, says it has it, or reported    →  ask for the signed proof
recipient in reach                                 →  push the item
out of reach, other stations in reach              →  push it to them as custodians, a few copies by precedence
ours, and all in reach have it                     →  ask one of them for the proof it may have heard
nobody in reach                                    →  wait; hearing anybody looks again
for everyone, and anybody in reach                 →  push the item; `Dispatching` bounds how often
"""

from dataclasses import dataclass, field

from node.core.contacts import Contacts
from node.core.policy import COPIES_BY_PRECEDENCE
from node.core.records import EVERYONE, Delivery, Item, ItemKind, Rung
from node.core.surroundings import Surroundings
from protocol.numbers import Precedence


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
    """Plans deliveries; keeps only whom an item was told to."""

    _here: Surroundings
    _contacts: Contacts
    _told: dict[int, set[int]] = field(default_factory=dict)
    """Carriers that were in reach when an item was last pushed, so that a carrier pushes to each once."""

    def pushed(self, item: Item, at: int, only: int | None) -> None:
        """The item leaves now: all in reach hear it, or one station alone."""
        self._told.setdefault(item.id, set()).update(self._contacts.in_reach(at) if only is None else {only})

    def lacks(self, item: Item, station: int) -> None:
        """A station says that it does not have the item after all."""
        self._told.get(item.id, set()).discard(station)

    def finished(self, item: Item) -> None:
        """Nothing more is sent of it."""
        self._told.pop(item.id, None)

    def plan(self, item: Item, delivery: Delivery, at: int) -> Push | Ask | None:
        """What to do about one open delivery now; None = wait."""
        in_reach = self._contacts.in_reach(at)
        if delivery.station == EVERYONE:
            return Push() if in_reach - {item.issuer} else None
        is_message = item.kind is not ItemKind.ACT
        if delivery.station in in_reach:
            if is_message and (delivery.rung is Rung.REPORTED or self._contacts.claims(delivery.station, item.key)):
                return Ask(delivery.station)
            return None if self._is_patient(item, delivery.station, at) else Push()
        if is_message and delivery.rung is Rung.REPORTED:
            return Ask(0) if in_reach else None
        carriers = self._carriers(item, in_reach)
        if any(not self._is_patient(item, carrier, at) for carrier in carriers):
            return Push()
        holders = self._holders(item, in_reach) if item.is_mine and is_message else []
        return Ask(holders[0]) if holders else None

    def hop_limit(self, item: Item, at: int) -> int:
        """As far as the recipients are known to be, one step more with each repetition: relays let be what they hear
        from others, and hops are those of the last frame heard. The policy's limit while one is out of reach or its
        way unknown.
        """
        most = self._here.policy.hop_limit
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

    def _carriers(self, item: Item, in_reach: frozenset[int]) -> list[int]:
        """Stations in reach that may take custody and, as far as we know, do not have it."""
        custodians = {custodian.station for custodian in self._here.store.custodians(item.id)}
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
