"""A time as people type it becomes an instant, or is seen to be none."""

import time
from datetime import datetime

import pytest

from node.words.typed_time import instant_ms


def test_an_hour_is_the_latest_that_has_come() -> None:
    for typed in ("00:00", "13:10", "23:59"):
        found_ms = instant_ms(typed)
        assert found_ms is not None
        assert 0 <= time.time() * 1000 - found_ms < 25 * 3_600_000  # 25 hours: when clocks are set back
        assert datetime.fromtimestamp(found_ms / 1000).strftime("%H:%M") == typed  # noqa: DTZ006 - local, as people type


def test_a_point_is_as_good_as_a_colon_and_a_day_may_be_named() -> None:
    assert instant_ms("13.10") == instant_ms("13:10")
    assert instant_ms("2026-03-01T13:10") == round(time.mktime((2026, 3, 1, 13, 10, 0, 0, 0, -1)) * 1000)


@pytest.mark.parametrize("typed", ["", "24:00", "nu", "13", "13:10:5x", "2026-02-30T10:00", "T", "-"])
def test_what_is_no_time_is_said_to_be_none(typed: str) -> None:
    assert instant_ms(typed) is None
