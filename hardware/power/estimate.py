"""What a station may say of its battery after each reading: how full, and for how long, as a range or not at all.

Nothing is said of the time while mains is there, while the battery is charged, or while the charges show no drain.
The range has the charge as wrong as it can be at either end, and the drain as fast and as slow as it was seen.
"""

from dataclasses import dataclass
from typing import Final

from hardware.power.charge import HOUR_MS, Charge, CoulombCounter, told_charge
from hardware.power.reading import PowerReading
from hardware.power.trend import Drain, Trend

LEFT_S_MAX: Final = 60 * 86_400
"""A battery said to last two months is one from which nothing is drawn."""


@dataclass(frozen=True, slots=True)
class Left:
    """How long the battery lasts if all stays as it is."""

    least_s: int
    most_s: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What follows from the readings so far; None: unknown."""

    charge_percent: int | None
    left: Left | None


class Estimator:
    """Follows one battery.

    Args:
        counter: for a board that tells the current and no charge; None: such a board's charge stays unknown.
    """

    def __init__(self, counter: CoulombCounter | None = None) -> None:
        self._counter = counter
        self._trend = Trend()

    def note(self, now_ms: int, reading: PowerReading) -> Estimate:
        """Take a reading into account.

        Args:
            now_ms: since boot; less than in an earlier call means another boot.
            reading: as the board gave it.
        """
        charge = told_charge(reading)
        if charge is None and self._counter is not None:
            charge = self._counter.count(now_ms, reading)
        if charge is None:
            self._trend.forget()
            return Estimate(None, None)
        percent = round(charge.percent)
        if _is_fed(reading):
            self._trend.forget()
            return Estimate(percent, None)
        drain = self._trend.note(now_ms, charge)
        return Estimate(percent, None if drain is None else _left(charge, drain))


def _is_fed(reading: PowerReading) -> bool:
    """Whether something else than the battery carries the station."""
    return reading.on_mains is True or (reading.current_ma is not None and reading.current_ma >= 0)


def _left(charge: Charge, drain: Drain) -> Left | None:
    least_s = max(0.0, charge.percent - charge.error_percent) / drain.most * HOUR_MS / 1000
    most_s = (charge.percent + charge.error_percent) / drain.least * HOUR_MS / 1000
    return Left(int(least_s), int(most_s) + 1) if most_s <= LEFT_S_MAX else None
