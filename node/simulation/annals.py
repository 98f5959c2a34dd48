"""What a run really was, as the oracle needs it: who ran when, which radios heard each other, who used the air.

A watcher notes changes of power and links and adds up airtime by the minute: what protocols said is not in it.
"""

from collections import defaultdict
from typing import Final, Generic, TypeVar

from node.simulation.spans import Span, Spans, union
from node.simulation.watching import Booted, Fact, Learned, LinkChanged, OnAir, RadioSwitched, WentDown
from protocol.numbers import FrameType

MINUTE_S: Final = 60.0
HINTS: Final = frozenset({FrameType.BEACON, FrameType.INVENTORY})
"""What stations say without anybody having written anything."""

Minutes = dict[int, int]
"""Airtime in us, by the minute in which its transmission began."""


_Key = TypeVar("_Key")


class _Switches(Generic[_Key]):
    """Notes when each of many things was on."""

    def __init__(self) -> None:
        self._on_s: dict[_Key, float] = {}
        self._past: dict[_Key, list[Span]] = defaultdict(list)

    def put(self, key: _Key, at_s: float, *, is_on: bool) -> None:
        if is_on:
            self._on_s.setdefault(key, at_s)
        elif key in self._on_s:
            self._past[key].append((self._on_s.pop(key), at_s))

    def spans(self, key: _Key, end_s: float) -> Spans:
        still = [(self._on_s[key], end_s)] if key in self._on_s else []
        return union([*self._past.get(key, ()), *still])

    def all(self) -> set[_Key]:
        return {*self._on_s, *self._past}


class Annals:
    """Implements `node.simulation.watching.Watcher`."""

    def __init__(self) -> None:
        self.sent_us: dict[str, Minutes] = defaultdict(lambda: defaultdict(int))
        """Airtime by radio, strangers' too."""
        self.hints_us: dict[str, Minutes] = defaultdict(lambda: defaultdict(int))
        """Of it, beacons and inventories, passed on or not."""
        self.learned: dict[int, dict[int, float]] = defaultdict(dict)
        """When a station believed a revocation, by its place in the scenario and the station."""
        self._running = _Switches[int]()
        self._radios = _Switches[str]()
        self._links = _Switches[tuple[int, int]]()

    def saw(self, fact: Fact, now_s: float) -> None:
        """Note a fact."""
        match fact:
            case OnAir():
                minute = int(now_s // MINUTE_S)
                self.sent_us[fact.radio][minute] += fact.airtime_us
                if fact.main in HINTS:
                    self.hints_us[fact.radio][minute] += fact.airtime_us
            case Booted(station):
                self._running.put(station, now_s, is_on=True)
            case WentDown(station):
                self._running.put(station, now_s, is_on=False)
            case RadioSwitched(radio, is_on):
                self._radios.put(radio, now_s, is_on=is_on)
            case LinkChanged(one, other, carries):
                self._links.put((min(one, other), max(one, other)), now_s, is_on=carries)
            case Learned(station, revocation):
                self.learned[revocation][station] = now_s
            case _:
                pass

    def running(self, station: int, end_s: float) -> Spans:
        """When a station's program ran."""
        return self._running.spans(station, end_s)

    def radio_on(self, radio: str, end_s: float) -> Spans:
        """When a radio was on the air, with or without a program behind it."""
        return self._radios.spans(radio, end_s)

    def links(self, end_s: float) -> dict[tuple[int, int], Spans]:
        """When two stations' radios could hear each other, by the pair; the lower number is first."""
        return {pair: self._links.spans(pair, end_s) for pair in sorted(self._links.all())}
