"""Revocations on their way: each goes to every neighbour ahead of all else, until its roster is ours.

A revocation that is accepted leaves again at once. Then each neighbour whose beacon shows another roster is sent the
latest ones, a few times in a contact: whoever lacks one would go on believing a stolen key.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from node.core.introductions import Introductions
from node.core.policy import RECALL_TRIES, RECALLS_MAX, STATEMENT_NEWS_MS
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Precedence


@dataclass(slots=True)
class _Recall:
    accepted_at: int
    tries: dict[int, int] = field(default_factory=dict)
    """How often it was sent because of that neighbour's roster."""


class Recalls:
    """Pushes revocations."""

    def __init__(self, here: Surroundings, introductions: Introductions) -> None:
        self._here = here
        self._introductions = introductions
        self._recalls: dict[bytes, _Recall] = {}

    def begin(self, revocations: Iterable[tuple[bytes, int]]) -> None:
        """The station starts: what came lately, with when, may still not be everywhere."""
        for raw, accepted_at in revocations:
            self._remember(raw, accepted_at)

    def accepted(self, raw: bytes, neighbours: int, turn: Turn) -> None:
        """A revocation is in force here: pass it on, spread over the time that all neighbours' copies take."""
        self._remember(raw, turn.at)
        spread_ms = 2 * (neighbours + 1) * self._here.airtime(len(raw))
        due_at = turn.at + self._here.jitter.below(spread_ms)
        self._introductions.send((raw,), Precedence.FLASH, due_at, self._here.policy.hop_limit)

    def contact_made(self, station: int) -> None:
        """A station came into reach: try anew."""
        for recall in self._recalls.values():
            recall.tries.pop(station, None)

    def beacon_heard(self, station: int, digest: bytes, turn: Turn) -> None:
        """A neighbour says which roster it has; one like ours holds all of them."""
        if not self._recalls or digest == self._here.roster.digest():
            return
        for raw, recall in list(self._recalls.items()):
            if turn.at - recall.accepted_at >= STATEMENT_NEWS_MS:
                del self._recalls[raw]
            elif recall.tries.get(station, 0) < RECALL_TRIES and not self._introductions.is_leaving(raw):
                recall.tries[station] = recall.tries.get(station, 0) + 1
                hop_limit = self._here.policy.beacon_hop_limit
                self._introductions.push(raw, Precedence.FLASH, turn.at, hop_limit)

    def _remember(self, raw: bytes, accepted_at: int) -> None:
        self._recalls[raw] = _Recall(accepted_at)
        if len(self._recalls) > RECALLS_MAX:
            oldest = min(self._recalls, key=lambda one: (self._recalls[one].accepted_at, one))
            del self._recalls[oldest]
