"""What people here are still writing, and what waits for a second person, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from node.core.people_records import Awaiting, Draft, SentDraft
from node.store.memory_tables import InMemory


class DraftsInMemory(InMemory):
    """The part of `node.core.ports.Store` that is about texts that have not left."""

    def take_draft_id(self) -> int:
        self._writing().last_draft_id += 1
        return self._now.last_draft_id

    def put_draft(self, draft: Draft) -> None:
        self._writing().drafts[draft.id] = draft

    def delete_draft(self, draft_id: int) -> None:
        self._writing().drafts.discard(draft_id)

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

    def add_awaiting(self, waiting: Awaiting) -> Awaiting:
        tables = self._writing()
        tables.last_awaiting_id += 1
        tables.awaiting[tables.last_awaiting_id] = replace(waiting, id=tables.last_awaiting_id)
        return tables.awaiting[tables.last_awaiting_id]

    def delete_awaiting(self, awaiting_id: int) -> None:
        self._writing().awaiting.discard(awaiting_id)

    def awaiting(self) -> Sequence[Awaiting]:
        return [self._now.awaiting[number] for number in sorted(self._now.awaiting)]
