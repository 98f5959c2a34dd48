"""Mains and batteries: when a station has power.

On mains a battery is charged within some hours; without them it lasts as long as what is in it feeds the load. What is
left in it decides; a machine that was cut off by a fault draws nothing meanwhile.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from hardware.simulated.scheduler import Scheduler, Timer
from node.simulation.box import Box
from node.simulation.scenario import Battery, Scenario

CHARGE_W: Final = 15.0
"""What a charger of the usual size gives (5 V, 3 A)."""


class Supply:
    """The power of one station.

    Args:
        box: switched by it.
        battery: None for mains alone.
        scheduler: of the simulation.
    """

    def __init__(self, box: Box, battery: Battery | None, scheduler: Scheduler) -> None:
        self._box = box
        self._battery = battery
        self._scheduler = scheduler
        self._left_wh = battery.capacity_wh if battery is not None else 0.0
        self._since_s = 0.0
        self._has_mains = True
        self._is_held_off = False
        self._is_taken = False
        self._empty: Timer | None = None

    @property
    def is_fed(self) -> bool:
        """Whether there is anything to run on."""
        self._reckon()
        return self._has_mains or self._left_wh > 0

    def left_share(self) -> float:
        """What is in the battery, 0 to 1; 1 without one while there are mains."""
        self._reckon()
        if self._battery is None:
            return 1.0 if self._has_mains else 0.0
        return self._left_wh / self._battery.capacity_wh

    def begin(self) -> None:
        """Switch the station on."""
        self._settle()

    def take_away(self) -> None:
        """Somebody takes the machine, and it never runs again."""
        self._is_taken = True
        self._settle("taken")

    def mains(self, *, there: bool) -> None:
        """Mains come or go."""
        self._reckon()
        self._has_mains = there
        self._settle()

    def hold_off(self, *, off: bool) -> None:
        """A fault keeps the machine without power, or lets it have it again."""
        self._reckon()
        self._is_held_off = off
        self._settle("fault")

    def _settle(self, cause: str = "battery") -> None:
        if self._empty is not None:
            self._empty.cancel()
            self._empty = None
        if self._is_taken or self._is_held_off or not (self._has_mains or self._left_wh > 0):
            self._box.cut_power(cause)
            return
        self._box.power_up()
        if not self._has_mains and self._battery is not None:
            lasts_s = self._left_wh / self._battery.load_w * 3600
            self._empty = self._scheduler.call_at(self._scheduler.now_s() + lasts_s, self._run_down)

    def _run_down(self) -> None:
        self._reckon()
        self._left_wh = 0.0
        self._settle()

    def _reckon(self) -> None:
        """Bring what is in the battery up to now."""
        now_s = self._scheduler.now_s()
        hours = (now_s - self._since_s) / 3600
        self._since_s = now_s
        if self._battery is None:
            return
        if self._has_mains:
            self._left_wh = min(self._battery.capacity_wh, self._left_wh + CHARGE_W * hours)
        elif self._box.has_power:
            self._left_wh = max(0.0, self._left_wh - self._battery.load_w * hours)


def plan_mains(scenario: Scenario, supplies: Mapping[int, Supply], scheduler: Scheduler) -> None:
    """Let mains fail and return as the scenario says."""
    for cut in scenario.mains_cuts:
        for number in cut.stations:
            scheduler.call_at(cut.begin_s, partial(supplies[number].mains, there=False))
            scheduler.call_at(cut.end_s, partial(supplies[number].mains, there=True))
