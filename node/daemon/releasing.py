"""What waits for a second person, at the desk: listed, released, withdrawn."""

from node.api.faults import FaultCode, refused
from node.api.messages import Precedence
from node.api.methods import Nothing, Queued
from node.api.packing import unpack
from node.api.releases import Release, WaitingRelease, WaitingReleases, WithdrawRelease
from node.core import effects
from node.core.effects import Done
from node.core.people_records import Awaiting
from node.core.shift_events import ReleaseGiven, ReleaseWithdrawn
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.showing import Showing
from node.store.database import NUMBER_MAX
from protocol.forms.packing import Form, decode_form


class Releasing:
    """Answers what clients ask about releases."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def all(self, ask: object) -> WaitingReleases:
        """All that wait."""
        unpack(Nothing, ask)
        return await self._at.worker.ask(lambda: WaitingReleases(waiting_releases(self._at.showing())))

    async def release(self, ask: object) -> Queued:
        """Let one go."""
        asked = unpack(Release, ask)
        _refuse_unknown(asked.id)
        operator = await self._at.worker.ask(lambda: self._releaser(asked))
        answer = await self._at.worker.request(lambda request: ReleaseGiven(request, operator, asked.id))
        accepted = carried_out(answer, effects.Accepted, str(asked.id))
        return Queued(accepted.item_id, accepted.number)

    async def withdraw(self, ask: object) -> WaitingReleases:
        """Take one back."""
        asked = unpack(WithdrawRelease, ask)
        _refuse_unknown(asked.id)
        operator = await self._at.worker.ask(lambda: whom.author(self._at.here, asked.author))
        answer = await self._at.worker.request(lambda request: ReleaseWithdrawn(request, operator, asked.id))
        carried_out(answer, Done, str(asked.id))
        return await self._at.worker.ask(lambda: WaitingReleases(waiting_releases(self._at.showing())))

    def _releaser(self, asked: Release) -> int:
        """Who is named, else the only one on duty who did not write it."""
        here = self._at.here
        author = next((one.author for one in here.store.awaiting() if one.id == asked.id), 0)
        others = [number for number in here.signer.operators() if number != author]
        return others[0] if not asked.author and len(others) == 1 else whom.author(here, asked.author)


def waiting_releases(showing: Showing) -> tuple[WaitingRelease, ...]:
    """All that wait; on the store's thread."""
    return tuple(
        WaitingRelease(
            id=one.id,
            to=showing.recipient(one.recipient),
            text=_said(showing, one),
            precedence=Precedence(one.precedence.name.lower()),
            author=whom.initials(showing.here, one.author) if one.author else "",
            asked=showing.noted(one.asked_at, one.asked_utc_ms),
        )
        for one in showing.here.store.awaiting()
    )


def _said(showing: Showing, waiting: Awaiting) -> str:
    """Its text, or the name of the form that it is."""
    form = decode_form(waiting.form, showing.here.forms.schemas) if waiting.form else None
    return form.schema.name if isinstance(form, Form) else waiting.text


def _refuse_unknown(number: int) -> None:
    """Refuse a number that nothing can have.

    Raises:
        Refused: nothing waits under it.
    """
    if not 0 < number <= NUMBER_MAX:
        raise refused(FaultCode.NOTHING_WAITS, str(number))
