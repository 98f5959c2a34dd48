"""Drafts at the desk: kept, listed and discarded for the screens that write them."""

from time import time_ns

from node.api.answers import ANSWER_BY_MIN_MAX
from node.api.drafts import DRAFT_FIELD_BYTES_MAX, Discard, Draft, Drafts, KeptDraft
from node.api.faults import FaultCode, refused
from node.api.ladder import ShownTime
from node.api.messages import Precedence
from node.api.methods import Nothing, Queued
from node.api.packing import unpack
from node.core import drafts, effects, people_records
from node.core.events import DraftDiscarded, DraftKept
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.pricing import core_precedence
from node.daemon.showing import Showing
from node.store.database import NUMBER_MAX


class Drafting:
    """Answers what clients ask about drafts."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises
        self._drafts = drafts.Drafts(premises.here)

    async def keep(self, ask: object) -> KeptDraft:
        """Keep one."""
        draft = unpack(Draft, ask)
        _refuse_unknown(draft.id)
        if draft.answer_by_min is not None and not 0 < draft.answer_by_min <= ANSWER_BY_MIN_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"answer_by_min: 1 to {ANSWER_BY_MIN_MAX}")
        numbers = (("reply_to", draft.reply_to), ("corrects", draft.corrects))
        for name, typed in (("to", draft.to), *numbers, ("author", draft.author)):
            if len(typed.encode()) > DRAFT_FIELD_BYTES_MAX:
                raise refused(FaultCode.BAD_REQUEST, f"{name}: at most {DRAFT_FIELD_BYTES_MAX} bytes")
        kept = people_records.Draft(
            id=draft.id,
            to=draft.to,
            text=draft.text,
            precedence=core_precedence(draft.precedence),
            ack_wanted=draft.ack_wanted,
            reply_to=draft.reply_to,
            author=draft.author,
            confidential=draft.confidential,
            answer_by_min=draft.answer_by_min,
            corrects=draft.corrects,
        )
        answer = carried_out(await self._at.worker.request(lambda request: DraftKept(request, kept)), effects.Kept)
        # Without another look at the store: it is kept, and a station too busy to look may not make it sound otherwise.
        utc_ms = answer.draft.kept_utc_ms
        return _shown(answer.draft, ShownTime(utc_ms or time_ns() // 1_000_000, trusted=utc_ms is not None))

    async def discard(self, ask: object) -> Nothing:
        """Forget one."""
        draft_id = unpack(Discard, ask).id
        _refuse_unknown(draft_id)
        answer = await self._at.worker.request(lambda request: DraftDiscarded(request, draft_id))
        carried_out(answer, effects.Discarded)
        return Nothing()

    async def all(self, ask: object) -> Drafts:
        """All that are kept."""
        unpack(Nothing, ask)

        return await self._at.worker.ask(lambda: Drafts(kept_drafts(self._at.showing())))

    def already(self, draft_id: int) -> Queued | None:
        """What sending a draft was answered with; None while it can still be sent. On the store's thread.

        Raises:
            Refused: there is no such draft.
        """
        _refuse_unknown(draft_id)
        answer = self._drafts.already(draft_id)
        if answer is None:
            return None
        accepted = carried_out(answer, effects.Accepted)
        return Queued(accepted.item_id, accepted.number)


def kept_drafts(showing: Showing) -> tuple[KeptDraft, ...]:
    """All that are kept, the latest first; on the store's thread."""
    kept = showing.here.store.drafts()
    return tuple(_shown(one, showing.noted(one.kept_at, one.kept_utc_ms)) for one in kept)


def _refuse_unknown(draft_id: int) -> None:
    """Refuse a number that no draft can have.

    Raises:
        Refused: there is no such draft.
    """
    if not 0 <= draft_id <= NUMBER_MAX:
        raise refused(FaultCode.DRAFT_UNKNOWN)


def _shown(kept: people_records.Draft, when: ShownTime) -> KeptDraft:
    draft = Draft(
        id=kept.id,
        to=kept.to,
        text=kept.text,
        precedence=Precedence(kept.precedence.name.lower()),
        ack_wanted=kept.ack_wanted,
        reply_to=kept.reply_to,
        author=kept.author,
        confidential=kept.confidential,
        answer_by_min=kept.answer_by_min,
        corrects=kept.corrects,
    )
    return KeptDraft(draft, when)
