"""What must hold after every run, whatever happened in it (DESIGN section 10).

* Nothing that was accepted, or had arrived, is missing while its store is there.
* Each message arrives once at each station, and is one that somebody wrote.
* Nobody is told more than is so: who believes that it arrived, is right, from the moment of believing it.
* No radio sent more than the law allows in any rolling hour.
* Every queue is within its bound.
* After the last disturbance everything that can settle has settled.

All of it is about honest stations: what a captured one does, says or loses is nobody's promise.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from node.core.records import Item, ItemKey, Rung
from node.core.trust_records import StatementStanding
from node.simulation.bounds import Bounds
from node.simulation.landscape import radio_name
from node.simulation.watching import Arrived, Fact, OnAir, WasAccepted, WasRefused
from node.simulation.world import World

LEGAL_BP: Final = 1_000
"""10 % of any hour (EU868, 869.4 to 869.65 MHz)."""
_HOUR_S: Final = 3_600.0
_MINUTE_S: Final = 60.0
_ALL: Final = 1_000_000
"""More items than any run makes."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant does not hold."""

    rule: str
    """One word: `lost`, `twice`, `forged`, `misled`, `airtime`, `bound`, `unsettled`, `undelivered`."""
    what: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.what}"


class Ledger:
    """Notes what the invariants are about. Implements `node.simulation.watching.Watcher`."""

    def __init__(self) -> None:
        self.accepted: list[tuple[int, Item]] = []
        """Station and what it accepted of its own people."""
        self.arrived: list[tuple[int, Item, float]] = []
        """Station, what arrived there, and when."""
        self.accepted_s: dict[bytes, float] = {}
        """When, by fingerprint."""
        self.refused = 0
        """Requests of people that were not accepted."""
        self.sent_us: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        """Airtime by radio and minute of its beginning."""

    def saw(self, fact: Fact, now_s: float) -> None:
        """Note a fact."""
        match fact:
            case WasAccepted(station, item):
                self.accepted.append((station, item))
                self.accepted_s.setdefault(item.fingerprint, now_s)
            case WasRefused():
                self.refused += 1
            case Arrived(station, item):
                self.arrived.append((station, item, now_s))
            case OnAir():
                self.sent_us[fact.radio][int(now_s // _MINUTE_S)] += fact.airtime_us
            case _:
                pass


def broken(world: World, ledger: Ledger, bounds: Bounds | None = None, *, must_settle: bool = True) -> list[Broken]:
    """Return what does not hold at the end of a run, and which queues were over their bounds when somebody looked."""
    bounds = Bounds(world) if bounds is None else bounds
    bounds.look()
    found = [
        *_lost(world, ledger),
        *_not_once(world, ledger),
        *_misled(world),
        *_over_the_law(world, ledger),
        *(Broken("bound", over) for over in bounds.over()),
    ]
    if must_settle:
        found += _unsettled(world)
    return found


def _lost(world: World, ledger: Ledger) -> Iterator[Broken]:
    held = [(station, item) for station, item in ledger.accepted]
    held += [(station, item) for station, item, _ in ledger.arrived]
    for station, item in held:
        if world.boxes[station].store.item_by_fingerprint(item.fingerprint) is None:
            yield Broken("lost", f"{name_of(item)} at station {station}")


def _not_once(world: World, ledger: Ledger) -> Iterator[Broken]:
    seen: set[tuple[int, bytes]] = set()
    for station, item, _ in ledger.arrived:
        if (station, item.fingerprint) in seen:
            yield Broken("twice", f"{name_of(item)} at station {station}")
        seen.add((station, item.fingerprint))
        # Who wrote it has it, though power may have failed before that was said to anybody.
        if item.issuer in world.scenario.captured:
            continue
        written = world.boxes[item.issuer].store.item_by_fingerprint(item.fingerprint)
        if written is None or not written.is_mine:
            yield Broken("forged", f"{name_of(item)} at station {station}")
    for station, box in sorted(world.honest.items()):
        believed = {one.raw for one in box.store.statements() if one.standing is StatementStanding.BELIEVED}
        if not believed <= {*world.cast.statements, *world.cast.revocations}:
            yield Broken("forged", f"a certificate at station {station}")


def _misled(world: World) -> Iterator[Broken]:
    for number, item, other in world.beliefs.wrong:
        yield Broken("misled", f"station {number} believed {name_of(item)} at {other} before it was there")
    honest = world.honest
    for number, box in sorted(honest.items()):
        for item in box.store.items_changed_since(0, _ALL):
            for delivery in box.store.deliveries(item.id):
                if delivery.station not in honest or delivery.rung not in (Rung.AT_STATION, Rung.UNATTENDED):
                    continue
                there = honest[delivery.station].store.item_by_fingerprint(item.fingerprint)
                if there is None:
                    yield Broken("misled", f"station {number} believes {name_of(item)} at {delivery.station}")


def _over_the_law(world: World, ledger: Ledger) -> Iterator[Broken]:
    for number in sorted(world.honest):
        radio, minutes = radio_name(number), ledger.sent_us[radio_name(number)]
        for first in sorted(minutes):
            sent_us = sum(minutes.get(minute, 0) for minute in range(first, first + 60))
            if sent_us / 1e6 > _HOUR_S * LEGAL_BP / 10_000:
                yield Broken("airtime", f"{radio} sent {sent_us / 1e6:.0f} s in the hour from minute {first}")
                break


def _unsettled(world: World) -> Iterator[Broken]:
    honest = world.honest
    for number, box in sorted(honest.items()):
        if box.station is None:
            continue
        # By the items: what a station would not look at any more may be missing among its open deliveries.
        for item in box.store.items_changed_since(0, _ALL):
            for delivery in box.store.deliveries(item.id) if item.is_mine else ():
                is_there = delivery.station in honest and honest[delivery.station].station is not None
                if is_there and not delivery.rung.is_final:
                    yield Broken("unsettled", f"{name_of(item)} of station {number} towards {delivery.station}")


def name_of(item: Item) -> str:
    """Return what to call an item in what is told of a run."""
    key: ItemKey = item.key
    return f"{item.kind.name.lower()} {key.station}/{key.incarnation}/{key.sequence}"
