"""An event loop whose waiting takes no time: its clock jumps to whatever is due next.

Stories without sockets jump at once. Those with sockets and terminals of this process settle first: what one end wrote
has to reach the other before the clock moves on. Nothing may come from other processes.
"""

import asyncio
import selectors
import threading
from collections.abc import Coroutine
from typing import Any

from hardware.port_opening import THREAD_NAME

SETTLE_S = 0.0005
"""The kernel moves bytes between two ends on this machine within 0.07 ms (the worst of 300, Linux 6.18, x86-64)."""


class _JumpingSelector(selectors.SelectSelector):
    """Never waits; adds what it would have waited to the clock."""

    def __init__(self, settle_s: float) -> None:
        super().__init__()
        self.skipped_s = 0.0
        self.wakes = 0
        self._settle_s = settle_s

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "nothing is due at any time: the story waits for ever"
        self.wakes += timeout > 0
        ready = super().select(0)
        if ready or timeout <= 0 or not self._settle_s:
            self.skipped_s += 0 if ready else max(timeout, 0)
            return ready
        ready = super().select(self._settle_s)
        while not ready and _is_port_being_opened():
            ready = super().select(self._settle_s)
        self.skipped_s += 0 if ready else timeout
        return ready


def _is_port_being_opened() -> bool:
    return any(thread.name.startswith(THREAD_NAME) for thread in threading.enumerate())


class FastLoop(asyncio.SelectorEventLoop):
    """Real callbacks in the right order, on a clock that jumps."""

    def __init__(self, settle_s: float = 0.0) -> None:
        self._jumps = _JumpingSelector(settle_s)
        super().__init__(self._jumps)

    def time(self) -> float:
        return self._jumps.skipped_s

    @property
    def wakes(self) -> int:
        """How often it had nothing to do and was woken."""
        return self._jumps.wakes


def run_fast(story: Coroutine[Any, Any, None], settle_s: float = 0.0) -> None:
    """Run a story.

    Args:
        story: what happens.
        settle_s: real time without anything new, after which what was written counts as arrived; 0 without sockets.
    """
    with asyncio.Runner(loop_factory=lambda: FastLoop(settle_s)) as runner:
        runner.run(story)
