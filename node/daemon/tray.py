"""What waits for the worker thread, in order of arrival and each kind within its bound.

frames     heard on the air: the overflow is dropped and counted; the senders repeat what matters
requests   of operators: the overflow is refused, with words
signals    radio, clock, duty: so few that an overflow means the worker stands still
"""

import threading
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from node.core.effects import CarriedOut, Refused
from node.core.events import Event, Request


class Traffic(Enum):
    """What kind of thing waits."""

    FRAME = auto()
    REQUEST = auto()
    SIGNAL = auto()


WAITING_MAX: Final = {
    Traffic.FRAME: 256,  # A minute of the fastest preset; some 60 kB.
    Traffic.REQUEST: 128,  # As many as all clients together may have at work.
    Traffic.SIGNAL: 256,  # Three outcomes for each frame inside the radio are a dozen.
}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event that nobody waits for."""

    event: Event


@dataclass(frozen=True, slots=True)
class Asked:
    """An operator's request, answered after the commit."""

    event: Request
    answer: Future[CarriedOut | Refused]


@dataclass(frozen=True, slots=True)
class Look:
    """A look at what is stored; it changes nothing and sees nothing uncommitted."""

    run: Callable[[], None]


Entry = Happened | Asked | Look


class Tray:
    """A queue with one reader, the worker, and any number of writers."""

    def __init__(self) -> None:
        self._entries: deque[tuple[Traffic, Entry]] = deque()
        self._waiting: Counter[Traffic] = Counter()
        self._refused: Counter[Traffic] = Counter()
        self._is_closed = False
        self._changed = threading.Condition()

    def put(self, traffic: Traffic, entry: Entry) -> bool:
        """Append; False when that kind is full, or nothing is taken any more."""
        with self._changed:
            if self._is_closed or self._waiting[traffic] >= WAITING_MAX[traffic]:
                self._refused[traffic] += 1
                return False
            self._entries.append((traffic, entry))
            self._waiting[traffic] += 1
            self._changed.notify()
            return True

    def take(self) -> Entry | None:
        """The next entry, waiting for one; None when the tray is closed and empty."""
        with self._changed:
            while not self._entries and not self._is_closed:
                self._changed.wait()
            return self._pop()

    def take_waiting(self) -> Entry | None:
        """The next entry if there is one now."""
        with self._changed:
            return self._pop()

    def close(self) -> None:
        """Take nothing more; what waits is still given out."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    @property
    def is_closed(self) -> bool:
        """Whether anything is still taken."""
        return self._is_closed

    def refused(self, traffic: Traffic) -> int:
        """How many did not fit."""
        return self._refused[traffic]

    def _pop(self) -> Entry | None:
        if not self._entries:
            return None
        traffic, entry = self._entries.popleft()
        self._waiting[traffic] -= 1
        return entry
