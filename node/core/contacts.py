"""Who is within reach: the stations heard lately, and what they last said they have.

All of it is hints from unauthenticated frames (SPEC section 9): it steers what is sent to whom, and proves nothing.
Kept in memory: after a restart nobody counts as heard until heard.

Who is in reach is asked many times for every event and seldom changes, so it is looked up anew only when a station was
heard that was out of reach, when the next one may have been silent for too long, or when the time for that changed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from node.core.policy import CONTACTS_MAX
from node.core.records import ItemKey


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a station said it has of one origin and incarnation."""

    high: int
    complete: bool
    wanted: frozenset[int]
    """Sequences at or below `high` that it asks for."""

    def has(self, sequence: int) -> bool:
        """Whether it claims to have that message; "not complete" without naming it counts as having."""
        return sequence <= self.high and sequence not in self.wanted


@dataclass(slots=True)
class Contact:
    """One station as last heard."""

    last_at: int
    hops: int | None
    is_manned: bool = False
    clock_trusted: bool = False
    last_sequence: int | None = None
    """As its beacons say; None until one did in this contact."""
    answered_at: int | None = None
    """When its last beacon that answers was heard."""
    holdings: dict[tuple[int, int], Holdings] | None = None
    """By origin and two-bit incarnation; None until an inventory was heard in this contact."""
    parts_heard: int = 0
    """Of its inventory, in order."""
    is_whole: bool = True
    """Whether its inventory was heard to the end: then it has nothing of an origin that it does not name."""
    expected_at: int = 0
    """Until when its inventory is waited for."""


@dataclass(slots=True)
class Contacts:
    """The stations heard."""

    contact_ms: int
    """How long after its last sign of life a station counts as in reach; grows with the beacon interval."""
    _heard: dict[int, Contact] = field(default_factory=dict)
    """The longest silent first."""
    _reach: frozenset[int] = frozenset()
    _reach_ms: int = -1
    """The `contact_ms` that it was looked up with; -1 when it must be looked up anew."""
    _reach_from: int = 0
    _reach_to: int = 0
    """Between these times nobody falls silent."""
    _presence: frozenset[tuple[int, bool]] | None = None
    _expected: dict[int, Contact] = field(default_factory=dict)
    """Those whose inventory may be waited for."""

    def heard(self, station: int, at: int, hops: int | None) -> tuple[Contact, bool]:
        """Note a sign of life; the flag says that the station was out of reach before."""
        contact = self._heard.get(station)
        if contact is not None and at - contact.last_at <= self.contact_ms:
            contact.last_at = at
            contact.hops = hops if hops is not None else contact.hops
            del self._heard[station]
            self._heard[station] = contact
            return contact, False
        if contact is None and len(self._heard) >= CONTACTS_MAX:
            oldest = min(self._heard, key=lambda number: (self._heard[number].last_at, number))
            del self._heard[oldest]
        self._heard.pop(station, None)
        contact = Contact(at, hops)
        self._heard[station] = contact
        self._reach_ms, self._presence = -1, None
        return contact, True

    def said(self, contact: Contact, *, is_manned: bool) -> None:
        """Note whether a station that was heard is manned."""
        if contact.is_manned != is_manned:
            contact.is_manned, self._presence = is_manned, None

    def expect(self, station: int, until: int) -> None:
        """A station has just come back: wait so long for what it says it has."""
        contact = self._heard[station]
        contact.expected_at = until
        self._expected[station] = contact

    def in_reach(self, at: int) -> frozenset[int]:
        """Stations in contact now."""
        if self._reach_ms != self.contact_ms or not self._reach_from <= at <= self._reach_to:
            self._look(at)
        return self._reach

    def at_hops(self, at: int) -> Counter[int]:
        """How many stations are in contact now, by the radios between; not those of which that is unknown."""
        hops = (self._heard[station].hops for station in self.in_reach(at))
        return Counter(one for one in hops if one is not None)

    def presence(self, at: int) -> frozenset[tuple[int, bool]]:
        """The stations in contact now, each with whether it is manned; the same object while nothing changes."""
        reach = self.in_reach(at)
        if self._presence is None:
            self._presence = frozenset((station, self._heard[station].is_manned) for station in reach)
        return self._presence

    def next_silent_at(self, at: int) -> int | None:
        """When the next station in contact will have been silent for too long, unless it is heard until then."""
        reach = self.in_reach(at)
        if not reach:
            return None
        last_at = next(contact.last_at for station, contact in self._heard.items() if station in reach)
        return last_at + self.contact_ms + 1

    @property
    def is_expecting(self) -> bool:
        """Whether some inventory may still be waited for."""
        return bool(self._expected)

    def next_expected_at(self, at: int) -> int | None:
        """When the next inventory is waited for no longer."""
        if not self._expected:
            return None
        for station, contact in list(self._expected.items()):
            if contact.holdings is not None or contact.expected_at <= at or self._heard.get(station) is not contact:
                del self._expected[station]
        return min((contact.expected_at for contact in self._expected.values()), default=None)

    def get(self, station: int) -> Contact | None:
        """The station as last heard, in reach or not."""
        return self._heard.get(station)

    def claims(self, station: int, key: ItemKey) -> bool | None:
        """Whether a station said it has a message; None when it said nothing of the kind in this contact."""
        contact = self._heard.get(station)
        if contact is None or contact.holdings is None:
            return None
        holdings = contact.holdings.get((key.station, key.incarnation & 0b11))
        if holdings is None:
            return False if contact.is_whole else None
        return holdings.has(key.sequence)

    def is_awaiting_inventory(self, station: int, at: int) -> bool:
        """Whether a station that has just come back may still say what it has."""
        contact = self._heard.get(station)
        return contact is not None and contact.holdings is None and at < contact.expected_at

    def _look(self, at: int) -> None:
        reach = {station: c.last_at for station, c in self._heard.items() if at - c.last_at <= self.contact_ms}
        if reach.keys() != self._reach:
            self._reach, self._presence = frozenset(reach), None
        self._reach_ms, self._reach_from = self.contact_ms, at
        self._reach_to = min(reach.values(), default=at) + self.contact_ms

    def all(self) -> Iterator[tuple[int, Contact]]:
        """Every station remembered, by number."""
        yield from sorted(self._heard.items())
