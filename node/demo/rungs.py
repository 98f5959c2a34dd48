"""What the play around a user shows, and how far it came: reached, or not tried since the user left before it."""

import threading
from enum import StrEnum
from typing import Final

from node.demo.timeline import Timeline
from node.words.catalogue import Words


class Rung(StrEnum):
    """In the order of the play; the value is its English text."""

    WELCOMED = "a welcome came over the air"
    WELCOME_ACKED = "you acknowledged the welcome"
    RELAYED = "a message crossed the relay"
    WAITED = "two messages waited through a power cut"
    OVERTOOK = "the FLASH went before the ROUTINE that waited longer"
    FLASH_ACKED = "you acknowledged the FLASH"
    REFUSED = "a forged frame was refused"
    SAID_MORE = "you took on, read back, declined or reported done"
    WROTE = "what you wrote was acknowledged by name"


TEXTS: Final = tuple(rung.value for rung in Rung)


class Tally:
    """Counts the rungs; for all threads of a play."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reached: set[Rung] = set()

    def reach(self, rung: Rung, *, is_so: bool = True) -> None:
        """A rung was reached, if it is so."""
        if is_so:
            with self._lock:
                self._reached.add(rung)

    def close(self, timeline: Timeline, words: Words) -> None:
        """Tell what was reached and what was not tried."""
        for what, is_reached in (("reached", True), ("untried", False)):
            rungs = [words(rung.value) for rung in Rung if (rung in self._reached) is is_reached]
            if rungs:
                timeline.tell(what, detail="; ".join(rungs))
