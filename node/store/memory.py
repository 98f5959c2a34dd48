"""The store's twin in memory: the same contract without a disk, for simulated stations.

Committed and working state are two sets of tables; a rollback goes back to the former. Rows are frozen, so copying a
table copies no row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from node.core.continuity import UNUSED, Continuity, Told
from node.core.group_keys import GroupKey, Handout
from node.core.log_entries import LogEntry
from node.core.log_evidence import BRINGING, WrittenEntry, items_of
from node.core.moment import Anchor
from node.core.records import (
    Alarm,
    AlarmKind,
    Arriving,
    Awaiting,
    Checkpoint,
    Custodian,
    Delivery,
    Draft,
    FunctionWord,
    Item,
    ItemKey,
    ItemKind,
    KeptStatement,
    LogHead,
    OnDuty,
    Proof,
    Quarantined,
    ReceiptOwed,
    Seen,
    SentDraft,
    Witness,
)
from protocol.frames import HoldState


@dataclass(slots=True)
class _Tables:
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
    told: dict[int, Told] = field(default_factory=dict)
    quarantine: dict[int, Quarantined] = field(default_factory=dict)
    arriving: dict[ItemKey, Arriving] = field(default_factory=dict)
    fragments: dict[tuple[ItemKey, int], bytes] = field(default_factory=dict)

    checkpoints: dict[tuple[int, int], Checkpoint] = field(default_factory=dict)
    witnesses: dict[int, tuple[Witness, ...]] = field(default_factory=dict)

    def copy(self) -> Self:
        """The same rows in tables of their own."""
        tables = type(self)(anchor=self.anchor, change=self.change, last_draft_id=self.last_draft_id)
        tables.last_alarm_id = self.last_alarm_id
        tables.last_awaiting_id = self.last_awaiting_id
        tables.continuity = self.continuity
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, dict):
                setattr(tables, name, dict(value))
        return tables


class MemoryStore:
    """Implements `node.core.ports.Store`."""

    def __init__(self) -> None:
        self._committed = _Tables()
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

    def anchor(self) -> Anchor | None:
        return self._now.anchor

    def set_anchor(self, anchor: Anchor) -> None:
        self._writing().anchor = anchor

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
            self._writing().told.clear()

    def take_change(self) -> int:
        self._writing().change += 1
        return self._now.change

    def last_change(self) -> int:
        return self._now.change

    def add_item(self, item: Item) -> Item:
        if item.fingerprint in self._now.by_fingerprint:
            raise ValueError("an item with that fingerprint is stored")
        tables = self._writing()
        stored = replace(item, id=len(tables.items) + 1)
        tables.items[stored.id] = stored
        tables.by_fingerprint[item.fingerprint] = stored.id
        if item.kind is not ItemKind.ACT:
            tables.messages[item.key] = stored.id
        else:
            tables.acts[item.key] = (*tables.acts.get(item.key, ()), stored.id)
        return stored

    def touch_item(self, item_id: int, changed: int) -> None:
        tables = self._writing()
        tables.items[item_id] = replace(tables.items[item_id], changed=changed)

    def item(self, item_id: int) -> Item | None:
        return self._now.items.get(item_id)

    def item_by_fingerprint(self, fingerprint: bytes) -> Item | None:
        return self._now.items.get(self._now.by_fingerprint.get(fingerprint, 0))

    def message(self, key: ItemKey) -> Item | None:
        return self._now.items.get(self._now.messages.get(key, 0))

    def acts_about(self, key: ItemKey) -> Sequence[Item]:
        return [self._now.items[item_id] for item_id in self._now.acts.get(key, ())]

    def items_changed_since(self, change: int, limit: int, kind: ItemKind | None = None) -> Sequence[Item]:
        changed = [i for i in self._now.items.values() if i.changed > change and kind in (None, i.kind)]
        return sorted(changed, key=lambda item: (item.changed, item.id))[:limit]

    def put_delivery(self, delivery: Delivery) -> None:
        self._writing().deliveries[delivery.item_id, delivery.station] = delivery

    def delivery(self, item_id: int, station: int) -> Delivery | None:
        return self._now.deliveries.get((item_id, station))

    def deliveries(self, item_id: int) -> Sequence[Delivery]:
        rows = [row for key, row in self._now.deliveries.items() if key[0] == item_id]
        return sorted(rows, key=lambda row: row.station)

    def open_deliveries(self, limit: int) -> Sequence[tuple[Item, Delivery]]:
        rows = [(self._now.items[row.item_id], row) for row in self._now.deliveries.values() if row.next_at is not None]
        rows.sort(key=lambda pair: (pair[0].precedence, pair[1].next_at, pair[0].id, pair[1].station))
        return rows[:limit]

    def count_open(self) -> int:
        return sum(row.next_at is not None for row in self._now.deliveries.values())

    def count_items_of(self, issuer: int) -> int:
        held = {row.item_id for row in self._now.deliveries.values() if row.next_at is not None}
        items = (self._now.items[item_id] for item_id in held)
        return sum(item.issuer == issuer and not item.is_mine and not item.is_for_me for item in items)

    def put_custodian(self, custodian: Custodian) -> None:
        self._writing().custodians[custodian.item_id, custodian.station] = custodian

    def custodians(self, item_id: int) -> Sequence[Custodian]:
        rows = [row for key, row in self._now.custodians.items() if key[0] == item_id]
        return sorted(rows, key=lambda row: row.station)

    def put_owed(self, owed: ReceiptOwed) -> None:
        key = (owed.item_id, owed.state)
        if owed.mac_at is not None or owed.digest_at is not None:
            self._writing().owed[key] = owed
        elif key in self._now.owed:
            del self._writing().owed[key]

    def owed(self, limit: int) -> Sequence[ReceiptOwed]:
        never = 1 << 62
        order = sorted(
            self._now.owed.values(),
            key=lambda row: (row.digest_at if row.digest_at is not None else never, row.item_id, row.state),
        )
        return order[:limit]

    def put_proof(self, proof: Proof) -> None:
        self._writing().proofs[proof.item_id, proof.station] = proof

    def proofs(self, item_id: int) -> Sequence[Proof]:
        rows = [row for key, row in self._now.proofs.items() if key[0] == item_id]
        return sorted(rows, key=lambda row: row.station)

    def seen(self, station: int, incarnation: int) -> Seen | None:
        return self._now.seen.get((station, incarnation))

    def put_seen(self, seen: Seen) -> None:
        self._writing().seen[seen.station, seen.incarnation] = seen

    def all_seen(self) -> Sequence[Seen]:
        return [self._now.seen[key] for key in sorted(self._now.seen)]

    def put_statement(self, statement: KeptStatement) -> None:
        self._writing().statements[statement.raw] = statement

    def delete_statement(self, raw: bytes) -> None:
        self._writing().statements.pop(raw, None)

    def statements(self) -> Sequence[KeptStatement]:
        return list(self._now.statements.values())

    def add_quarantined(self, frame: Quarantined) -> Quarantined:
        stored = replace(frame, id=max(self._now.quarantine, default=0) + 1)
        self._writing().quarantine[stored.id] = stored
        return stored

    def delete_quarantined(self, frame_id: int) -> None:
        self._writing().quarantine.pop(frame_id, None)

    def quarantined(self) -> Sequence[Quarantined]:
        return [frame for _, frame in sorted(self._now.quarantine.items())]

    def put_group_key(self, key: GroupKey) -> None:
        self._writing().group_keys[key.group, key.version] = key

    def delete_group_key(self, group: int, version: int) -> None:
        self._writing().group_keys.pop((group, version), None)

    def group_keys(self, group: int | None = None) -> Sequence[GroupKey]:
        keys = self._now.group_keys
        return [keys[place] for place in sorted(keys) if group in (None, place[0])]

    def put_handout(self, handout: Handout) -> None:
        self._writing().group_handouts[handout.item_id] = handout

    def handouts(self, group: int, version: int) -> Sequence[Handout]:
        rows = self._now.group_handouts
        return [rows[at] for at in sorted(rows) if (rows[at].group, rows[at].version) == (group, version)]

    def put_arriving(self, arriving: Arriving) -> None:
        self._writing().arriving[arriving.key] = arriving

    def delete_arriving(self, key: ItemKey) -> None:
        self._writing().arriving.pop(key, None)

    def all_arriving(self) -> Sequence[Arriving]:
        rows = self._now.arriving.values()
        return sorted(rows, key=lambda row: (row.key.station, row.key.incarnation, row.key.sequence))

    def put_fragment(self, key: ItemKey, index: int, content: bytes) -> None:
        self._writing().fragments[key, index] = content

    def fragments(self, key: ItemKey) -> Mapping[int, bytes]:
        kept = self._now.fragments
        return {index: kept[key, index] for index in sorted(index for of, index in kept if of == key)}

    def delete_fragments(self, key: ItemKey) -> None:
        fragments = self._writing().fragments
        for place in [place for place in fragments if place[0] == key]:
            del fragments[place]

    def add_airtime(self, minute: int, airtime_ms: int) -> None:
        tables = self._writing()
        tables.airtime[minute] = tables.airtime.get(minute, 0) + airtime_ms

    def airtime_since(self, minute: int) -> int:
        return sum(ms for bin_minute, ms in self._now.airtime.items() if bin_minute >= minute)

    def take_draft_id(self) -> int:
        self._writing().last_draft_id += 1
        return self._now.last_draft_id

    def put_draft(self, draft: Draft) -> None:
        self._writing().drafts[draft.id] = draft

    def delete_draft(self, draft_id: int) -> None:
        self._writing().drafts.pop(draft_id, None)

    def draft(self, draft_id: int) -> Draft | None:
        return self._now.drafts.get(draft_id)

    def drafts(self) -> Sequence[Draft]:
        return sorted(self._now.drafts.values(), key=lambda draft: (-draft.kept_at, -draft.id))

    def count_drafts(self) -> int:
        return len(self._now.drafts)

    def put_sent_draft(self, sent: SentDraft, remembered: int) -> None:
        notes = self._writing().sent_drafts
        notes[sent.draft_id] = sent
        latest_first = sorted(notes.values(), key=lambda note: (-note.item_id, -note.draft_id))
        for forgotten in latest_first[remembered:]:
            del notes[forgotten.draft_id]

    def sent_draft(self, draft_id: int) -> SentDraft | None:
        return self._now.sent_drafts.get(draft_id)

    def put_alarm(self, alarm: Alarm) -> Alarm:
        tables = self._writing()
        known = tables.alarms.get((alarm.kind, alarm.subject))
        if known is None:
            tables.last_alarm_id += 1
        stored = replace(alarm, id=tables.last_alarm_id if known is None else known.id)
        tables.alarms[alarm.kind, alarm.subject] = stored
        return stored

    def delete_alarm(self, alarm_id: int) -> None:
        alarms = self._writing().alarms
        for key in [key for key, alarm in alarms.items() if alarm.id == alarm_id]:
            del alarms[key]

    def alarms(self) -> Sequence[Alarm]:
        return sorted(self._now.alarms.values(), key=lambda alarm: alarm.id)

    def append_entry(self, entry: LogEntry) -> None:
        entries = self._log.setdefault(entry.chain, [])
        if entry.number != len(entries) + 1:
            raise ValueError("that is not the next entry of its chain")
        self._writing()
        entries.append(entry)

    def log_head(self, chain: int) -> LogHead:
        entries = self._log.get(chain)
        return LogHead(len(entries), entries[-1].hash) if entries else LogHead(0, b"")

    def log_entries(self, chain: int, first: int, limit: int) -> Sequence[LogEntry]:
        start = max(first, 1) - 1
        return self._log.get(chain, [])[start : start + limit]

    def written_entries(self, chain: int, first: int, limit: int) -> Sequence[WrittenEntry]:
        return [
            WrittenEntry(chain, one.number, one.encode(), one.hash) for one in self.log_entries(chain, first, limit)
        ]

    def items_told_of(self, chain: int, first: int, last: int) -> Sequence[Item]:
        told = self.log_entries(chain, first, last - first + 1)
        return items_of(self, (one.encode() for one in told if one.kind in BRINGING))

    def last_log_entry(self, chain: int, kind: int) -> LogEntry | None:
        return next((entry for entry in reversed(self._log.get(chain, [])) if entry.kind == kind), None)

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        self._writing().checkpoints[checkpoint.chain, checkpoint.entries] = checkpoint

    def last_checkpoint(self, chain: int) -> Checkpoint | None:
        return next(reversed(self.checkpoints(chain)), None)

    def checkpoints(self, chain: int) -> Sequence[Checkpoint]:
        return [self._now.checkpoints[key] for key in sorted(self._now.checkpoints) if key[0] == chain]

    def add_witness(self, witness: Witness, kept: int) -> None:
        tables = self._writing()
        first, *rest = (*tables.witnesses.get(witness.station, ()), witness)
        tables.witnesses[witness.station] = (first, *rest[-kept:])

    def last_witness(self, station: int) -> Witness | None:
        return next(reversed(self._now.witnesses.get(station, ())), None)

    def witnesses(self, station: int) -> Sequence[Witness]:
        return self._now.witnesses.get(station, ())

    def witnessed_stations(self) -> Sequence[int]:
        return sorted(self._now.witnesses)

    def log_chains(self) -> Sequence[int]:
        return sorted(chain for chain, entries in self._log.items() if entries)

    def add_awaiting(self, waiting: Awaiting) -> Awaiting:
        tables = self._writing()
        tables.last_awaiting_id += 1
        tables.awaiting[tables.last_awaiting_id] = replace(waiting, id=tables.last_awaiting_id)
        return tables.awaiting[tables.last_awaiting_id]

    def delete_awaiting(self, awaiting_id: int) -> None:
        self._writing().awaiting.pop(awaiting_id, None)

    def awaiting(self) -> Sequence[Awaiting]:
        return [self._now.awaiting[number] for number in sorted(self._now.awaiting)]

    def put_function_word(self, word: FunctionWord) -> None:
        self._writing().function_words[word.function] = word

    def function_word(self, function: int) -> FunctionWord | None:
        return self._now.function_words.get(function)

    def function_words(self) -> Sequence[FunctionWord]:
        return [self._now.function_words[function] for function in sorted(self._now.function_words)]

    def put_on_duty(self, person: OnDuty) -> None:
        self._writing().on_duty[person.operator] = person

    def delete_on_duty(self, operator: int) -> None:
        if operator in self._now.on_duty:
            del self._writing().on_duty[operator]

    def on_duty(self) -> Sequence[OnDuty]:
        return [self._now.on_duty[operator] for operator in sorted(self._now.on_duty)]

    def _writing(self) -> _Tables:
        self._dirty = True
        return self._now
