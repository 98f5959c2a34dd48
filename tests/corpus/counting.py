"""What follows what in the corpus, by the keys of `protocol.mixing.contexts`, with and without each fold of voices."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final
from zlib import crc32

from protocol.mixing.contexts import LANGUAGE, WORD, History
from protocol.mixing.tables import NOTHING, Found
from protocol.mixing.units import Alphabet, lowered

FOLDS: Final = 12
"""Voices are left out by twelfths when weights are trained: a table believes too much of what it was counted from."""

Counts = dict[int, dict[int, int]]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to foretell: whether a capital follows, or which unit."""

    is_case: bool
    keys: tuple[bytes, ...]
    answer: int


def steps(alphabet: Alphabet, text: str, language: int, *, is_word: bool = False) -> Iterator[Step]:
    """All that is to be foretold about a text, in order."""
    history = History(alphabet)
    for character in (*map(ord, text), None):
        if character is None:
            if is_word:
                return
            rank, is_upper = alphabet.end, 0
        else:
            small = lowered(character)
            rank, is_upper = alphabet.ranks.get(small, alphabet.escape), int(small != character)
        if is_upper and rank in alphabet.letters and not history.asks_case:
            yield Step(is_case=False, keys=history.unit_keys(0, language), answer=alphabet.shift)
            history.push(alphabet.shift, 0)
        asked = 0
        if history.shifted:
            asked = 2
        elif history.asks_case:
            yield Step(is_case=True, keys=history.case_keys(), answer=is_upper)
            history.case_told(is_upper)
            asked = is_upper + 1
        yield Step(is_case=False, keys=history.unit_keys(asked, language), answer=rank)
        history.push(rank, is_upper)


class Counting:
    """Counts over the whole corpus, from which a fold can be taken away again."""

    def __init__(self, alphabet: Alphabet) -> None:
        self.alphabet = alphabet
        self.totals: Counts = {}
        self._folds: tuple[Counts, ...] = tuple({} for _ in range(FOLDS))

    def add_message(self, text: str, language: int, fold: int) -> None:
        """Count a message of a voice of this fold."""
        for step in steps(self.alphabet, text, language):
            for key in step.keys:
                _add(self.totals, key, step.answer)
                _add(self._folds[fold], key, step.answer)

    def add_word(self, word: str, language: int) -> None:
        """Count how a word of the lists goes on once begun; how often words begin so is for messages to say."""
        begun = 0
        for step in steps(self.alphabet, " " + word, language, is_word=True):
            if step.is_case:
                continue
            begun += 1
            if begun > 2:
                for key in (*step.keys[: WORD + 1], step.keys[LANGUAGE]):
                    _add(self.totals, key, step.answer)
            elif begun == 2:
                _add(self.totals, step.keys[LANGUAGE], step.answer)

    def without(self, fold: int, key: bytes) -> Found:
        """What was seen after a context in the other folds."""
        code = crc32(key)
        seen = self.totals.get(code)
        if seen is None:
            return NOTHING
        own = self._folds[fold].get(code, {})
        left = [(unit, count - own.get(unit, 0)) for unit, count in sorted(seen.items())]
        left = [(unit, count) for unit, count in left if count]
        return bytes(unit for unit, _ in left), tuple(accumulate((count for _, count in left), initial=0))


def _add(counts: Counts, key: bytes, answer: int) -> None:
    seen = counts.setdefault(crc32(key), {})
    seen[answer] = seen.get(answer, 0) + 1
