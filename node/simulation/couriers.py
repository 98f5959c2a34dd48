"""People who carry sticks between stations: at each stop they hand in what they have, and take along what waits there.

A stick keeps what each stop gave last, so that it comes to all others of the round. What is on it survives any power
cut; a station without power is passed by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from hardware.simulated.scheduler import Scheduler
from node.core.pouch import (
    BEGINNING,
    GIVEN_ITEMS_MAX,
    Place,
    PouchAsked,
    PouchGiven,
    PouchHandedIn,
    PouchPage,
    batches,
)
from node.simulation.box import Answer, Box
from node.simulation.scenario import Courier
from node.simulation.watching import StepMade, Watcher

FRAMES_MAX: Final = 4_096
"""Of one stop on a stick, about 1 MB: what is beyond waits for the next round."""


@dataclass(slots=True)
class _Pouch:
    """What one stop gave."""

    frames: list[bytes]
    made_utc_ms: int | None


class Rounds:
    """One courier under way.

    Args:
        courier: where to, how fast.
        boxes: the stations, by number.
        scheduler: of the simulation.
        watcher: told of each stop.
    """

    def __init__(self, courier: Courier, boxes: Mapping[int, Box], scheduler: Scheduler, watcher: Watcher) -> None:
        self._courier = courier
        self._boxes = boxes
        self._scheduler = scheduler
        self._watcher = watcher
        self._stop = 0
        self._pouches: dict[int, _Pouch] = {}

    def begin(self) -> None:
        """Come to the first stop when the scenario says."""
        self._scheduler.call_at(self._courier.begin_s, self._arrive)

    def _arrive(self) -> None:
        number = self._courier.route[self._stop]
        self._stop = (self._stop + 1) % len(self._courier.route)
        now_s = self._scheduler.now_s()
        self._scheduler.call_at(now_s + self._courier.leg_s, self._arrive)
        if self._boxes[number].station is None:
            return
        self._watcher.saw(StepMade(number, "courier"), now_s)
        for origin, pouch in sorted(self._pouches.items()):
            if origin != number:
                self._hand_in(self._boxes[number], pouch)
        fresh = _Pouch([], None)
        self._take_along(self._boxes[number], fresh, BEGINNING)

    def _hand_in(self, box: Box, pouch: _Pouch) -> None:
        for frames in batches(pouch.frames):
            box.ask(partial(PouchHandedIn, frames=frames, made_utc_ms=pouch.made_utc_ms), _nothing)

    def _take_along(self, box: Box, pouch: _Pouch, place: Place) -> None:
        box.ask(partial(PouchAsked, place=place), partial(self._page, box, pouch))

    def _page(self, box: Box, pouch: _Pouch, page: Answer) -> None:
        assert isinstance(page, PouchPage), "a station never refuses a pouch"
        if not pouch.frames:
            pouch.made_utc_ms = page.made_utc_ms
        pouch.frames += page.frames
        self._pouches[box.number] = pouch
        if page.items:
            given = partial(PouchGiven, items=page.items[:GIVEN_ITEMS_MAX], name=f"round {box.number}")
            box.ask(given, _nothing)
        if page.next is not None and len(pouch.frames) < FRAMES_MAX:
            self._take_along(box, pouch, page.next)


def _nothing(_: Answer) -> None:
    """What became of it shows at the station."""
