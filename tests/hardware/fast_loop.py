"""An event loop whose waiting takes no time: its clock jumps to whatever is due next.

Only for stories without sockets and processes: nothing outside can happen while a jump is made.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class _JumpingSelector(selectors.SelectSelector):
    """Never waits; adds what it would have waited to the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "nothing is due at any time: the story waits for ever"
        self.skipped_s += timeout
        return super().select(0)


class FastLoop(asyncio.SelectorEventLoop):
    """Real callbacks in the right order, on a clock that jumps."""

    def __init__(self) -> None:
        self._jumps = _JumpingSelector()
        super().__init__(self._jumps)

    def time(self) -> float:
        return self._jumps.skipped_s


def run_fast(story: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        runner.run(story)
