"""What a station enters of itself: that it began and ended, its clock, its configuration, who came and went.

Clock and configuration are compared with what the store says, so a rollback or a power cut loses no step.
"""

from typing import Final

from node.core.events import Started
from node.core.log_entries import REAL, LogKind
from node.core.moment import Moment
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Address, Kind

CLOCK_STEP_MS: Final = 5_000
"""Less is drift between two commits: 50 millionths of a day, what a Pi's crystal may be off."""
CONFIGURATION: Final = "configuration"


class Chronicle:
    """Enters the station's own life in its log."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        self._on_duty = self._people()
        self._on_duty_committed = self._on_duty

    def begin_turn(self, turn: Turn) -> None:
        """Before anything else of a turn: the clock may have been set, and people have come and gone."""
        if not self._here.store.has_changes():
            self._on_duty_committed = self._on_duty
        self._look_at_clock(turn)
        self._look_at_duty(turn)

    def end_turn(self, turn: Turn) -> None:
        """After all else of a turn: what it did to people's shifts is entered in its own commit."""
        self._look_at_duty(turn)

    def withdraw(self) -> None:
        """What was entered since the last commit is gone."""
        self._on_duty = self._on_duty_committed

    def started(self, event: Started, turn: Turn) -> None:
        """The process came up."""
        before = self._here.store.last_log_entry(REAL, LogKind.STARTED)
        details = {"version": event.version, CONFIGURATION: event.configuration}
        self._here.logbook.enter(LogKind.STARTED, turn, details={name: text for name, text in details.items() if text})
        if before is not None and before.detail(CONFIGURATION) != event.configuration:
            changed = {"before": before.detail(CONFIGURATION), "now": event.configuration}
            self._here.logbook.enter(LogKind.CONFIGURED, turn, details=changed)

    def stopped(self, turn: Turn) -> None:
        """The process was told to end."""
        self._here.logbook.enter(LogKind.STOPPED, turn)

    def _look_at_clock(self, turn: Turn) -> None:
        anchor = self._here.store.anchor()
        if anchor is None or anchor.moment.boot_id != turn.now.boot_id:
            return
        before = anchor.moment
        if is_clock_changed(before, turn.now):
            told = "" if before.utc_ms is None else str(before.utc_ms + turn.now.boot_ms - before.boot_ms)
            self._here.logbook.enter(LogKind.CLOCK, turn, details={"would_be_ms": told})

    def _look_at_duty(self, turn: Turn) -> None:
        on_duty = self._people()
        for kind, people in (
            (LogKind.LOGGED_OUT, self._on_duty - on_duty),
            (LogKind.LOGGED_IN, on_duty - self._on_duty),
        ):
            for operator in sorted(people):
                self._here.logbook.enter(kind, turn, who=Address(Kind.OPERATOR, operator))
        self._on_duty = on_duty

    def _people(self) -> frozenset[int]:
        """Who is on duty, with the key open or locked."""
        return frozenset((*self._here.signer.operators(), *(one.operator for one in self._here.store.on_duty())))


def is_clock_changed(before: Moment, now: Moment) -> bool:
    """Whether the clock gained or lost trust, or says something else than the time that went by; of one boot."""
    if before.utc_ms is None or now.utc_ms is None:
        return (before.utc_ms is None) != (now.utc_ms is None)
    passed_ms = now.boot_ms - before.boot_ms
    return abs(now.utc_ms - before.utc_ms - passed_ms) >= CLOCK_STEP_MS
