"""A device's idea of the time: none until somebody tells it, and none again after a power cut.

Without it `rx_time` is 0, and 2.8 counts every neighbour as heard long ago (see `next_hops`). Real boards keep it in a
battery-backed clock if they have one. (Firmware src/gps/RTC.cpp.)
"""

from hardware.simulated.scheduler import Scheduler


class WallClock:
    """The time of one device since it was switched on."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._offset_s: float | None = None

    @property
    def is_set(self) -> bool:
        """Whether it has had a source of time."""
        return self._offset_s is not None

    def set(self, epoch_s: int) -> None:
        """Take the time from a client: seconds since 1970."""
        self._offset_s = epoch_s - self._scheduler.now_s()

    def epoch_s(self) -> int:
        """Tell the time; 0 while nobody has told it."""
        return 0 if self._offset_s is None else int(self._offset_s + self._scheduler.now_s())
