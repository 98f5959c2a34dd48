"""A battery that is not there: it drains, sags under load, recovers, is charged, and tells what a given board would.

Lithium cells in series: an open voltage that follows the charge, a resistance that acts at once, and one that takes a
minute. Good enough to tell an honest estimate from one that takes voltage for charge; no model of any one cell.
"""

from enum import StrEnum
from itertools import pairwise
from math import exp, floor
from typing import Final

from hardware.power.reading import PowerFault, PowerReading

CELL_MV: Final = ((0, 3_000), (5, 3_300), (10, 3_450), (20, 3_550), (40, 3_650), (60, 3_800), (80, 3_980), (100, 4_200))
"""Percent and open voltage of a common lithium-ion cell."""
CELL_MV_FULL: Final = 4_200

SETTLING_S: Final = 60.0
"""Time constant of the slow part of sag and recovery."""
SLOW_SHARE: Final = 0.5
"""Of the resistance acts slowly."""
TURN_S: Final = 5.0
"""Longest step of the reckoning: far below the time constant."""


class Board(StrEnum):
    """What stands between battery and station, and so what is told."""

    SHUNT = "shunt"
    """Voltage and current, as an INA219; mains by the direction of the current."""
    GAUGE = "gauge"
    """Voltage and charge, as a MAX17048; nothing of current and mains."""
    KERNEL = "kernel"
    """All of it, the charge in whole percents, as a driver under /sys does."""


class SimulatedBattery:
    """Stands still until a test or a drill lets time pass.

    Args:
        board: what it tells.
        capacity_mah: of what it really holds.
        cells: in series.
        percent: how full it is at first.
        resistance_milliohm: of the whole battery.
    """

    def __init__(
        self,
        board: Board,
        *,
        capacity_mah: float = 6_000,
        cells: int = 2,
        percent: float = 100.0,
        resistance_milliohm: float = 100,
    ) -> None:
        self._board = board
        self._capacity_mah = capacity_mah
        self._cells = cells
        self._resistance_ohm = resistance_milliohm / 1000
        self._load_ma = 0.0
        self._charger_ma = 0.0
        self._on_mains = False
        self._current_ma = 0.0
        self._slow_mv = 0.0
        self._fault = ""
        self.percent = percent
        """The truth."""

    @property
    def name(self) -> str:
        """What people see."""
        return f"simulated battery ({self._board})"

    @property
    def is_empty(self) -> bool:
        """Whether the station is dark."""
        return self.percent <= 0 and not self._on_mains

    def draw(self, load_ma: float) -> None:
        """Let the station draw so much from now on."""
        self._load_ma = load_ma
        self._settle()

    def mains(self, *, on: bool, charger_ma: float = 1_000) -> None:
        """Switch mains, with a charger that gives so much beside what the station draws."""
        self._on_mains, self._charger_ma = on, charger_ma
        self._settle()

    def fail(self, reason: str) -> None:
        """Let every reading fail; with an empty reason they succeed again."""
        self._fault = reason

    def pass_s(self, elapsed_s: float) -> None:
        """Let time pass."""
        while elapsed_s > 0:
            turn_s = min(elapsed_s, TURN_S)
            elapsed_s -= turn_s
            self.percent += self._current_ma * turn_s / 3600 / self._capacity_mah * 100
            self.percent = min(100.0, max(0.0, self.percent))
            target_mv = self._current_ma * self._resistance_ohm * SLOW_SHARE
            self._slow_mv += (target_mv - self._slow_mv) * (1 - exp(-turn_s / SETTLING_S))
            self._settle()

    def read(self) -> PowerReading:
        """Look once.

        Raises:
            PowerFault: as `fail` has it, or the battery is empty.
        """
        if self._fault or self.is_empty:
            raise PowerFault(f"{self.name}: {self._fault or 'empty'}; charge it")
        voltage_mv, current_ma = round(self._voltage_mv()), round(self._current_ma)
        match self._board:
            case Board.SHUNT:
                return PowerReading(voltage_mv=voltage_mv, current_ma=current_ma, on_mains=current_ma >= 0)
            case Board.GAUGE:
                percent = floor(self.percent * 4) / 4
                return PowerReading(voltage_mv=voltage_mv, charge_percent=percent, charge_step_percent=0.25)
            case Board.KERNEL:
                percent = floor(self.percent)
                return PowerReading(voltage_mv, current_ma, percent, on_mains=self._on_mains)

    def _open_mv(self) -> float:
        for (low, low_mv), (high, high_mv) in pairwise(CELL_MV):
            if self.percent <= high:
                return self._cells * (low_mv + (high_mv - low_mv) * (self.percent - low) / (high - low))
        return float(self._cells * CELL_MV_FULL)

    def _voltage_mv(self) -> float:
        return self._open_mv() + self._slow_mv + self._current_ma * self._resistance_ohm * (1 - SLOW_SHARE)

    def _settle(self) -> None:
        """Which current flows now: the load's, or as much of the charger's as the end voltage lets in."""
        if not self._on_mains:
            self._current_ma = -self._load_ma if self.percent > 0 else 0.0
            return
        room_mv = self._cells * CELL_MV_FULL - self._open_mv() - self._slow_mv
        most_ma = room_mv / (self._resistance_ohm * (1 - SLOW_SHARE))
        self._current_ma = max(0.0, min(self._charger_ma, most_ma))
