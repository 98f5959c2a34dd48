"""Two persons for a FLASH, only where the roster demands it: what one wrote waits until another releases it.

A station certified so makes no FLASH with one signature, in whosever name, but for the emergency key: nobody is locked
out when only one is there. What waits is on disk as typed; it has no number and no time before both have signed, so
author and releaser both need open keys then.
"""

from node.core.effects import Accepted, Done, Refusal, Refused, Stir, Waits
from node.core.events import Composed
from node.core.log_entries import LogKind
from node.core.people_records import Awaiting
from node.core.policy import AWAITING_MAX
from node.core.rights import rights_of
from node.core.shift_events import ReleaseGiven, ReleaseWithdrawn
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.certificates import Right
from protocol.forms.packing import UnknownForm, decode_form, encode_form
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import Dropped


class Releases:
    """What waits for a second person at one station."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here

    def is_needed(self, event: Composed) -> bool:
        """Whether a message may not leave by its author's signature alone."""
        if event.precedence is not Precedence.FLASH or not self._here.needs_releaser:
            return False
        return not event.author or Right.EMERGENCY not in rights_of(self._here.roster, event.author)

    def put(self, event: Composed, turn: Turn) -> Waits | Refused:
        """Keep what nothing but the second person is missing of; the same draft once."""
        waiting = self._here.store.awaiting()
        known = next((one for one in waiting if event.draft and one.draft == event.draft), None)
        if known is None and len(waiting) >= AWAITING_MAX:
            return Refused(Refusal.STORE_FULL)
        kept = known or self._here.store.add_awaiting(
            Awaiting(
                id=0,
                author=event.author,
                recipient=event.to,
                text=event.text,
                precedence=event.precedence,
                ack_wanted=event.ack_wanted,
                lifetime=event.lifetime,
                reply_to=event.reply_to,
                confidential=event.confidential,
                draft=event.draft,
                asked_at=turn.at,
                asked_utc_ms=turn.now.utc_ms,
                form=b"" if event.form is None else encode_form(event.form),
                answer_by_min=event.answer_by_min,
                cancels=event.cancels,
                supersedes=event.supersedes,
            )
        )
        turn.effects.append(Stir())
        return Waits(kept.id)

    def composed(self, event: ReleaseGiven) -> Composed | Refused:
        """The message that a second person lets go."""
        kept = self._kept(event.awaiting_id)
        if kept is None:
            return Refused(Refusal.NOTHING_WAITS, str(event.awaiting_id))
        if event.operator not in self._here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        rights = rights_of(self._here.roster, event.operator)
        if event.operator == kept.author or Right.SECOND_RELEASER not in rights:
            return Refused(Refusal.MAY_NOT_RELEASE)
        form = decode_form(kept.form, self._here.forms.schemas) if kept.form else None
        if isinstance(form, Dropped | UnknownForm):
            return Refused(Refusal.NOTHING_WAITS, str(event.awaiting_id))  # Its schema was taken away meanwhile.
        is_kept = kept.draft and self._here.store.draft(kept.draft) is not None
        return Composed(
            request=event.request,
            author=kept.author,
            to=kept.recipient,
            text=kept.text,
            precedence=kept.precedence,
            ack_wanted=kept.ack_wanted,
            lifetime=kept.lifetime,
            reply_to=kept.reply_to,
            draft=kept.draft if is_kept else 0,
            confidential=kept.confidential,
            releaser=event.operator,
            form=form,
            answer_by_min=kept.answer_by_min,
            cancels=kept.cancels,
            supersedes=kept.supersedes,
        )

    def released(self, event: ReleaseGiven, answer: Accepted, turn: Turn) -> None:
        """It is a message now."""
        self._here.store.delete_awaiting(event.awaiting_id)
        item = self._here.store.item(answer.item_id)
        assert item is not None, "it was just stored"
        who = Address(Kind.OPERATOR, event.operator)
        self._here.logbook.enter(LogKind.RIGHT_USED, turn, who=who, about=item, details={"right": "second_releaser"})
        turn.effects.append(Stir())

    def withdraw(self, event: ReleaseWithdrawn, turn: Turn) -> Done | Refused:
        """Somebody on duty takes it back; the draft that it was is still kept."""
        if event.operator not in self._here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        if self._kept(event.awaiting_id) is None:
            return Refused(Refusal.NOTHING_WAITS, str(event.awaiting_id))
        self._here.store.delete_awaiting(event.awaiting_id)
        details: dict[str, str | int] = {"right": "second_releaser", "withdrawn": event.awaiting_id}
        self._here.logbook.enter(LogKind.RIGHT_USED, turn, who=Address(Kind.OPERATOR, event.operator), details=details)
        turn.effects.append(Stir())
        return Done()

    def _kept(self, awaiting_id: int) -> Awaiting | None:
        return next((one for one in self._here.store.awaiting() if one.id == awaiting_id), None)
