"""Airtime by the minute, added up: over rolling hours, and over all whom a station hears.

An hour is taken as the 61 minutes that any 60 minutes in a row lie in: no rolling hour, to the microsecond, has more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from node.simulation.annals import MINUTE_S, Minutes
from node.simulation.spans import Spans, holds, union

HOUR_MINUTES: Final = 61
HOUR_US: Final = 3_600_000_000


def fullest_us(minutes: Mapping[int, int]) -> int:
    """Return the most airtime in any rolling hour."""
    return max((sum_us for _, sum_us in _rolling(minutes)), default=0)


def over(minutes: Mapping[int, int], share_bp: int) -> Spans:
    """Return when the hour before had at least so many hundredths of a percent of itself."""
    bound_us = HOUR_US * share_bp // 10_000
    return union(
        (minute * MINUTE_S, (minute + 1) * MINUTE_S) for minute, sum_us in _rolling(minutes) if sum_us >= bound_us
    )


def busy(minutes: Mapping[int, int], share_bp: int) -> Spans:
    """Return when the channel was in use for so many hundredths of a percent, or had been in the minute before."""
    bound_us = MINUTE_S * 100 * share_bp
    return union((minute * MINUTE_S, (minute + 2) * MINUTE_S) for minute, us in minutes.items() if us >= bound_us)


def heard(station: int, sent: Mapping[int, Minutes], links: Mapping[tuple[int, int], Spans]) -> Minutes:
    """Return the airtime at a station: its own, and that of all whose radios it hears.

    Args:
        station: its number.
        sent: airtime by station.
        links: when two hear each other.
    """
    total: Minutes = defaultdict(int, sent.get(station, {}))
    for (one, other), spans in links.items():
        if station in (one, other):
            for minute, us in sent.get(other if one == station else one, {}).items():
                if holds(spans, minute * MINUTE_S):
                    total[minute] += us
    return total


def _rolling(minutes: Mapping[int, int]) -> Iterable[tuple[int, int]]:
    """Every minute in which the sum of the hour to its end may be new, with that sum."""
    if not minutes:
        return
    sum_us = 0
    for minute in range(min(minutes), max(minutes) + HOUR_MINUTES):
        sum_us += minutes.get(minute, 0) - minutes.get(minute - HOUR_MINUTES, 0)
        yield minute, sum_us
