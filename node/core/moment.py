"""When something happens: one clock reading per event, and the station's own timeline that survives reboots.

Everything the core stores or compares is *station time*: milliseconds since this store was made, counted while the
station runs and, where a trusted clock tells how long, while it is off. A Raspberry Pi has no clock of its own, so time
off under an unknown clock adds nothing (but the millisecond that tells before from after) and is flagged, and of a
measured one only what is sure is added: ages err on the young side, the airtime ledger on the safe one.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """One reading of the station's clocks."""

    boot_id: str
    """Names this start of the machine; boot_ms counts within it."""
    boot_ms: int
    """CLOCK_BOOTTIME in milliseconds: only grows, suspend included."""
    utc_ms: int | None
    """UTC in milliseconds since 1970, None while the clock is not trusted."""
    utc_uncertainty_ms: int = 0
    """Half the interval that UTC is believed to lie in."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the timeline stood at the last commit; stored with it."""

    at: int
    """Station time, ms."""
    moment: Moment
    """The clock reading that belongs to it."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Maps clock readings to station time."""

    boot_id: str
    offset_ms: int
    """Station time less boot time, for this boot."""
    gap_known: bool = True
    """False when the last time off could not be measured."""

    @classmethod
    def resumed(cls, anchor: Anchor | None, now: Moment) -> "Timeline":
        """Continue from the last commit, whatever was or was not measured in between."""
        if anchor is None:
            return cls(now.boot_id, -now.boot_ms)
        if anchor.moment.boot_id == now.boot_id:
            return cls(now.boot_id, anchor.at - anchor.moment.boot_ms)
        before, after = anchor.moment, now
        if before.utc_ms is None or after.utc_ms is None:
            return cls(now.boot_id, anchor.at + 1 - now.boot_ms, gap_known=False)
        unsure_ms = before.utc_uncertainty_ms + after.utc_uncertainty_ms
        off_ms = max(0, after.utc_ms - before.utc_ms - unsure_ms)
        return cls(now.boot_id, anchor.at + off_ms - now.boot_ms)

    def at(self, now: Moment) -> int:
        """Station time of a reading of this boot, ms."""
        return self.offset_ms + now.boot_ms

    def boot_ms(self, at: int) -> int:
        """Boot time of a station time, for timers."""
        return at - self.offset_ms
