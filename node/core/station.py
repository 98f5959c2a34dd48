"""A station: one event in, orders out.

`handle` only dispatches. Each machine decides one thing; all they keep is in the store, but for hints and what is
inside the radio. The caller commits the store after each event (or several) and only then carries out the effects.
"""

from collections.abc import Callable, Iterable, Sequence

from node.core import events
from node.core.agenda import NEVER, Agenda, Machine
from node.core.effects import (
    Announce,
    Effect,
    Level,
    Reply,
    SendFrame,
    Stir,
    WakeAt,
)
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
from node.core.machines import Machines
from node.core.moment import Anchor, Moment
from node.core.snapshot import StationSnapshot
from node.core.surroundings import Surroundings
from node.core.turn import Turn


class Station:
    """The decisions of one station. Not thread-safe: it lives on one thread with its store.

    Args:
        here: what it is given.
        make_agenda: decides which of its machines are asked what they have to send.
    """

    def __init__(self, here: Surroundings, *, make_agenda: Callable[[Sequence[Machine]], Agenda] = Agenda) -> None:
        self._here = here
        self._machines = Machines(here, make_agenda)
        self._change_announced = here.store.last_change()
        self._presence_told: frozenset[tuple[int, bool]] | None = frozenset()
        self._woken_at: int | None = None

    def handle(self, event: Event, now: Moment) -> list[Effect]:
        """Decide about one event. Writes to the store but does not commit; the effects are for after the commit."""
        machines = self._machines
        turn = machines.clocks.begin(now)
        self._take_over_ages(turn)
        machines.contacts.contact_ms = self._here.policy.contact_beacons * machines.beacons.interval_ms(turn.at)
        machines.chronicle.begin_turn(turn)
        machines.trust.catch_up(turn)
        self._dispatch(event, turn)
        self._take_over_ages(turn)
        machines.group_keying.watch(turn)
        machines.marks.look(turn)
        machines.withdrawals.look(turn)
        machines.mark_questions.tick(turn)
        machines.shifts.tick(turn)
        machines.deliveries.expire(turn)
        machines.consequences.look(turn)
        machines.reassembly.expire(turn)
        machines.texts.tick(turn)
        machines.sending.fill(turn)
        machines.chronicle.end_turn(turn)
        self._conclude(turn)
        return turn.effects

    def withdraw(self, effects: Iterable[Effect]) -> None:
        """The commit failed and the store was rolled back: none of these orders left."""
        machines = self._machines
        for effect in effects:
            if isinstance(effect, SendFrame):
                machines.transmitter.withdraw(effect.ticket)
            elif isinstance(effect, Stir):
                self._presence_told = None  # What was to be told is not known any more: tell at the next event.
        machines.chronicle.withdraw()
        machines.deliveries.forget_cache()
        machines.receipts.rolled_back()
        machines.reassembly.rolled_back()
        machines.trust.rolled_back()
        machines.marks.rolled_back()
        machines.consequences.rolled_back()
        machines.texts.rolled_back()
        self._change_announced = self._here.store.last_change()
        self._woken_at = None

    def hand_overs(self) -> tuple[tuple[int, int], ...]:
        """Outgoing and incoming of each shift that is offered and not accepted."""
        return self._machines.handovers.offers()

    def snapshot(self, now: Moment) -> StationSnapshot:
        """What the station can say of itself."""
        return self._machines.snapshots.take(self._machines.clocks.at(now), self._machines.clocks.snapshot(now))

    def _dispatch(self, event: Event, turn: Turn) -> None:
        machines = self._machines
        if isinstance(event, events.Request):
            machines.shifts.did(event, turn)
            turn.effects.append(Reply(event.request, machines.carrying_out.carry_out(event, turn)))
            return
        match event:
            case FrameHeard():
                machines.hearing.heard(event, turn)
            case TextHeard() | NodeHeard():
                machines.handhelds.heard(event, turn)
            case FrameOutcome():
                self._frame_answered(event, turn)
            case BearerUp():
                machines.transmitter.is_up = True
                machines.beacons.begin(turn.at)
                machines.inventories.begin(turn.at)
                machines.reassembly.begin_asking(turn.at)
            case BearerDown():
                self._radio_lost(event.reason, turn)
            case AirMeasured():
                machines.ledger.measured(event, turn.at)
            case Started():
                machines.chronicle.started(event, turn)
                machines.clocks.started(turn)
                machines.trust.begin(event.statements, turn)
                machines.marks.begin(turn)
                machines.shifts.started(turn)
            case Stopped():
                machines.chronicle.stopped(turn)
            case Woke():
                self._woken_at = None  # That timer is spent, even if it fired early.
            case DutyChanged():
                turn.effects.append(Stir())  # Receipts and beacons ask the signer when they are made.

    def _take_over_ages(self, turn: Turn) -> None:
        """What is remembered of ages is read anew when they were set right."""
        machines = self._machines
        if turn.is_held_aged:
            turn.is_held_aged = False
            machines.deliveries.forget_cache()
            machines.reassembly.rolled_back()
            machines.trust.held_aged()
            machines.consequences.held_aged()

    def _frame_answered(self, event: FrameOutcome, turn: Turn) -> None:
        machines = self._machines
        frame = machines.transmitter.answered(event.ticket, event.outcome, turn.at)
        retry_at = turn.at + event.retry_after_ms if event.retry_after_ms is not None else None
        if event.outcome is Outcome.REFUSED and retry_at is not None:
            machines.ledger.close_until(retry_at)
        if frame is not None and frame.text_id:
            machines.texts.outcome(frame.text_id, event.outcome, turn, retry_at)
        elif frame is not None and frame.text_id is not None and event.outcome is Outcome.REFUSED:
            machines.tray.refused()
        if frame is None or frame.item_id is None:
            return
        machines.deliveries.answered(frame.item_id, event.outcome, turn, retry_at)
        if frame.station is not None and machines.ways.is_lost(frame.item_id, frame.station, event.outcome, turn.at):
            machines.deliveries.lost_on_the_way(frame.item_id, frame.station, frame.airtime_ms, turn.at)

    def _radio_lost(self, reason: str, turn: Turn) -> None:
        machines = self._machines
        if machines.transmitter.is_up:
            turn.log(Level.WARNING, f"radio lost: {reason}")
        machines.transmitter.is_up = False
        machines.beacons.stop()
        machines.inventories.stop()
        for frame in machines.transmitter.clear():
            if frame.item_id is not None and not frame.is_accepted:
                machines.deliveries.lost_in_radio(frame.item_id, turn.at)

    def _conclude(self, turn: Turn) -> None:
        """Anchor the timeline with what changed, tell clients, ask to be woken."""
        machines = self._machines
        store = self._here.store
        if machines.clocks.is_anchor_old(turn.at):
            store.set_anchor(Anchor(turn.at, turn.now))
        elif store.has_changes():
            machines.notary.conclude(turn)
            store.set_anchor(Anchor(turn.at, turn.now))
            change = store.last_change()
            if change != self._change_announced:
                self._change_announced = change
                turn.effects.append(Announce(change))
        presence = machines.contacts.presence(turn.at)
        if presence is not self._presence_told and presence != self._presence_told:
            self._presence_told = presence
            turn.effects.append(Stir())
        wake_at = self._next_at(turn.at)
        if wake_at != self._woken_at or (wake_at is not None and wake_at <= turn.at):
            self._woken_at = wake_at
            turn.effects.append(WakeAt(machines.clocks.boot_ms(wake_at) if wake_at is not None else None))

    def _next_at(self, at: int) -> int | None:
        machines = self._machines
        times = [
            machines.contacts.next_silent_at(at),
            machines.shifts.next_at(at),
            machines.consequences.next_at(at),
        ]
        if machines.transmitter.is_up:
            times += [
                machines.agenda.next_at(at),
                machines.clocks.next_at(at),
                machines.marks.next_at(at),
                machines.transmitter.next_free_at(at),
                machines.ledger.reconsider_at(at) if machines.sending.is_held_back else None,
            ]
        else:
            times.append(machines.dispatching.next_at(at))
        first = min((time for time in times if time is not None), default=NEVER)
        return None if first >= NEVER else first
