"""A scenario and a seed become a running network: everything is built here, and everything is drawn from the seed.

Each part draws from its own source, so that one more fault does not change what people write.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from hardware.channel_price import ChannelPrice
from hardware.simulated.air import Air, AirFrame
from hardware.simulated.bare_radio import BareRadio
from hardware.simulated.propagation import TOWN, LogDistance
from hardware.simulated.reception import Capture
from hardware.simulated.scheduler import VirtualScheduler
from hardware.simulated.stranger import Habit, Stranger
from node.core.judging import joined
from node.core.policy import Policy
from node.core.ports import Store
from node.core.station import Station
from node.core.surroundings import Surroundings
from node.forms.loading import shipped_forms
from node.simulation.beliefs import Beliefs
from node.simulation.box import Box
from node.simulation.box_clock import BEGIN_UTC_MS, BoxClock
from node.simulation.cast import Cast, CastSigner
from node.simulation.couriers import Rounds
from node.simulation.faults import Faults
from node.simulation.frame_types import main_type
from node.simulation.hostile import Hostile
from node.simulation.landscape import Landscape, hostile_number, node_number, radio_name
from node.simulation.loot import Loot
from node.simulation.people import People
from node.simulation.power import Supply, plan_mains
from node.simulation.revocations import Revocations
from node.simulation.scenario import Scenario, StationPlan
from node.simulation.verification import MemoisedSignatures
from node.simulation.watching import OnAir, RadioSwitched, Watcher, Watchers
from node.store.memory import MemoryStore

EVENT_S: Final = 0.002
"""What a board needs for an event besides signatures: decoding, deciding, one commit on a good card."""
VERIFICATION_S: Final = 0.0006
"""Of one signature on a Raspberry Pi 4."""


class SeededJitter:
    """Spread that a seed repeats. Implements `node.core.ports.Jitter`."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def below(self, bound_ms: int) -> int:
        """An integer from 0 up to, not including, the bound."""
        return self._chance.randrange(bound_ms) if bound_ms > 0 else 0


@dataclass(frozen=True, slots=True)
class Means:
    """How stations are made; what a test replaces to see whether it is noticed."""

    make_store: Callable[[int], Store] = lambda number: MemoryStore()
    make_station: Callable[[Surroundings], Station] = Station
    make_box: type[Box] = Box
    policy: Policy = field(default_factory=Policy)


class World:
    """All of a scenario, ready to run.

    Args:
        scenario: what there is and what happens.
        seed: draws all chances.
        watcher: told every fact.
        means: how stations are made.
    """

    def __init__(self, scenario: Scenario, seed: int, *watchers: Watcher, means: Means | None = None) -> None:
        self.scenario = scenario
        self.seed = seed
        self.means = means or Means()
        self.scheduler = VirtualScheduler()
        self.signatures = MemoisedSignatures()
        self.cast = Cast(scenario, seed)
        capture = Capture(scenario.preset.symbol_us)
        self.air = Air(self.scheduler, scenario.preset, self._chance("air"), capture=capture)
        self.air.watch(self._on_air)
        self.air.watch_antennas(*(partial(self._switched, is_on=on) for on in (True, False)))
        self.boxes: dict[int, Box] = {}
        self._forms = shipped_forms()
        self._price = ChannelPrice(scenario.preset)
        self._price.radio_runs(f"{scenario.generation}.0")
        self._watcher = Watchers()
        self._charged = 0
        self._radios: dict[int, str] = {}
        self.people = People(scenario, self.boxes, self.scheduler, self._chance("people"))
        self.beliefs = Beliefs(self.boxes, scenario.captured)
        self._watcher = Watchers(*watchers, self.people, self.beliefs)
        for plan in scenario.stations:
            self.boxes[plan.number] = self._box(plan)
        self.supplies = {
            plan.number: Supply(self.boxes[plan.number], plan.battery, self.scheduler) for plan in scenario.stations
        }
        self.landscape = Landscape(scenario, self.air, self.scheduler, LogDistance(seed, TOWN), self._watcher)
        self._faults = Faults(
            scenario, self.boxes, self.supplies, self.scheduler, self._chance("faults"), self._watcher
        )
        self._rounds = [Rounds(courier, self.boxes, self.scheduler, self._watcher) for courier in scenario.couriers]
        self._revocations = Revocations(scenario, self.cast, self.boxes, self.scheduler, self._watcher)
        self.hostiles = [self._hostile(nth) for nth in range(len(scenario.hostiles))]
        self._began = False

    @property
    def honest(self) -> dict[int, Box]:
        """The stations that nobody has captured, by number."""
        return {number: box for number, box in self.boxes.items() if number not in self.scenario.captured}

    def run(self, until_s: float | None = None) -> None:
        """Let time pass, to the scenario's end unless told otherwise."""
        if not self._began:
            self._began = True
            self._begin()
        self.scheduler.run_until(self.scenario.duration_s if until_s is None else until_s)

    def _begin(self) -> None:
        self.landscape.begin()
        for plan in self.scenario.strangers:
            Stranger(
                plan.name,
                Habit(plan.packets_per_hour, plan.lora_bytes),
                air=self.air,
                scheduler=self.scheduler,
                chance=self._chance(f"stranger {plan.name}"),
            )
        chance = self._chance("start")
        for number in self.scenario.captured:
            self.supplies[number].take_away()
        for supply in self.supplies.values():
            # A network is not switched on within one second: a minute.
            self.scheduler.call_at(chance.uniform(0, 60), supply.begin)
        plan_mains(self.scenario, self.supplies, self.scheduler)
        self.people.begin()
        self._faults.begin()
        self._revocations.begin()
        for rounds in self._rounds:
            rounds.begin()
        for hostile in self.hostiles:
            hostile.begin()

    def _on_air(self, radio: str, frame: AirFrame, airtime_us: int) -> None:
        sender = self._radios.get(frame.from_node)
        main = None if sender is None else main_type(frame.data)
        fact = OnAir(radio, airtime_us, frame.lora_bytes, sender != radio, main)
        self._watcher.saw(fact, self.scheduler.now_s())

    def _switched(self, radio: str, *, is_on: bool) -> None:
        self._watcher.saw(RadioSwitched(radio, is_on), self.scheduler.now_s())

    def _chance(self, use: str) -> random.Random:
        return random.Random(f"{self.seed} {use}")  # noqa: S311 - a draw to repeat, no secret

    def _hostile(self, nth: int) -> Hostile:
        plan, number = self.scenario.hostiles[nth], hostile_number(self.scenario, nth)
        loot = Loot(
            *(self.scenario, self.cast, plan.station, self._chance(f"hostile {number}")),
            utc_ms=lambda: BEGIN_UTC_MS + int(self.scheduler.now_s() * 1000),
        )
        return Hostile(plan, loot, self._radio(number, f"hostile radio {number}"), self.scheduler)

    def _radio(self, number: int, use: str) -> BareRadio:
        self._radios[node_number(number)] = radio_name(number)
        return BareRadio(
            radio_name(number),
            node_number(number),
            self.scenario.generation,
            air=self.air,
            scheduler=self.scheduler,
            chance=self._chance(use),
        )

    def _box(self, plan: StationPlan) -> Box:
        store = self.means.make_store(plan.number)
        radio = self._radio(plan.number, f"radio {plan.number}")
        signer = CastSigner(self.cast, plan)
        jitter = SeededJitter(self._chance(f"station {plan.number}"))
        return self.means.make_box(
            plan.number,
            store=store,
            make_station=partial(self._station, plan.number, store, signer, jitter),
            radio=radio,
            clock=BoxClock(plan.number, plan.clock),
            scheduler=self.scheduler,
            work_s=self._work_s,
            boot_s=plan.boot_s,
            watcher=self._watcher,
        )

    def _station(
        self, number: int, store: Store, signer: CastSigner, jitter: SeededJitter
    ) -> tuple[Station, Sequence[bytes]]:
        roster = joined(store, self.cast.roster)
        signer.use_roster(roster)
        certificate = roster.station(number)
        here = Surroundings(
            number=number,
            incarnation=certificate.body.incarnation if certificate is not None else 1,
            roster=roster,
            store=store,
            signer=signer,
            signatures=self.signatures,
            jitter=jitter,
            airtime=self._price,
            policy=self.means.policy,
            forms=self._forms,
            direct=self._price,
        )
        return self.means.make_station(here), self.cast.statements

    def _work_s(self) -> float:
        """What a board needed since this was asked last: one station works at a time."""
        verifications = self.signatures.asked - self._charged
        self._charged = self.signatures.asked
        return EVENT_S + verifications * VERIFICATION_S
