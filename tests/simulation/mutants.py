"""Stations that are wrong on purpose: the invariants must see it. `python -m tests.simulation.mutants`.

acts before the commit       effects leave, then the store is committed, and power may fail between
forgets timers at boot       what was open before a start is not looked at any more unless something touches it
receipts a first copy only   a duplicate, or a question for proof, is never answered
frees custody on a MAC       whoever hears a code, verified or not, takes it for the proof; word of custody as well

Each runs over a small network with losses and power cuts, until a seed catches it.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from hardware.airtime import PRESETS
from hardware.simulated.identity import Generation
from node.core.effects import Effect
from node.core.events import Event, FrameHeard
from node.core.moment import Moment
from node.core.records import EVERYONE, Delivery, Item, ItemKey, ReceiptOwed, Rung
from node.core.station import Station
from node.core.surroundings import Surroundings
from node.simulation.box import Box
from node.simulation.invariants import Broken
from node.simulation.rehearsal import rehearse
from node.simulation.scenario import Barrier, FaultKind, FaultRates, Place, Scenario, StationPlan, Traffic
from node.simulation.world import Means
from node.store.memory import MemoryStore
from protocol.bundles import issuer_of
from protocol.decode import decode
from protocol.frames import Bundle, HoldState, Receipt
from protocol.numbers import Reference

SEEDS_MAX: Final = 50
"""Within so many each must be caught."""
SCENARIO: Final = Scenario(
    title="Four stations, the last of which two others cannot hear",
    duration_s=1.75 * 3600,
    preset=PRESETS["MEDIUM_FAST"],
    generation=Generation.V2_7,
    stations=tuple(StationPlan(number, f"S{number}", "Nr.", Place(700.0 * number, 0.0)) for number in range(1, 5)),
    frame_loss=0.3,
    barriers=(Barrier(1, 4), Barrier(2, 4)),
    traffic=Traffic(messages_per_hour=60.0, answered_share=0.3, quiet_s=1.25 * 3600),
    faults=FaultRates(((FaultKind.POWER_CUT, 500.0),), outage_s=60.0),
)


class ActsBeforeCommit(Box):
    """Lets effects leave, and commits after the last."""

    def _decide(self, event: Event) -> None:
        assert self.station is not None
        self.handled += 1
        effects = self.station.handle(event, self.moment)
        self._is_busy = True
        self._scheduler.call_at(self._scheduler.now_s() + self._work_s(), partial(self._leave, self.life, effects))

    def _leave(self, life: int, effects: Sequence[Effect]) -> None:
        if life != self.life:
            return
        for effect in effects:
            if self._blows():
                return
            self._carry_out(effect)
            if life != self.life:
                return
        if self._blows():
            return
        self.store.commit()
        super()._leave(life, ())


class ForgetfulStore(MemoryStore):
    """Shows of deliveries and receipts that are open only what was touched since the last start."""

    def __init__(self) -> None:
        super().__init__()
        self._touched: set[tuple[int, int]] = set()
        self._owed_since: set[tuple[int, HoldState]] = set()

    def began(self) -> None:
        """The station starts."""
        self._touched.clear()
        self._owed_since.clear()

    def put_delivery(self, delivery: Delivery) -> None:
        self._touched.add((delivery.item_id, delivery.station))
        super().put_delivery(delivery)

    def open_deliveries(self, limit: int) -> Sequence[tuple[Item, Delivery]]:
        rows = super().open_deliveries(limit)
        return [(item, row) for item, row in rows if (row.item_id, row.station) in self._touched]

    def put_owed(self, owed: ReceiptOwed) -> None:
        self._owed_since.add((owed.item_id, owed.state))
        super().put_owed(owed)

    def owed(self, limit: int) -> Sequence[ReceiptOwed]:
        return [row for row in super().owed(limit) if (row.item_id, row.state) in self._owed_since]


def forgetting(here: Surroundings) -> Station:
    """Make a station that forgets what it wanted to do."""
    assert isinstance(here.store, ForgetfulStore)
    here.store.began()
    return Station(here)


class ReceiptsOnceStore(MemoryStore):
    """Owes no receipt that was given before."""

    def __init__(self) -> None:
        super().__init__()
        self._given: set[tuple[int, HoldState]] = set()
        self._given_now: set[tuple[int, HoldState]] = set()

    def commit(self) -> None:
        super().commit()
        self._given |= self._given_now
        self._given_now.clear()

    def rollback(self) -> None:
        super().rollback()
        self._given_now.clear()

    def put_owed(self, owed: ReceiptOwed) -> None:
        place = (owed.item_id, owed.state)
        if owed.mac_at is None and owed.digest_at is None:
            self._given_now.add(place)
        if place not in self._given:
            super().put_owed(owed)


class FreesOnMac(Station):
    """Takes any code that it hears for the recipient's signature."""

    def __init__(self, here: Surroundings) -> None:
        super().__init__(here)
        self._around = here

    def handle(self, event: Event, now: Moment) -> list[Effect]:
        if isinstance(event, FrameHeard):
            for station, about, state in self._codes(event.payload):
                self._believe(station, about, state)
        return super().handle(event, now)

    def _codes(self, payload: bytes) -> list[tuple[int, Reference, HoldState]]:
        frame = decode(payload)
        if isinstance(frame, Receipt):
            return [(frame.station, frame.about, frame.state)]
        if not isinstance(frame, Bundle):
            return []
        issuer, bits = issuer_of(frame.main), self._around.incarnation_bits  # The same of all: none is replaced here.
        return [(issuer, Reference(rider.station, bits, rider.sequence), rider.state) for rider in frame.riders]

    def _believe(self, station: int, about: Reference, state: HoldState) -> None:
        store = self._around.store
        incarnation = self._around.roster.full_incarnation(about.station, about.incarnation)
        item = None if incarnation is None else store.message(ItemKey(about.station, incarnation, about.sequence))
        for delivery in store.deliveries(item.id) if item is not None else ():
            is_meant = delivery.station == station or state is HoldState.CUSTODY
            if item is not None and is_meant and delivery.station != EVERYONE and not delivery.rung.is_final:
                store.put_delivery(replace(delivery, rung=Rung.AT_STATION, next_at=None))
                store.touch_item(item.id, store.take_change())
                self._machines.deliveries.forget_cache()


@dataclass(frozen=True, slots=True)
class Mutant:
    """One way of being wrong."""

    name: str
    make_means: Callable[[], Means]
    rules: frozenset[str]
    """Of these one must be broken."""


MUTANTS: Final = (
    Mutant("acts before the commit", lambda: Means(make_box=ActsBeforeCommit), frozenset({"lost", "twice", "forged"})),
    Mutant(
        "forgets timers at boot",
        lambda: Means(make_store=lambda number: ForgetfulStore(), make_station=forgetting),
        frozenset({"unsettled"}),
    ),
    Mutant(
        "receipts a first copy only",
        lambda: Means(make_store=lambda number: ReceiptsOnceStore()),
        frozenset({"unsettled"}),
    ),
    Mutant("frees custody on a MAC", lambda: Means(make_station=FreesOnMac), frozenset({"misled"})),
)


@dataclass(frozen=True, slots=True)
class Caught:
    """The first seed that shows a mutant up."""

    seed: int
    broken: tuple[Broken, ...]


def caught(mutant: Mutant, seeds: Sequence[int] = range(1, SEEDS_MAX + 1)) -> Caught | None:
    """Run a mutant until an invariant that is about its fault breaks; None when no seed did."""
    for seed in seeds:
        broken = rehearse(SCENARIO, seed, means=mutant.make_means()).broken
        if any(each.rule in mutant.rules for each in broken):
            return Caught(seed, broken)
    return None


def main(arguments: list[str] | None = None) -> int:
    """Catch each; the exit code."""
    argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__).parse_args(arguments)
    escaped = 0
    for mutant in MUTANTS:
        found = caught(mutant)
        if found is None:
            escaped += 1
            sys.stdout.write(f"{mutant.name}: not caught within {SEEDS_MAX} seeds\n")
            continue
        whole = rehearse(SCENARIO, found.seed).broken
        escaped += bool(whole)
        clean = f"broken as well: {whole[0]}" if whole else "clean"
        sys.stdout.write(f"{mutant.name}: seed {found.seed}, {found.broken[0]}; without the fault {clean}\n")
    return 1 if escaped else 0


if __name__ == "__main__":
    sys.exit(main())
