"""A station: one event in, orders out.

`handle` only dispatches. Each machine decides one thing; all they keep is in the store, but for hints and what is
inside the radio. The caller commits the store after each event (or several) and only then carries out the effects.
"""

from collections.abc import Iterable
from dataclasses import replace

from node.core import events
from node.core.air_ledger import AirLedger
from node.core.alarms import Alarms
from node.core.answers import Answers
from node.core.beacons import Beacons
from node.core.chronicle import Chronicle
from node.core.composer import Composer
from node.core.contacts import Contacts
from node.core.deliveries import Deliveries
from node.core.drafts import Drafts
from node.core.effects import (
    Accepted,
    Announce,
    CarriedOut,
    Done,
    Effect,
    Level,
    Refused,
    Reply,
    SendFrame,
    Stir,
    Waits,
    WakeAt,
    Weighed,
)
from node.core.emergency import Emergency
from node.core.events import (
    ActPerformed,
    AirMeasured,
    AlarmSilenced,
    BearerDown,
    BearerUp,
    Composed,
    DraftDiscarded,
    DraftKept,
    DutyChanged,
    Event,
    FrameHeard,
    FrameOutcome,
    FunctionGivenUp,
    FunctionTaken,
    GroupKeyAsked,
    HandOverAccepted,
    HandOverAlone,
    HandOverOffered,
    Locked,
    LoggedIn,
    LoggedOut,
    LogHandedOut,
    MarkVouchedFor,
    NoteWritten,
    Outcome,
    Present,
    ReleaseGiven,
    ReleaseWithdrawn,
    Started,
    StatementsHandedIn,
    Stopped,
    Woke,
)
from node.core.fragments_out import FragmentSending
from node.core.functions import Functions
from node.core.group_keying import GroupKeying
from node.core.handovers import HandOvers
from node.core.intake import Intake
from node.core.inventories import Inventories
from node.core.mark_questions import MarkQuestions
from node.core.marks import Marks
from node.core.moment import Anchor, Moment, Timeline
from node.core.notary import Notary
from node.core.notices import Notices
from node.core.proofs import Proofs
from node.core.reassembly import Reassembly
from node.core.receipts import Receipts
from node.core.releases import Releases
from node.core.requests import Requests
from node.core.revoked_use import RevokedUse
from node.core.riding import Riding
from node.core.scribe import Scribe
from node.core.sending import Sending
from node.core.shifts import Shifts
from node.core.signs_of_life import SignsOfLife
from node.core.snapshot import StationSnapshot
from node.core.snapshots import Snapshots
from node.core.surroundings import Surroundings
from node.core.transmitter import Transmitter
from node.core.trust import Trust
from node.core.turn import Turn
from node.core.withdrawals import Withdrawals
from node.core.witnesses import Witnesses
from protocol.bundles import issuer_of
from protocol.decode import decode
from protocol.frames import (
    Act,
    Beacon,
    Bundle,
    Digest,
    Fragment,
    Frame,
    Inventory,
    Long,
    Message,
    Notice,
    Receipt,
    Request,
    Sheaf,
    SignedOther,
)
from protocol.notices import HighWaterMark
from protocol.reasons import Dropped
from protocol.statements import StatementFrame


class Station:
    """The decisions of one station. Not thread-safe: it lives on one thread with its store."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        self._timeline: Timeline | None = None
        self._contacts = Contacts(0)
        self._ledger = AirLedger(here.store, here.policy)
        self._transmitter = Transmitter()
        self._alarms = Alarms(here)
        self._chronicle = Chronicle(here)
        self._trust = Trust(here, self._contacts, self._alarms)
        self._revoked_use = RevokedUse(here, self._alarms)
        self._answers = Answers(here)
        self._marks = Marks(here, self._alarms)
        self._fragments = FragmentSending(here, self._contacts)
        self._reassembly = Reassembly(here, self._contacts)
        self._deliveries = Deliveries(here, self._contacts, self._marks, self._fragments)
        self._withdrawals = Withdrawals(here, self._marks, self._deliveries, self._alarms)
        self._notary = Notary(here)
        self._witnesses = Witnesses(here, self._alarms)
        self._scribe = Scribe(here, self._notary)
        self._receipts = Receipts(here, self._notary)
        self._riding = Riding(here, self._contacts, self._receipts)
        self._proofs = Proofs(here, self._deliveries, self._receipts, self._answers, self._witnesses, self._revoked_use)
        self._notices = Notices(here, self._deliveries)
        self._notices.hand_to(HighWaterMark, self._marks.told)
        self._mark_questions = MarkQuestions(here, self._contacts, self._notices)
        self._group_keying = GroupKeying(here, self._notices, self._alarms)
        self._intake = Intake(
            *(here, self._deliveries, self._receipts, self._answers, self._alarms, self._notices, self._trust),
            *(self._revoked_use, self._marks, self._reassembly),
        )
        self._functions = Functions(here, self._notices)
        self._handovers = HandOvers(here, self._functions)
        self._shifts = Shifts(here, Emergency(here, self._alarms, self._notices))
        self._drafts = Drafts(here)
        self._releases = Releases(here)
        self._composer = Composer(here, self._deliveries, self._drafts, self._releases)
        self._inventories = Inventories(here, self._contacts, self._deliveries)
        self._beacons = Beacons(here, self._contacts, self._notary, self._marks, self._riding)
        self._signs = SignsOfLife(
            *(here, self._contacts, self._beacons, self._deliveries, self._inventories),
            *(self._trust, self._marks, self._mark_questions),
        )
        self._requests = Requests(
            *(here, self._deliveries, self._receipts, self._answers, self._inventories),
            *(self._trust, self._notary, self._mark_questions, self._fragments),
        )
        self._sending = Sending(
            *(here, self._transmitter, self._ledger, self._revoked_use, self._riding),
            machines=(
                *(self._receipts, self._deliveries, self._trust, self._answers, self._inventories, self._beacons),
                *(self._notary, self._witnesses, self._mark_questions, self._reassembly, self._fragments),
            ),
        )
        self._snapshots = Snapshots(
            *(here, self._contacts, self._transmitter, self._ledger, self._shifts, self._trust, self._revoked_use),
            self._reassembly,
        )
        self._change_announced = here.store.last_change()
        self._presence_told: frozenset[tuple[int, bool]] | None = frozenset()
        self._woken_at: int | None = None

    def handle(self, event: Event, now: Moment) -> list[Effect]:
        """Decide about one event. Writes to the store but does not commit; the effects are for after the commit."""
        if self._timeline is None or self._timeline.boot_id != now.boot_id:
            self._timeline = Timeline.resumed(self._here.store.anchor(), now)
        turn = Turn(self._timeline.at(now), now)
        self._contacts.contact_ms = self._here.policy.contact_beacons * self._beacons.interval_ms(turn.at)
        self._chronicle.begin_turn(turn)
        self._trust.catch_up(turn)
        self._dispatch(event, turn)
        self._group_keying.watch(turn)
        self._marks.look(turn)
        self._withdrawals.look(turn)
        self._mark_questions.tick(turn)
        self._shifts.tick(turn)
        self._deliveries.expire(turn)
        self._reassembly.expire(turn)
        self._sending.fill(turn)
        self._chronicle.end_turn(turn)
        self._conclude(turn)
        return turn.effects

    def withdraw(self, effects: Iterable[Effect]) -> None:
        """The commit failed and the store was rolled back: none of these orders left."""
        for effect in effects:
            if isinstance(effect, SendFrame):
                self._transmitter.withdraw(effect.ticket)
            elif isinstance(effect, Stir):
                self._presence_told = None  # What was to be told is not known any more: tell at the next event.
        self._chronicle.withdraw()
        self._deliveries.forget_cache()
        self._reassembly.rolled_back()
        self._trust.rolled_back()
        self._marks.rolled_back()
        self._change_announced = self._here.store.last_change()
        self._woken_at = None

    def hand_overs(self) -> tuple[tuple[int, int], ...]:
        """Outgoing and incoming of each shift that is offered and not accepted."""
        return self._handovers.offers()

    def snapshot(self, now: Moment) -> StationSnapshot:
        """What the station can say of itself."""
        timeline = self._timeline or Timeline.resumed(self._here.store.anchor(), now)
        at = timeline.at(now)
        return self._snapshots.take(at, gap_known=timeline.gap_known)

    def _dispatch(self, event: Event, turn: Turn) -> None:
        if isinstance(event, events.Request):
            self._shifts.did(event, turn)
            turn.effects.append(Reply(event.request, self._answer(event, turn)))
            return
        match event:
            case FrameHeard():
                self._frame_heard(event, turn)
            case FrameOutcome():
                self._frame_answered(event, turn)
            case BearerUp():
                self._transmitter.is_up = True
                self._beacons.begin(turn.at)
                self._inventories.begin(turn.at)
                self._reassembly.begin_asking(turn.at)
            case BearerDown():
                self._radio_lost(event.reason, turn)
            case AirMeasured():
                self._ledger.measured(event)
            case Started():
                self._chronicle.started(event, turn)
                self._trust.begin(event.statements, turn)
                self._marks.begin(turn)
                self._shifts.started(turn)
                if self._timeline is not None and not self._timeline.gap_known:
                    turn.log(Level.WARNING, "time off is unknown: ages of what is held may be too young")
            case Stopped():
                self._chronicle.stopped(turn)
            case Woke():
                self._woken_at = None  # That timer is spent, even if it fired early.
            case DutyChanged():
                turn.effects.append(Stir())  # Receipts and beacons ask the signer when they are made.

    def _answer(self, request: events.Request, turn: Turn) -> CarriedOut | Refused:
        if isinstance(request, events.ShiftStep):
            return self._stepped(request, turn)
        match request:
            case Composed() | ActPerformed():
                return self._said(request, turn)
            case DraftKept():
                return self._drafts.keep(request, turn)
            case DraftDiscarded():
                return self._drafts.discard(request)
            case AlarmSilenced():
                return self._alarms.silence(request, turn)
            case StatementsHandedIn():
                return self._handed_in(request, turn)
            case GroupKeyAsked():
                return self._group_keying.give(request, turn)
            case MarkVouchedFor():
                return self._marks.vouched_for(request, turn)
            case NoteWritten() | LogHandedOut():
                return self._scribe.write(request, turn)

    def _handed_in(self, request: StatementsHandedIn, turn: Turn) -> Weighed | Refused:
        answer, let_go = self._trust.handed_in(request, turn)
        for frame in let_go:
            self._intake.heard_at_last(frame, turn)
        return answer

    def _stepped(self, request: events.ShiftStep, turn: Turn) -> CarriedOut | Refused:
        match request:
            case LoggedIn() | LoggedOut() | Locked() | Present():
                return self._shifts.step(request, turn)
            case ReleaseGiven() | ReleaseWithdrawn():
                return self._released(request, turn)
            case FunctionTaken() | FunctionGivenUp():
                return self._functions.step(request, turn)
            case HandOverOffered() | HandOverAccepted() | HandOverAlone():
                return self._handovers.step(request, turn)

    def _released(self, request: ReleaseGiven | ReleaseWithdrawn, turn: Turn) -> Accepted | Waits | Done | Refused:
        if isinstance(request, ReleaseWithdrawn):
            return self._releases.withdraw(request, turn)
        composed = self._releases.composed(request)
        if isinstance(composed, Refused):
            return composed
        answer = self._said(composed, turn)
        if isinstance(answer, Accepted):
            self._releases.released(request, answer, turn)
            self._trust.spoke(request.operator, composed.precedence, turn)
        return answer

    def _said(self, request: Composed | ActPerformed, turn: Turn) -> Accepted | Waits | Refused:
        """A person says or does something: whoever may not know that person hears the certificate ahead of it."""
        if isinstance(request, Composed):
            answer = self._composer.compose(request, turn)
        else:
            answer = self._composer.perform(request, turn)
        item = self._here.store.item(answer.item_id) if isinstance(answer, Accepted) else None
        if item is not None and request.author:
            self._trust.spoke(request.author, item.precedence, turn)
        return answer

    def _frame_heard(self, event: FrameHeard, turn: Turn) -> None:
        frame = decode(event.payload)
        if isinstance(frame, Bundle):
            if self._signs.heard(issuer_of(frame.main), event, turn) is not None:
                self._proofs.riders_heard(frame, turn)
            frame = frame.main
            event = replace(event, payload=frame.encode())
        self._take_in(frame, event, turn)

    def _take_in(self, frame: Frame | Dropped, event: FrameHeard, turn: Turn) -> None:
        match frame:
            case Dropped(reason):
                self._here.drops[reason] += 1
            case Message() | Long() | Notice() | SignedOther() | Fragment():
                self._message_heard(frame, turn)
            case Act():
                self._answers.heard(event.payload)
                self._intake.act_heard(frame, turn)
            case Digest() | Sheaf():
                self._digests_heard((frame,) if isinstance(frame, Digest) else frame.digests, turn)
            case Receipt():
                self._signs.heard(frame.station, event, turn)
                self._proofs.receipt_heard(frame, turn)
                self._reassembly.receipt_overheard(frame)
            case Beacon():
                self._signs.beacon_heard(frame, event, turn)
                self._proofs.answer_heard(frame, turn)
                self._witnesses.beacon_heard(frame, turn)
            case Inventory():
                if self._signs.heard(frame.station, event, turn) is not None:
                    self._inventories.heard(frame, turn.at)
            case Request():
                if self._signs.heard(frame.asker, event, turn) is not None:
                    self._requests.heard(frame, turn)
            case StatementFrame():
                self._statement_heard(event.payload, turn)

    def _message_heard(self, frame: Message | Long | Notice | SignedOther | Fragment, turn: Turn) -> None:
        if isinstance(frame, Fragment):
            self._fragments.heard(frame)
            self._intake.fragment_heard(frame, turn)
        else:
            self._intake.message_heard(frame, turn)

    def _digests_heard(self, digests: Iterable[Digest], turn: Turn) -> None:
        for digest in digests:
            self._proofs.digest_heard(digest, digest.encode(), turn)

    def _statement_heard(self, raw: bytes, turn: Turn) -> None:
        for frame in self._trust.statement_heard(raw, turn):
            self._intake.heard_at_last(frame, turn)

    def _frame_answered(self, event: FrameOutcome, turn: Turn) -> None:
        frame = self._transmitter.answered(event.ticket, event.outcome, turn.at)
        retry_at = turn.at + event.retry_after_ms if event.retry_after_ms is not None else None
        if event.outcome is Outcome.REFUSED and retry_at is not None:
            self._ledger.close_until(retry_at)
        if frame is not None and frame.item_id is not None:
            self._deliveries.answered(frame.item_id, event.outcome, turn, retry_at)

    def _radio_lost(self, reason: str, turn: Turn) -> None:
        if self._transmitter.is_up:
            turn.log(Level.WARNING, f"radio lost: {reason}")
        self._transmitter.is_up = False
        self._beacons.stop()
        self._inventories.stop()
        for frame in self._transmitter.clear():
            if frame.item_id is not None and not frame.is_accepted:
                self._deliveries.lost_in_radio(frame.item_id, turn.at)

    def _conclude(self, turn: Turn) -> None:
        """Anchor the timeline with what changed, tell clients, ask to be woken."""
        store = self._here.store
        if store.has_changes():
            self._notary.conclude(turn)
            store.set_anchor(Anchor(turn.at, turn.now))
            change = store.last_change()
            if change != self._change_announced:
                self._change_announced = change
                turn.effects.append(Announce(change))
        presence = self._contacts.presence(turn.at)
        if presence != self._presence_told:
            self._presence_told = presence
            turn.effects.append(Stir())
        wake_at = self._next_at(turn.at)
        if wake_at != self._woken_at or (wake_at is not None and wake_at <= turn.at):
            self._woken_at = wake_at
            assert self._timeline is not None, "handle sets it"
            turn.effects.append(WakeAt(self._timeline.boot_ms(wake_at) if wake_at is not None else None))

    def _next_at(self, at: int) -> int | None:
        times = [self._deliveries.next_at(at), self._contacts.next_silent_at(at), self._shifts.next_at(at)]
        if self._transmitter.is_up:
            times += [
                self._receipts.next_at(at),
                self._answers.next_at(at),
                self._trust.next_at(at),
                self._inventories.next_at(at),
                self._beacons.next_at(at),
                self._notary.next_at(at),
                self._witnesses.next_at(at),
                self._marks.next_at(at),
                self._mark_questions.next_at(at),
                self._reassembly.next_at(at),
                self._fragments.next_at(at),
                self._transmitter.next_free_at(at),
                self._ledger.reconsider_at(at) if self._sending.is_held_back else None,
            ]
        return min((time for time in times if time is not None), default=None)
