"""Station time through reboots: it never goes back, counts what is sure, and flags what nobody measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.moment import Anchor, Moment, Timeline

UTC_MS = 1_790_000_000_000
HOUR_MS = 3_600_000
ANCHOR = Anchor(5_000, Moment("one", 7_000, UTC_MS, 10))


def test_a_new_store_begins_at_0() -> None:
    now = Moment("one", 90_000, None)
    assert Timeline.resumed(None, now).at(now) == 0


def test_a_process_that_starts_again_goes_on_by_boot_time() -> None:
    now = Moment("one", 17_000, UTC_MS - HOUR_MS)  # The clock was set back meanwhile.
    assert Timeline.resumed(ANCHOR, now).at(now) == 15_000


def test_measured_time_off_counts_as_far_as_it_is_sure() -> None:
    now = Moment("two", 300, UTC_MS + HOUR_MS, 2_000)
    timeline = Timeline.resumed(ANCHOR, now)
    assert (timeline.at(now), timeline.gap_known) == (5_000 + HOUR_MS - 2_010, True)


@pytest.mark.parametrize("utc_ms", [UTC_MS, UTC_MS - HOUR_MS, UTC_MS + 5])
def test_a_clock_that_went_back_takes_no_time_away(utc_ms: int) -> None:
    now = Moment("two", 300, utc_ms, 10)
    assert Timeline.resumed(ANCHOR, now).at(now) == 5_000


@pytest.mark.parametrize(("before_ms", "after_ms"), [(None, UTC_MS), (UTC_MS, None), (None, None)])
def test_unmeasured_time_off_adds_nothing_and_is_flagged(before_ms: int | None, after_ms: int | None) -> None:
    now = Moment("two", 300, after_ms)
    timeline = Timeline.resumed(Anchor(5_000, Moment("one", 7_000, before_ms)), now)
    assert (timeline.at(now), timeline.gap_known) == (5_001, False)


@given(
    at=st.integers(0, 10**12),
    before=st.builds(Moment, st.just("one"), st.integers(0, 10**10), st.none() | st.integers(0, 10**13)),
    now=st.builds(
        Moment, st.sampled_from(["one", "two"]), st.integers(10**10, 10**11), st.none() | st.integers(0, 10**13)
    ),
)
def test_station_time_never_goes_back(at: int, before: Moment, now: Moment) -> None:
    timeline = Timeline.resumed(Anchor(at, before), now)
    assert timeline.at(now) >= at
    assert timeline.boot_ms(timeline.at(now)) == now.boot_ms
