"""The play's messages and their ladders: each rung is told once, by whoever sees it first, and remembered."""

import threading
from collections.abc import Iterable

from node.api.ladder import Ladder, Step, has_reached
from node.api.messages import ShownMessage
from node.demo.timeline import Timeline
from node.words.catalogue import Words
from node.words.phrases import precedence_text, step_text


class Ladders:
    """What has been seen of every message; for all threads of a play.

    Args:
        timeline: is told each rung.
        words: of the language.
    """

    def __init__(self, timeline: Timeline, words: Words) -> None:
        self._timeline = timeline
        self._words = words
        self._lock = threading.Lock()
        self._told: dict[tuple[str, str], list[Step]] = {}
        self._changes: dict[str, int] = {}

    def tell(self, message: ShownMessage) -> None:
        """Tell what is new about a message; of two looks at it the older one, coming late, says nothing."""
        with self._lock:
            if message.number not in self._changes:
                urgency = precedence_text(self._words, message.precedence)
                self._timeline.tell("written", message.author, f"{urgency} {message.number}: {message.text}")
            if message.change < self._changes.get(message.number, 0):
                return
            self._changes[message.number] = message.change
            for ladder in message.ladders:
                self._tell(message.number, ladder)

    def has_reached(self, number: str, step: Step) -> bool:
        """Whether a message was told to have come so far, with any station."""
        return any(has_reached(told, step) for told in self.steps(number))

    def steps(self, beginning: str) -> frozenset[Step]:
        """Every step told of a message, or of all whose numbers begin so: `KRS-`."""
        with self._lock:
            return frozenset(_steps(told for (number, _), told in self._told.items() if number.startswith(beginning)))

    def _tell(self, number: str, ladder: Ladder) -> None:
        told = self._told.setdefault((number, ladder.station), [])
        if told[-1:] != [ladder.step]:
            told.append(ladder.step)
            self._timeline.tell("rung", number, step_text(self._words, ladder), ladder.step.value)


def _steps(ladders: Iterable[list[Step]]) -> Iterable[Step]:
    return (step for told in ladders for step in told)
