"""The desk: answers what clients ask, from the store between two commits, or by handing requests to the core."""

from collections.abc import Awaitable, Callable
from typing import Final

from node.api.answers import Cancel
from node.api.faults import FaultCode, refused
from node.api.ladder import Step
from node.api.messages import Box, ShownMessage
from node.api.methods import (
    ACCEPT_SHIFT,
    ACK,
    CANCEL,
    CLOCK,
    DISCARD,
    DRAFTS,
    FIND,
    FIND_MAX,
    FUNCTIONS,
    GIVE_POUCH,
    GIVE_UP,
    GROUP,
    GROUP_KEY,
    HAND_IN_POUCH,
    HAND_OUT,
    HAND_OVER,
    HAND_OVER_PAGE,
    HANDHELDS,
    KEEP,
    LIST,
    LIST_MAX,
    LOCK,
    LOG,
    LOGIN,
    LOGOUT,
    NOTE,
    PACK_POUCH,
    PRESENT,
    PREVIEW,
    RELEASE,
    RELEASES,
    SEND,
    SET_CLOCK,
    SHOW,
    SILENCE,
    STATUS,
    TAKE,
    TAKE_STATEMENTS,
    TRAY,
    VOUCH,
    WITHDRAW_RELEASE,
    AskPrice,
    Find,
    Found,
    ListBox,
    Listed,
    Nothing,
    Perform,
    Price,
    Queued,
    Send,
    Show,
)
from node.api.packing import unpack
from node.api.status import Status
from node.core.effects import Accepted, CarriedOut, Refused, Waits
from node.core.events import ActPerformed
from node.daemon import whom
from node.daemon.alarming import Alarming
from node.daemon.clock_desk import ClockDesk
from node.daemon.composing import cancelling, composed
from node.daemon.counting import Vouching
from node.daemon.couriers import CourierDesk
from node.daemon.drafting import Drafting
from node.daemon.duty import DutyDesk
from node.daemon.functions import FunctionDesk
from node.daemon.grouping import Grouping
from node.daemon.handheld_desk import HandheldDesk
from node.daemon.handing_in import HandingIn
from node.daemon.handing_over import HandOverDesk
from node.daemon.log_desk import LogDesk
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.pricing import priced
from node.daemon.releasing import Releasing
from node.daemon.statusing import status_of
from node.daemon.worker import WorkerFull, WorkerStopped
from node.store.database import NUMBER_MAX
from node.store.errors import StoreUnavailable
from node.store.views import BoxView, box, count_in_box
from protocol.codec import TEXT_BYTES_MAX
from protocol.frames import ActKind

_VIEWS: Final = {Box.INBOX: BoxView.INBOX, Box.OUTBOX: BoxView.OUTBOX, Box.CARRIED: BoxView.CARRIED}
_ACTS: Final = {
    Step.ACKNOWLEDGED: ActKind.ACKNOWLEDGED,
    Step.ACCEPTED: ActKind.ACCEPTED,
    Step.DECLINED: ActKind.DECLINED,
    Step.DONE: ActKind.DONE,
    Step.READ_BACK: ActKind.READ_BACK,
}


class Desk:
    """Implements `node.api.conversation.Backend`."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises
        self._change = 0
        duty = DutyDesk(premises)
        functions = FunctionDesk(premises)
        releasing = Releasing(premises)
        handing_over = HandOverDesk(premises)
        self._drafting = Drafting(premises)
        self._grouping = Grouping(premises)
        self._alarming = Alarming(premises)
        log_desk = LogDesk(premises)
        couriers = CourierDesk(premises)
        clock_desk = ClockDesk(premises)
        handhelds = HandheldDesk(premises)
        self._methods: dict[str, Callable[[object], Awaitable[object]]] = {
            STATUS.name: self._status,
            LOGIN.name: duty.log_in,
            LOGOUT.name: duty.log_out,
            LOCK.name: duty.lock,
            PRESENT.name: duty.present,
            FUNCTIONS.name: functions.all,
            TAKE.name: functions.take,
            GIVE_UP.name: functions.give_up,
            RELEASES.name: releasing.all,
            RELEASE.name: releasing.release,
            WITHDRAW_RELEASE.name: releasing.withdraw,
            HAND_OVER_PAGE.name: handing_over.page,
            HAND_OVER.name: handing_over.offer,
            ACCEPT_SHIFT.name: handing_over.accept,
            SEND.name: self._send,
            CANCEL.name: self._cancel,
            PREVIEW.name: self._price,
            LIST.name: self._list,
            SHOW.name: self._show,
            ACK.name: self._act,
            FIND.name: self._find,
            KEEP.name: self._drafting.keep,
            DRAFTS.name: self._drafting.all,
            DISCARD.name: self._drafting.discard,
            GROUP.name: self._grouping.show,
            GROUP_KEY.name: self._grouping.give,
            SILENCE.name: self._alarming.silence,
            TAKE_STATEMENTS.name: HandingIn(premises).take,
            CLOCK.name: clock_desk.show,
            SET_CLOCK.name: clock_desk.set,
            VOUCH.name: Vouching(premises).vouch,
            LOG.name: log_desk.list,
            NOTE.name: log_desk.note,
            HAND_OUT.name: log_desk.hand_out,
            PACK_POUCH.name: couriers.pack,
            GIVE_POUCH.name: couriers.give,
            HAND_IN_POUCH.name: couriers.hand_in,
            HANDHELDS.name: handhelds.all,
            TRAY.name: handhelds.tray,
        }

    def change(self) -> int:
        """Where the change counter stands, as far as it was announced."""
        return self._change

    def announced(self, change: int) -> None:
        """The change counter moved."""
        self._change = change

    async def answer(self, method: str, ask: object) -> object:
        """Answer one request.

        Raises:
            Refused: the station does not do it; the fault says why.
            Malformed: the request has not the method's shape.
        """
        handler = self._methods.get(method)
        if handler is None:
            raise refused(FaultCode.UNKNOWN_METHOD, method[:40])
        try:
            return await handler(ask)
        except WorkerFull:
            raise refused(FaultCode.BUSY) from None
        except WorkerStopped:
            raise refused(FaultCode.STOPPING) from None
        except StoreUnavailable as error:
            raise refused(FaultCode.STORE_UNAVAILABLE, str(error)) from error

    async def _status(self, ask: object) -> Status:
        unpack(Nothing, ask)
        health = self._at.link_health()
        return await self._at.worker.ask(lambda: status_of(self._at, self._at.showing(), health))

    async def _send(self, ask: object) -> Queued:
        send = unpack(Send, ask)
        if send.draft:
            # Before anything else: who asks again after a power cut may not be on duty any more.
            already = await self._at.worker.ask(lambda: self._drafting.already(send.draft))
            if already is not None:
                return already
        _refuse_long(send.text)
        make = await self._at.worker.ask(lambda: composed(self._at, send))
        return _written(await self._at.worker.request(make), send.to or send.corrects)

    async def _cancel(self, ask: object) -> Queued:
        asked = unpack(Cancel, ask)
        _refuse_long(asked.text)
        make = await self._at.worker.ask(lambda: cancelling(self._at, asked))
        return _written(await self._at.worker.request(make), asked.number)

    async def _act(self, ask: object) -> Queued:
        perform = unpack(Perform, ask)
        _refuse_long(perform.comment)
        act = _ACTS.get(perform.act)
        if act is None:
            raise refused(FaultCode.BAD_REQUEST, f"act: one of {', '.join(_ACTS)}")
        if perform.initials and (perform.act is not Step.ACKNOWLEDGED or perform.comment or perform.author):
            raise refused(FaultCode.BAD_REQUEST, "initials: they acknowledge, and nothing else goes with them")

        def performed() -> Callable[[int], ActPerformed]:
            item = whom.message(self._at.here, perform.number)
            if perform.initials:
                return lambda request: ActPerformed(request, 0, item.id, ActKind.KIOSK, perform.initials.strip())
            if self._at.here.is_kiosk and not perform.author and not self._at.here.signer.operators():
                raise refused(FaultCode.INITIALS_NEEDED)
            author = whom.author(self._at.here, perform.author)
            return lambda request: ActPerformed(request, author, item.id, act, perform.comment)

        make = await self._at.worker.ask(performed)
        return _queued(carried_out(await self._at.worker.request(make), Accepted, perform.number))

    async def _price(self, ask: object) -> Price:
        asked = unpack(AskPrice, ask)
        _refuse_long(asked.text)
        return await self._at.worker.ask(lambda: priced(self._at, self._at.showing(), asked))

    async def _list(self, ask: object) -> Listed:
        asked = unpack(ListBox, ask)
        if not 1 <= asked.limit <= LIST_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"limit: 1 to {LIST_MAX}")
        for name, number in (("since", asked.since), ("skip", asked.skip)):
            if not 0 <= number <= NUMBER_MAX:
                raise refused(FaultCode.BAD_REQUEST, f"{name}: 0 to 2^63 - 1")

        def listed() -> Listed:
            showing, store, view = self._at.showing(), self._at.store, _VIEWS[asked.box]
            items = box(store, view, self._at.here.number, asked.since, asked.limit, asked.skip)
            messages = tuple(map(showing.message, items))
            return Listed(messages, store.last_change(), count_in_box(store, view, asked.since))

        return await self._at.worker.ask(listed)

    async def _show(self, ask: object) -> ShownMessage:
        asked = unpack(Show, ask)
        return await self._at.worker.ask(lambda: self._at.showing().message(whom.message(self._at.here, asked.number)))

    async def _find(self, ask: object) -> Found:
        asked = unpack(Find, ask)

        def found() -> Found:
            showing = self._at.showing()
            return Found(tuple(map(showing.recipient, whom.found(self._at.here, asked.text)[:FIND_MAX])))

        return await self._at.worker.ask(found)


def _written(answer: CarriedOut | Refused, asked_for: str) -> Queued:
    """A message that is queued, or waits for a second person."""
    if isinstance(answer, Waits):
        return Queued(0, "", awaiting=answer.awaiting_id)
    return _queued(carried_out(answer, Accepted, asked_for))


def _queued(accepted: Accepted) -> Queued:
    return Queued(accepted.item_id, accepted.number)


def _refuse_long(text: str) -> None:
    """Refuse what no text may be, before it is encoded.

    Raises:
        Refused: more than `TEXT_BYTES_MAX`.
    """
    size = len(text.encode())
    if size > TEXT_BYTES_MAX:
        raise refused(FaultCode.TEXT_TOO_LONG, f"{size}/{TEXT_BYTES_MAX}")
