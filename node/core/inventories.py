"""What this station has, said compactly per origin after a silence, so that only the gap travels.

Sent after a start, after the radio's return and when a station comes into reach; at most one in a while. Hints only.
"""

from collections.abc import Iterator

from node.core.agenda import NEVER
from node.core.contacts import Contacts, Holdings
from node.core.offers import Offer, Rank, Ready
from node.core.policy import GAPS_PER_GROUP_MAX, INVENTORY_GROUPS_MAX
from node.core.records import Seen
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
PARTS_MAX = 8
"""Three bits: 320 origins; those with the lowest numbers are left out beyond."""
_PART_MS = 2_000
"""Between two parts, plus as much at random: others may speak between them."""
_HEADER_BYTES = 4
_GROUP_BYTES = 4
_ENTRY_BYTES = 2


def held_groups(here: Surroundings) -> tuple[Group, ...]:
    """What this station has of each origin, ascending; the gaps it knows of as wanted. At most what all parts hold."""
    return tuple(_group(seen) for seen in here.store.all_seen()[-INVENTORY_GROUPS_MAX * PARTS_MAX :])


def parts(groups: tuple[Group, ...]) -> list[tuple[Group, ...]]:
    """The groups as they go, each part in a frame of its own; one at least, and `PARTS_MAX` at most."""
    cut: list[list[Group]] = [[]]
    room = FRAME_BYTES_MAX - _HEADER_BYTES
    for group in groups:
        size = _GROUP_BYTES + _ENTRY_BYTES * len(group.entries)
        if size > room or len(cut[-1]) == INVENTORY_GROUPS_MAX:
            cut.append([])
            room = FRAME_BYTES_MAX - _HEADER_BYTES
        cut[-1].append(group)
        room -= size
    return [tuple(part) for part in cut[:PARTS_MAX]]


def _group(seen: Seen) -> Group:
    wanted = tuple((sequence, HeldState.WANTED) for sequence in missing(seen, GAPS_PER_GROUP_MAX))
    return Group(seen.station, seen.incarnation & 0b11, seen.high, is_complete(seen), wanted)


class Inventories:
    """Sends and takes in INVENTORY frames."""

    def __init__(self, here: Surroundings, contacts: Contacts, retries: Retries) -> None:
        self._here = here
        self._contacts = contacts
        self._retries = retries
        self._due_at: int | None = None
        self._not_before = 0
        self._part = 0
        """The next to go."""
        self._heard_at: dict[int, int] = {}

    def begin(self, at: int) -> None:
        """The station or its radio has just come up: what came meanwhile is unknown."""
        self._not_before = at
        self._part = 0
        self.schedule(at + 2 * _SOON_MS)

    def stop(self) -> None:
        """Without a radio there is nobody to tell."""
        self._due_at = None

    def schedule(self, at: int) -> None:
        """Send one soon, if the last is long enough ago."""
        at = max(at, self._not_before) + _SOON_MS + self._here.jitter.below(_SOON_MS)
        self._due_at = at if self._due_at is None else min(self._due_at, at)

    def heard(self, inventory: Inventory, at: int) -> None:
        """A station says what it has, or a part of it."""
        contact = self._contacts.get(inventory.station)
        if contact is None:
            return
        if inventory.part == 0:
            if at < self._heard_at.get(inventory.station, at):
                return
            self._heard_at[inventory.station] = at + _HEARD_AGAIN_MS
            contact.holdings, contact.parts_heard = {}, 0
        elif contact.holdings is None or inventory.part != contact.parts_heard:
            return  # One before it was lost, or it is a copy: what it does not name stays unknown.
        assert contact.holdings is not None, "it is there since the first part"
        contact.parts_heard += 1
        contact.is_whole = not inventory.more
        contact.holdings |= {
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
        all_parts = parts(held_groups(self._here))
        part = min(self._part, len(all_parts) - 1)
        has_more = part + 1 < len(all_parts)
        inventory = Inventory(
            precedence=Precedence.PRIORITY,
            station=self._here.number,
            incarnation=self._here.incarnation_bits,
            more=has_more,
            part=part,
            groups=all_parts[part],
        )
        payload = inventory.encode()
        self._part = part + 1 if has_more else 0
        self._due_at = turn.at + _PART_MS + self._here.jitter.below(_PART_MS) if has_more else None
        if part == 0:
            self._not_before = turn.at + self._apart_ms(len(payload), len(all_parts), turn.at)
        return Ready(payload, hop_limit=0)

    def _apart_ms(self, payload_bytes: int, frames: int, at: int) -> int:
        """Until the next: all in reach together spend a third of what beacons and inventories may have of the air."""
        stations = len(self._contacts.in_reach(at)) + 1
        share_bp = self._here.policy.beacon_share_bp // 3
        fair_ms = stations * frames * self._here.airtime(payload_bytes) * 10_000 // share_bp
        return max(self._here.policy.inventory_min_ms, fair_ms)
