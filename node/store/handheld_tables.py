"""Texts to plain handhelds, how those were heard, and texts of strangers, on disk."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from node.core.handheld_records import (
    HandheldSeen,
    HandheldText,
    StrayReason,
    StrayText,
    TextKey,
    TextState,
    Trouble,
)
from node.store.database import Database
from protocol.numbers import Precedence


class HandheldTables:
    """The part of `node.core.ports.Store` about handhelds; each method raises what `Database` does."""

    _database: Database

    def add_handheld_text(self, text: HandheldText) -> HandheldText:
        """Keep a text and return it with its number; none comes twice."""
        marks = ", ".join("?" * 13)
        cursor = self._database.write(f"INSERT INTO handheld_text VALUES (NULL, {marks})", _text_values(text))
        assert cursor.lastrowid is not None, "an insert names its row"
        return replace(text, id=cursor.lastrowid)

    def put_handheld_text(self, text: HandheldText) -> None:
        """Replace the one of that id; nothing happens when there is none."""
        self._database.write(
            "UPDATE handheld_text SET handheld = ?, number = ?, item_id = ?, text = ?, drill = ?, precedence = ?,"
            " state = ?, parts_sent = ?, attempts = ?, trouble = ?, next_at = ?, expires_at = ?, state_at = ?"
            " WHERE id = ?",
            (*_text_values(text), text.id),
        )

    def delete_handheld_text(self, text_id: int) -> None:
        """Forget one."""
        self._database.write("DELETE FROM handheld_text WHERE id = ?", (text_id,))

    def handheld_text(self, text_id: int) -> HandheldText | None:
        """The text of that number."""
        row = self._database.one("SELECT * FROM handheld_text WHERE id = ?", (text_id,))
        return None if row is None else _text_of(row)

    def handheld_texts(self, handheld: int) -> Sequence[HandheldText]:
        """All of one handheld, by id."""
        rows = self._database.all("SELECT * FROM handheld_text WHERE handheld = ? ORDER BY id", (handheld,))
        return [_text_of(row) for row in rows]

    def handheld_texts_waiting(self) -> Sequence[HandheldText]:
        """All that wait, whoever they are for, by precedence and id."""
        waiting = "SELECT * FROM handheld_text WHERE next_at IS NOT NULL ORDER BY precedence, id"
        return [_text_of(row) for row in self._database.all(waiting)]

    def put_handheld_seen(self, seen: HandheldSeen) -> None:
        """Insert or replace by handheld."""
        packets = b"".join(packet.to_bytes(4, "big") for packet in seen.packets)
        self._database.write(
            "REPLACE INTO handheld_seen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(seen.handheld, seen.heard_at, seen.heard_utc_ms, seen.hops, seen.snr_db, seen.rssi_dbm),
                *(seen.key, packets, seen.text, seen.reply),
            ),
        )

    def handheld_seen(self, handheld: int) -> HandheldSeen | None:
        """How it was last heard; None: never."""
        row = self._database.one("SELECT * FROM handheld_seen WHERE handheld = ?", (handheld,))
        if row is None:
            return None
        heard_at, utc_ms, hops, snr_db, rssi_dbm, key, packets, text, reply = row[1:]
        numbers = tuple(int.from_bytes(packets[at : at + 4], "big") for at in range(0, len(packets), 4))
        return HandheldSeen(handheld, heard_at, utc_ms, hops, snr_db, rssi_dbm, TextKey(key), numbers, text, reply)

    def add_stray_text(self, text: StrayText, kept: int) -> None:
        """Keep a text of a stranger; of all such the latest `kept` stay."""
        self._database.write(
            "INSERT INTO stray_text VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(text.node, text.reason, text.text, text.heard_at, text.heard_utc_ms),
                *(text.hops, text.snr_db, text.rssi_dbm),
            ),
        )
        self._database.write(
            "DELETE FROM stray_text WHERE id NOT IN (SELECT id FROM stray_text ORDER BY id DESC LIMIT ?)", (kept,)
        )

    def stray_texts(self) -> Sequence[StrayText]:
        """All that are kept, the latest first."""
        rows = self._database.all("SELECT * FROM stray_text ORDER BY id DESC")
        return [StrayText(row[0], row[1], StrayReason(row[2]), *row[3:]) for row in rows]


def _text_values(text: HandheldText) -> tuple[int | str | None, ...]:
    return (
        *(text.handheld, text.number, text.item_id, text.text, text.drill, text.precedence, text.state),
        *(text.parts_sent, text.attempts, text.trouble, text.next_at, text.expires_at, text.state_at),
    )


def _text_of(row: sqlite3.Row) -> HandheldText:
    text_id, handheld, number, item_id, text, drill, precedence, state, sent, attempts, trouble, *times = row
    return HandheldText(
        *(text_id, handheld, number, item_id, text, drill, Precedence(precedence), TextState(state)),
        *(sent, attempts, Trouble(trouble), *times),
    )
