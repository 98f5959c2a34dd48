"""Opinions and weights of codec 3, learnt on each fold of voices from the counts of the others.

Only additions and multiplications of binary fractions and rounded tables: every machine learns the same.
"""

from array import array
from dataclasses import dataclass
from math import exp, log, log2
from random import Random
from typing import Final

from protocol.mixing import mixer
from protocol.mixing.contexts import CASE_SOURCES, SOURCES
from protocol.mixing.tables import (
    CASE_ROW,
    CASE_SETS,
    LANGUAGES,
    LEVELS,
    SETS_BY_DEPTH,
    SETS_BY_FOUND,
    SETS_BY_NODE,
    SQUASH,
    UNIT_ROW,
    Node,
)
from tests.corpus.counting import FOLDS, Counting, Step, steps
from tests.corpus.texts import Voice

EPOCHS: Final = 3
RATE: Final = 0.005
_PRIOR: Final = 0.4
_OPINION_MAX: Final = 2047
_UNIT_WEIGHT: Final = 0.08
_CASE_WEIGHT: Final = 0.25
_SEED: Final = 1

LEVEL_BY_COUNT: Final = tuple(
    sum(count >= least for least in (1, 2, 3, 4, 5, 7, 10, 15, 25, 60, 200)) for count in range(256)
)
SQUASHED: Final = tuple(min(65535, round(65536 / (1 + exp(-(at - SQUASH // 2) / 256)))) for at in range(SQUASH))


@dataclass(frozen=True, slots=True)
class Trained:
    """What the file holds beside the counts."""

    maps: list[int]
    by_found: list[int]
    by_node: list[int]
    by_depth: list[int]
    case: list[int]
    left_out: tuple[float, ...]
    """By language: coded size by UTF-8 size, each voice by what the others taught; the weights have seen it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What `mixer` reads of the tables, with positions in the maps in place of the opinions there."""

    nodes: tuple[Node, ...]
    levels: bytes
    maps: tuple[range, ...]

    def level(self, count: int) -> int:
        """As `Tables.level`."""
        return self.levels[count] if count < len(self.levels) else LEVELS - 1


class Training:
    """Every fork of the corpus, as the sources saw it without the voice that wrote it."""

    def __init__(self, counting: Counting, nodes: tuple[Node, ...], corpus: tuple[Voice, ...]) -> None:
        size = LEVELS * LEVELS
        rows = range((SOURCES + CASE_SOURCES) * size)
        self._counting = counting
        self._asked = Asked(
            nodes, bytes(LEVEL_BY_COUNT), tuple(rows[at : at + size] for at in range(0, len(rows), size))
        )
        self._seen = [[0, 0] for _ in rows]
        self._messages: list[array[int]] = []
        self._sizes: list[tuple[int, int]] = []
        for number, voice in enumerate(corpus):
            for text in voice.messages:
                forks = array("h")
                for step in steps(counting.alphabet, text, voice.language):
                    self._look(step, number % FOLDS, voice.language, forks)
                self._messages.append(forks)
                self._sizes.append((voice.language, len(text.encode())))

    def _look(self, step: Step, fold: int, language: int, forks: "array[int]") -> None:
        founds = [self._counting.without(fold, key) for key in step.keys]
        if step.is_case:
            opinions, situation = mixer.case_opinions(self._asked, founds)
            self._note(opinions, step.answer, (-1, situation, 0), forks)
            return
        way = mixer.Forks(self._asked, founds)
        for bit in mixer.way(self._asked, step.answer):
            opinions, found, depth = way.opinions()
            self._note(opinions, bit, (language * 128 + way.node, found, depth), forks)
            way.take(bit)

    def _note(self, opinions: list[tuple[int, int]], bit: int, sets: tuple[int, int, int], forks: "array[int]") -> None:
        forks.extend((len(opinions), bit, *sets))
        for source, at in opinions:
            self._seen[at][bit] += 1
            forks.extend((source, at))

    def learn(self) -> Trained:
        """Opinions first, then weights for them."""
        maps = [_opinion(*seen) for seen in self._seen]
        unit, case = [_UNIT_WEIGHT] * UNIT_ROW, [_CASE_WEIGHT] * CASE_ROW
        found = [list(unit) for _ in range(SETS_BY_FOUND)]
        node = [list(unit) for _ in range(SETS_BY_NODE)]
        depth = [list(unit) for _ in range(SETS_BY_DEPTH)]
        capital = [list(case) for _ in range(CASE_SETS)]
        order = list(range(len(self._messages)))
        chance = Random(_SEED)
        bits = [0.0] * len(self._messages)
        for epoch in range(EPOCHS):
            chance.shuffle(order)
            rate = RATE / (1 + epoch) / 256 / 65536
            for at in order:
                bits[at] = _learn(self._messages[at], maps, (found, node, depth, capital), rate)
        return Trained(maps, _fixed(found), _fixed(node), _fixed(depth), _fixed(capital), self._shares(bits))

    def _shares(self, bits: list[float]) -> tuple[float, ...]:
        shares = []
        for language in range(LANGUAGES):
            own = [(bits[at] / 8, size) for at, (spoken, size) in enumerate(self._sizes) if spoken == language]
            shares.append(sum(coded for coded, _ in own) / sum(size for _, size in own))
        return tuple(shares)


Rows = list[list[float]]


def _learn(forks: "array[int]", maps: list[int], sets: tuple[Rows, Rows, Rows, Rows], rate: float) -> float:
    by_found, by_node, by_depth, by_case = sets
    at, end, bits = 0, len(forks), 0.0
    while at < end:
        count, bit, node, found, depth = forks[at : at + 5]
        at += 5
        sources = forks[at : at + 2 * count : 2]
        values = [maps[place] for place in forks[at + 1 : at + 2 * count : 2]]
        at += 2 * count
        rows = (by_case[found],) if node < 0 else (by_found[found], by_node[node], by_depth[depth])
        bias = CASE_SOURCES if node < 0 else SOURCES
        opinion = sum(row[bias] for row in rows) * mixer.BIAS
        for row in rows:
            for source, value in zip(sources, values, strict=True):
                opinion += row[source] * value
        place = int(opinion // 1) + SQUASH // 2
        reckoned = SQUASHED[0 if place < 0 else SQUASH - 1 if place >= SQUASH else place]
        bits -= log2(max(reckoned if bit else 65536 - reckoned, mixer.CHANCE_MIN) / 65536)
        step = rate * (65536 * bit - reckoned)
        for row in rows:
            row[bias] += step * mixer.BIAS
            for source, value in zip(sources, values, strict=True):
                row[source] += step * value
    return bits


def _opinion(zeros: int, ones: int) -> int:
    if not zeros and not ones:
        return 0
    return max(-_OPINION_MAX, min(_OPINION_MAX, round(256 * log((ones + _PRIOR) / (zeros + _PRIOR)))))


def _fixed(rows: Rows) -> list[int]:
    return [round(65536 * weight) for row in rows for weight in row]
