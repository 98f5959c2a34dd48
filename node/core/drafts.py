"""Messages not yet sent: kept as they are written, and once sent, known as what they became.

A draft is kept, or sent, or discarded, and never comes back; its number is never given again. Who asks to send one that
was sent, since the answer got lost, is answered as the first time.
"""

from dataclasses import replace

from node.core.effects import Accepted, Discarded, Kept, Refusal, Refused
from node.core.events import DraftDiscarded, DraftKept
from node.core.numbering import human_number
from node.core.people_records import SentDraft
from node.core.policy import DRAFT_BYTES_MAX, DRAFTS_MAX, SENT_DRAFTS_MAX
from node.core.records import Item
from node.core.surroundings import Surroundings
from node.core.turn import Turn


class Drafts:
    """Keeps what this station's operators have not sent yet."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here

    def keep(self, event: DraftKept, turn: Turn) -> Kept | Refused:
        """Store a draft in place of its last state, or as a new one."""
        store, draft = self._here.store, event.draft
        size = len(draft.text.encode())
        if size > DRAFT_BYTES_MAX:
            return Refused(Refusal.DRAFT_TOO_LONG, f"{size}/{DRAFT_BYTES_MAX}")
        if draft.id == 0:
            if store.count_drafts() >= DRAFTS_MAX:
                return Refused(Refusal.DRAFTS_FULL, f"{DRAFTS_MAX}")
            draft = replace(draft, id=store.take_draft_id())
        elif store.draft(draft.id) is None:
            return self._unknown(draft.id)
        draft = replace(draft, kept_at=turn.at, kept_utc_ms=turn.now.utc_ms)
        store.put_draft(draft)
        return Kept(draft)

    def discard(self, event: DraftDiscarded) -> Discarded | Refused:
        """Forget a draft."""
        if self._here.store.draft(event.draft_id) is None:
            return self._unknown(event.draft_id)
        self._here.store.delete_draft(event.draft_id)
        return Discarded()

    def sent(self, draft_id: int, item: Item) -> None:
        """The draft became this message: it is gone with the same commit that stores the message."""
        self._here.store.delete_draft(draft_id)
        self._here.store.put_sent_draft(SentDraft(draft_id, item.id), SENT_DRAFTS_MAX)

    def already(self, draft_id: int) -> Accepted | Refused | None:
        """The answer to sending a draft that is not kept any more; None while it is kept."""
        if self._here.store.draft(draft_id) is not None:
            return None
        return self._became(draft_id) or Refused(Refusal.DRAFT_UNKNOWN)

    def _unknown(self, draft_id: int) -> Refused:
        became = self._became(draft_id)
        return Refused(Refusal.DRAFT_UNKNOWN, became.number if became is not None else "")

    def _became(self, draft_id: int) -> Accepted | None:
        sent = self._here.store.sent_draft(draft_id)
        item = self._here.store.item(sent.item_id) if sent is not None else None
        return Accepted(item.id, human_number(self._here.roster, item.key)) if item is not None else None
