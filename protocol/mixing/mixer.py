"""How likely the next bit is, from all sources at once: integers only, so that every machine reckons the same.

A unit is coded as the forks on the way to it. At each fork every source that has seen units on both or one of the
sides says how often; a table turns the two counts into a trained opinion (logarithm of the odds, 256 is one), and the
opinions are added with trained weights.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Final

from protocol.mixing.contexts import CASE_SOURCES, PAIR, SOURCES, WORD
from protocol.mixing.tables import LEVELS, SQUASH, Found, Tables

BIAS: Final = 77
"""The opinion that is always there."""
CHANCE_MIN: Final = 24
"""Of 65536: nothing is impossible, and a text of 4096 bytes does not come out of nothing."""
CHANCE_MAX: Final = 65536 - CHANCE_MIN
_ORDER_MAX: Final = 5
_DEPTH_MAX: Final = 7
_HALF: Final = SQUASH // 2

Channel = Callable[[int], int]
"""Told the chance of 65536 that a bit is 1, answers the bit: coding it or reading it."""


def chance(tables: Tables, opinion: int) -> int:
    """Of 65536, from the weighted opinions in 65536ths."""
    at = (opinion >> 16) + _HALF
    at = 0 if at < 0 else SQUASH - 1 if at >= SQUASH else at
    found = tables.squash[at]
    return CHANCE_MIN if found < CHANCE_MIN else CHANCE_MAX if found > CHANCE_MAX else found


def case(tables: Tables, founds: Sequence[Found], channel: Channel) -> int:
    """Code or read whether a capital follows."""
    opinions, situation = case_opinions(tables, founds)
    row = tables.weights.case[situation]
    opinion = row[CASE_SOURCES] * BIAS
    for source, value in opinions:
        opinion += row[source] * value
    return channel(chance(tables, opinion))


def case_opinions(tables: Tables, founds: Sequence[Found]) -> tuple[list[tuple[int, int]], int]:
    """What each source thinks of a capital, and which set of weights is for this situation."""
    opinions = []
    situation = 0
    for source, (units, upto) in enumerate(founds):
        if not units:
            continue
        split = bisect_left(units, 1)
        small, large = upto[split], upto[-1] - upto[split]
        at = tables.level(small) * LEVELS + tables.level(large)
        opinions.append((source, tables.maps[SOURCES + source][at]))
        situation |= _CASE_SITUATION.get(source, 0)
    return opinions, situation


_CASE_SITUATION: Final = {3: 1, 2: 2, 5: 4}
"""Which set of case weights: whether the longest source, the next, and the last word have been seen."""


class Forks:
    """The way to one unit, fork by fork."""

    __slots__ = ("_active", "_depth", "_tables", "node")

    def __init__(self, tables: Tables, founds: Sequence[Found]) -> None:
        self._tables = tables
        self._depth = 0
        self.node = 0
        """The fork, or ~rank of the unit once there."""
        self._active = [(source, units, upto, 0, len(units)) for source, (units, upto) in enumerate(founds) if units]

    def opinions(self) -> tuple[list[tuple[int, int]], int, int]:
        """What the sources think at this fork, and the sets of weights by what was found and by depth."""
        tables = self._tables
        split = tables.nodes[self.node].split
        levels, maps = tables.levels, tables.maps
        found, by_word, both, by_pair = 0, 0, 0, 0
        opinions = []
        for source, units, upto, first, last in self._active:
            middle = bisect_left(units, split, first, last)
            below, above = upto[middle] - upto[first], upto[last] - upto[middle]
            at = (levels[below] if below < 256 else LEVELS - 1) * LEVELS
            at += levels[above] if above < 256 else LEVELS - 1
            opinions.append((source, maps[source][at]))
            if source <= _ORDER_MAX:
                found = source
            elif source == WORD:
                by_word, both = 1, 1 if below and above else 0
            elif source == PAIR:
                by_pair = 1
        depth = self._depth if self._depth < _DEPTH_MAX else _DEPTH_MAX
        return opinions, found * 4 + by_pair * 2 + by_word, depth * 8 + by_word * 4 + both * 2 + by_pair

    def take(self, bit: int) -> None:
        """Go one way; sources that have seen nothing there are silent from now on."""
        node = self._tables.nodes[self.node]
        active = []
        for source, units, upto, first, last in self._active:
            middle = bisect_left(units, node.split, first, last)
            if bit:
                if middle < last:
                    active.append((source, units, upto, middle, last))
            elif first < middle:
                active.append((source, units, upto, first, middle))
        self._active = active
        self._depth += 1
        self.node = node.above if bit else node.below


def unit(tables: Tables, founds: Sequence[Found], language: int, channel: Channel) -> int:
    """Code or read one unit; its rank."""
    forks = Forks(tables, founds)
    weights = tables.weights
    while forks.node >= 0:
        opinions, by_found, by_depth = forks.opinions()
        first = weights.by_found[by_found]
        second = weights.by_node[language * 128 + forks.node]
        third = weights.by_depth[by_depth]
        opinion = (first[SOURCES] + second[SOURCES] + third[SOURCES]) * BIAS
        for source, value in opinions:
            opinion += (first[source] + second[source] + third[source]) * value
        forks.take(channel(chance(tables, opinion)))
    return ~forks.node


def way(tables: Tables, rank: int) -> list[int]:
    """The bits that lead to a unit."""
    bits = []
    at = 0
    while at >= 0:
        node = tables.nodes[at]
        bit = 1 if rank >= node.split else 0
        bits.append(bit)
        at = node.above if bit else node.below
    return bits
