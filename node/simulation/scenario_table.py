"""One table of a scenario file, and the line on which a mistake stands."""

import re
from typing import ClassVar

from hardware import toml_table


class ScenarioMistake(toml_table.TomlMistake):
    """A scenario cannot be played; the text names file, line and remedy."""


class _Misplaced(ScenarioMistake):
    """A mistake whose line is not known yet."""

    def __init__(self, place: str, key: str, problem: str) -> None:
        super().__init__(f"{place}: {key}: {problem}")
        self.place = place
        self.key = key


class Table(toml_table.Table):
    """One table of a scenario."""

    mistake: ClassVar[type[toml_table.TomlMistake]] = ScenarioMistake

    def wrong(self, key: str, problem: str) -> ScenarioMistake:
        """Make the error about one key."""
        return _Misplaced(self._place, key, problem)

    def numbers(self, key: str, count: int, least: float, most: float) -> tuple[float, ...]:
        """Read a list of so many numbers within their bounds."""
        entry = self._entries.get(key)
        numbers = (
            [float(each) for each in entry if isinstance(each, int | float) and least <= each <= most]
            if isinstance(entry, list)
            else []
        )
        if not isinstance(entry, list) or len(entry) != count or len(numbers) != count:
            raise self.wrong(key, f"write a list of {count} numbers from {least:g} to {most:g}")
        return tuple(numbers)

    def one_or_two(self, key: str, least: float, most: float, default: tuple[float, float]) -> tuple[float, float]:
        """Read a number, or the least and the most of several."""
        if not self.has(key):
            return default
        if isinstance(self._entries[key], list):
            low, high = self.numbers(key, 2, least, most)
            return low, high
        number = self.real(key, least, most)
        return number, number

    def span_s(self, key: str, most_s: float, default: str | None = None) -> float:
        """Read a time as hours and minutes, `"72:00"`; in seconds."""
        text = default if default is not None and not self.has(key) else self._entries.get(key)
        return self._span_s(key, text, most_s)

    def legs(self, key: str, count_max: int, most_s: float, far_m: float) -> tuple[tuple[float, float, float], ...]:
        """Read stops of a way: a time and two metres each."""
        entry = self._entries.get(key)
        if not isinstance(entry, list) or not 1 <= len(entry) <= count_max:
            raise self.wrong(key, f'write 1 to {count_max} stops, each ["0:40", 3000, 0]: time, metres east and north')
        found: list[tuple[float, float, float]] = []
        for stop in entry:
            if not isinstance(stop, list) or len(stop) != len(("time", "east", "north")):
                raise self.wrong(key, f'{stop!r}; write ["0:40", 3000, 0]: time, metres east and north')
            at_s = self._span_s(key, stop[0], most_s)
            if not all(isinstance(each, int | float) and abs(each) <= far_m for each in stop[1:]):
                raise self.wrong(key, f"{stop!r}; write metres of at most {far_m:g}")
            if found and at_s < found[-1][0]:
                raise self.wrong(key, f"{stop[0]!r} is before the stop above it; put them in order")
            found.append((at_s, float(stop[1]), float(stop[2])))
        return tuple(found)

    def _span_s(self, key: str, text: object, most_s: float) -> float:
        match = re.fullmatch(r"(\d{1,4}):([0-5]\d)", text) if isinstance(text, str) else None
        seconds = int(match[1]) * 3600 + int(match[2]) * 60 if match is not None else None
        if seconds is None or seconds > most_s:
            most = f"{int(most_s // 3600)}:{int(most_s % 3600 // 60):02d}"
            raise self.wrong(key, f'{"missing" if text is None else repr(text)}; write hours:minutes, at most "{most}"')
        return float(seconds)


def placed(mistake: ScenarioMistake, text: str, source: str) -> ScenarioMistake:
    """Return the same mistake with the file and the line that it is about."""
    if not isinstance(mistake, _Misplaced):
        return mistake
    line = line_of(text, mistake.place, mistake.key)
    return ScenarioMistake(f"{source}, line {line}: {mistake}" if line else f"{source}: {mistake}")


def line_of(text: str, place: str, key: str) -> int | None:
    """Return the line where a key stands, else the line of its table's header; None when neither is written out.

    Args:
        text: of the file.
        place: `the file`, `[traffic]`, or `[[station]] 3` for the third of a list.
        key: in that table; of the form `station.code` in every table of a list.
    """
    header, _, nth = place.partition(" ") if place.startswith("[[") else (place, "", "")
    wanted = int(nth) if nth.isdigit() else 1
    is_inside, passed, header_line = place == "the file", 0, None
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            name = stripped.split("#")[0].strip()
            if place == "the file" and name.strip("[]") == key:
                return number
            passed += name == header
            is_inside = name == header and passed == wanted
            header_line = number if is_inside else header_line
        elif is_inside and re.match(rf"\"?{re.escape(key)}\"?\s*=", stripped):
            return number
    return header_line
