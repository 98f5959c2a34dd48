"""Who hears whom, from places, barriers and journeys; kept up to date while stations move and barriers come and go."""

from collections.abc import Mapping
from functools import partial
from itertools import combinations
from typing import Final, Protocol

from hardware.simulated.air import Air, Link
from hardware.simulated.scheduler import Scheduler
from node.simulation.scenario import Barrier, Journey, Place, Scenario
from node.simulation.watching import LinkChanged, Watcher

LOOK_S: Final = 60.0
"""How often the links of who moves are drawn anew: a car makes 800 m in it."""


_NODES_FROM: Final = 0x1000_0000
OUTSIDERS_FROM: Final = 1_024
"""Radios that belong to no station: above all numbers of stations."""


STRANGERS_FROM: Final = 100_000
"""Numbers of strangers, for what lies between them and a station."""


def radio_name(number: int) -> str:
    """How a station's radio is called on the air."""
    return f"s{number:03d}"


def node_number(number: int) -> int:
    """The number of a station's radio: another one than the station's, above those that are reserved."""
    return _NODES_FROM + number


def hostile_number(scenario: Scenario, nth: int) -> int:
    """Return the number of a hostile radio on the air: that of the station it has captured, else one of its own."""
    return scenario.hostiles[nth].station or OUTSIDERS_FROM + nth


class Propagation(Protocol):
    """What a signal is worth."""

    def snr_db(self, one: int, other: int, begin: Place, end: Place) -> float:
        """Signal against noise between two radios, the same both ways.

        Args:
            one: number of a station.
            other: likewise.
            begin: where the one is.
            end: where the other is.
        """


class Landscape:
    """The links of one scenario.

    Args:
        scenario: says where all are.
        air: gets the links.
        scheduler: of the simulation.
        propagation: what a signal is worth between two places.
        watcher: told which links come and go.
    """

    def __init__(
        self, scenario: Scenario, air: Air, scheduler: Scheduler, propagation: Propagation, watcher: Watcher
    ) -> None:
        self._scenario = scenario
        self._air = air
        self._scheduler = scheduler
        self._propagation = propagation
        self._watcher = watcher
        self._carrying: set[tuple[int, int]] = set()
        self._journeys: Mapping[int, Journey] = {journey.station: journey for journey in scenario.journeys}
        self._places = {plan.number: plan.place for plan in scenario.stations}
        self._places |= {hostile_number(scenario, nth): plan.place for nth, plan in enumerate(scenario.hostiles)}

    def begin(self) -> None:
        """Set all links, and plan their changes."""
        for one, other in combinations(self._places, 2):
            self._set(one, other)
        for nth, stranger in enumerate(self._scenario.strangers):
            for plan in self._scenario.stations:
                snr_db = self._propagation.snr_db(STRANGERS_FROM + nth, plan.number, stranger.place, plan.place)
                self._air.set_link(stranger.name, radio_name(plan.number), Link(snr_db))
        for barrier in self._scenario.barriers:
            for at_s in (barrier.begin_s, barrier.end_s):
                self._scheduler.call_at(at_s, partial(self._set, barrier.one, barrier.other))
        if self._journeys:
            self._scheduler.call_at(LOOK_S, self._move)

    def place(self, number: int, at_s: float) -> Place:
        """Where a station is at a time."""
        journey = self._journeys.get(number)
        return place_on(journey, at_s) if journey is not None else self._places[number]

    def _move(self) -> None:
        for number in sorted(self._journeys):
            for other in self._places:
                if other != number:
                    self._set(number, other)
        self._scheduler.call_at(self._scheduler.now_s() + LOOK_S, self._move)

    def _set(self, one: int, other: int) -> None:
        now_s = self._scheduler.now_s()
        is_barred = any(_is_between(barrier, one, other, now_s) for barrier in self._scenario.barriers)
        snr_db = self._propagation.snr_db(one, other, self.place(one, now_s), self.place(other, now_s))
        loss = 1.0 if is_barred else self._scenario.frame_loss
        snr_db = -100.0 if is_barred else snr_db
        self._air.set_link(radio_name(one), radio_name(other), Link(snr_db, loss))
        pair, carries = (min(one, other), max(one, other)), snr_db >= self._scenario.preset.snr_floor_db
        is_of_stations = pair[1] < OUTSIDERS_FROM  # What only an outsider would carry is nobody's way.
        if is_of_stations and carries is not (pair in self._carrying):
            (self._carrying.add if carries else self._carrying.discard)(pair)
            self._watcher.saw(LinkChanged(*pair, carries), now_s)


def place_on(journey: Journey, at_s: float) -> Place:
    """Where somebody on a journey is."""
    before = journey.stops[0]
    for stop in journey.stops:
        if stop[0] > at_s:
            share = (at_s - before[0]) / (stop[0] - before[0]) if stop[0] > before[0] else 0.0
            share = min(1.0, max(0.0, share))
            return Place(
                before[1].east_m + share * (stop[1].east_m - before[1].east_m),
                before[1].north_m + share * (stop[1].north_m - before[1].north_m),
                before[1].height_m,
            )
        before = stop
    return before[1]


def _is_between(barrier: Barrier, one: int, other: int, now_s: float) -> bool:
    return {barrier.one, barrier.other} == {one, other} and barrier.begin_s <= now_s < barrier.end_s
