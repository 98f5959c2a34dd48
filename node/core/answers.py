"""Frames owed to somebody who asked, or who cannot have heard them: sealed bytes of others passed on once.

Digests that wait go together, as many as fit a frame. In memory only: whoever needs one asks again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from node.core.agenda import NEVER
from node.core.offers import Offer, Rank, Ready
from node.core.queues import Queue
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.decode import decode
from protocol.frames import Digest, Sheaf
from protocol.numbers import Precedence
from protocol.sheaves import SHEAF_MIN, sheaf_size

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

    def soonest(self) -> int:
        """When the first falls due."""
        return min(answer.due_at for answer in self._waiting.values()) if self._waiting else NEVER

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """What is due."""
        for payload, answer in self._waiting.items():
            if answer.due_at <= turn.at:
                yield Offer(answer.precedence, Rank.ANSWER, answer.due_at, partial(self._send, payload))

    def queue(self) -> Queue:
        """What waits, and how much may."""
        return Queue("answers", len(self._waiting), _ANSWERS_MAX)

    def next_at(self, at: int) -> int | None:
        """When the next one falls due."""
        return min((a.due_at for a in self._waiting.values() if a.due_at > at), default=None)

    def _send(self, payload: bytes, _turn: Turn) -> Ready:
        digests = self._together_with(payload)
        for one in [payload, *digests]:
            self._waiting.pop(one, None)
        frames = [frame for frame in map(decode, digests) if isinstance(frame, Digest)]
        return Ready(Sheaf(tuple(frames)).encode() if frames else payload, self._here.policy.hop_limit)

    def _together_with(self, payload: bytes) -> list[bytes]:
        """The digests, that one among them, which go in one frame, due or not; none when it is no digest or alone."""
        if not isinstance(decode(payload), Digest):
            return []
        due = [
            one
            for one in self._waiting
            if len(one) == len(payload) and one[0] >> 2 == payload[0] >> 2 and one != payload
        ]
        together = [payload, *due][: sheaf_size(len(payload))]
        return together if len(together) >= SHEAF_MIN else []
