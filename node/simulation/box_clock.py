"""The clocks of one simulated machine: time since boot always, UTC as far as something vouches for it."""

from typing import Final

from node.core.moment import Moment
from node.simulation.scenario import ClockKind

BEGIN_UTC_MS: Final = 1_790_000_000_000
"""When every scenario begins: a day in 2026. The same each time, so that a run can be repeated byte for byte."""
KEPT_UNCERTAINTY_MS: Final = 2_000
"""Of a clock chip that was set some weeks ago (DS3231: 2 ppm, hardware/CLOCKS)."""


class BoxClock:
    """Read once per event.

    Args:
        number: of the station, to name its boots.
        kind: of clock.
    """

    def __init__(self, number: int, kind: ClockKind) -> None:
        self._number = number
        self._kind = kind
        self._boot = 0
        self._booted_ms = 0
        self._step_ms = 0
        self.is_trusted = True
        """Whether UTC is given."""

    def boot(self, now_ms: int) -> None:
        """The machine starts; what had no battery of its own has forgotten the time."""
        self._boot += 1
        self._booted_ms = now_ms
        if self._boot > 1 and self._kind is ClockKind.NONE:
            self.is_trusted = False

    def step(self, by_ms: int) -> None:
        """UTC jumps."""
        self._step_ms += by_ms

    def set_right(self) -> None:
        """Somebody sets the clock by a good one."""
        self._step_ms = 0
        self.is_trusted = True

    def read(self, now_ms: int) -> Moment:
        """Return what the clocks say at a time of the simulation, ms."""
        utc_ms = BEGIN_UTC_MS + now_ms + self._step_ms if self.is_trusted else None
        uncertainty_ms = KEPT_UNCERTAINTY_MS if self.is_trusted else 0
        return Moment(f"{self._number}-{self._boot}", now_ms - self._booted_ms, utc_ms, uncertainty_ms)

    def wake_ms(self, boot_ms: int) -> int:
        """When the time since boot is so much, in time of the simulation, ms."""
        return self._booted_ms + boot_ms
