"""When a station that has received something says so, and how long the others wait for that.

Receipts wait for a ride as long as the precedence allows. Of several recipients each has a place in the order of their
numbers, and its signature comes a slot after the one before: they never all answer at once.
"""

from typing import Final

from node.core.records import Item
from node.core.surroundings import Surroundings

_PROOF_BYTES: Final = 76
"""A digest of one entry: what a recipient that has nothing else to say sends."""
_SLOT_AIRTIMES: Final = 2
"""Each has the channel for its own digest and somebody else's frame."""
PLACES_MAX: Final = 64
"""Beyond that places are shared: on LONG_FAST the last one speaks after two minutes."""


def answer_wait_ms(here: Surroundings, item: Item) -> int:
    """How long this station's signature for an item may wait for company, its place among several included."""
    return here.policy.receipt_wait_ms[item.precedence] + turn_ms(here, item)


def turn_ms(here: Surroundings, item: Item) -> int:
    """When this station's turn comes among an item's recipients."""
    stations = recipients(here, item)
    place = stations.index(here.number) if here.number in stations else 0
    return place % PLACES_MAX * _slot_ms(here)


def patience_ms(here: Surroundings, item: Item) -> int:
    """How long after it was sent the last of an item's recipients may still be silent, but for the way itself."""
    return here.policy.receipt_wait_ms[item.precedence] + all_turns_ms(here, item)


def all_turns_ms(here: Surroundings, item: Item) -> int:
    """How long all of an item's recipients take from the first to the last."""
    return max(min(len(recipients(here, item)), PLACES_MAX) - 1, 0) * _slot_ms(here)


def has_several(here: Surroundings, item: Item) -> bool:
    """Whether more than one station receipts an item, so that it comes again for the sake of others."""
    return len(recipients(here, item)) > 1


def recipients(here: Surroundings, item: Item) -> list[int]:
    """The stations that receipt an item, in the order of their turns."""
    return sorted(set(here.destinations(item.recipient)) - {item.issuer})


def _slot_ms(here: Surroundings) -> int:
    return _SLOT_AIRTIMES * here.airtime(_PROOF_BYTES)
