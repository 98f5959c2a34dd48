"""Revocations under way: the end of a person's key is brought to one station, and each that believes it is noted."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from hardware.simulated.scheduler import Scheduler
from node.core.events import StatementsHandedIn
from node.simulation.box import Answer, Box
from node.simulation.cast import Cast, operator_numbers
from node.simulation.scenario import Revocation, Scenario
from node.simulation.watching import Learned, Watcher

LOOK_S: Final = 2.0
"""How often it is looked who has it: the bound is three minutes."""
FOLLOWED_S: Final = 3_600.0
"""So long it is followed."""


class Revocations:
    """Hands in the revocations of a scenario.

    Args:
        scenario: says when, where and whose.
        cast: has signed them.
        boxes: the stations, by number.
        scheduler: of the simulation.
        watcher: told who has learned what.
    """

    def __init__(
        self, scenario: Scenario, cast: Cast, boxes: Mapping[int, Box], scheduler: Scheduler, watcher: Watcher
    ) -> None:
        self._scenario = scenario
        self._cast = cast
        self._boxes = boxes
        self._scheduler = scheduler
        self._watcher = watcher

    def begin(self) -> None:
        """Plan them."""
        for nth, revocation in enumerate(self._scenario.revocations):
            self._scheduler.call_at(revocation.at_s, partial(self._hand_in, nth, revocation))

    def _hand_in(self, nth: int, revocation: Revocation) -> None:
        raw = self._cast.revocations[nth]
        releasing = operator_numbers(self._scenario.station(revocation.station))[0]
        box = self._boxes[revocation.station]
        if box.ask(lambda request: StatementsHandedIn(request, (raw,), releasing, dry_run=False), _nothing):
            self._follow(nth, raw, set(), self._scheduler.now_s() + FOLLOWED_S)
        else:
            self._later(LOOK_S, partial(self._hand_in, nth, revocation))

    def _follow(self, nth: int, raw: bytes, known: set[int], until_s: float) -> None:
        now_s = self._scheduler.now_s()
        for number, box in sorted(self._boxes.items()):
            if number not in known and any(kept.raw == raw for kept in box.store.statements()):
                known.add(number)
                self._watcher.saw(Learned(number, nth), now_s)
        if now_s < until_s and len(known) < len(self._boxes):
            self._later(LOOK_S, partial(self._follow, nth, raw, known, until_s))

    def _later(self, wait_s: float, what: Callable[[], None]) -> None:
        self._scheduler.call_at(self._scheduler.now_s() + wait_s, what)


def _nothing(_: Answer) -> None:
    """What became of it shows at the stations."""
