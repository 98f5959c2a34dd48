"""What people here are still writing, and what waits for a second person, on disk."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.people_records import Awaiting, Draft, SentDraft
from node.store.database import Database
from node.store.rows import awaiting_of, awaiting_values, draft_of, draft_values


class DraftTables:
    """The part of `node.core.ports.Store` that is about texts that have not left; raises as `Database`."""

    _database: Database

    def put_draft(self, draft: Draft) -> None:
        """Insert or replace by id."""
        self._database.write(
            "INSERT OR REPLACE INTO draft VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", draft_values(draft)
        )

    def delete_draft(self, draft_id: int) -> None:
        """Forget a draft that is kept."""
        self._database.write("DELETE FROM draft WHERE id = ?", (draft_id,))

    def draft(self, draft_id: int) -> Draft | None:
        """The draft of that number."""
        row = self._database.one("SELECT * FROM draft WHERE id = ?", (draft_id,))
        return None if row is None else draft_of(row)

    def drafts(self) -> Sequence[Draft]:
        """All that are kept, the latest kept first."""
        return [draft_of(row) for row in self._database.all("SELECT * FROM draft ORDER BY kept_at DESC, id DESC")]

    def count_drafts(self) -> int:
        """How many are kept."""
        return self._database.number("SELECT count(*) FROM draft")

    def put_sent_draft(self, sent: SentDraft, remembered: int) -> None:
        """Note what a draft became; of all such notes the latest `remembered` are kept."""
        self._database.write("INSERT OR REPLACE INTO sent_draft VALUES (?, ?)", (sent.draft_id, sent.item_id))
        self._database.write(
            "DELETE FROM sent_draft WHERE draft_id NOT IN"
            " (SELECT draft_id FROM sent_draft ORDER BY item_id DESC, draft_id DESC LIMIT ?)",
            (remembered,),
        )

    def sent_draft(self, draft_id: int) -> SentDraft | None:
        """What the draft of that number became, if that is still known."""
        row = self._database.one("SELECT * FROM sent_draft WHERE draft_id = ?", (draft_id,))
        return None if row is None else SentDraft(*row)

    def add_awaiting(self, waiting: Awaiting) -> Awaiting:
        """Keep a message for a second person and return it with its number; none comes twice."""
        marks = ", ".join("?" * 16)
        cursor = self._database.write(f"INSERT INTO awaiting VALUES (NULL, {marks})", awaiting_values(waiting))
        assert cursor.lastrowid is not None, "an insert names its row"
        return replace(waiting, id=cursor.lastrowid)

    def delete_awaiting(self, awaiting_id: int) -> None:
        """Forget one that is kept."""
        self._database.write("DELETE FROM awaiting WHERE id = ?", (awaiting_id,))

    def awaiting(self) -> Sequence[Awaiting]:
        """All that are kept, by number."""
        return [awaiting_of(row) for row in self._database.all("SELECT * FROM awaiting ORDER BY id")]
