"""Texts that become no message: kept in a tray, and answered once with how to reach people.

The answer names the station and promises nothing. Floods are answered no more than a few times an hour in all.
"""

from collections.abc import Iterator
from typing import Final

from node.core.agenda import NEVER
from node.core.events import TextHeard
from node.core.handheld_records import StrayReason, StrayText
from node.core.handheld_sending import TEXT_GAP_MS, TextPace
from node.core.handheld_texts import texts_of
from node.core.offers import Offer, Rank, Ready
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Precedence

STRAYS_MAX: Final = 100
"""Texts in the tray: what a person looks through."""
SAME_NODE_MS: Final = 86_400_000
"""A radio is answered once in this."""
ANSWERS_MAX: Final = 6
ANSWERS_MS: Final = 3_600_000
"""So many answers to strangers in this, whatever comes: the air is for those who are registered."""
TAKEN_MAX: Final = 30
TAKEN_MS: Final = 600_000
"""So many texts of strangers are written down in this; the rest is counted alone."""

_STRANGER: Final = "This radio is not registered at {station}: nobody reads this text. Go there, or send somebody."
TEXTS: Final = (_STRANGER,)


class HandheldTray:
    """Takes in texts of strangers."""

    def __init__(self, here: Surroundings, pace: TextPace) -> None:
        self._here = here
        self._pace = pace
        self._answered: dict[int, int] = {}
        """When each node was answered; of a life only, and bounded by `ANSWERS_MAX` in `ANSWERS_MS`."""
        self._waiting: list[int] = []
        self._last: int | None = None
        """Whose answer left last."""
        self._refused: int | None = None
        """Whose answer was refused last: it is tried no third time."""
        self._window = (0, 0)

    def take(self, event: TextHeard, reason: StrayReason, text: str, turn: Turn) -> None:
        """Keep one, and see whether its sender is to be answered."""
        since, count = self._window
        if turn.at - since >= TAKEN_MS:
            since, count = turn.at, 0
        self._window = (since, count + 1)
        if count >= TAKEN_MAX:
            return
        self._here.store.add_stray_text(
            StrayText(
                *(0, event.from_node, reason, text, turn.at, turn.now.utc_ms),
                *(event.hops, event.snr_db, event.rssi_dbm),
            ),
            STRAYS_MAX,
        )
        recent = [at for at in self._answered.values() if turn.at - at < ANSWERS_MS]
        last = self._answered.get(event.from_node)
        if len(recent) < ANSWERS_MAX and (last is None or turn.at - last >= SAME_NODE_MS):
            self._answered = {node: at for node, at in self._answered.items() if turn.at - at < SAME_NODE_MS}
            self._answered[event.from_node] = turn.at
            self._waiting.append(event.from_node)

    def soonest(self) -> int:
        """When the radio takes the next answer."""
        return self._pace.free_at if self._waiting else NEVER

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """The answer to the first who waits for one."""
        if self._waiting and turn.at >= self._pace.free_at:
            yield Offer(Precedence.ROUTINE, Rank.INVENTORY, turn.at, self._answer)

    def refused(self) -> None:
        """The radio did not take the last answer: it goes once more."""
        if self._last is not None and self._last != self._refused:
            self._waiting.append(self._last)
            self._refused = self._last

    def next_at(self, at: int) -> int | None:
        """When the radio takes the next answer."""
        return self._pace.free_at if self._waiting and self._pace.free_at > at else None

    def _answer(self, turn: Turn) -> Ready:
        self._pace.free_at = turn.at + TEXT_GAP_MS
        code = self._here.roster.code_of_station(self._here.number) or str(self._here.number)
        (text,) = texts_of(0, self._here.words(_STRANGER).format(station=code), is_exercise=False)
        self._last, hop_limit = self._waiting.pop(0), self._here.policy.hop_limit
        # Who texted just now may still be sending: the radio repeats what is not acknowledged.
        return Ready(text.encode(), hop_limit, want_ack=True, node=self._last, text_id=0)
