"""What goes wrong: drawn from the scenario's rates, one station at a time, so that a run is named by its seed."""

import random
from collections.abc import Mapping
from functools import partial
from typing import Final

from hardware.simulated.scheduler import Scheduler
from node.simulation.box import Box
from node.simulation.power import Supply
from node.simulation.scenario import FaultKind, Scenario
from node.simulation.watching import StepMade, Watcher

STEPS_MAX: Final = 12
"""A power cut comes at one of so many steps of deciding, committing and acting from now on."""
CLOCK_STEP_S: Final = 86_400.0
"""A clock jumps at most so far, either way."""
SET_RIGHT_S: Final = 3_600.0
"""After a while somebody notices and sets a wrong clock."""


class Faults:
    """Lets things go wrong.

    Args:
        scenario: how often.
        boxes: the stations, by number.
        supplies: their power.
        scheduler: of the simulation.
        chance: draws what fails when.
        watcher: told of each.
    """

    def __init__(
        self,
        scenario: Scenario,
        boxes: Mapping[int, Box],
        supplies: Mapping[int, Supply],
        scheduler: Scheduler,
        chance: random.Random,
        watcher: Watcher,
    ) -> None:
        self._scenario = scenario
        self._boxes = boxes
        self._supplies = supplies
        self._scheduler = scheduler
        self._chance = chance
        self._watcher = watcher
        self._end_s = scenario.duration_s - scenario.traffic.quiet_s

    def begin(self) -> None:
        """Plan the first of each kind."""
        for kind, per_day in self._scenario.faults.per_day:
            if per_day > 0:
                self._next_at(0.0, kind, per_day * len(self._boxes) / 86_400)

    def _next_at(self, after_s: float, kind: FaultKind, rate: float) -> None:
        at_s = after_s + self._chance.expovariate(rate)
        if at_s < self._end_s:
            self._scheduler.call_at(at_s, partial(self._happen, kind, rate))

    def _happen(self, kind: FaultKind, rate: float) -> None:
        now_s = self._scheduler.now_s()
        self._next_at(now_s, kind, rate)
        number = self._chance.choice(sorted(self._boxes))
        lasts_s = self._chance.expovariate(1 / self._scenario.faults.outage_s)
        steps, step_s = self._chance.randrange(STEPS_MAX), self._chance.uniform(-CLOCK_STEP_S, CLOCK_STEP_S)
        box, supply = self._boxes[number], self._supplies[number]
        self._watcher.saw(StepMade(number, kind.value), now_s)
        match kind:
            case FaultKind.POWER_CUT:
                box.blow_in(steps, partial(self._cut, supply, lasts_s))
            case FaultKind.RADIO_RESTART:
                box.radio_restarts()
            case FaultKind.HOST_AWAY:
                box.restart("restart")
            case FaultKind.CLOCK_STEP:
                box.clock.step(int(step_s * 1000))
                self._scheduler.call_at(now_s + SET_RIGHT_S, box.clock.set_right)
            case FaultKind.CLOCK_LOST:
                box.clock.is_trusted = False
                self._scheduler.call_at(now_s + SET_RIGHT_S, box.clock.set_right)
            case FaultKind.SILENCED:
                box.radio.switch_off()
                self._scheduler.call_at(now_s + lasts_s, partial(_antenna_back, box))

    def _cut(self, supply: Supply, lasts_s: float) -> None:
        supply.hold_off(off=True)
        self._scheduler.call_at(self._scheduler.now_s() + lasts_s, partial(supply.hold_off, off=False))


def _antenna_back(box: Box) -> None:
    if box.has_power:
        box.radio_restarts()
