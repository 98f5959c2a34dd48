"""One alarm for the station: it says when it wants to be woken, in boot time, and is told when that has come."""

import asyncio
from collections.abc import Callable


class Alarm:
    """Used on the event loop only.

    The loop's own clock stands still while the machine sleeps and boot time does not; a Raspberry Pi does not sleep, so
    the difference is at most that the alarm rings late by the time slept.
    """

    def __init__(self, boot_ms: Callable[[], int], ring: Callable[[], None]) -> None:
        self._boot_ms = boot_ms
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None

    def set(self, boot_ms: int | None) -> None:
        """Ring at this boot time instead of the one before; not at all for None."""
        self.stop()
        if boot_ms is not None:
            delay_s = max(0, boot_ms - self._boot_ms()) / 1000
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._ring)

    def stop(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
