"""Every queue of a station that has a bound, held against it: what is in the store, and what waits in memory."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator

from node.core.policy import (
    ALARMS_OF_A_KIND_MAX,
    ARRIVALS_OF_ONE_MAX,
    ARRIVALS_WITHIN_MS,
    ARRIVING_MAX,
    ARRIVING_OF_ONE_MAX,
    AWAITING_MAX,
    CARRIED_DELIVERIES_MAX,
    CONTACTS_MAX,
    CONTRADICTIONS_MAX,
    CUSTODY_ITEMS_MAX,
    DRAFTS_MAX,
    OPEN_DELIVERIES_MAX,
    QUARANTINE_FRAMES_MAX,
    QUARANTINE_OF_ONE_MAX,
    RADIO_FRAMES_MAX,
    REVOKED_USES_MAX,
)
from node.core.ports import Store
from node.core.queues import Queue
from node.core.snapshot import StationSnapshot
from node.core.trust_records import StatementStanding
from node.simulation.box import Box
from node.simulation.world import World

_ALL = 1_000_000
"""More rows than any run makes."""


class Bounds:
    """Looks now and then in a run, and remembers what was ever over its bound.

    Args:
        world: whose honest stations are looked at.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._over: dict[tuple[int, str], Queue] = {}

    def look(self) -> None:
        """Hold every queue against its bound, as it is now."""
        for number, box in sorted(self._world.honest.items()):
            for queue in queues(box):
                if queue.held > queue.most:
                    self._over.setdefault((number, queue.name), queue)

    def over(self) -> Iterator[str]:
        """What was over its bound."""
        for (number, name), queue in sorted(self._over.items()):
            yield f"station {number}: {name} {queue.held}, at most {queue.most}"


def queues(box: Box) -> Iterator[Queue]:
    """All of a station; what waits in memory only while it runs."""
    yield from _stored(box.store)
    if box.station is not None:
        snapshot = box.station.snapshot(box.moment)
        yield from snapshot.queues
        yield from _shown(snapshot, box.store)


def _stored(store: Store) -> Iterator[Queue]:
    open_now = store.open_deliveries(_ALL)
    yield Queue("open deliveries", len(open_now), OPEN_DELIVERIES_MAX)
    yield Queue("carried deliveries", sum(not item.is_mine for item, _ in open_now), CARRIED_DELIVERIES_MAX)
    carried = {item.id: item.issuer for item, _ in open_now if not item.is_mine and not item.is_for_me}
    yield Queue("items carried of one", _most(carried.values()), CUSTODY_ITEMS_MAX)
    quarantined = store.quarantined()
    yield Queue("quarantine", len(quarantined), QUARANTINE_FRAMES_MAX)
    yield Queue("quarantine of one", _most(one.claimed for one in quarantined), QUARANTINE_OF_ONE_MAX)
    arriving = store.all_arriving()
    yield Queue("arriving", len(arriving), ARRIVING_MAX)
    yield Queue("arriving of one", _most(one.key.station for one in arriving), ARRIVING_OF_ONE_MAX)
    yield Queue("alarms of a kind", _most(one.kind for one in store.alarms()), ALARMS_OF_A_KIND_MAX + 1)
    against = sum(one.standing is StatementStanding.CONTRADICTS for one in store.statements())
    yield Queue("contradictions", against, CONTRADICTIONS_MAX)
    yield Queue("drafts", store.count_drafts(), DRAFTS_MAX)
    yield Queue("awaiting release", len(store.awaiting()), AWAITING_MAX)


def _shown(snapshot: StationSnapshot, store: Store) -> Iterator[Queue]:
    yield Queue("frames in radio", snapshot.frames_in_radio, RADIO_FRAMES_MAX)
    yield Queue("contacts", len(snapshot.contacts), CONTACTS_MAX)
    yield Queue("revoked uses", len(snapshot.revoked_uses), REVOKED_USES_MAX)
    since = snapshot.at - ARRIVALS_WITHIN_MS
    items = store.items_changed_since(0, _ALL)
    arrived = (one.issuer for one in items if one.is_for_me and not one.is_mine and one.accepted_at > since)
    yield Queue("arrived of one in a day", _most(arrived), ARRIVALS_OF_ONE_MAX)


def _most(of: Iterable[Hashable]) -> int:
    """How many there are of what there is most of."""
    return max(Counter(of).values(), default=0)
