"""The rows of a store in memory, as they were committed and as they stand now.

A rollback goes back to the former. Rows are frozen, so copying a table copies no row.
"""

from dataclasses import dataclass, field
from typing import Self

from node.core.alarm_records import Alarm, AlarmKind
from node.core.answer_records import AnswerDue, Countermand, Escalation
from node.core.continuity import UNUSED, Continuity, Told
from node.core.group_keys import GroupKey, Handout
from node.core.log_entries import LogEntry
from node.core.log_records import Checkpoint, Witness
from node.core.moment import Anchor
from node.core.people_records import Awaiting, Draft, FunctionWord, OnDuty, SentDraft
from node.core.pouch import GivenToCourier
from node.core.reckoning import NOTHING_KEPT, Reckoning
from node.core.records import Arriving, Custodian, Delivery, Item, ItemKey, Proof, ReceiptOwed, Seen
from node.core.trust_records import KeptStatement, Quarantined
from protocol.frames import HoldState


@dataclass(slots=True)
class Tables:
    """All rows at one time."""

    anchor: Anchor | None = None
    sequences: dict[int, int] = field(default_factory=dict)
    change: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    by_fingerprint: dict[bytes, int] = field(default_factory=dict)
    messages: dict[ItemKey, int] = field(default_factory=dict)
    acts: dict[ItemKey, tuple[int, ...]] = field(default_factory=dict)
    deliveries: dict[tuple[int, int], Delivery] = field(default_factory=dict)
    custodians: dict[tuple[int, int], Custodian] = field(default_factory=dict)
    owed: dict[tuple[int, HoldState], ReceiptOwed] = field(default_factory=dict)
    proofs: dict[tuple[int, int], Proof] = field(default_factory=dict)
    seen: dict[tuple[int, int], Seen] = field(default_factory=dict)
    airtime: dict[int, int] = field(default_factory=dict)
    last_draft_id: int = 0
    drafts: dict[int, Draft] = field(default_factory=dict)
    sent_drafts: dict[int, SentDraft] = field(default_factory=dict)
    last_alarm_id: int = 0
    alarms: dict[tuple[AlarmKind, str], Alarm] = field(default_factory=dict)
    statements: dict[bytes, KeptStatement] = field(default_factory=dict)
    last_awaiting_id: int = 0
    awaiting: dict[int, Awaiting] = field(default_factory=dict)
    function_words: dict[int, FunctionWord] = field(default_factory=dict)
    on_duty: dict[int, OnDuty] = field(default_factory=dict)
    group_keys: dict[tuple[int, int], GroupKey] = field(default_factory=dict)
    group_handouts: dict[int, Handout] = field(default_factory=dict)
    continuity: Continuity = UNUSED
    reckoning: Reckoning = NOTHING_KEPT
    told: dict[int, Told] = field(default_factory=dict)
    quarantine: dict[int, Quarantined] = field(default_factory=dict)
    arriving: dict[ItemKey, Arriving] = field(default_factory=dict)
    fragments: dict[tuple[ItemKey, int], bytes] = field(default_factory=dict)
    checkpoints: dict[tuple[int, int], Checkpoint] = field(default_factory=dict)
    witnesses: dict[int, tuple[Witness, ...]] = field(default_factory=dict)
    given: dict[int, GivenToCourier] = field(default_factory=dict)
    answers_due: dict[int, AnswerDue] = field(default_factory=dict)
    countermands: dict[int, Countermand] = field(default_factory=dict)
    escalations: dict[int, Escalation] = field(default_factory=dict)

    def copy(self) -> Self:
        """The same rows in tables of their own."""
        tables = type(self)(anchor=self.anchor, change=self.change, last_draft_id=self.last_draft_id)
        tables.last_alarm_id = self.last_alarm_id
        tables.last_awaiting_id = self.last_awaiting_id
        tables.continuity, tables.reckoning = self.continuity, self.reckoning
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, dict):
                setattr(tables, name, dict(value))
        return tables


class InMemory:
    """What is committed and what is not yet; the store's parts read and write by it."""

    def __init__(self) -> None:
        self._committed = Tables()
        self._now = self._committed.copy()
        self._dirty = False
        # Only ever appended to, so the length tells what is committed and nothing is copied.
        self._log: dict[int, list[LogEntry]] = {}
        self._log_committed: dict[int, int] = {}

    def commit(self) -> None:
        if self._dirty:
            self._committed = self._now.copy()
            self._log_committed = {chain: len(entries) for chain, entries in self._log.items()}
            self._dirty = False

    def rollback(self) -> None:
        if self._dirty:
            self._now = self._committed.copy()
            for chain, entries in self._log.items():
                del entries[self._log_committed.get(chain, 0) :]
            self._dirty = False

    def has_changes(self) -> bool:
        return self._dirty

    def _writing(self) -> Tables:
        self._dirty = True
        return self._now
