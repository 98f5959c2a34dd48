"""The stations of a scenario file, and what the codes in the rest of it stand for."""

import random
import re
from collections.abc import Iterator
from math import cos, pi, sin, sqrt
from typing import Final

from node.simulation.scenario import STATIONS_MAX, Battery, ClockKind, Place, StationPlan
from node.simulation.scenario_table import Table

_NAMED_MAX: Final = 12
"""Codes that a remedy offers: a line's worth."""
CODE_MAX: Final = 5
"""Letters and digits, as in certificates (SPEC section 10)."""
NAME_MAX: Final = 40
FAR_M: Final = 500_000.0
"""Denmark from end to end."""
STATION_KEYS: Final = ("code", "name", "at_m", "height_m", "battery_wh", "load_w", "clock", "operators")
CLUSTER_KEYS: Final = (*STATION_KEYS, "count", "radius_m")


class Codes:
    """Reads stations and clusters, and remembers their codes."""

    def __init__(self) -> None:
        self._numbers: dict[str, tuple[int, ...]] = {}
        """Stations by code, of clusters several."""

    def stations(self, singles: list[Table], clusters: list[Table]) -> Iterator[StationPlan]:
        """Read all stations; they are numbered in the order of the file, clusters last."""
        number = 0
        for table in singles:
            number += 1
            code = self._new_code(table, (number,))
            yield _station(table, number, code, table.text("name", NAME_MAX), place(table), 0.0)
        for table in clusters:
            count = table.whole("count", 1, STATIONS_MAX)
            numbers = tuple(range(number + 1, number + count + 1))
            number += count
            code, name, middle = self._new_code(table, numbers), table.text("name", NAME_MAX), place(table)
            radius_m = table.real("radius_m", 1.0, FAR_M)
            for nth, each in enumerate(numbers, 1):
                at = _around(middle, radius_m, f"{code} {nth}")
                self._numbers[f"{code}{nth}"] = (each,)
                yield _station(table, each, f"{code}{nth}", f"{name} {nth}", at, (nth - 1) / max(1, count - 1))

    def several(self, table: Table, key: str, least: int = 1) -> tuple[tuple[int, ...], ...]:
        """Read a list of codes; the stations that each stands for."""
        codes = table.texts(key, STATIONS_MAX, CODE_MAX)
        if len(codes) < least:
            raise table.wrong(key, f"write codes of stations, {least} at least")
        return tuple(self._of(table, key, code) for code in codes)

    def one(self, table: Table, key: str, code: str) -> int:
        """Return the one station that a code stands for."""
        numbers = self._of(table, key, code)
        if len(numbers) != 1:
            raise table.wrong(key, f"{code!r} are several stations; name one, such as {code}1")
        return numbers[0]

    def _of(self, table: Table, key: str, code: str) -> tuple[int, ...]:
        if code == "all":
            return tuple(sorted({number for numbers in self._numbers.values() for number in numbers}))
        if code not in self._numbers:
            raise table.wrong(
                key, f"nothing is called {code!r}; write one of {', '.join(list(self._numbers)[:_NAMED_MAX])}"
            )
        return self._numbers[code]

    def _new_code(self, table: Table, numbers: tuple[int, ...]) -> str:
        code = new_code(table)
        if code in self._numbers or code == "all":
            raise table.wrong("code", f"{code!r} stands for something already; choose another")
        self._numbers[code] = numbers
        return code


def new_code(table: Table) -> str:
    """Read a code that is given here."""
    code = table.text("code", CODE_MAX)
    if not re.fullmatch(r"[A-Z0-9ÆØÅ]+", code):
        raise table.wrong("code", f"{code!r}; write 1 to {CODE_MAX} of A-Z, 0-9, Æ, Ø, Å")
    return code


def place(table: Table) -> Place:
    """Read where something is."""
    east_m, north_m = table.numbers("at_m", 2, -FAR_M, FAR_M)
    return Place(east_m, north_m, table.real("height_m", 1.0, 300.0, default=8.0))


def _station(table: Table, number: int, code: str, name: str, place: Place, share: float) -> StationPlan:
    low_wh, high_wh = table.one_or_two("battery_wh", 0.0, 10_000.0, (0.0, 0.0))
    capacity_wh = low_wh + (high_wh - low_wh) * share
    load_w = table.real("load_w", 0.1, 100.0, default=3.0)
    return StationPlan(
        number=number,
        code=code,
        name=name,
        place=place,
        battery=Battery(capacity_wh, load_w) if capacity_wh > 0 else None,
        clock=ClockKind(table.choice("clock", list(ClockKind), default=ClockKind.NONE)),
        operators=table.whole("operators", 0, 8, default=1),
    )


def _around(middle: Place, radius_m: float, name: str) -> Place:
    """Some place within a circle, the same for the same name."""
    chance = random.Random(name)  # noqa: S311 - a draw to repeat, no secret
    distance_m, angle = radius_m * sqrt(chance.random()), chance.uniform(0, 2 * pi)
    return Place(middle.east_m + distance_m * cos(angle), middle.north_m + distance_m * sin(angle), middle.height_m)
