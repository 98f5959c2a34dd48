"""Frames that wait for room in the radio: the most urgent leaves first, then the oldest; none waits for ever."""

import heapq
from dataclasses import dataclass, field

from hardware.radio import Outgoing

WAITING_MAX = 16
"""Enough for a burst of fragments; the station holds the rest, where its own order of precedence counts."""

WAIT_S_MAX = 60.0
"""A frame that found no room for so long goes back to the station, which may have something better to send."""


@dataclass(order=True, frozen=True, slots=True)
class _Entry:
    rank: int
    order: int
    late_s: float = field(compare=False)
    outgoing: Outgoing = field(compare=False)


class WaitingFrames:
    """At most `WAITING_MAX` frames in order of urgency."""

    def __init__(self) -> None:
        self._heap: list[_Entry] = []
        self._order = 0

    def __len__(self) -> int:
        return len(self._heap)

    def is_full(self) -> bool:
        """Whether no further frame may be put."""
        return len(self._heap) >= WAITING_MAX

    def put(self, outgoing: Outgoing, now_s: float) -> None:
        """Take one more frame; `is_full` said that there is a place."""
        self._order += 1
        heapq.heappush(self._heap, _Entry(-outgoing.priority, self._order, now_s + WAIT_S_MAX, outgoing))

    def next_priority(self) -> int:
        """Tell the priority of the most urgent frame.

        Raises:
            IndexError: none waits.
        """
        return self._heap[0].outgoing.priority

    def pop(self) -> Outgoing:
        """Give out the most urgent frame.

        Raises:
            IndexError: none waits.
        """
        return heapq.heappop(self._heap).outgoing

    def pop_late(self, now_s: float) -> list[Outgoing]:
        """Give out all frames that have waited too long, most urgent first."""
        late = sorted(entry for entry in self._heap if entry.late_s <= now_s)
        if late:
            self._heap = [entry for entry in self._heap if entry.late_s > now_s]
            heapq.heapify(self._heap)
        return [entry.outgoing for entry in late]

    def next_late_s(self) -> float | None:
        """When the next frame will have waited too long."""
        return min((entry.late_s for entry in self._heap), default=None)
