"""The rows of a store in memory, as they were committed and as they stand now.

A rollback goes back to the former. Each table knows what was written to it since; the few counts are kept aside before
the first write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from node.core.alarm_records import Alarm, AlarmKind
from node.core.answer_records import AnswerDue, Countermand, Escalation
from node.core.continuity import UNUSED, Continuity, Told
from node.core.group_keys import GroupKey, Handout
from node.core.handheld_records import HandheldSeen, HandheldText, StrayText
from node.core.log_entries import LogEntry
from node.core.log_records import Checkpoint, LogHead, Witness
from node.core.moment import Anchor
from node.core.people_records import Awaiting, Draft, FunctionWord, OnDuty, SentDraft
from node.core.pouch import GivenToCourier
from node.core.reckoning import NOTHING_KEPT, Reckoning
from node.core.records import Arriving, Custodian, Delivery, Item, ItemKey, Proof, ReceiptOwed, Seen
from node.core.trust_records import KeptStatement, Quarantined
from node.store.memory_table import KeyT, RowT, Table
from protocol.frames import HoldState

Counts = tuple[Anchor | None, int, int, int, int, Continuity, Reckoning, int, int]


def _unordered() -> Table[KeyT, RowT]:
    """A table that is sorted whenever it is gone through, and from which much is deleted."""
    return Table(is_ordered=False)


@dataclass(slots=True)
class Tables:
    """All rows at one time."""

    anchor: Anchor | None = None
    sequences: Table[int, int] = field(default_factory=Table)
    change: int = 0
    items: Table[int, Item] = field(default_factory=Table)
    changes: Table[int, tuple[int, ...]] = field(default_factory=_unordered)
    """The items that stand at a change, ascending: each stands at one."""
    latest: int = 0
    """No item stands at a later change; may be more than needed after a rollback."""
    by_fingerprint: Table[bytes, int] = field(default_factory=Table)
    of_issuer: Table[int, tuple[int, ...]] = field(default_factory=Table)
    by_author: Table[int, tuple[int, ...]] = field(default_factory=Table)
    messages: Table[ItemKey, int] = field(default_factory=Table)
    acts: Table[ItemKey, tuple[int, ...]] = field(default_factory=Table)
    deliveries: Table[tuple[int, int], Delivery] = field(default_factory=_unordered)
    destinations: Table[int, tuple[int, ...]] = field(default_factory=Table)
    """The stations of an item's deliveries, ascending."""
    open: Table[tuple[int, int], Delivery] = field(default_factory=_unordered)
    """The deliveries that are not final."""
    custodians: Table[int, tuple[Custodian, ...]] = field(default_factory=Table)
    owed: Table[tuple[int, HoldState], ReceiptOwed] = field(default_factory=_unordered)
    proofs: Table[int, tuple[Proof, ...]] = field(default_factory=Table)
    seen: Table[tuple[int, int], Seen] = field(default_factory=Table)
    airtime: Table[int, int] = field(default_factory=Table)
    last_draft_id: int = 0
    drafts: Table[int, Draft] = field(default_factory=Table)
    sent_drafts: Table[int, SentDraft] = field(default_factory=Table)
    last_alarm_id: int = 0
    alarms: Table[tuple[AlarmKind, str], Alarm] = field(default_factory=Table)
    statements: Table[bytes, KeptStatement] = field(default_factory=Table)
    last_awaiting_id: int = 0
    awaiting: Table[int, Awaiting] = field(default_factory=Table)
    function_words: Table[int, FunctionWord] = field(default_factory=Table)
    on_duty: Table[int, OnDuty] = field(default_factory=Table)
    group_keys: Table[tuple[int, int], GroupKey] = field(default_factory=Table)
    group_handouts: Table[int, Handout] = field(default_factory=Table)
    continuity: Continuity = UNUSED
    reckoning: Reckoning = NOTHING_KEPT
    told: Table[int, Told] = field(default_factory=Table)
    quarantine: Table[int, Quarantined] = field(default_factory=Table)
    arriving: Table[ItemKey, Arriving] = field(default_factory=Table)
    fragments: Table[ItemKey, Mapping[int, bytes]] = field(default_factory=Table)
    checkpoints: Table[tuple[int, int], Checkpoint] = field(default_factory=Table)
    witnesses: Table[int, tuple[Witness, ...]] = field(default_factory=Table)
    given: Table[int, GivenToCourier] = field(default_factory=Table)
    answers_due: Table[int, AnswerDue] = field(default_factory=Table)
    countermands: Table[int, Countermand] = field(default_factory=Table)
    escalations: Table[int, Escalation] = field(default_factory=Table)
    last_handheld_text_id: int = 0
    handheld_texts: Table[int, HandheldText] = field(default_factory=Table)
    handhelds_seen: Table[int, HandheldSeen] = field(default_factory=Table)
    last_stray_text_id: int = 0
    stray_texts: Table[int, StrayText] = field(default_factory=Table)

    def counts(self) -> Counts:
        """All that is no table."""
        return (
            self.anchor,
            self.change,
            self.last_draft_id,
            self.last_alarm_id,
            self.last_awaiting_id,
            self.continuity,
            self.reckoning,
            self.last_handheld_text_id,
            self.last_stray_text_id,
        )

    def set_counts(self, counts: Counts) -> None:
        """Go back to that."""
        (
            self.anchor,
            self.change,
            self.last_draft_id,
            self.last_alarm_id,
            self.last_awaiting_id,
            self.continuity,
            self.reckoning,
            self.last_handheld_text_id,
            self.last_stray_text_id,
        ) = counts


class InMemory:
    """What is committed and what is not yet; the store's parts read and write by it."""

    def __init__(self) -> None:
        self._now = Tables()
        self._tables = tuple(one for name in Tables.__slots__ if isinstance(one := getattr(self._now, name), Table))
        self._counts_committed = self._now.counts()
        self._dirty = False
        # Only ever appended to, so the length tells what is committed and nothing is copied.
        self._log: dict[int, list[LogEntry]] = {}
        self._log_committed: dict[int, int] = {}
        self._heads: dict[int, tuple[LogEntry, LogHead]] = {}
        """Where a chain stood with its last entry, whose hash is taken once; another last entry, another head."""

    def commit(self) -> None:
        if self._dirty:
            for table in self._tables:
                table.commit()
            self._counts_committed = self._now.counts()
            self._log_committed = {chain: len(entries) for chain, entries in self._log.items()}
            self._dirty = False

    def rollback(self) -> None:
        if self._dirty:
            for table in self._tables:
                table.rollback()
            self._now.set_counts(self._counts_committed)
            for chain, entries in self._log.items():
                del entries[self._log_committed.get(chain, 0) :]
            self._dirty = False

    def has_changes(self) -> bool:
        return self._dirty

    def _writing(self) -> Tables:
        self._dirty = True
        return self._now
