"""What the simulated air costs: processor time for each frame at each receiver, in a flood of fifty radios."""

import itertools
import random
import sys
import time
from dataclasses import dataclass
from math import hypot

import pytest

from hardware.airtime import PRESETS
from hardware.radio import Outgoing
from hardware.simulated.air import Link
from hardware.simulated.identity import Generation
from hardware.simulated.reception import Capture
from tests.bench.extent import IS_FULL, PATIENCE
from tests.hardware.simulated.bare_bench import BareBench

RADIOS = 50
HOURS = 1.0 if IS_FULL else 0.1
MESSAGES_AN_HOUR = 240
REACH = 0.35
"""Of the side of the square they stand in: twelve neighbours each."""
RECEPTION_US_MAX = 15.0 * PATIENCE


@dataclass(frozen=True)
class Cost:
    receptions: int
    cpu_s: float


def flood(generation: Generation) -> Cost:
    chance = random.Random(3)
    names = [f"r{number}" for number in range(RADIOS)]
    preset = PRESETS["MEDIUM_FAST"]
    bench = BareBench(names, preset=preset.name, generation=generation, link=None, capture=Capture(preset.symbol_us))
    where = {name: (chance.random(), chance.random()) for name in names}
    for one, other in itertools.combinations(names, 2):
        apart = hypot(where[one][0] - where[other][0], where[one][1] - where[other][1])
        if apart < REACH:
            bench.air.set_link(one, other, Link(8 - 20 * apart, 0.1))
    began_s = time.process_time()
    for ticket in range(round(MESSAGES_AN_HOUR * HOURS)):
        is_direct = chance.random() < 0.3
        destination = bench.number(chance.choice(names)) if is_direct else None
        payload = bytes(chance.randrange(40, 200))
        bench.send(chance.choice(names), Outgoing(ticket, payload, 3, is_direct, destination, 64))
        bench.run(3600 / MESSAGES_AN_HOUR)
    tallies = bench.air.tallies.values()
    receptions = sum(each.packets_heard + each.collisions + each.lost for each in tallies)
    return Cost(receptions, time.process_time() - began_s)


@pytest.mark.bench
@pytest.mark.parametrize("generation", list(Generation))
def test_reception_costs_some_microseconds(generation: Generation) -> None:
    cost = flood(generation)
    us = 1e6 * cost.cpu_s / cost.receptions
    sys.stdout.write(
        f"\nflood of {RADIOS} radios, {generation}: {cost.receptions} receptions, {us:.1f} us each, "
        f"{3600 * HOURS / cost.cpu_s:.0f} times real time\n"
    )
    assert us <= RECEPTION_US_MAX
