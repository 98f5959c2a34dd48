"""One event's handling: the reading it happened at, and the orders collected for after the commit."""

from dataclasses import dataclass, field

from node.core.effects import Effect, Level, LogLine
from node.core.moment import Moment
from protocol.instants import day_of


@dataclass(slots=True)
class Turn:
    """Handed through the machines while one event is handled."""

    at: int
    """Station time, ms."""
    now: Moment
    """With the UTC that the station vouches for, see `node.core.clocks`."""
    effects: list[Effect] = field(default_factory=list)
    is_held_aged: bool = False
    """Ages of what is held were set right in the store: what is remembered of them is old."""

    def log(self, level: Level, text: str) -> None:
        """Order a line for the journal."""
        self.effects.append(LogLine(level, text))

    @property
    def on_day(self) -> int | None:
        """Today as certificates count it, None while the clock is not trusted."""
        return None if self.now.utc_ms is None else day_of(self.now.utc_ms)
