"""How an item goes to one station within reach: by a broadcast as far as that station, or by a message to its radio.

Whichever costs less air until it is answered, by the price of a try and the share of tries that were answered:

    broadcast   first transmission, and one or two relays for each step up to the hop limit; and for each station that
                overhears it something more, since it may carry the item, send it again and answer for it
    direct      to a neighbour: one transmission, without the radio's ack, since our own receipt proves more
                over relays that read it: as a broadcast, with the radio's ack back the same way
                over relays that do not: n relays pass on n copies each, n the neighbours in reach; without ack

Only the first try of an item goes directly, and only to one station that alone lacks it and is in reach: others may
hear a repetition, carry the item, and answer for it. (Prices: `Surroundings`; the counts: hardware/RADIOS.md.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from node.core.contacts import Contacts
from node.core.events import Outcome
from node.core.long_texts import is_long
from node.core.ports import Airtime, DirectMessages
from node.core.radios import Radios
from node.core.records import EVERYONE, Item
from node.core.routing import Routing
from node.core.surroundings import Surroundings
from protocol.numbers import Precedence

RELAYS_A_STEP_MAX: Final = 2
"""Who hears somebody else relay a broadcast lets it be: 1.2 relays in a full cell of five or ten, 2.4 on the average of
60 random maps of 6 to 30 radios."""


OVERHEARING_SHARE: Final = 8
"""A station that overhears costs an eighth of the broadcast: six in a cell sent 30 % more messages, 38 % more digests
and 64 % more acts when all of them were broadcast, at a tenth of all frames lost (hardware/RADIOS.md)."""
OVERHEARING_MAX: Final = 8
"""Then the broadcast counts twice: of many that overhear, most let others be."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a frame goes."""

    hop_limit: int
    want_ack: bool
    station: int | None = None
    """Whom it is for alone; None = it is broadcast."""
    node: int | None = None
    """The number of that station's radio."""


class Ways:
    """Chooses the way of one station's items, and learns from what became of them."""

    def __init__(self, here: Surroundings, contacts: Contacts, routing: Routing, radios: Radios) -> None:
        self._here = here
        self._contacts = contacts
        self._routing = routing
        self._radios = radios

    def leaves(self, item: Item, payload_bytes: int, at: int) -> Way:
        """Choose how the item leaves now; its rows say already that it was tried."""
        station, is_first = self._only_recipient(item)
        if not is_first:
            for delivery in self._here.store.deliveries(item.id):
                self._radios.unanswered(item.id, delivery.station, at)
        hop_limit = self._routing.hop_limit(item, at)
        way = Way(hop_limit, want_ack=hop_limit > 0)
        if station is None or not is_first or station not in self._contacts.in_reach(at):
            return way
        if not is_long(item):
            way = self._cheaper(way, station, payload_bytes, item.precedence, at)
        self._radios.tried(item.id, station, is_direct=way.node is not None)
        return way

    def is_lost(self, item_id: int, station: int, outcome: Outcome, at: int) -> bool:
        """Take the radio's word on a direct message; whether the item has to go again."""
        if outcome is Outcome.UNADDRESSABLE:
            self._radios.cannot_be_written_to(item_id, station, at)
        elif outcome is Outcome.SILENT:
            self._radios.unanswered(item_id, station, at)
        return outcome in (Outcome.UNADDRESSABLE, Outcome.SILENT)

    def _only_recipient(self, item: Item) -> tuple[int | None, bool]:
        """The one station that lacks the item, if it is one; and whether this is the first try for all."""
        lacking = [one for one in self._here.store.deliveries(item.id) if one.next_at is not None]
        is_first = all(one.attempts <= 1 for one in lacking)
        is_one = len(lacking) == 1 and lacking[0].station != EVERYONE
        return (lacking[0].station if is_one else None), is_first

    def _cheaper(self, broadcast: Way, station: int, payload_bytes: int, precedence: Precedence, at: int) -> Way:
        direct = self._here.direct
        node = self._radios.of(station, at, is_urgent=precedence <= Precedence.IMMEDIATE)
        contact = self._contacts.get(station)
        if direct is None or node is None or contact is None or contact.hops is None:
            return broadcast
        if payload_bytes > direct.payload_bytes_max or contact.hops > self._here.policy.hop_limit:
            return broadcast
        stations = self._contacts.at_hops(at)
        broadcast_ms = broadcast_price_ms(self._here.airtime, payload_bytes, broadcast.hop_limit, stations)
        direct_ms = direct_price_ms(direct, payload_bytes, contact.hops, stations)
        direct_share, broadcast_share = self._radios.shares(station, at)
        if direct_ms * broadcast_share >= broadcast_ms * direct_share:
            return broadcast
        return Way(contact.hops, wants_ack(direct, contact.hops), station, node)


def broadcast_price_ms(airtime: Airtime, payload_bytes: int, hop_limit: int, stations: Mapping[int, int]) -> int:
    """What a broadcast to one station costs with all its relays, and with what comes of others' overhearing it.

    Args:
        airtime: of one transmission.
        payload_bytes: of the frame.
        hop_limit: as it is sent.
        stations: how many are in reach, by the relays between.
    """
    overhearing = max(sum(number for hops, number in stations.items() if hops <= hop_limit) - 1, 0)
    sent_ms = airtime(payload_bytes) * _transmissions(hop_limit, stations)
    return sent_ms + sent_ms * min(overhearing, OVERHEARING_MAX) // OVERHEARING_SHARE


def direct_price_ms(direct: DirectMessages, payload_bytes: int, relays: int, stations: Mapping[int, int]) -> int:
    """What a message to one radio costs with all that passes it on, and its ack if it wants one.

    Args:
        direct: prices one transmission.
        payload_bytes: of the frame.
        relays: between here and there.
        stations: how many are in reach, by the relays between.
    """
    frame_ms = direct.frame_ms(payload_bytes)
    if not relays:
        return frame_ms
    if direct.are_relayed_blindly:
        copies = transmissions = 1
        for _ in range(relays):
            copies *= max(stations.get(0, 0), 1)
            transmissions += copies
        return frame_ms * transmissions
    return (frame_ms + direct.ack_ms) * _transmissions(relays, stations)


def wants_ack(direct: DirectMessages, relays: int) -> bool:
    """Whether the radio shall repeat a direct message until the other one acks it: only where that is no flood."""
    return relays > 0 and not direct.are_relayed_blindly


def _transmissions(hop_limit: int, stations: Mapping[int, int]) -> int:
    return 1 + sum(min(max(stations.get(step, 0), 1), RELAYS_A_STEP_MAX) for step in range(hop_limit))
