"""A cell of stations with a day's trouble: traffic, lost frames, split links, failed commits and power cuts, by a seed.

What every station sent and stored comes out as one digest, so that two ways to the same decisions can be compared.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from node.core.effects import Effect
from node.core.events import ActPerformed, Composed, DutyChanged, Event
from node.core.ports import Store
from node.core.records import ItemKind
from protocol.frames import ActKind
from protocol.groups import GroupBody, GroupKind
from protocol.numbers import Address, Kind, Precedence
from tests.support.group_network import issued, membership
from tests.support.mesh import Mesh
from tests.support.network import CRISIS_STAFF, KHJ, STAFF, SmallNetwork, small_network
from tests.support.town import another_station

EVERY_STATION: Final = 7
"""The group that all stations of the cell are in."""
_BIRTH: Final = b"grp7"
_PRECEDENCES: Final = (Precedence.ROUTINE,) * 6 + (Precedence.PRIORITY,) * 3 + (Precedence.IMMEDIATE,)
_LINKED_OF_10: Final = 6


@dataclass(frozen=True, slots=True)
class Trouble:
    """What goes wrong in a run."""

    loss_pct: int = 0
    splits_per_h: int = 0
    """Times that the links of one station go for a while."""
    power_cuts_per_h: int = 0
    failed_commits_per_1000: int = 0


def cell_network(stations: int) -> SmallNetwork:
    """The small network grown to that many stations, with a group of all."""
    others = (another_station(number) for number in range(4, stations + 1))
    group = issued(GroupBody(kind=GroupKind.STATIONS, code="ALLE", name="Alle"), EVERY_STATION, birth=_BIRTH)
    return small_network(*others, group, membership(1, *range(1, stations + 1)))


class FailingMesh(Mesh):
    """Its disks refuse a commit now and then."""

    fails: Callable[[], bool] = staticmethod(lambda: False)

    def happen(self, number: int, event: Event) -> list[Effect]:
        node = self.nodes[number]
        if node.station is None or not self.fails():
            return super().happen(number, event)
        effects = node.station.handle(event, self.moment(node))
        node.store.rollback()
        node.station.withdraw(effects)
        return super().happen(number, event)


class MakeMesh(Protocol):
    """Makes the mesh that a cell lives in."""

    def __call__(self, network: SmallNetwork, *, links: tuple[tuple[int, int], ...]) -> FailingMesh:
        """With these links at first."""


class Cell:
    """Stations, most of which hear each other, and what happens to them."""

    def __init__(self, stations: int, seed: int, trouble: Trouble, *, make_mesh: MakeMesh | None = None) -> None:
        self._chance = random.Random(seed)
        self._trouble = trouble
        self._stations = stations
        in_line = [(a, a + 1) for a in range(1, stations)]
        pairs = [(a, b) for a in range(1, stations + 1) for b in range(a + 1, stations + 1)]
        self._links = sorted({*in_line, *(pair for pair in pairs if self._chance.randrange(10) < _LINKED_OF_10)})
        self.mesh = (make_mesh or FailingMesh)(cell_network(stations), links=tuple(self._links))
        self.mesh.medium = self._medium
        if trouble.failed_commits_per_1000:
            self.mesh.fails = lambda: self._chance.randrange(1000) < trouble.failed_commits_per_1000

    def run(self, hours: float, messages_per_h: int) -> None:
        """Start all and let it happen."""
        self.mesh.network.log_in(STAFF, KHJ)
        self.mesh.start()
        self.mesh.happen(STAFF, DutyChanged())
        for at_ms, act in sorted(self._happenings(hours, messages_per_h), key=lambda one: one[0]):
            self.mesh.run_for((at_ms - self.mesh.now_ms) / 1000)
            act()
        self.mesh.run_for((hours * 3_600_000 - self.mesh.now_ms) / 1000)

    def _happenings(self, hours: float, messages_per_h: int) -> Iterator[tuple[int, Callable[[], None]]]:
        chance, end_ms = self._chance, int(hours * 3_600_000)
        for _ in range(int(hours * messages_per_h)):
            yield chance.randrange(end_ms), self._compose
            yield chance.randrange(end_ms), self._acknowledge
        for _ in range(int(hours * self._trouble.splits_per_h)):
            station, at_ms = 1 + chance.randrange(self._stations), chance.randrange(end_ms)
            yield at_ms, lambda station=station: self._split(station)
            yield min(end_ms, at_ms + chance.randrange(1_800_000)), lambda station=station: self._join(station)
        for _ in range(int(hours * self._trouble.power_cuts_per_h)):
            station, at_ms = 1 + chance.randrange(self._stations), chance.randrange(end_ms)
            yield at_ms, lambda station=station: self._cut(station)
            yield min(end_ms, at_ms + chance.randrange(900_000)), lambda station=station: self._restart(station)
        for station in range(1, self._stations + 1):
            yield end_ms, lambda station=station: self._restart(station)

    def _compose(self) -> None:
        chance = self._chance
        origin, other = (1 + chance.randrange(self._stations) for _ in range(2))
        to_one = Address(Kind.STATION, other if other != origin else origin % self._stations + 1)
        to_several = (Address(Kind.FUNCTION, CRISIS_STAFF), Address(Kind.GROUP, EVERY_STATION))
        recipient = chance.choice((*(to_one,) * 6, *to_several))
        text = "Send 200 l diesel. " * chance.choice((1, 1, 2, 4, 4, 30))
        precedence = chance.choice(_PRECEDENCES)
        self.mesh.happen(origin, Composed(1, 0, recipient, text, precedence, ack_wanted=True, confidential=False))

    def _acknowledge(self) -> None:
        store = self.mesh.nodes[STAFF].store
        waiting = [
            item
            for item in store.items_changed_since(0, 1 << 20)
            if item.is_for_me and item.kind is ItemKind.MESSAGE and not store.acts_about(item.key)
        ]
        if waiting:
            self.mesh.happen(STAFF, ActPerformed(2, KHJ, waiting[0].id, ActKind.ACKNOWLEDGED))

    def _split(self, station: int) -> None:
        for a, b in self._links:
            if station in (a, b):
                self.mesh.unlink(a, b)

    def _join(self, station: int) -> None:
        for a, b in self._links:
            if station in (a, b):
                self.mesh.link(a, b)

    def _cut(self, station: int) -> None:
        node = self.mesh.nodes[station]
        if node.station is not None and self._chance.randrange(2):
            node.effects_lost = True
        elif node.station is not None:
            self.mesh.cut_power(station)

    def _restart(self, station: int) -> None:
        if self.mesh.nodes[station].station is None:
            self.mesh.start(station)

    def _medium(self, _from: int, _to: int, payload: bytes) -> bytes | None:
        return None if self._chance.randrange(100) < self._trouble.loss_pct else payload


def digest(mesh: Mesh) -> str:
    """Over all that left each station, when, and all that it stored."""
    told = sha256()
    for number, node in mesh.nodes.items():
        for at_ms, payload in zip(node.sent_at, node.sent, strict=True):
            told.update(b"%d %d %s\n" % (number, at_ms, payload))
        for row in _stored(node.store):
            told.update(repr(row).encode())
        assert node.here is not None, "every station was started"
        told.update(repr(sorted((reason.name, times) for reason, times in node.here.drops.items())).encode())
    return told.hexdigest()


def _stored(store: Store) -> Iterator[object]:
    yield store.last_change()
    yield store.anchor()
    for item in store.items_changed_since(0, 1 << 20):
        yield item
        yield from (*store.deliveries(item.id), *store.custodians(item.id), *store.proofs(item.id))
        yield [act.id for act in store.acts_about(item.key)]
    yield from (*store.owed(1 << 20), *store.all_seen(), *store.alarms(), *store.told(), store.airtime_since(0))
    for chain in store.log_chains():
        yield from (store.log_head(chain), *store.checkpoints(chain))
    for station in store.witnessed_stations():
        yield store.witnesses(station)
