"""A time to come as people type it: so many minutes or hours, or an hour of the day."""

import re
import time
from datetime import datetime, timedelta
from typing import Final

_SPAN: Final = re.compile(r"([0-9]{1,5}) ?(m|min|t|h)?")
_MINUTES: Final = {"": 1, "m": 1, "min": 1, "t": 60, "h": 60}
"""By unit; Danish hours are "timer"."""


def minutes_until(typed: str, now_s: float | None = None) -> int | None:
    """How many minutes `30m`, `2h`, `2t`, `90` or `14:30` is from now, at least 1; None: it is no such time.

    An hour of the day that has passed is tomorrow's.
    """
    typed = typed.strip().lower()
    span = _SPAN.fullmatch(typed)
    if span is not None:
        return int(span[1]) * _MINUTES[span[2] or ""] or None
    try:
        hour = datetime.strptime(typed.replace(".", ":"), "%H:%M").astimezone()
    except ValueError:
        return None
    now = datetime.fromtimestamp(time.time() if now_s is None else now_s).astimezone()
    then = now.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    if then <= now:
        then += timedelta(days=1)
    return max(1, -(-round((then - now).total_seconds()) // 60))
