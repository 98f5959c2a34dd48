"""Time, lifetime and age (section 2.4)."""

import math

EPOCH_UNIX_S = 1_735_689_600
"""2025-01-01T00:00:00Z."""
UNIT_S = 8
CIRCLE = 1 << 20
NO_CLOCK = CIRCLE - 1
AGE_OR_MORE = 255
LIFETIMES_S = (1800, 7200, 21600, 43200, 86400, 259200, 604800, 2592000)


def age_s(code: int) -> int:
    """How old a frame is at least by its age byte."""
    exponent, mantissa = code >> 4, code & 15
    units = mantissa if exponent == 0 else (16 + mantissa) << (exponent - 1)
    return UNIT_S * units


def age_code(seconds: float) -> int:
    """The smallest age byte that is not younger: a carrier rounds up."""
    return next((code for code in range(AGE_OR_MORE) if age_s(code) >= seconds), AGE_OR_MORE)


def instant_unix_s(time: int, near_unix_s: float) -> float | None:
    """The instant nearest to `near_unix_s` that a time field may mean; None from an author without a trusted clock."""
    if time == NO_CLOCK:
        return None
    circle_s = CIRCLE * UNIT_S
    first_s = EPOCH_UNIX_S + time * UNIT_S
    # Exactly half a circle away either way, the past one is meant.
    return first_s + circle_s * math.ceil((near_unix_s - first_s) / circle_s - 0.5)


def time_code(unix_s: float) -> int:
    """The time field of a trusted clock's reading."""
    code = int((unix_s - EPOCH_UNIX_S) // UNIT_S) % CIRCLE
    return 0 if code == NO_CLOCK else code
