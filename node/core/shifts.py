"""Shifts: who is on duty here, with the key open or locked, and whether the station is manned.

    off duty --login--> open --lock, idle, restart--> locked --login--> open        logout: off duty, from either

A locked key signs nothing. Who locked it, or let it lock, is still near and hears the alarm: the station counts as
manned for `absent_ms` after the lock, and not any more then. After a restart nobody has shown that he is there: all
who were on duty are locked, and the station is not manned until one of them logs in.
"""

from collections.abc import Sequence
from dataclasses import replace

from node.core.effects import Done, Level, Refusal, Refused, Stir
from node.core.emergency import Emergency
from node.core.events import ActPerformed, Composed, Request
from node.core.log_entries import LogKind
from node.core.people_records import OnDuty
from node.core.policy import LOCK_WARNING_MS
from node.core.revoked_use import has_no_good_key
from node.core.shift_events import DutyStep, Locked, LoggedIn, LoggedOut, Present
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import ActKind
from protocol.numbers import Address, Kind
from protocol.roster import Roster


class Shifts:
    """The people of one station."""

    def __init__(self, here: Surroundings, emergency: Emergency) -> None:
        self._here = here
        self._emergency = emergency
        self._touched_at: int | None = None
        """When somebody last did something; None before the first time."""
        self._is_warned = False
        self._agreed: tuple[Roster, tuple[int, ...], tuple[OnDuty, ...]] | None = None
        """The roster, the open keys and who was on duty when these were last seen to agree."""

    def started(self, turn: Turn) -> None:
        """No key is open after a start: who was on duty is locked."""
        for person in self._here.store.on_duty():
            if person.locked_at is None and person.operator not in self._here.signer.operators():
                self._here.store.put_on_duty(replace(person, locked_at=turn.at))
                self._enter(LogKind.LOCKED, person.operator, turn, by="restart")

    def step(self, step: DutyStep, turn: Turn) -> Done | Refused:
        """What somebody does about a shift."""
        match step:
            case LoggedIn(operator=operator):
                if operator not in self._here.signer.operators():
                    return Refused(Refusal.NOT_ON_DUTY)
                self._begin(operator, turn)
            case LoggedOut(operators=operators):
                for operator in operators:
                    self._end(operator)
            case Locked(operators=operators):
                self._lock(operators, turn, by="hand")
            case Present():
                if self._here.is_kiosk:
                    self.attended(turn.at)
        turn.effects.append(Stir())
        return Done()

    def did(self, deed: Request, turn: Turn) -> None:
        """Somebody asked for something: a person, unless a message is the station's own."""
        if isinstance(deed, ActPerformed) and deed.act is ActKind.KIOSK and self._here.is_kiosk:
            self.attended(turn.at)
        elif not isinstance(deed, Composed) or deed.author != 0:
            self.touched(turn)

    def touched(self, turn: Turn) -> None:
        """Somebody did something here: keys stay open."""
        if self._is_warned:
            self._is_warned = False
            turn.effects.append(Stir())
        self._touched_at = turn.at

    def attended(self, at: int) -> None:
        """Somebody without a key, at a kiosk, did something here."""
        self._here.attended_until = max(self._here.attended_until, at + self._here.policy.absent_ms)

    def tick(self, turn: Turn) -> None:
        """End shifts whose keys a newer roster took away; warn, and lock, when nobody has done anything for long."""
        self._go_by_keys(turn)
        lock_at = self._lock_at()
        if lock_at is None:
            return
        if turn.at >= lock_at:
            idle = [person.operator for person in self._here.store.on_duty() if person.locked_at is None]
            self._lock(idle, turn, by="idle")
            turn.log(Level.INFO, f"keys of {len(idle)} operators locked: nobody did anything for long")
            self._is_warned = False
            turn.effects.append(Stir())
        elif turn.at >= lock_at - LOCK_WARNING_MS and not self._is_warned:
            self._is_warned = True
            turn.effects.append(Stir())

    def _go_by_keys(self, turn: Turn) -> None:
        """End the shift of whoever has no key any more, begin that of an emergency key; once, while all stands."""
        here = self._here
        open_keys, people = tuple(here.signer.operators()), tuple(here.store.on_duty())
        before = self._agreed
        if before is not None and before[0] is here.roster and before[1:] == (open_keys, people):
            return
        for person in people:
            is_gone = person.locked_at is None and person.operator not in here.signer.operators()
            if is_gone or has_no_good_key(here, Address(Kind.OPERATOR, person.operator)):
                self._end(person.operator)
                turn.effects.append(Stir())
        known = {person.operator for person in here.store.on_duty()}
        for operator in here.signer.operators():
            if operator not in known and self._emergency.is_key_of(operator):
                self._begin(operator, turn)  # Its opening was not stored then: no full disk keeps it from being told.
        # Remembered only when nothing was to be done: what was done may be rolled back, and is to be done again then.
        if (tuple(here.signer.operators()), tuple(here.store.on_duty())) == (open_keys, people):
            self._agreed = (here.roster, open_keys, people)

    def locks_in_ms(self, at: int) -> int | None:
        """How long until keys lock by themselves; None while that is not near."""
        lock_at = self._lock_at()
        return None if lock_at is None or at < lock_at - LOCK_WARNING_MS else max(0, lock_at - at)

    def next_at(self, at: int) -> int | None:
        """When to look again if nothing happens before."""
        lock_at = self._lock_at()
        times = [] if lock_at is None else [lock_at - LOCK_WARNING_MS, lock_at]
        return min((time for time in times if time > at), default=None)

    def _lock_at(self) -> int | None:
        idle_ms = self._here.policy.lock_idle_ms
        if not idle_ms or not self._here.signer.operators():
            return None
        opened = [person.since_at for person in self._here.store.on_duty() if person.locked_at is None]
        if not opened:
            return None
        return (max(opened) if self._touched_at is None else self._touched_at) + idle_ms

    def _begin(self, operator: int, turn: Turn) -> None:
        known = next((one for one in self._here.store.on_duty() if one.operator == operator), None)
        begun = known or OnDuty(operator, turn.at, turn.now.utc_ms, None)
        if begun.locked_at is not None:
            self._enter(LogKind.UNLOCKED, operator, turn)
        self._here.store.put_on_duty(replace(begun, locked_at=None))
        if known is None and self._emergency.is_key_of(operator):
            self._emergency.opened(operator, turn)

    def _end(self, operator: int) -> None:
        self._here.signer.lock(operator)
        self._here.store.delete_on_duty(operator)
        if not self._here.store.on_duty():
            self._here.attended_until = 0  # Nobody is left who could be near.

    def _lock(self, operators: Sequence[int], turn: Turn, *, by: str) -> None:
        for person in self._here.store.on_duty():
            if person.operator in operators and person.locked_at is None:
                self._here.signer.lock(person.operator)
                self._here.store.put_on_duty(replace(person, locked_at=turn.at))
                self.attended(turn.at)
                self._enter(LogKind.LOCKED, person.operator, turn, by=by)

    def _enter(self, kind: LogKind, operator: int, turn: Turn, **details: str) -> None:
        self._here.logbook.enter(kind, turn, who=Address(Kind.OPERATOR, operator), details=details)
