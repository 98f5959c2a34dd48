"""The store on disk: SQLite in WAL mode with a full sync at every commit.

WAL with synchronous=FULL lost nothing acknowledged in replayed power cuts, and needs a quarter of the syncs of a
rollback journal. One connection, used on one thread; the first write of a turn opens the transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from node.core.log_entries import LogEntry, decode_entry, hash_of
from node.core.log_evidence import BRINGING, WrittenEntry, items_of
from node.core.moment import Anchor
from node.core.records import (
    Alarm,
    Awaiting,
    Checkpoint,
    Custodian,
    Delivery,
    Draft,
    FunctionWord,
    Item,
    ItemKey,
    ItemKind,
    LogHead,
    OnDuty,
    Proof,
    ReceiptOwed,
    Seen,
    SentDraft,
    Witness,
)
from node.store.continuity_tables import ContinuityTables
from node.store.database import Database, Row
from node.store.group_tables import GroupTables
from node.store.long_tables import LongTables
from node.store.number_log import DRAFT_SERIES, NumberLog
from node.store.rows import (
    ALARM_COLUMNS,
    ITEM_COLUMNS,
    ITEM_WIDTH,
    WITNESS_COLUMNS,
    alarm_of,
    alarm_values,
    anchor_of,
    anchor_values,
    awaiting_of,
    awaiting_values,
    delivery_of,
    draft_of,
    draft_values,
    function_word_of,
    item_of,
    item_values,
    owed_of,
    seen_of,
    seen_values,
)
from node.store.trust_tables import TrustTables

NUMBERS_SUFFIX: Final = ".numbers"
AIRTIME_KEPT_MIN: Final = 24 * 60
"""Minutes of the airtime ledger: the rolling hour needs 60, a person who looks into a quarrel a day."""

_DRAFT: Final = "draft"
_SEQUENCE: Final = "sequence "


class SqliteStore(TrustTables, GroupTables, ContinuityTables, LongTables):
    """Implements `node.core.ports.Store`; each method raises what `Database` does."""

    def __init__(self, path: Path, witness: NumberLog | None = None, *, read_only: bool = False) -> None:
        """Open or create the database; raises as `Database`.

        Args:
            path: of the database; the log of its numbers lies beside it.
            witness: a second log of the same numbers, on another path; None for a store that nobody restores.
            read_only: look at one and leave it as it is, perhaps beside the station that writes it.
        """
        self._database = Database(path, read_only=read_only)
        self.numbers = NumberLog(path.with_name(path.name + NUMBERS_SUFFIX))
        self._witness = witness

    def close(self) -> None:
        """Forget what was not committed and close the file."""
        self._database.close()

    def is_sound(self) -> bool:
        """Whether SQLite finds no damage in the file."""
        return self._database.is_sound()

    def take_over_numbers(self, given: Mapping[int, int]) -> None:
        """Go on above numbers that were given, by their series; commit afterwards."""
        for series, number in sorted(given.items()):
            name = _DRAFT if series == DRAFT_SERIES else _sequence(series)
            if number > self._counter(name):
                self._database.write("INSERT OR REPLACE INTO counter VALUES (?, ?)", (name, number))

    def given_numbers(self) -> dict[int, int]:
        """The highest number of each incarnation that this database knows it gave."""
        rows = self._database.all("SELECT name, value FROM counter WHERE name LIKE ?", (f"{_SEQUENCE}%",))
        return {int(str(name).removeprefix(_SEQUENCE)): int(value) for name, value in rows}

    def commit(self) -> None:
        self._database.commit()

    def rollback(self) -> None:
        self._database.rollback()

    def has_changes(self) -> bool:
        return self._database.in_transaction

    def anchor(self) -> Anchor | None:
        row = self._database.one("SELECT at, boot_id, boot_ms, utc_ms, utc_uncertainty_ms FROM anchor")
        return None if row is None else anchor_of(row)

    def set_anchor(self, anchor: Anchor) -> None:
        self._database.write("INSERT OR REPLACE INTO anchor VALUES (1, ?, ?, ?, ?, ?)", anchor_values(anchor))

    def take_sequence(self, incarnation: int) -> int:
        sequence = self._count_up(_sequence(incarnation))
        self._note(incarnation, sequence)
        return sequence

    def last_sequence(self, incarnation: int) -> int:
        return self._counter(_sequence(incarnation))

    def skip_to(self, incarnation: int, sequence: int) -> None:
        if sequence > self._counter(_sequence(incarnation), -1):
            self._note(incarnation, sequence)
            self._database.write("INSERT OR REPLACE INTO counter VALUES (?, ?)", (_sequence(incarnation), sequence))

    def take_change(self) -> int:
        return self._count_up("change")

    def last_change(self) -> int:
        return self._counter("change")

    def add_item(self, item: Item) -> Item:
        if self.item_by_fingerprint(item.fingerprint) is not None:
            raise ValueError("an item with that fingerprint is stored")
        marks = ", ".join("?" * (ITEM_WIDTH - 1))
        cursor = self._database.write(f"INSERT INTO item VALUES (NULL, {marks})", item_values(item))
        assert cursor.lastrowid is not None, "an insert names its row"
        return replace(item, id=cursor.lastrowid)

    def touch_item(self, item_id: int, changed: int) -> None:
        self._database.write("UPDATE item SET changed = ? WHERE id = ?", (changed, item_id))

    def item(self, item_id: int) -> Item | None:
        return self._item("id = ?", (item_id,))

    def item_by_fingerprint(self, fingerprint: bytes) -> Item | None:
        return self._item("fingerprint = ?", (fingerprint,))

    def message(self, key: ItemKey) -> Item | None:
        return self._item(
            "kind <> 1 AND station = ? AND incarnation = ? AND sequence = ?",
            (key.station, key.incarnation, key.sequence),
        )

    def acts_about(self, key: ItemKey) -> Sequence[Item]:
        where = "kind = 1 AND station = ? AND incarnation = ? AND sequence = ? ORDER BY id"
        return self.items_where(where, (key.station, key.incarnation, key.sequence))

    def items_changed_since(self, change: int, limit: int, kind: ItemKind | None = None) -> Sequence[Item]:
        where = "changed > ? AND (? IS NULL OR kind = ?) ORDER BY changed, id LIMIT ?"
        return self.items_where(where, (change, kind, kind, limit))

    def put_delivery(self, delivery: Delivery) -> None:
        values = (delivery.item_id, delivery.station, delivery.rung, delivery.attempts, delivery.next_at)
        self._database.write("INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?, ?, ?)", (*values, delivery.rung_at))

    def delivery(self, item_id: int, station: int) -> Delivery | None:
        row = self._database.one("SELECT * FROM delivery WHERE item_id = ? AND station = ?", (item_id, station))
        return None if row is None else delivery_of(row)

    def deliveries(self, item_id: int) -> Sequence[Delivery]:
        return [
            delivery_of(r)
            for r in self._database.all("SELECT * FROM delivery WHERE item_id = ? ORDER BY station", (item_id,))
        ]

    def open_deliveries(self, limit: int) -> Sequence[tuple[Item, Delivery]]:
        rows = self._database.all(
            f"SELECT {ITEM_COLUMNS}, delivery.* FROM delivery JOIN item ON item.id = delivery.item_id"
            " WHERE next_at IS NOT NULL ORDER BY precedence, next_at, item.id, delivery.station LIMIT ?",
            (limit,),
        )
        return [(item_of(row), delivery_of(row, ITEM_WIDTH)) for row in rows]

    def count_open(self) -> int:
        return self._database.number("SELECT count(*) FROM delivery WHERE next_at IS NOT NULL")

    def count_items_of(self, issuer: int) -> int:
        return self._database.number(
            "SELECT count(DISTINCT item.id) FROM delivery JOIN item ON item.id = delivery.item_id"
            " WHERE next_at IS NOT NULL AND issuer = ? AND NOT is_mine AND NOT is_for_me",
            (issuer,),
        )

    def put_custodian(self, custodian: Custodian) -> None:
        values = (custodian.item_id, custodian.station, custodian.since_at)
        self._database.write("INSERT OR REPLACE INTO custodian VALUES (?, ?, ?)", values)

    def custodians(self, item_id: int) -> Sequence[Custodian]:
        rows = self._database.all("SELECT * FROM custodian WHERE item_id = ? ORDER BY station", (item_id,))
        return [Custodian(*row) for row in rows]

    def put_owed(self, owed: ReceiptOwed) -> None:
        if owed.mac_at is not None or owed.digest_at is not None:
            values = (owed.item_id, owed.state, owed.to_station, owed.mac_at, owed.digest_at)
            self._database.write("INSERT OR REPLACE INTO receipt_owed VALUES (?, ?, ?, ?, ?)", values)
        elif self._database.one(
            "SELECT 1 FROM receipt_owed WHERE item_id = ? AND state = ?", (owed.item_id, owed.state)
        ):
            self._database.write("DELETE FROM receipt_owed WHERE item_id = ? AND state = ?", (owed.item_id, owed.state))

    def owed(self, limit: int) -> Sequence[ReceiptOwed]:
        order = "ORDER BY digest_at IS NULL, digest_at, item_id, state LIMIT ?"
        return [owed_of(row) for row in self._database.all(f"SELECT * FROM receipt_owed {order}", (limit,))]

    def put_proof(self, proof: Proof) -> None:
        values = (proof.item_id, proof.station, proof.sealed, proof.heard_at)
        self._database.write("INSERT OR REPLACE INTO proof VALUES (?, ?, ?, ?)", values)

    def proofs(self, item_id: int) -> Sequence[Proof]:
        return [
            Proof(*row)
            for row in self._database.all("SELECT * FROM proof WHERE item_id = ? ORDER BY station", (item_id,))
        ]

    def seen(self, station: int, incarnation: int) -> Seen | None:
        row = self._database.one("SELECT * FROM seen WHERE station = ? AND incarnation = ?", (station, incarnation))
        return None if row is None else seen_of(row)

    def put_seen(self, seen: Seen) -> None:
        self._database.write("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?)", seen_values(seen))

    def all_seen(self) -> Sequence[Seen]:
        return [seen_of(row) for row in self._database.all("SELECT * FROM seen ORDER BY station, incarnation")]

    def add_airtime(self, minute: int, airtime_ms: int) -> None:
        added = "ON CONFLICT (minute) DO UPDATE SET airtime_ms = airtime_ms + excluded.airtime_ms"
        self._database.write(f"INSERT INTO airtime VALUES (?, ?) {added}", (minute, airtime_ms))
        self._database.write("DELETE FROM airtime WHERE minute < ?", (minute - AIRTIME_KEPT_MIN,))

    def airtime_since(self, minute: int) -> int:
        return self._database.number("SELECT coalesce(sum(airtime_ms), 0) FROM airtime WHERE minute >= ?", (minute,))

    def take_draft_id(self) -> int:
        draft_id = self._count_up(_DRAFT)
        self.numbers.note(DRAFT_SERIES, draft_id)
        return draft_id

    def put_draft(self, draft: Draft) -> None:
        self._database.write("INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", draft_values(draft))

    def delete_draft(self, draft_id: int) -> None:
        self._database.write("DELETE FROM draft WHERE id = ?", (draft_id,))

    def draft(self, draft_id: int) -> Draft | None:
        row = self._database.one("SELECT * FROM draft WHERE id = ?", (draft_id,))
        return None if row is None else draft_of(row)

    def drafts(self) -> Sequence[Draft]:
        return [draft_of(row) for row in self._database.all("SELECT * FROM draft ORDER BY kept_at DESC, id DESC")]

    def count_drafts(self) -> int:
        return self._database.number("SELECT count(*) FROM draft")

    def put_sent_draft(self, sent: SentDraft, remembered: int) -> None:
        self._database.write("INSERT OR REPLACE INTO sent_draft VALUES (?, ?)", (sent.draft_id, sent.item_id))
        self._database.write(
            "DELETE FROM sent_draft WHERE draft_id NOT IN"
            " (SELECT draft_id FROM sent_draft ORDER BY item_id DESC, draft_id DESC LIMIT ?)",
            (remembered,),
        )

    def sent_draft(self, draft_id: int) -> SentDraft | None:
        row = self._database.one("SELECT * FROM sent_draft WHERE draft_id = ?", (draft_id,))
        return None if row is None else SentDraft(*row)

    def put_alarm(self, alarm: Alarm) -> Alarm:
        renewed = ", ".join(f"{name} = excluded.{name}" for name in ALARM_COLUMNS.split(", ")[2:])
        row = self._database.write(
            f"INSERT INTO alarm ({ALARM_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            f" ON CONFLICT (kind, subject) DO UPDATE SET {renewed} RETURNING id",
            alarm_values(alarm),
        ).fetchone()
        return replace(alarm, id=int(row[0]))

    def delete_alarm(self, alarm_id: int) -> None:
        self._database.write("DELETE FROM alarm WHERE id = ?", (alarm_id,))

    def alarms(self) -> Sequence[Alarm]:
        return [alarm_of(row) for row in self._database.all("SELECT * FROM alarm ORDER BY id")]

    def append_entry(self, entry: LogEntry) -> None:
        if entry.number != self.log_head(entry.chain).entries + 1:
            raise ValueError("that is not the next entry of its chain")
        raw = entry.encode()
        values = (entry.chain, entry.number, entry.kind, raw, hash_of(raw))
        self._database.write("INSERT INTO log VALUES (?, ?, ?, ?, ?)", values)

    def log_head(self, chain: int) -> LogHead:
        latest = "SELECT number, hash FROM log WHERE chain = ? ORDER BY number DESC LIMIT 1"
        row = self._database.one(latest, (chain,))
        return LogHead(0, b"") if row is None else LogHead(*row)

    def log_entries(self, chain: int, first: int, limit: int) -> Sequence[LogEntry]:
        page = "SELECT raw FROM log WHERE chain = ? AND number >= ? ORDER BY number LIMIT ?"
        return [decode_entry(raw) for (raw,) in self._database.all(page, (chain, first, limit))]

    def written_entries(self, chain: int, first: int, limit: int) -> Sequence[WrittenEntry]:
        page = "SELECT number, raw, hash FROM log WHERE chain = ? AND number >= ? ORDER BY number LIMIT ?"
        return [WrittenEntry(chain, *row) for row in self._database.all(page, (chain, first, limit))]

    def items_told_of(self, chain: int, first: int, last: int) -> Sequence[Item]:
        bringing = ", ".join(str(int(kind)) for kind in sorted(BRINGING))
        rows = self._database.all(
            f"SELECT raw FROM log WHERE chain = ? AND number BETWEEN ? AND ? AND kind IN ({bringing}) ORDER BY number",
            (chain, first, last),
        )
        return items_of(self, (raw for (raw,) in rows))

    def last_log_entry(self, chain: int, kind: int) -> LogEntry | None:
        latest = "SELECT raw FROM log WHERE chain = ? AND kind = ? ORDER BY number DESC LIMIT 1"
        row = self._database.one(latest, (chain, kind))
        return None if row is None else decode_entry(row[0])

    def log_chains(self) -> Sequence[int]:
        # From one chain to the next by the key, since DISTINCT would read every entry.
        following = "SELECT min(chain) FROM log WHERE chain > found.chain"
        rows = self._database.all(
            "WITH RECURSIVE found(chain) AS (SELECT min(chain) FROM log UNION ALL"
            f" SELECT ({following}) FROM found WHERE chain IS NOT NULL) SELECT chain FROM found WHERE chain IS NOT NULL"
        )
        return [chain for (chain,) in rows]

    def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        values = (checkpoint.chain, checkpoint.entries, checkpoint.hash, checkpoint.at, checkpoint.utc_ms)
        self._database.write(
            "INSERT OR REPLACE INTO log_checkpoint VALUES (?, ?, ?, ?, ?, ?)", (*values, checkpoint.signature)
        )

    def last_checkpoint(self, chain: int) -> Checkpoint | None:
        latest = "SELECT * FROM log_checkpoint WHERE chain = ? ORDER BY entries DESC LIMIT 1"
        row = self._database.one(latest, (chain,))
        return None if row is None else Checkpoint(*row)

    def checkpoints(self, chain: int) -> Sequence[Checkpoint]:
        rows = self._database.all("SELECT * FROM log_checkpoint WHERE chain = ? ORDER BY entries", (chain,))
        return [Checkpoint(*row) for row in rows]

    def add_witness(self, witness: Witness, kept: int) -> None:
        values = (witness.station, witness.entries, witness.head, witness.time, witness.heard_at, witness.heard_utc_ms)
        self._database.write("INSERT INTO witness VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", (*values, witness.sealed))
        self._database.write(
            "DELETE FROM witness WHERE station = ?1 AND id <> (SELECT min(id) FROM witness WHERE station = ?1)"
            " AND id NOT IN (SELECT id FROM witness WHERE station = ?1 ORDER BY id DESC LIMIT ?2)",
            (witness.station, kept),
        )

    def last_witness(self, station: int) -> Witness | None:
        latest = f"SELECT {WITNESS_COLUMNS} FROM witness WHERE station = ? ORDER BY id DESC LIMIT 1"
        row = self._database.one(latest, (station,))
        return None if row is None else Witness(*row)

    def witnesses(self, station: int) -> Sequence[Witness]:
        rows = self._database.all(f"SELECT {WITNESS_COLUMNS} FROM witness WHERE station = ? ORDER BY id", (station,))
        return [Witness(*row) for row in rows]

    def witnessed_stations(self) -> Sequence[int]:
        return [station for (station,) in self._database.all("SELECT DISTINCT station FROM witness ORDER BY station")]

    def add_awaiting(self, waiting: Awaiting) -> Awaiting:
        marks = ", ".join("?" * 13)
        cursor = self._database.write(f"INSERT INTO awaiting VALUES (NULL, {marks})", awaiting_values(waiting))
        assert cursor.lastrowid is not None, "an insert names its row"
        return replace(waiting, id=cursor.lastrowid)

    def delete_awaiting(self, awaiting_id: int) -> None:
        self._database.write("DELETE FROM awaiting WHERE id = ?", (awaiting_id,))

    def awaiting(self) -> Sequence[Awaiting]:
        return [awaiting_of(row) for row in self._database.all("SELECT * FROM awaiting ORDER BY id")]

    def put_function_word(self, word: FunctionWord) -> None:
        values = (
            *(word.function, word.operator, word.station, word.is_taken, word.is_unrelieved),
            *(word.incarnation, word.sequence, word.said_at, word.said_utc_ms),
        )
        self._database.write("INSERT OR REPLACE INTO function_word VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)

    def function_word(self, function: int) -> FunctionWord | None:
        row = self._database.one("SELECT * FROM function_word WHERE function = ?", (function,))
        return None if row is None else function_word_of(row)

    def function_words(self) -> Sequence[FunctionWord]:
        return [function_word_of(row) for row in self._database.all("SELECT * FROM function_word ORDER BY function")]

    def put_on_duty(self, person: OnDuty) -> None:
        values = (person.operator, person.since_at, person.since_utc_ms, person.locked_at)
        self._database.write("INSERT OR REPLACE INTO on_duty VALUES (?, ?, ?, ?)", values)

    def delete_on_duty(self, operator: int) -> None:
        if self._database.one("SELECT 1 FROM on_duty WHERE operator = ?", (operator,)) is not None:
            self._database.write("DELETE FROM on_duty WHERE operator = ?", (operator,))

    def on_duty(self) -> Sequence[OnDuty]:
        return [OnDuty(*row) for row in self._database.all("SELECT * FROM on_duty ORDER BY operator")]

    def _note(self, incarnation: int, sequence: int) -> None:
        """Make a number known for good, in this order: what lies beside is never behind the witness by a cut."""
        self.numbers.note(incarnation, sequence)
        if self._witness is not None:
            self._witness.note(incarnation, sequence)

    def _count_up(self, name: str) -> int:
        more = "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        return int(self._database.write(f"INSERT INTO counter VALUES (?, 1) {more}", (name,)).fetchone()[0])

    def _counter(self, name: str, unused: int = 0) -> int:
        row = self._database.one("SELECT value FROM counter WHERE name = ?", (name,))
        return unused if row is None else int(row[0])

    def _item(self, where: str, values: Row) -> Item | None:
        row = self._database.one(f"SELECT {ITEM_COLUMNS} FROM item WHERE {where}", values)
        return None if row is None else item_of(row)

    def count_where(self, where: str, values: Row) -> int:
        """How many items there are of that kind; as `items_where`."""
        return self._database.number(f"SELECT count(*) FROM item WHERE {where}", values)

    def items_where(self, where: str, values: Row) -> list[Item]:
        """Items by a condition that stands in this package; only values come from outside."""
        return [item_of(row) for row in self._database.all(f"SELECT {ITEM_COLUMNS} FROM item WHERE {where}", values)]


def _sequence(incarnation: int) -> str:
    return f"{_SEQUENCE}{incarnation}"
