"""Times in forms are local, name their day where one is meant, and come back as they were written."""

from datetime import datetime, timedelta

import pytest

from node.forms.local_time import instant_text, read_instant

NOW_MS = int(datetime(2026, 3, 16, 14, 0).timestamp()) * 1000  # noqa: DTZ001 - local, as people write


def read_back(text: str) -> str:
    wire = read_instant(text, NOW_MS)
    assert wire is not None
    return instant_text(wire, NOW_MS)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("14:01", "2026-03-16T14:01"),
        ("18:30", "2026-03-16T18:30"),
        ("13:59", "2026-03-17T13:59"),
        ("6.05", "2026-03-17T06:05"),
        ("2026-03-15T23:59", "2026-03-15T23:59"),
        ("2026-04-20 07:03", "2026-04-20T07:03"),
    ],
)
def test_a_time_is_the_next_one_or_on_its_day(text: str, meant: str) -> None:
    assert read_back(text) == meant


def test_every_minute_of_a_day_comes_back() -> None:
    start = datetime(2026, 3, 17)  # noqa: DTZ001
    for minute in range(1440):
        text = (start + timedelta(minutes=minute)).isoformat(timespec="minutes")
        assert read_back(text) == text


@pytest.mark.parametrize(
    "text", ["", "25:00", "12:60", "now", "2026-02-30T12:00", "2027-03-16T14:00", "9999-12-31T23:59"]
)
def test_what_is_no_time_or_too_far_is_none(text: str) -> None:
    assert read_instant(text, NOW_MS) is None
