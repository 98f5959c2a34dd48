"""An order for what happened at several stations, whatever their clocks say: a hybrid logical clock.

After Kulkarni, Demirbas et al., "Logical Physical Clocks" (OPODIS 2014): a stamp is the largest clock reading that can
have led to an event, and a count among equals. What a station took in never stands before what it came of, and a
stamp stays near the clocks. A clock that runs far ahead drags nobody along: beyond `AHEAD_MS_MAX` of a trusted reading
it is not followed. Nothing of it travels: logs name each message by its fingerprint where it was written and where it
arrived, so whoever has both logs has the order.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from node.core.log_entries import LogEntry, LogKind

AHEAD_MS_MAX: Final = 60_000
"""What signed clocks may be apart (SPEC section 2.4), beyond what the readings say of themselves."""

_KINDS: Final = frozenset(LogKind)
_CAUSES: Final = {LogKind.ACCEPTED: LogKind.COMPOSED, LogKind.ACT_HEARD: LogKind.ACTED}
"""What is entered at another station, and what was entered where it comes from."""


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """Where an event stands in the order."""

    utc_ms: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place among those of other stations."""

    stamp: Stamp
    station: int
    entry: LogEntry


class HybridClock:
    """The clock of one station."""

    def __init__(self) -> None:
        self._last = Stamp(0)
        self._known: tuple[int, int] | None = None

    def stamp(self, entry: LogEntry, cause: Stamp | None = None) -> Stamp:
        """The next event of this station; later than all before, and than what it came of unless that is far ahead."""
        reading_ms = self._reading_ms(entry)
        if cause is not None and entry.utc_ms is not None:
            # Who knows the time does not believe one who is far ahead of it.
            cause = cause if cause.utc_ms <= entry.utc_ms + entry.uncertainty_ms + AHEAD_MS_MAX else None
        led_to = max(self._last, cause or self._last)
        self._last = Stamp(led_to.utc_ms, led_to.count + 1) if led_to.utc_ms >= reading_ms else Stamp(reading_ms)
        return self._last

    def _reading_ms(self, entry: LogEntry) -> int:
        """What the clock said; untrusted, the last trusted reading carried on by station time."""
        if entry.utc_ms is not None:
            self._known = (entry.utc_ms, entry.at)
            return entry.utc_ms
        return 0 if self._known is None else self._known[0] + entry.at - self._known[1]


def merged(logs: Mapping[int, Sequence[LogEntry]]) -> list[Placed]:
    """The entries of several stations in one order; those of one station stay in theirs.

    Args:
        logs: real chains by station, each in its own order.
    """
    clocks = {station: HybridClock() for station in sorted(logs)}
    waiting = {station: deque(logs[station]) for station in sorted(logs)}
    told_of = {(entry.kind, entry.about) for log in logs.values() for entry in log if entry.about}
    placed: list[Placed] = []
    stamps: dict[tuple[int, bytes], Stamp] = {}

    def take(station: int) -> None:
        entry = waiting[station].popleft()
        cause = _cause_of(entry)
        stamp = clocks[station].stamp(entry, None if cause is None else stamps.get(cause))
        stamps.setdefault((entry.kind, entry.about), stamp)
        placed.append(Placed(stamp, station, entry))

    def is_free(entry: LogEntry) -> bool:
        cause = _cause_of(entry)
        return cause is None or cause in stamps or cause not in told_of

    while any(waiting.values()):
        before = len(placed)
        for station, log in waiting.items():
            while log and is_free(log[0]):
                take(station)
        if len(placed) == before:  # Logs that contradict each other hold each other up: one goes on by itself.
            take(next(station for station, log in waiting.items() if log))
    return sorted(placed, key=lambda one: (one.stamp, one.station, one.entry.number))


def _cause_of(entry: LogEntry) -> tuple[int, bytes] | None:
    kind = _CAUSES.get(LogKind(entry.kind)) if entry.kind in _KINDS else None
    return None if kind is None else (kind, entry.about)
