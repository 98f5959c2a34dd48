"""Times of 20 bits, ages of 8 bits and lifetimes of 3 bits (SPEC.md, section 2.4).

A time tells when something was written, by the author's clock. An age is what every carrier adds to, whether or not
anybody knows what time it is; a message expires by its age.
"""

from enum import IntEnum
from typing import Final

from protocol.reasons import LocalProtocolError

EPOCH_MS: Final = 1_735_689_600_000
"""2025-01-01T00:00:00Z."""
DAY_MS: Final = 86_400_000
UNIT_S: Final = 8
UNIT_MS: Final = UNIT_S * 1000
TIMES: Final = 1 << 20
"""A time repeats after 97 days; no message lives longer than 30."""
NO_TIME: Final = TIMES - 1
"""The author had no trusted clock."""
AGE_CODE_MAX: Final = 255
"""This age or any greater one."""


class Lifetime(IntEnum):
    """How old a message may become before it is no longer forwarded."""

    HALF_HOUR = 0
    TWO_HOURS = 1
    SIX_HOURS = 2
    TWELVE_HOURS = 3
    ONE_DAY = 4
    THREE_DAYS = 5
    ONE_WEEK = 6
    THIRTY_DAYS = 7

    @property
    def seconds(self) -> int:
        """The same in seconds of age."""
        return _LIFETIMES_S[self]


_LIFETIMES_S: Final = (1800, 7200, 21_600, 43_200, 86_400, 259_200, 604_800, 2_592_000)


def wire_time(utc_ms: int | None) -> int:
    """The 20 bits for an instant, rounded down; `NO_TIME` for None.

    A real reading that falls on `NO_TIME` is sent as 0, which is the next unit.
    """
    if utc_ms is None:
        return NO_TIME
    units = (utc_ms - EPOCH_MS) // UNIT_MS % TIMES
    return 0 if units == NO_TIME else units


def instant_ms(wire: int, near_utc_ms: int) -> int | None:
    """The instant with these 20 bits that lies nearest to a reading, or None for `NO_TIME`.

    Args:
        wire: as received.
        near_utc_ms: our trusted UTC, else the newest time that was verified. Exactly half a turn away is read as past.
    """
    if wire == NO_TIME:
        return None
    near_units = (near_utc_ms - EPOCH_MS) // UNIT_MS
    ahead = (wire - near_units) % TIMES
    if ahead >= TIMES // 2:
        ahead -= TIMES
    return EPOCH_MS + (near_units + ahead) * UNIT_MS


def first_instant_ms(wire: int, from_utc_ms: int) -> int:
    """The first instant with these 20 bits at or after a reading, for who knows only that it is later than that.

    Args:
        wire: as received, not `NO_TIME`.
        from_utc_ms: what it is at least; true for 97 days.
    """
    from_units = -(-(from_utc_ms - EPOCH_MS) // UNIT_MS)
    return EPOCH_MS + (from_units + (wire - from_units) % TIMES) * UNIT_MS


def day_of(utc_ms: int) -> int:
    """Days since 2025-01-01, as the validity of a certificate counts them; at least 0."""
    return max(0, (utc_ms - EPOCH_MS) // DAY_MS)


def decode_age(code: int) -> int:
    """Seconds of an 8-bit age `e 4 | m 4`; for 255 the least that it can mean."""
    exponent, mantissa = code >> 4, code & 15
    units = mantissa if exponent == 0 else (16 + mantissa) << (exponent - 1)
    return units * UNIT_S


def encode_age(age_s: int) -> int:
    """The smallest 8-bit age that is not younger than this; 255 beyond the scale.

    Raises:
        LocalProtocolError: the age is negative.
    """
    if age_s < 0:
        raise LocalProtocolError(f"an age of {age_s} s")
    units = -(-age_s // UNIT_S)
    if units < 16:
        return units
    shift = units.bit_length() - 5
    # Rounding up may reach the next power of two: the mantissa then carries into the exponent by itself.
    mantissa = -(-units // (1 << shift)) - 16
    return min(AGE_CODE_MAX, ((shift + 1) << 4) + mantissa)


def bounded_age_s(age_s: int, written_ms: int | None, now_utc_ms: int | None, uncertainty_ms: int) -> int:
    """The age to go by: what carriers counted, set right by the clocks when both ends have one.

    Args:
        age_s: as carried, plus what we held it ourselves.
        written_ms: the frame's `time` as an instant; None without a trusted clock at the author.
        now_utc_ms: None without a trusted clock here.
        uncertainty_ms: of both clocks together.
    """
    if written_ms is None or now_utc_ms is None:
        return age_s
    since_written_ms = max(0, now_utc_ms - written_ms)
    most_s = -(-(since_written_ms + uncertainty_ms) // 1000)
    return min(max(age_s, since_written_ms // 1000), most_s)
