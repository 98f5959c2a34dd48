"""A station: one event in, orders out.

`handle` only dispatches. Each machine decides one thing; all they keep is in the store, but for hints and what is
inside the radio. The caller commits the store after each event (or several) and only then carries out the effects.
"""

from collections.abc import Callable, Iterable, Sequence

from node.core import events
from node.core.agenda import NEVER, Agenda, Machine
from node.core.ages import Ages
from node.core.air_ledger import AirLedger
from node.core.alarms import Alarms
from node.core.answers import Answers
from node.core.attempts import Attempts
from node.core.beacons import Beacons
from node.core.carrying_out import CarryingOut
from node.core.chronicle import Chronicle
from node.core.clocks import Clocks
from node.core.composer import Composer
from node.core.consequences import Consequences
from node.core.contacts import Contacts
from node.core.courier import Courier
from node.core.deliveries import Deliveries
from node.core.dispatching import Dispatching
from node.core.drafts import Drafts
from node.core.effects import (
    Announce,
    Effect,
    Level,
    Reply,
    SendFrame,
    Stir,
    WakeAt,
)
from node.core.emergency import Emergency
from node.core.events import (
    AirMeasured,
    BearerDown,
    BearerUp,
    DutyChanged,
    Event,
    FrameHeard,
    FrameOutcome,
    NodeHeard,
    Outcome,
    Started,
    Stopped,
    TextHeard,
    Woke,
)
from node.core.fragments_out import FragmentSending
from node.core.functions import Functions
from node.core.group_keying import GroupKeying
from node.core.handheld_sending import HandheldTexts, TextPace
from node.core.handheld_tray import HandheldTray
from node.core.handhelds import Handhelds
from node.core.handovers import HandOvers
from node.core.hearing import Hearing
from node.core.intake import Intake
from node.core.inventories import Inventories
from node.core.mark_questions import MarkQuestions
from node.core.marks import Marks
from node.core.moment import Anchor, Moment
from node.core.notary import Notary
from node.core.notices import Notices
from node.core.proofs import Proofs
from node.core.radios import Radios
from node.core.reassembly import Reassembly
from node.core.receipts import Receipts
from node.core.releases import Releases
from node.core.requests import Requests
from node.core.retries import Retries
from node.core.revoked_use import RevokedUse
from node.core.riding import Riding
from node.core.routing import Routing
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
from node.core.ways import Ways
from node.core.withdrawals import Withdrawals
from node.core.witnesses import Witnesses
from protocol.notices import HighWaterMark


class Station:
    """The decisions of one station. Not thread-safe: it lives on one thread with its store.

    Args:
        here: what it is given.
        make_agenda: decides which of its machines are asked what they have to send.
    """

    def __init__(self, here: Surroundings, *, make_agenda: Callable[[Sequence[Machine]], Agenda] = Agenda) -> None:
        self._here = here
        self._contacts = Contacts(0)
        self._ledger = AirLedger(here.store, here.policy)
        self._transmitter = Transmitter()
        self._alarms = Alarms(here)
        self._clocks = Clocks(here, self._alarms)
        self._chronicle = Chronicle(here)
        self._trust = Trust(here, self._contacts, self._alarms)
        self._revoked_use = RevokedUse(here, self._alarms)
        self._answers = Answers(here)
        self._marks = Marks(here, self._alarms)
        self._fragments = FragmentSending(here, self._contacts)
        self._reassembly = Reassembly(here, self._contacts)
        routing, attempts, radios = Routing(here, self._contacts), Attempts(here.policy), Radios()
        self._ways = Ways(here, self._contacts, routing, radios)
        self._deliveries = Deliveries(here, self._contacts, routing, attempts, radios)
        retries = Retries(here, self._contacts, self._deliveries, routing, attempts)
        self._dispatching = Dispatching(
            *(here, self._contacts, self._deliveries, routing, attempts, self._ways, self._marks, self._fragments)
        )
        self._withdrawals = Withdrawals(here, self._marks, self._deliveries, self._alarms)
        self._notary = Notary(here)
        self._witnesses = Witnesses(here, self._alarms)
        scribe = Scribe(here, self._notary)
        self._receipts = Receipts(here, self._notary)
        self._riding = Riding(here, self._contacts, self._receipts)
        self._proofs = Proofs(
            *(here, self._deliveries, self._receipts, self._answers, self._witnesses, self._revoked_use, self._clocks)
        )
        self._notices = Notices(here, self._deliveries)
        self._notices.hand_to(HighWaterMark, self._marks.told)
        self._mark_questions = MarkQuestions(here, self._contacts, self._notices)
        self._group_keying = GroupKeying(here, self._notices, self._alarms)
        pace = TextPace()
        self._texts, self._tray = HandheldTexts(here, pace), HandheldTray(here, pace)
        self._consequences = Consequences(
            *(here, self._deliveries, self._receipts, self._notices, self._alarms, self._texts)
        )
        self._intake = Intake(
            *(here, self._deliveries, retries, self._receipts, self._answers, self._alarms, self._notices),
            *(self._trust, self._revoked_use, self._marks, self._reassembly, self._consequences),
            Ages(here, self._clocks, self._alarms),
        )
        functions = Functions(here, self._notices)
        self._handovers = HandOvers(here, functions)
        self._shifts = Shifts(here, Emergency(here, self._alarms, self._notices))
        drafts = Drafts(here)
        releases = Releases(here)
        composer = Composer(here, self._deliveries, drafts, releases, self._consequences)
        self._handhelds = Handhelds(here, self._texts, self._tray, composer)
        self._inventories = Inventories(here, self._contacts, retries)
        self._beacons = Beacons(here, self._contacts, self._notary, self._marks, self._riding)
        signs = SignsOfLife(
            *(here, self._contacts, radios, self._beacons, retries, self._inventories),
            *(self._trust, self._marks, self._mark_questions),
        )
        requests = Requests(
            *(here, self._deliveries, self._receipts, self._answers, self._inventories),
            *(self._trust, self._notary, self._mark_questions, self._fragments),
        )
        self._agenda = make_agenda(
            (
                *(self._receipts, self._dispatching, self._trust, self._answers, self._inventories, self._beacons),
                *(self._notary, self._witnesses, self._mark_questions, self._reassembly, self._fragments),
                *(self._texts, self._tray),
            )
        )
        self._sending = Sending(*(here, self._transmitter, self._ledger, self._revoked_use, self._riding, self._agenda))
        self._snapshots = Snapshots(
            *(here, self._contacts, self._transmitter, self._ledger, self._shifts, self._trust, self._revoked_use),
            *(self._reassembly, self._answers, self._mark_questions),
        )
        self._hearing = Hearing(
            *(here, self._answers, self._fragments, self._intake, self._inventories, self._proofs, self._reassembly),
            *(requests, signs, self._trust, self._witnesses),
        )
        courier = Courier(
            *(here, self._contacts, self._notary, self._revoked_use, self._hearing, self._deliveries, self._receipts),
            *(self._answers, self._trust),
        )
        self._carrying_out = CarryingOut(
            *(here, self._alarms, self._clocks, composer, courier, drafts, functions, self._group_keying),
            *(self._handovers, self._intake, self._marks, releases, scribe, self._shifts, self._trust),
        )
        self._change_announced = here.store.last_change()
        self._presence_told: frozenset[tuple[int, bool]] | None = frozenset()
        self._woken_at: int | None = None

    def handle(self, event: Event, now: Moment) -> list[Effect]:
        """Decide about one event. Writes to the store but does not commit; the effects are for after the commit."""
        turn = self._clocks.begin(now)
        self._take_over_ages(turn)
        self._contacts.contact_ms = self._here.policy.contact_beacons * self._beacons.interval_ms(turn.at)
        self._chronicle.begin_turn(turn)
        self._trust.catch_up(turn)
        self._dispatch(event, turn)
        self._take_over_ages(turn)
        self._group_keying.watch(turn)
        self._marks.look(turn)
        self._withdrawals.look(turn)
        self._mark_questions.tick(turn)
        self._shifts.tick(turn)
        self._deliveries.expire(turn)
        self._consequences.look(turn)
        self._reassembly.expire(turn)
        self._texts.tick(turn)
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
        self._receipts.rolled_back()
        self._reassembly.rolled_back()
        self._trust.rolled_back()
        self._marks.rolled_back()
        self._consequences.rolled_back()
        self._texts.rolled_back()
        self._change_announced = self._here.store.last_change()
        self._woken_at = None

    def hand_overs(self) -> tuple[tuple[int, int], ...]:
        """Outgoing and incoming of each shift that is offered and not accepted."""
        return self._handovers.offers()

    def snapshot(self, now: Moment) -> StationSnapshot:
        """What the station can say of itself."""
        return self._snapshots.take(self._clocks.at(now), self._clocks.snapshot(now))

    def _dispatch(self, event: Event, turn: Turn) -> None:
        if isinstance(event, events.Request):
            self._shifts.did(event, turn)
            turn.effects.append(Reply(event.request, self._carrying_out.carry_out(event, turn)))
            return
        match event:
            case FrameHeard():
                self._hearing.heard(event, turn)
            case TextHeard() | NodeHeard():
                self._handhelds.heard(event, turn)
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
                self._ledger.measured(event, turn.at)
            case Started():
                self._chronicle.started(event, turn)
                self._clocks.started(turn)
                self._trust.begin(event.statements, turn)
                self._marks.begin(turn)
                self._shifts.started(turn)
            case Stopped():
                self._chronicle.stopped(turn)
            case Woke():
                self._woken_at = None  # That timer is spent, even if it fired early.
            case DutyChanged():
                turn.effects.append(Stir())  # Receipts and beacons ask the signer when they are made.

    def _take_over_ages(self, turn: Turn) -> None:
        """What is remembered of ages is read anew when they were set right."""
        if turn.is_held_aged:
            turn.is_held_aged = False
            self._deliveries.forget_cache()
            self._reassembly.rolled_back()
            self._trust.held_aged()
            self._consequences.held_aged()

    def _frame_answered(self, event: FrameOutcome, turn: Turn) -> None:
        frame = self._transmitter.answered(event.ticket, event.outcome, turn.at)
        retry_at = turn.at + event.retry_after_ms if event.retry_after_ms is not None else None
        if event.outcome is Outcome.REFUSED and retry_at is not None:
            self._ledger.close_until(retry_at)
        if frame is not None and frame.text_id:
            self._texts.outcome(frame.text_id, event.outcome, turn, retry_at)
        elif frame is not None and frame.text_id is not None and event.outcome is Outcome.REFUSED:
            self._tray.refused()
        if frame is None or frame.item_id is None:
            return
        self._deliveries.answered(frame.item_id, event.outcome, turn, retry_at)
        if frame.station is not None and self._ways.is_lost(frame.item_id, frame.station, event.outcome, turn.at):
            self._deliveries.lost_on_the_way(frame.item_id, frame.station, frame.airtime_ms, turn.at)

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
        if self._clocks.is_anchor_old(turn.at):
            store.set_anchor(Anchor(turn.at, turn.now))
        elif store.has_changes():
            self._notary.conclude(turn)
            store.set_anchor(Anchor(turn.at, turn.now))
            change = store.last_change()
            if change != self._change_announced:
                self._change_announced = change
                turn.effects.append(Announce(change))
        presence = self._contacts.presence(turn.at)
        if presence is not self._presence_told and presence != self._presence_told:
            self._presence_told = presence
            turn.effects.append(Stir())
        wake_at = self._next_at(turn.at)
        if wake_at != self._woken_at or (wake_at is not None and wake_at <= turn.at):
            self._woken_at = wake_at
            turn.effects.append(WakeAt(self._clocks.boot_ms(wake_at) if wake_at is not None else None))

    def _next_at(self, at: int) -> int | None:
        times = [self._contacts.next_silent_at(at), self._shifts.next_at(at), self._consequences.next_at(at)]
        if self._transmitter.is_up:
            times += [
                self._agenda.next_at(at),
                self._clocks.next_at(at),
                self._marks.next_at(at),
                self._transmitter.next_free_at(at),
                self._ledger.reconsider_at(at) if self._sending.is_held_back else None,
            ]
        else:
            times.append(self._dispatching.next_at(at))
        first = min((time for time in times if time is not None), default=NEVER)
        return None if first >= NEVER else first
