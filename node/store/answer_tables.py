"""Answers that are due, what cancels or corrects, and deputies asked, on disk."""

import sqlite3
from collections.abc import Sequence

from node.core.answer_records import AnswerDue, Countermand, CountermandKind, Escalation, Stage, Standing
from node.core.records import ItemKey
from node.store.database import Database


class AnswerTables:
    """The part of `node.core.ports.Store` about answers; each method raises what `Database` does."""

    _database: Database

    def put_answer_due(self, due: AnswerDue) -> None:
        """Insert or replace by item."""
        self._database.write(
            "INSERT OR REPLACE INTO answer_due VALUES (?, ?, ?, ?, ?, ?)",
            (due.item_id, due.answer_by_at, due.answer_by_utc_ms, due.stage, due.stage_at, due.next_at),
        )

    def answer_due(self, item_id: int) -> AnswerDue | None:
        """Of one message, None when it asks for no answer or it is not this station's concern."""
        row = self._database.one("SELECT * FROM answer_due WHERE item_id = ?", (item_id,))
        return None if row is None else _due_of(row)

    def answers_to_watch(self) -> Sequence[AnswerDue]:
        """Those that are to be looked at again, the next first, then by item."""
        watched = "SELECT * FROM answer_due WHERE next_at IS NOT NULL ORDER BY next_at, item_id"
        return [_due_of(row) for row in self._database.all(watched)]

    def put_countermand(self, countermand: Countermand) -> None:
        """Insert or replace by the message that says so."""
        about = (countermand.about.station, countermand.about.incarnation, countermand.about.sequence)
        self._database.write(
            "INSERT OR REPLACE INTO countermand VALUES (?, ?, ?, ?, ?, ?, ?)",
            (countermand.item_id, *about, countermand.kind, countermand.standing, countermand.decided_at),
        )

    def countermand(self, item_id: int) -> Countermand | None:
        """What a message does to another, None when it does nothing of the kind."""
        row = self._database.one("SELECT * FROM countermand WHERE item_id = ?", (item_id,))
        return None if row is None else _countermand_of(row)

    def countermands(self, about: ItemKey) -> Sequence[Countermand]:
        """All about one message, whether that is here or not, in the order they came."""
        found = "SELECT * FROM countermand WHERE station = ? AND incarnation = ? AND sequence = ? ORDER BY item_id"
        rows = self._database.all(found, (about.station, about.incarnation, about.sequence))
        return [_countermand_of(row) for row in rows]

    def put_escalation(self, escalation: Escalation) -> None:
        """Insert or replace by notice."""
        about = (escalation.about.station, escalation.about.incarnation, escalation.about.sequence)
        self._database.write(
            "INSERT OR REPLACE INTO escalation VALUES (?, ?, ?, ?, ?)",
            (escalation.item_id, *about, escalation.function),
        )

    def escalations(self, about: ItemKey) -> Sequence[Escalation]:
        """All about one message, whether that is here or not, in the order they came."""
        found = "SELECT * FROM escalation WHERE station = ? AND incarnation = ? AND sequence = ? ORDER BY item_id"
        rows = self._database.all(found, (about.station, about.incarnation, about.sequence))
        return [
            Escalation(item_id, ItemKey(station, incarnation, sequence), function)
            for item_id, station, incarnation, sequence, function in rows
        ]

    def deliver_here(self, item_id: int, changed: int) -> None:
        """An item that was carried for others is for this station too."""
        self._database.write("UPDATE item SET is_for_me = 1, changed = ? WHERE id = ?", (changed, item_id))


def _due_of(row: sqlite3.Row) -> AnswerDue:
    item_id, answer_by_at, answer_by_utc_ms, stage, stage_at, next_at = row
    return AnswerDue(item_id, answer_by_at, answer_by_utc_ms, Stage(stage), stage_at, next_at)


def _countermand_of(row: sqlite3.Row) -> Countermand:
    item_id, station, incarnation, sequence, kind, standing, decided_at = row
    about = ItemKey(station, incarnation, sequence)
    return Countermand(item_id, about, CountermandKind(kind), Standing(standing), decided_at)
