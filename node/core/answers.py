"""Frames owed to somebody who asked, or who cannot have heard them: sealed bytes of others passed on once.

In memory only: whoever needs one asks again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from node.core.offers import Offer, Rank, Ready
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Precedence

_ANSWERS_MAX = 64
"""Waiting at once; what comes beyond is dropped, its asker asks again."""


@dataclass(frozen=True, slots=True)
class _Answer:
    precedence: Precedence
    due_at: int


@dataclass(slots=True)
class Answers:
    """Frames to pass on, by payload, so that each waits once."""

    _here: Surroundings
    _waiting: dict[bytes, _Answer] = field(default_factory=dict)

    def add(self, payload: bytes, precedence: Precedence, due_at: int) -> None:
        """Pass a frame on at that time."""
        if payload not in self._waiting and len(self._waiting) < _ANSWERS_MAX:
            self._waiting[payload] = _Answer(precedence, due_at)

    def heard(self, payload: bytes) -> None:
        """Somebody else sent it meanwhile."""
        self._waiting.pop(payload, None)

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """What is due."""
        for payload, answer in self._waiting.items():
            if answer.due_at <= turn.at:
                yield Offer(answer.precedence, Rank.ANSWER, answer.due_at, partial(self._send, payload))

    def next_at(self, at: int) -> int | None:
        """When the next one falls due."""
        return min((a.due_at for a in self._waiting.values() if a.due_at > at), default=None)

    def _send(self, payload: bytes, _turn: Turn) -> Ready:
        del self._waiting[payload]
        return Ready(payload, self._here.policy.hop_limit)
