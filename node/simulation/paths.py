"""The earliest a message can be somewhere, over contacts that come and go, couriers, and senders with airtime to spare.

contact   counts once both sides had time for `BEACONS` beacons; a hop takes `HAND_OVER_S` of it
airtime   the sender needs some to spare for all of the hop
courier   takes along what was at the stop a minute before, and needs a minute to hand it in
"""

import heapq
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hardware.airtime import Preset
from hardware.channel_price import ChannelPrice
from node.core.policy import Policy
from node.simulation.airtime_hours import busy, heard, over
from node.simulation.annals import Annals
from node.simulation.landscape import radio_name
from node.simulation.meetings import Meetings, Ride, ride_after
from node.simulation.spans import Spans, later, union, without
from protocol.numbers import Precedence

HAND_OVER_S: Final = 180.0
"""From a station that has a message to the next: four tries with their waits, all lost once in 600 at 20 % loss."""
AT_A_STOP_S: Final = 60.0
"""A courier's stick is read and written at once; a few events wait their turn."""
BEACONS: Final = 2
"""Until two stations know of each other; one may be lost."""
_BEACON_BYTES: Final = 10
_INTERVAL_MOST: Final = 9 / 8
"""A beacon's interval with its jitter, at the longest (`node.core.beacons`)."""


class Graph:
    """Who can hand something to whom, when.

    Args:
        hops: from each station to each other, when a hop may take place.
        rides: likewise, by courier.
    """

    def __init__(
        self, hops: Mapping[int, Mapping[int, Spans]], rides: Mapping[int, Mapping[int, Sequence[Ride]]]
    ) -> None:
        self._hops = {
            one: [(to, [end_s for _, end_s in spans], spans) for to, spans in sorted(others.items())]
            for one, others in hops.items()
        }
        self._rides = rides

    def arrivals(self, origin: int, at_s: float, wanted: Collection[int]) -> dict[int, float]:
        """When something at the origin can be at each of the wanted stations at the earliest; without the others."""
        found: dict[int, float] = {}
        best: dict[int, float] = {origin: at_s}
        waiting, missing = [(at_s, origin)], set(wanted)
        while waiting and missing:
            now_s, station = heapq.heappop(waiting)
            if station in found:
                continue
            found[station] = now_s
            missing.discard(station)
            for there_s, to in self._from(station, now_s):
                if there_s < best.get(to, float("inf")):
                    best[to] = there_s
                    heapq.heappush(waiting, (there_s, to))
        return {station: found[station] for station in wanted if station in found}

    def _from(self, station: int, now_s: float) -> Sequence[tuple[float, int]]:
        reached: list[tuple[float, int]] = []
        for to, ends, spans in self._hops.get(station, ()):
            for begin_s, end_s in spans[bisect_right(ends, now_s) :]:
                there_s = max(now_s, begin_s) + HAND_OVER_S
                if there_s <= end_s:
                    reached.append((there_s, to))
                    break
        for to, rides in self._rides.get(station, {}).items():
            ride = ride_after(rides, now_s + AT_A_STOP_S)
            if ride is not None:
                reached.append((ride[1] + AT_A_STOP_S, to))
        return reached


@dataclass(frozen=True, slots=True)
class Graphs:
    """Of one run, by what is spared."""

    unspared: Graph
    """Had there been airtime for all."""
    urgent: Graph
    bulk: Graph

    def of(self, precedence: Precedence) -> Graph:
        """With the airtime that a precedence may use."""
        return self.urgent if precedence <= Precedence.IMMEDIATE else self.bulk


def graphs(met: Meetings, annals: Annals, preset: Preset, policy: Policy) -> Graphs:
    """Work them out at the end of a run."""
    known = _known(met, preset, policy)
    sent = {number: annals.sent_us.get(radio_name(number), {}) for number in met.running}
    urgent = {number: over(minutes, policy.urgent_share_bp) for number, minutes in sent.items()}
    bulk = {
        number: union(
            [
                *over(minutes, policy.bulk_share_bp),
                *busy(heard(number, sent, met.links), policy.channel_busy_bp),
            ]
        )
        for number, minutes in sent.items()
    }
    return Graphs(*(Graph(_spared(known, spent), met.rides) for spent in ({}, urgent, bulk)))


def _known(met: Meetings, preset: Preset, policy: Policy) -> dict[int, dict[int, Spans]]:
    """Contacts without the time in which the two learn of each other."""
    stations = max((len(others) for others in met.contacts.values()), default=0) + 1
    fair_s = stations * 2 * ChannelPrice(preset)(_BEACON_BYTES) * 10 / policy.beacon_share_bp
    by_s = BEACONS * _INTERVAL_MOST * max(policy.beacon_min_ms / 1000, fair_s)
    return {one: {other: later(spans, by_s) for other, spans in others.items()} for one, others in met.contacts.items()}


def _spared(hops: Mapping[int, Mapping[int, Spans]], spent: Mapping[int, Spans]) -> dict[int, dict[int, Spans]]:
    return {
        one: {other: without(spans, spent[one]) if spent.get(one) else spans for other, spans in others.items()}
        for one, others in hops.items()
    }
