"""The store's twin in memory: the same contract without a disk, for simulated stations.

Here is what a station knows of itself: its timeline, its counts, its airtime. The rest has modules of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from node.core.continuity import Continuity, Told
from node.core.log_evidence import BRINGING, items_of
from node.core.moment import Anchor
from node.core.reckoning import Reckoning
from node.core.records import Arriving, Item
from node.store.memory_answers import AnswersInMemory
from node.store.memory_deliveries import DeliveriesInMemory
from node.store.memory_drafts import DraftsInMemory
from node.store.memory_duty import DutyInMemory
from node.store.memory_handhelds import HandheldsInMemory
from node.store.memory_items import ItemsInMemory
from node.store.memory_log import LogInMemory
from node.store.memory_long import LongInMemory
from node.store.memory_pouch import PouchInMemory
from node.store.memory_trust import TrustInMemory

HeldT = TypeVar("HeldT", Item, Arriving)


class MemoryStore(
    AnswersInMemory,
    DeliveriesInMemory,
    DraftsInMemory,
    DutyInMemory,
    HandheldsInMemory,
    ItemsInMemory,
    LogInMemory,
    LongInMemory,
    PouchInMemory,
    TrustInMemory,
):
    """Implements `node.core.ports.Store`."""

    def anchor(self) -> Anchor | None:
        return self._now.anchor

    def set_anchor(self, anchor: Anchor) -> None:
        self._writing().anchor = anchor

    def reckoning(self) -> Reckoning:
        return self._now.reckoning

    def set_reckoning(self, reckoning: Reckoning) -> None:
        self._writing().reckoning = reckoning

    def age_held(self, until_at: int, by_ms: int) -> None:
        tables = self._writing()
        for item in tables.items.values():
            if item.accepted_at <= until_at:
                tables.items[item.id] = _older(item, by_ms)
        for key, arriving in tables.arriving.items():
            if arriving.heard_at <= until_at:
                tables.arriving[key] = _older(arriving, by_ms)
        for frame in tables.quarantine.values():
            if frame.heard_at <= until_at:
                tables.quarantine[frame.id] = replace(frame, heard_at=frame.heard_at - by_ms)

    def take_sequence(self, incarnation: int) -> int:
        sequence = self._now.sequences.get(incarnation, 0) + 1
        self._writing().sequences[incarnation] = sequence
        return sequence

    def last_sequence(self, incarnation: int) -> int:
        return self._now.sequences.get(incarnation, 0)

    def skip_to(self, incarnation: int, sequence: int) -> None:
        if sequence > self._now.sequences.get(incarnation, -1):
            self._writing().sequences[incarnation] = sequence

    def continuity(self) -> Continuity:
        return self._now.continuity

    def set_continuity(self, continuity: Continuity) -> None:
        self._writing().continuity = continuity

    def put_told(self, told: Told) -> None:
        self._writing().told[told.station] = told

    def told(self) -> Sequence[Told]:
        return [self._now.told[station] for station in sorted(self._now.told)]

    def forget_told(self) -> None:
        if self._now.told:
            told = self._writing().told
            for station in list(told):
                del told[station]

    def take_change(self) -> int:
        self._writing().change += 1
        return self._now.change

    def last_change(self) -> int:
        return self._now.change

    def add_airtime(self, minute: int, airtime_ms: int) -> None:
        tables = self._writing()
        tables.airtime[minute] = tables.airtime.get(minute, 0) + airtime_ms

    def airtime_since(self, minute: int) -> int:
        return sum(ms for bin_minute, ms in self._now.airtime.items() if bin_minute >= minute)

    def items_told_of(self, chain: int, first: int, last: int) -> Sequence[Item]:
        told = self.log_entries(chain, first, last - first + 1)
        return items_of(self, (one.encode() for one in told if one.kind in BRINGING))


def _older(held: HeldT, by_ms: int) -> HeldT:
    return replace(held, born_at=held.born_at - by_ms, expires_at=held.expires_at - by_ms)
