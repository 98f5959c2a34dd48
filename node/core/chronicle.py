"""What a station enters of itself: that it began and ended, its configuration, who came and went.

The configuration is compared with what the store says, so a rollback or a power cut loses no change.
"""

from typing import Final

from node.core.events import Started
from node.core.log_entries import REAL, LogKind
from node.core.people_records import OnDuty
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Address, Kind

CONFIGURATION: Final = "configuration"


class Chronicle:
    """Enters the station's own life in its log."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        self._looked_at: tuple[tuple[int, ...], tuple[OnDuty, ...]] | None = None
        """Whose keys were open, and who was on duty, when `_on_duty` was made of them."""
        self._on_duty = self._people()
        self._on_duty_committed = self._on_duty

    def begin_turn(self, turn: Turn) -> None:
        """Before anything else of a turn: people have come and gone."""
        if not self._here.store.has_changes():
            self._on_duty_committed = self._on_duty
        self._look_at_duty(turn)

    def end_turn(self, turn: Turn) -> None:
        """After all else of a turn: what it did to people's shifts is entered in its own commit."""
        self._look_at_duty(turn)

    def withdraw(self) -> None:
        """What was entered since the last commit is gone."""
        self._looked_at = None
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

    def _look_at_duty(self, turn: Turn) -> None:
        looked_at = (tuple(self._here.signer.operators()), tuple(self._here.store.on_duty()))
        if looked_at == self._looked_at:
            return
        self._looked_at, on_duty = looked_at, self._people()
        if on_duty == self._on_duty:
            return
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
