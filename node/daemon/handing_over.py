"""Hand-overs at the desk: the page for who takes over, offered, accepted, or ended alone."""

from hardware.radio import LinkHealth
from node.api.faults import FaultCode, refused
from node.api.handover import LISTED_MAX, AcceptShift, HandOver, HandOverPage, OfferedShift
from node.api.methods import Nothing
from node.api.packing import unpack
from node.core.effects import Done
from node.core.shift_events import HandOverAccepted, HandOverAlone, HandOverOffered
from node.daemon import whom
from node.daemon.drafting import kept_drafts
from node.daemon.functions import held_functions
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.releasing import waiting_releases
from node.daemon.statusing import status_of
from node.store.views import BoxView, count_unsettled, unsettled


class HandOverDesk:
    """Answers what clients ask about hand-overs."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def page(self, ask: object) -> HandOverPage:
        """What the next one must know."""
        unpack(Nothing, ask)
        return await self._page()

    async def offer(self, ask: object) -> HandOverPage:
        """Offer a shift, or end it alone."""
        asked, here = unpack(HandOver, ask), self._at.here
        outgoing = await self._at.worker.ask(lambda: self._outgoing(asked))
        if not asked.to:
            answer = await self._at.worker.request(lambda request: HandOverAlone(request, outgoing))
        else:
            incoming = await self._at.worker.ask(lambda: whom.author(here, asked.to))
            answer = await self._at.worker.request(lambda request: HandOverOffered(request, outgoing, incoming))
        carried_out(answer, Done, asked.to)
        return await self._page()

    async def accept(self, ask: object) -> HandOverPage:
        """Take a shift over."""
        asked = unpack(AcceptShift, ask)
        incoming = await self._at.worker.ask(lambda: self._incoming(asked))
        answer = await self._at.worker.request(lambda request: HandOverAccepted(request, incoming))
        carried_out(answer, Done, asked.author)
        return await self._page()

    def _outgoing(self, asked: HandOver) -> int:
        """Who is named, else the only one on duty who is not the incoming."""
        here = self._at.here
        others = [
            number for number in here.signer.operators() if not asked.to or number != whom.operator(here, asked.to)
        ]
        return others[0] if not asked.author and len(others) == 1 else whom.author(here, asked.author)

    def _incoming(self, asked: AcceptShift) -> int:
        """Who is named, else the only one to whom a shift is offered."""
        offers = self._at.station.hand_overs()
        if asked.author or len(offers) > 1:
            return whom.author(self._at.here, asked.author)
        if not offers:
            raise refused(FaultCode.NOTHING_OFFERED)
        return offers[0][1]

    async def _page(self) -> HandOverPage:
        health = self._at.link_health()
        return await self._at.worker.ask(lambda: self._looked(health))

    def _looked(self, health: LinkHealth) -> HandOverPage:
        showing, store, here = self._at.showing(), self._at.store, self._at.here
        return HandOverPage(
            status=status_of(self._at, showing, health),
            offered=tuple(
                OfferedShift(whom.initials(here, outgoing), whom.initials(here, incoming))
                for outgoing, incoming in self._at.station.hand_overs()
            ),
            functions=held_functions(showing),
            unacknowledged=tuple(map(showing.message, unsettled(store, BoxView.INBOX, here.number, LISTED_MAX))),
            unacknowledged_count=count_unsettled(store, BoxView.INBOX, here.number),
            unanswered=tuple(map(showing.message, unsettled(store, BoxView.OUTBOX, here.number, LISTED_MAX))),
            unanswered_count=count_unsettled(store, BoxView.OUTBOX, here.number),
            drafts=kept_drafts(showing),
            releases=waiting_releases(showing),
        )
