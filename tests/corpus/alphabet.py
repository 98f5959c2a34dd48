"""Which characters have a unit, and the code of each: canonical, by how often the corpus has them."""

from collections import Counter
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import Final

from protocol.mixing.units import END, ESCAPE, SHIFT, lowered

CHARACTERS: Final = (
    "abcdefghijklmnopqrstuvwxyzæøåäöüéß0123456789 .,:;!?()-/+'\"%&=*@#§°½<>\n_áàèêëíóúôñçðþ³²µ–€£[]{}|~^$”’·×±"
)


def codes(texts: Iterable[str]) -> tuple[list[int], list[int]]:
    """Code points by rank, and the length of each code, never falling."""
    often: Counter[int] = Counter({ord(character): 1 for character in CHARACTERS})
    often.update({END: 0, ESCAPE: 3, SHIFT: 3})
    for text in texts:
        often.update(lowered(ord(character)) for character in text)
        often[END] += 1
    wanted = [*map(ord, CHARACTERS), END, ESCAPE, SHIFT]
    heap = [(often[one], one, (one,)) for one in sorted(wanted)]
    heapify(heap)
    lengths = dict.fromkeys(wanted, 0)
    while len(heap) > 1:
        few, first, left = heappop(heap)
        more, second, right = heappop(heap)
        for one in (*left, *right):
            lengths[one] += 1
        heappush(heap, (few + more, min(first, second), left + right))
    ordered = sorted(wanted, key=lambda one: (lengths[one], one))
    return ordered, [lengths[one] for one in ordered]
