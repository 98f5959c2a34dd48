"""Marks of other stations' logs, kept for the day on which somebody asks whether a log was changed.

Of each station the first mark and the latest are kept, with the digest that its key signed. A mark vouches for all
entries before it, so what is dropped in between loses nothing. Two marks that one log cannot have had raise an alarm.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from node.core.agenda import NEVER
from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.log_heads import contradict
from node.core.log_records import Witness
from node.core.notary import WITNESSES_KEPT, witness_of
from node.core.offers import Offer, Rank, Ready
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Beacon, Digest, Request, RequestKind
from protocol.hints import log_hint
from protocol.numbers import Precedence

ASK_AGAIN_MS: Final = 3_600_000
"""Between two questions to one station for its mark (SPEC section 9)."""
ASK_SPREAD_MS: Final = 60_000
"""Before a question at random: of many that lack the mark one asks, and the answer is for all."""


class Witnesses:
    """Keeps the marks that one station hears."""

    def __init__(self, here: Surroundings, alarms: Alarms) -> None:
        self._here = here
        self._alarms = alarms
        self._ask_at: dict[int, int] = {}
        self._not_before: dict[int, int] = {}

    def digest_heard(self, digest: Digest, sealed: bytes, turn: Turn) -> None:
        """A digest whose signature holds."""
        if digest.log_mark is None or digest.station == self._here.number:
            return
        self._ask_at.pop(digest.station, None)
        said = witness_of(digest.station, digest.log_mark, digest.time, sealed, turn)
        last = self._here.store.last_witness(digest.station)
        if last is None or said.entries > last.entries:
            self._here.store.add_witness(said, WITNESSES_KEPT)
        elif any(contradict(kept, said) for kept in self._here.store.witnesses(digest.station)):
            self._contradicted(said, last, turn)

    def beacon_heard(self, beacon: Beacon, turn: Turn) -> None:
        """A station hints at its newest mark: if it is certified and the mark is not the one kept, ask for it."""
        if beacon.station == self._here.number or self._here.roster.station(beacon.station) is None:
            return
        if not beacon.log_hint or turn.at < self._not_before.get(beacon.station, turn.at):
            return
        last = self._here.store.last_witness(beacon.station)
        if last is not None and log_hint(last.head) == beacon.log_hint:
            self._ask_at.pop(beacon.station, None)
        elif beacon.station not in self._ask_at:
            self._ask_at[beacon.station] = turn.at + self._here.jitter.below(ASK_SPREAD_MS)

    def soonest(self) -> int:
        """When the first question falls due."""
        return min(self._ask_at.values()) if self._ask_at else NEVER

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """Questions that are due."""
        for station, ask_at in self._ask_at.items():
            if ask_at <= turn.at:
                yield Offer(Precedence.ROUTINE, Rank.INVENTORY, ask_at, partial(self._ask, station))

    def next_at(self, at: int) -> int | None:
        """When the next question falls due."""
        return min((ask_at for ask_at in self._ask_at.values() if ask_at > at), default=None)

    def _ask(self, station: int, turn: Turn) -> Ready:
        del self._ask_at[station]
        self._not_before[station] = turn.at + ASK_AGAIN_MS
        asked = Request(
            precedence=Precedence.ROUTINE, asker=self._here.number, asked=station, kind=RequestKind.LOG_MARK
        )
        return Ready(asked.encode(), self._here.policy.hop_limit)

    def _contradicted(self, said: Witness, last: Witness, turn: Turn) -> None:
        """Keep it as what the station says now, once; people must know."""
        if (said.entries, said.head) == (last.entries, last.head):
            return
        self._here.store.add_witness(said, WITNESSES_KEPT)
        code = self._here.roster.code_of_station(said.station) or str(said.station)
        self._alarms.raise_(AlarmKind.LOG_CHANGED, code, turn, f"{last.entries} {said.entries}")
