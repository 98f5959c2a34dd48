"""Time for simulated things: they ask what it is and to be called later, and never learn whose clock it is.

The same device runs in real time on an event loop and, as fast as it can, on the virtual clock here.
"""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Timer(Protocol):
    """One call to come."""

    def cancel(self) -> None:
        """Make sure that it does not come; harmless when it has."""


class Scheduler(Protocol):
    """A clock that only goes forward, and calls at given times."""

    def now_s(self) -> float:
        """Tell the time, from any beginning."""

    def call_at(self, moment_s: float, act: Callable[[], None]) -> Timer:
        """Call `act` at that time, or as soon as possible when it has passed. Equal times: in the order asked for."""


class LoopScheduler:
    """Real time, on a running event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now_s(self) -> float:
        """Tell the loop's time."""
        return self._loop.time()

    def call_at(self, moment_s: float, act: Callable[[], None]) -> Timer:
        """Call on the loop."""
        return self._loop.call_at(moment_s, act)


@dataclass(slots=True, eq=False)
class _Call:
    act: Callable[[], None] | None

    def cancel(self) -> None:
        self.act = None


class VirtualScheduler:
    """A clock that stands still until it is run."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._order = 0
        # Compared as plain tuples, which costs a third of a comparison of our own; the order decides before the call.
        self._calls: list[tuple[float, int, _Call]] = []

    def now_s(self) -> float:
        """Tell the virtual time, from 0."""
        return self._now_s

    def call_at(self, moment_s: float, act: Callable[[], None]) -> Timer:
        """Note a call."""
        self._order += 1
        call = _Call(act)
        heapq.heappush(self._calls, (max(moment_s, self._now_s), self._order, call))
        return call

    def run_until(self, moment_s: float) -> None:
        """Let time pass, making every call that falls due, those that come of it included."""
        while self._calls and self._calls[0][0] <= moment_s:
            due_s, _, call = heapq.heappop(self._calls)
            if call.act is not None:
                self._now_s = due_s
                call.act()
        self._now_s = max(self._now_s, moment_s)
