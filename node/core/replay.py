"""Replay memory: which sequences of one origin were ever accepted, one bit each.

The whole 14-bit count fits 2 KiB per origin and incarnation, so nothing needs to be guessed: a routine message that
arrives days late, long after hundreds of later ones, is still known to be new.
"""

from dataclasses import replace

from node.core.records import Seen


def is_seen(seen: Seen | None, sequence: int) -> bool:
    """Whether that sequence was accepted before."""
    return seen is not None and bool(seen.accepted >> sequence & 1)


def with_sequence(seen: Seen | None, station: int, incarnation: int, sequence: int) -> Seen:
    """Return the memory with one sequence more."""
    seen = seen or Seen(station, incarnation, 0, 0)
    return replace(seen, high=max(seen.high, sequence), accepted=seen.accepted | 1 << sequence)


def missing(seen: Seen, limit: int) -> tuple[int, ...]:
    """Sequences below the high-water mark that were not accepted, ascending; the newest `limit` of them."""
    gaps: list[int] = []
    for sequence in range(seen.high - 1, 0, -1):
        if len(gaps) == limit:
            break
        if not seen.accepted >> sequence & 1:
            gaps.append(sequence)
    return tuple(reversed(gaps))


def is_complete(seen: Seen) -> bool:
    """Whether every sequence from 1 to the high-water mark was accepted."""
    return seen.accepted == (1 << seen.high + 1) - 2
