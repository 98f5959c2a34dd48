"""When stations could hand something to each other in a run: contacts of their radios, and couriers between them.

contact   both programs run, and a packet gets across: from radio to radio, or over one more radio that is on,
whether or not its own program runs (as far as beacons go, `Policy.beacon_hop_limit`)
ride      a courier leaves a station that runs, and comes to another that runs
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from node.simulation.annals import Annals
from node.simulation.landscape import radio_name
from node.simulation.scenario import Courier, Scenario
from node.simulation.spans import Spans, common, holds, union

Ride = tuple[float, float]
"""Leaves, comes; s."""
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Meetings:
    """Of one run."""

    end_s: float
    running: Mapping[int, Spans]
    """When a station's program ran and its radio was on."""
    radios: Mapping[int, Spans]
    """When its radio was on."""
    links: Mapping[Pair, Spans]
    """When the radios of two would hear each other; the lower number is first."""
    contacts: Mapping[int, Mapping[int, Spans]]
    """Of each station, with each other."""
    rides: Mapping[int, Mapping[int, Sequence[Ride]]]
    """From each station, to each other, in order."""

    def radio_hops(self, begin: int, at_s: float) -> dict[int, int]:
        """Whom a packet could reach over radios that were on at a time, with how many transmissions it takes."""
        on = {number for number, spans in self.radios.items() if holds(spans, at_s)}
        near: dict[int, list[int]] = defaultdict(list)
        for (one, other), spans in self.links.items():
            if one in on and other in on and holds(spans, at_s):
                near[one].append(other)
                near[other].append(one)
        hops, edge = {begin: 0}, {begin}
        while edge:
            edge = {other for one in edge for other in near[one]} - hops.keys()
            hops.update(dict.fromkeys(edge, max(hops.values()) + 1))
        return hops


def meetings(scenario: Scenario, annals: Annals, end_s: float) -> Meetings:
    """Work them out at the end of a run."""
    numbers = [plan.number for plan in scenario.stations]
    radios = {number: annals.radio_on(radio_name(number), end_s) for number in numbers}
    running = {number: common(annals.running(number, end_s), radios[number]) for number in numbers}
    links = annals.links(end_s)
    rides: dict[int, dict[int, list[Ride]]] = {number: defaultdict(list) for number in numbers}
    for courier in scenario.couriers:
        for begin, to, ride in _rides(courier, running, end_s):
            rides[begin][to].append(ride)
    for others in rides.values():
        for several in others.values():
            several.sort()
    return Meetings(end_s, running, radios, links, _contacts(running, radios, links), rides)


def _contacts(
    running: Mapping[int, Spans], radios: Mapping[int, Spans], links: Mapping[Pair, Spans]
) -> Mapping[int, Mapping[int, Spans]]:
    near: dict[int, dict[int, Spans]] = defaultdict(dict)
    for (one, other), spans in links.items():
        near[one][other] = near[other][one] = spans
    ways: dict[Pair, list[Spans]] = {pair: [spans] for pair, spans in links.items()}
    for middle, others in sorted(near.items()):
        for one, other in combinations(sorted(others), 2):
            over_it = common(common(others[one], others[other]), radios[middle])
            if over_it:
                ways.setdefault((one, other), []).append(over_it)
    contacts: dict[int, dict[int, Spans]] = {number: {} for number in running}
    for (one, other), several in ways.items():
        spans = several[0] if len(several) == 1 else union(span for spans in several for span in spans)
        spans = common(common(spans, running[one]), running[other])
        if spans:
            contacts[one][other] = contacts[other][one] = spans
    return contacts


def _rides(courier: Courier, running: Mapping[int, Spans], end_s: float) -> Sequence[tuple[int, int, Ride]]:
    """All of one courier: from each stop to the next stop at each other station of the round."""
    stops: list[tuple[float, int]] = []
    at_s = courier.begin_s
    while at_s < end_s and courier.leg_s > 0:
        number = courier.route[len(stops) % len(courier.route)]
        stops.append((at_s, number))
        at_s += courier.leg_s
    open_stops = [(at_s, number) for at_s, number in stops if holds(running[number], at_s)]
    found: list[tuple[int, int, Ride]] = []
    for place, (leaves_s, begin) in enumerate(open_stops):
        reached = {begin}
        for comes_s, to in open_stops[place + 1 :]:
            if to not in reached:
                reached.add(to)
                found.append((begin, to, (leaves_s, comes_s)))
            if len(reached) == len(set(courier.route)):
                break
    return found


def ride_after(rides: Sequence[Ride], at_s: float) -> Ride | None:
    """Return the first ride that leaves then or later."""
    place = bisect_left(rides, (at_s, 0.0))
    return rides[place] if place < len(rides) else None
