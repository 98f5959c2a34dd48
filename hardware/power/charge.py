"""How full a battery is, with how far that may be wrong: told by its board, or counted from the current.

Voltage is not charge: it sags under load and recovers, and between a quarter and three quarters full it hardly moves.
It says one thing well: a battery at the end voltage of its charger through which almost nothing flows is full. From
there the counter counts what flows. Before it has seen the battery full, and after more has flowed unseen than can be
borne, the charge is unknown. No clock in here: time since boot is handed in.
"""

from dataclasses import dataclass
from typing import Final

from hardware.power.reading import PowerReading

TOLD_ERROR_PERCENT: Final = 5.0
"""Of a board that reckons the charge itself: what gauges without a learning cycle are off in the middle, warm."""

FULL_ERROR_PERCENT: Final = 5.0
"""What may be missing when the battery is taken for full."""
FULL_SHARE: Final = 0.985
"""Of the charger's end voltage: chargers stop early, the cell then rests a little lower (4.14 V of 4.2 V: 95 %)."""
OVERFULL_SHARE: Final = 1.03
"""A battery above the end voltage of its charger is another one than was configured, and never full."""
FULL_CURRENT_SHARE_H: Final = 1 / 20
"""Less than a twentieth of the capacity in an hour leaves the voltage of the cell itself to be seen."""

CAPACITY_ERROR_PERCENT: Final = 10.0
"""A battery gives so much more or less than is configured, after a year or in the cold."""
FLOW_ERROR_SHARE: Final = 0.03
"""Of all that was counted: shunt and chip 1.5 % at most, and the load between two looks."""

UNSEEN_MS: Final = 300_000
"""Between two readings further apart than this anything may have flowed."""
UNSEEN_PERCENT_H: Final = 100.0
"""But no board here charges or draws more than the whole battery in an hour."""
ERROR_PERCENT_MAX: Final = 30.0
"""A charge that may be wrong by more is told to nobody."""

HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Charge:
    """How full."""

    percent: float
    """0 to 100; when counted, of the configured capacity."""
    step_percent: float
    """The difference of two charges may be wrong by so much."""
    error_percent: float
    """The charge itself by so much."""


def told_charge(reading: PowerReading) -> Charge | None:
    """The charge that a board tells; None when it tells none."""
    if reading.charge_percent is None:
        return None
    step_percent = reading.charge_step_percent
    return Charge(reading.charge_percent, step_percent, TOLD_ERROR_PERCENT + step_percent)


class CoulombCounter:
    """Counts what flows into and out of one battery.

    Args:
        capacity_mah: what the battery gives from full to empty.
        full_mv: voltage at which its charger ends.
    """

    STEP_PERCENT: Final = 0.1
    """Counting has no steps; so much is left to rounding of the current."""

    def __init__(self, capacity_mah: int, full_mv: int) -> None:
        self._capacity_mah = capacity_mah
        self._full_mv = full_mv
        self._charge: Charge | None = None
        self._last_ms = 0
        self._last_ma: int | None = None

    def count(self, now_ms: int, reading: PowerReading) -> Charge | None:
        """Note a reading; the charge after it, None while that is unknown.

        Args:
            now_ms: since boot.
            reading: with a current; one without is as good as none.
        """
        if reading.current_ma is None:
            return None
        if self._charge is not None and self._last_ma is not None:
            self._charge = self._after(self._charge, now_ms - self._last_ms, self._last_ma + reading.current_ma)
        if self._is_full(reading):
            self._charge = Charge(100.0, self.STEP_PERCENT, FULL_ERROR_PERCENT + CAPACITY_ERROR_PERCENT)
        self._last_ms, self._last_ma = now_ms, reading.current_ma
        return self._charge

    def _after(self, charge: Charge, elapsed_ms: int, twice_ma: int) -> Charge | None:
        if elapsed_ms < 0:
            return None  # Another boot, or no clock at all: what flowed is unknown.
        flowed_percent = twice_ma / 2 * elapsed_ms / HOUR_MS / self._capacity_mah * 100
        error_percent = charge.error_percent + FLOW_ERROR_SHARE * abs(flowed_percent)
        if elapsed_ms > UNSEEN_MS:
            error_percent += UNSEEN_PERCENT_H * elapsed_ms / HOUR_MS
        if error_percent > ERROR_PERCENT_MAX:
            return None
        return Charge(min(100.0, max(0.0, charge.percent + flowed_percent)), self.STEP_PERCENT, error_percent)

    def _is_full(self, reading: PowerReading) -> bool:
        if reading.voltage_mv is None or reading.current_ma is None:
            return False
        is_still = abs(reading.current_ma) <= self._capacity_mah * FULL_CURRENT_SHARE_H
        return is_still and FULL_SHARE <= reading.voltage_mv / self._full_mv <= OVERFULL_SHARE
