"""A time as people type it: an hour of today, or a day and an hour."""

import re
import time
from datetime import datetime, timedelta
from typing import Final

_WATCH: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?")


def instant_ms(typed: str) -> int | None:
    """Local time as UTC in ms: an hour of today, or of yesterday when it has not come yet; None: it is no time."""
    try:
        if "T" in typed or "-" in typed:
            return round(datetime.fromisoformat(typed).astimezone().timestamp() * 1000)
        hour = datetime.strptime(typed.replace(".", ":"), "%H:%M").astimezone()
    except (ValueError, OverflowError):
        return None
    now = datetime.fromtimestamp(time.time()).astimezone()
    then = now.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return round((then if then <= now else then - timedelta(days=1)).timestamp() * 1000)


def nearest_ms(typed: str, now_utc_ms: int) -> int | None:
    """The same of a watch: `14:32` or `14:32:05` nearest to a time that may be wrong by hours; None: it is no time."""
    watch = _WATCH.fullmatch(typed)
    if watch is None:
        return instant_ms(typed) if "-" in typed else None
    hour, minute, second = int(watch[1]), int(watch[2]), int(watch[3] or 0)
    now = datetime.fromtimestamp(now_utc_ms / 1000).astimezone().replace(tzinfo=None)
    try:
        today = now.replace(hour=hour, minute=minute, second=second, microsecond=0)
    except ValueError:
        return None
    days = (today + timedelta(days=day) for day in (-1, 0, 1))
    return round(min(days, key=lambda day: abs(day - now)).astimezone().timestamp() * 1000)
