"""Times in forms as people write and read them: local, and with the day where one is meant."""

import re
import time
from datetime import datetime, timedelta
from typing import Final

from protocol.instants import UNIT_MS, instant_ms, wire_time

DAYS_MAX: Final = 45
"""A time on the air repeats after 97 days: nobody may take a date for another."""
_CLOCK: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_WITH_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})")


def read_instant(text: str, now_utc_ms: int) -> int | None:
    """The 20 bits of `14:30`, the next one, or of `2026-03-16T18:00`; None for anything else or a far day."""
    now = datetime.fromtimestamp(now_utc_ms / 1000).astimezone()
    clock, with_day = _CLOCK.fullmatch(text), _WITH_DAY.fullmatch(text)
    try:
        if clock is not None:
            then = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0, tzinfo=None)
            then += timedelta(days=int(then < now.replace(tzinfo=None)))
        elif with_day is not None:
            then = datetime.fromisoformat(f"{with_day[1]}T{with_day[2]}")
        else:
            return None
        utc_ms = int(then.astimezone().timestamp()) * 1000
    except (ValueError, OverflowError):
        return None
    return wire_time(utc_ms) if abs(utc_ms - now_utc_ms) < DAYS_MAX * 86_400_000 else None


def instant_text(wire: int, near_utc_ms: int) -> str:
    """The same as it is written, `2026-03-16T18:00`."""
    return time.strftime("%Y-%m-%dT%H:%M", time.localtime(instant_s(wire, near_utc_ms)))


def instant_s(wire: int, near_utc_ms: int) -> int:
    """The whole minute that was meant, seconds of UTC: a unit of eight seconds begins before it."""
    begins_ms = instant_ms(wire, near_utc_ms)
    assert begins_ms is not None, "a form never holds no time"
    return (begins_ms + UNIT_MS - 1000) // 60_000 * 60
