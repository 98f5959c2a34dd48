"""A time as people type it: an hour of today, or a day and an hour."""

import time
from datetime import datetime, timedelta


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
