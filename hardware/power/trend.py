"""How fast a battery empties, as an interval: what a steady drain over the latest stretch can have been.

Two charges T apart, each told in steps, differ by d: the drain was between (d - step)/T and (d + step)/T. The
intervals of ever longer stretches are intersected, newest first, until one disagrees: before that something else was
drawn, or mains was there, or the board made up its mind anew. What is left is what the charges themselves say, and
not less; a charge that stands still gives no drain at all.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from hardware.power.charge import HOUR_MS, Charge

STRETCH_MS_MIN: Final = 300_000
"""Ten readings and five beacons: one burst of sending is not the day's load."""
STRETCH_MS_MAX: Final = 6 * HOUR_MS
"""In six hours the thriftiest station (127 h on its battery) uses 4.7 %: enough for a board that tells whole ones."""
SPACING_MS: Final = 60_000
"""Charges closer than this add nothing to a stretch."""
CHARGES_MAX: Final = STRETCH_MS_MAX // SPACING_MS

SILENCE_MS: Final = 300_000
"""Across a longer gap nobody knows whether mains came and went."""

LEAP_PERCENT_H: Final = 200.0
"""A charge that moves faster was corrected, not drawn: twice what any board here can draw."""

SPREAD: Final = 0.1
"""The load of one stretch and of the next differ by so much."""
RATIO_MAX: Final = 3.0
"""A fastest drain of more than three times the slowest says nothing that helps."""


@dataclass(frozen=True, slots=True)
class Drain:
    """Percent of the battery in an hour."""

    least: float
    """Above 0."""
    most: float


class Trend:
    """The charges of the latest hours; a pure machine, handed the time since boot."""

    def __init__(self) -> None:
        self._charges: deque[tuple[int, Charge]] = deque(maxlen=CHARGES_MAX)
        self._last: tuple[int, Charge] | None = None

    def forget(self) -> None:
        """Begin anew: what was drawn says nothing of what comes."""
        self._charges.clear()
        self._last = None

    def note(self, now_ms: int, charge: Charge) -> Drain | None:
        """Note a charge while the battery feeds the station.

        Returns:
            None while the charges do not tell how fast it empties.
        """
        if self._last is not None and not _follows(*self._last, now_ms, charge):
            self.forget()
        drain = self._drain(now_ms, charge)
        self._last = (now_ms, charge)
        if not self._charges or now_ms - self._charges[-1][0] >= SPACING_MS:
            self._charges.append(self._last)
        return drain

    def _drain(self, now_ms: int, charge: Charge) -> Drain | None:
        least, most = 0.0, float("inf")
        for then_ms, then in reversed(self._charges):
            elapsed_ms = now_ms - then_ms
            if elapsed_ms < STRETCH_MS_MIN:
                continue
            if elapsed_ms > STRETCH_MS_MAX:
                break
            fallen, step = then.percent - charge.percent, max(then.step_percent, charge.step_percent)
            per_hour = HOUR_MS / elapsed_ms
            narrower = max(least, (fallen - step) * per_hour), min(most, (fallen + step) * per_hour)
            if narrower[0] > narrower[1]:
                break
            least, most = narrower
        least, most = least * (1 - SPREAD), most * (1 + SPREAD)
        return Drain(least, most) if least > 0 and most <= RATIO_MAX * least else None


def _follows(then_ms: int, then: Charge, now_ms: int, now: Charge) -> bool:
    """Whether one charge can have come of the other without anything that nobody saw."""
    elapsed_ms = now_ms - then_ms
    if not 0 <= elapsed_ms <= SILENCE_MS:
        return False
    step = max(then.step_percent, now.step_percent)
    return abs(now.percent - then.percent) <= step + LEAP_PERCENT_H * elapsed_ms / HOUR_MS
