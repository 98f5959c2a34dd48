"""How long a survey takes: so slow that each radio stays at 10 % of the time, and that a frame has come to its end,
relayed and all, before the next one begins: else they would drown each other, and the survey would measure itself.
"""

import asyncio
from typing import Final

from hardware.airtime import PRESETS, broadcast_frame_airtime_ms
from hardware.radio import RadioUp
from hardware.survey_frames import NOTHING_HEARD, HeardShare, Kind, TestFrame
from hardware.survey_station import Station, SurveyFailed

PACE: Final = 10
"""Least time between the beginnings of two frames, in airtimes: 10 %, what the law allows over an hour."""

PACE_A_HOP: Final = 7
"""The same for each hop and the first one: a relay waits up to 6 airtimes of a frame of 64 bytes."""

AIR_SHARE_S_MAX: Final = 360.0
"""A survey that needs more than an hour's allowance of sending is refused."""

HOP_AIRTIMES: Final = 8
"""What a frame may take for each hop beyond its airtime: waiting for a free channel, seen up to 7.6 s at LONG_FAST."""

SETTLE_S: Final = 0.5

SILENT_FRAMES: Final = 6
"""So many frames missing in a row, and the far radio counts as having ended."""


def interval_s(up: RadioUp, frame_bytes: int, hop_limit: int) -> float:
    """Work out the time from frame to frame."""
    return max(PACE, PACE_A_HOP * (hop_limit + 1)) * airtime_s(up, frame_bytes)


def airtime_s(up: RadioUp, frame_bytes: int) -> float:
    """Work out the airtime of one test frame, with the radio's own signature where it adds one."""
    signs = not up.firmware.startswith("2.7.")
    return broadcast_frame_airtime_ms(PRESETS[up.modem_preset], frame_bytes, signs_broadcasts=signs) / 1000


def check_duration(up: RadioUp, count: int, frame_bytes: int, hop_limit: int) -> float:
    """Return how long one radio sends, in seconds.

    Raises:
        SurveyFailed: longer than an hour's allowance lasts.
    """
    if count * airtime_s(up, frame_bytes) > AIR_SHARE_S_MAX:
        raise SurveyFailed(
            f"{count} frames of {frame_bytes} bytes take more than the hour's 10 %; take fewer or smaller"
        )
    return count * interval_s(up, frame_bytes, hop_limit)


def tail_s(up: RadioUp, frame_bytes: int, hop_limit: int) -> float:
    """Work out how long the last frame may take to the far end."""
    return SETTLE_S + (hop_limit + 1) * HOP_AIRTIMES * airtime_s(up, frame_bytes)


def silence_s(up: RadioUp, frame_bytes: int, hop_limit: int) -> float:
    """Work out after what time without a frame the sender counts as having ended."""
    return SILENT_FRAMES * interval_s(up, frame_bytes, hop_limit)


async def send_series(
    station: Station,
    session: int,
    count: int,
    frame_bytes: int,
    hop_limit: int,
    *,
    kind: Kind = Kind.PLAIN,
    share: HeardShare = NOTHING_HEARD,
) -> int:
    """Send all frames of one radio; return how many the radio took.

    Raises:
        SurveyFailed: the radio does not send.
    """
    up, taken = await station.wait_up(), 0
    for number in range(count):
        frame = TestFrame(kind, session, number, count, hop_limit, share)
        taken += await station.send(frame.encode(frame_bytes), hop_limit)
        await asyncio.sleep(interval_s(up, frame_bytes, hop_limit))
    return taken
