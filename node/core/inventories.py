"""What this station has, said compactly per origin after a silence, so that only the gap travels.

Sent after a start, after the radio's return and when a station comes into reach; at most one in a while. Hints only.
"""

from collections.abc import Iterator

from node.core.agenda import NEVER
from node.core.contacts import Contacts, Holdings
from node.core.offers import Offer, Rank, Ready
from node.core.policy import GAPS_PER_GROUP_MAX, INVENTORY_GROUPS_MAX
from node.core.replay import is_complete, missing
from node.core.retries import Retries
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Group, HeldState, Inventory
from protocol.numbers import FRAME_BYTES_MAX, Precedence

_SOON_MS = 500
"""Before an inventory, plus as much at random: after the hello that it follows, and not in step with others."""
_HEARD_AGAIN_MS = 10_000
"""Between two inventories of one station that are acted on: a forged one is no lever to make us send for ever."""
_HEADER_BYTES = 4
_GROUP_BYTES = 4
_ENTRY_BYTES = 2


def held_groups(here: Surroundings) -> tuple[Group, ...]:
    """What this station has of each origin, ascending; the gaps it knows of as wanted."""
    groups: list[Group] = []
    room = FRAME_BYTES_MAX - _HEADER_BYTES
    for seen in here.store.all_seen()[-INVENTORY_GROUPS_MAX:]:
        gaps = missing(seen, GAPS_PER_GROUP_MAX)
        room -= _GROUP_BYTES + _ENTRY_BYTES * len(gaps)
        if room < 0:
            break
        wanted = tuple((sequence, HeldState.WANTED) for sequence in gaps)
        groups.append(Group(seen.station, seen.incarnation & 0b11, seen.high, is_complete(seen), wanted))
    return tuple(groups)


class Inventories:
    """Sends and takes in INVENTORY frames."""

    def __init__(self, here: Surroundings, contacts: Contacts, retries: Retries) -> None:
        self._here = here
        self._contacts = contacts
        self._retries = retries
        self._due_at: int | None = None
        self._not_before = 0
        self._heard_at: dict[int, int] = {}

    def begin(self, at: int) -> None:
        """The station or its radio has just come up: what came meanwhile is unknown."""
        self._not_before = at
        self.schedule(at + 2 * _SOON_MS)

    def stop(self) -> None:
        """Without a radio there is nobody to tell."""
        self._due_at = None

    def schedule(self, at: int) -> None:
        """Send one soon, if the last is long enough ago."""
        at = max(at, self._not_before) + _SOON_MS + self._here.jitter.below(_SOON_MS)
        self._due_at = at if self._due_at is None else min(self._due_at, at)

    def heard(self, inventory: Inventory, at: int) -> None:
        """A station says what it has."""
        if at < self._heard_at.get(inventory.station, at):
            return
        contact = self._contacts.get(inventory.station)
        if contact is None:
            return
        self._heard_at[inventory.station] = at + _HEARD_AGAIN_MS
        contact.holdings = {
            (group.station, group.incarnation): Holdings(
                group.high,
                group.complete,
                frozenset(sequence for sequence, state in group.entries if state is HeldState.WANTED),
            )
            for group in inventory.groups
        }
        self._retries.inventory_heard(inventory.station, at)

    def soonest(self) -> int:
        """When it falls due."""
        return NEVER if self._due_at is None else self._due_at

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """The inventory, when due."""
        if self._due_at is not None and self._due_at <= turn.at:
            yield Offer(Precedence.PRIORITY, Rank.INVENTORY, self._due_at, self._send)

    def next_at(self, at: int) -> int | None:
        """When it falls due."""
        return self._due_at if self._due_at is not None and self._due_at > at else None

    def _send(self, turn: Turn) -> Ready:
        self._due_at = None
        groups = held_groups(self._here)
        inventory = Inventory(
            precedence=Precedence.PRIORITY,
            station=self._here.number,
            incarnation=self._here.incarnation_bits,
            more=False,
            part=0,
            groups=groups,
        )
        payload = inventory.encode()
        self._not_before = turn.at + self._apart_ms(len(payload), turn.at)
        return Ready(payload, hop_limit=0)

    def _apart_ms(self, payload_bytes: int, at: int) -> int:
        """Until the next: all in reach together spend a third of what beacons and inventories may have of the air."""
        stations = len(self._contacts.in_reach(at)) + 1
        share_bp = self._here.policy.beacon_share_bp // 3
        fair_ms = stations * self._here.airtime(payload_bytes) * 10_000 // share_bp
        return max(self._here.policy.inventory_min_ms, fair_ms)
