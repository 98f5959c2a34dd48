"""Times during which something holds: spans of seconds, apart from each other and in order."""

from collections.abc import Iterable, Sequence
from typing import Final

Span = tuple[float, float]
"""Begin and end, s; the end is not in it."""
Spans = tuple[Span, ...]

NEVER: Final[Spans] = ()


def union(spans: Iterable[Span]) -> Spans:
    """Return when any of them holds, given in any order."""
    joined: list[Span] = []
    for begin_s, end_s in sorted(spans):
        if joined and begin_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_s))
        elif begin_s < end_s:
            joined.append((begin_s, end_s))
    return tuple(joined)


def common(one: Spans, other: Spans) -> Spans:
    """Return when both hold."""
    found: list[Span] = []
    here = there = 0
    while here < len(one) and there < len(other):
        begin_s, end_s = max(one[here][0], other[there][0]), min(one[here][1], other[there][1])
        if begin_s < end_s:
            found.append((begin_s, end_s))
        if one[here][1] <= other[there][1]:
            here += 1
        else:
            there += 1
    return tuple(found)


def without(one: Spans, other: Spans) -> Spans:
    """Return when the one holds and the other does not."""
    gaps: list[Span] = []
    begin_s = float("-inf")
    for barred_s, again_s in other:
        gaps.append((begin_s, barred_s))
        begin_s = again_s
    return common(one, (*gaps, (begin_s, float("inf"))))


def later(spans: Spans, by_s: float) -> Spans:
    """Return each span without its first seconds."""
    return tuple((begin_s + by_s, end_s) for begin_s, end_s in spans if begin_s + by_s < end_s)


def holds(spans: Sequence[Span], at_s: float) -> bool:
    """Return whether it holds at a time."""
    return any(begin_s <= at_s < end_s for begin_s, end_s in spans)
