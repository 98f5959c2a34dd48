"""Times of 20 bits, ages that never shrink, and the lifetimes between them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.instants import (
    AGE_CODE_MAX,
    DAY_MS,
    EPOCH_MS,
    NO_TIME,
    TIMES,
    UNIT_MS,
    Lifetime,
    bounded_age_s,
    day_of,
    decode_age,
    encode_age,
    first_instant_ms,
    instant_ms,
    wire_time,
)
from protocol.reasons import LocalProtocolError

HALF_TURN_MS = TIMES // 2 * UNIT_MS
readings = st.integers(EPOCH_MS, EPOCH_MS + 40 * 365 * DAY_MS)


@settings(deadline=None)
@given(readings, st.integers(-HALF_TURN_MS + 2 * UNIT_MS, HALF_TURN_MS - 2 * UNIT_MS))
def test_an_instant_is_found_again_from_within_48_days(utc_ms: int, off_ms: int) -> None:
    found = instant_ms(wire_time(utc_ms), utc_ms + off_ms)
    assert found is not None
    # Eight seconds of rounding, and eight more where a reading falls on the value that means no clock.
    assert -UNIT_MS <= utc_ms - found < UNIT_MS


@settings(deadline=None)
@given(readings, st.integers(0, TIMES * UNIT_MS - 3 * UNIT_MS))
def test_an_instant_is_found_from_any_reading_within_97_days_before(utc_ms: int, passed_ms: int) -> None:
    found = first_instant_ms(wire_time(utc_ms), utc_ms - passed_ms - UNIT_MS)
    assert -UNIT_MS <= utc_ms - found < UNIT_MS


def test_the_epoch_and_the_first_turn() -> None:
    assert wire_time(EPOCH_MS) == 0
    assert wire_time(EPOCH_MS + UNIT_MS - 1) == 0
    assert wire_time(EPOCH_MS + TIMES * UNIT_MS) == 0
    assert instant_ms(0, EPOCH_MS + TIMES * UNIT_MS - 1) == EPOCH_MS + TIMES * UNIT_MS


def test_half_a_turn_away_is_past() -> None:
    now = EPOCH_MS + TIMES * UNIT_MS
    assert instant_ms(TIMES // 2, now) == now - HALF_TURN_MS


def test_no_trusted_clock_has_its_own_value() -> None:
    assert wire_time(None) == NO_TIME
    assert instant_ms(NO_TIME, EPOCH_MS) is None
    assert wire_time(EPOCH_MS + NO_TIME * UNIT_MS) == 0


@pytest.mark.parametrize("code", range(256))
def test_every_age_is_written_as_it_was_read(code: int) -> None:
    assert encode_age(decode_age(code)) == code


@settings(deadline=None)
@given(st.integers(0, decode_age(AGE_CODE_MAX)))
def test_an_age_is_rounded_up_to_the_next_value(age_s: int) -> None:
    code = encode_age(age_s)
    assert decode_age(code) >= age_s
    assert code == 0 or decode_age(code - 1) < age_s


@pytest.mark.parametrize(
    ("age_s", "code"),
    [(0, 0), (1, 1), (120, 15), (121, 16), (248, 31), (249, 32), (256, 32), (257, 33), (4_063_232, 255), (10**9, 255)],
)
def test_ages_at_the_corners(age_s: int, code: int) -> None:
    assert encode_age(age_s) == code


def test_a_negative_age_is_our_mistake() -> None:
    with pytest.raises(LocalProtocolError):
        encode_age(-1)


def test_every_lifetime_ends_below_the_oldest_age() -> None:
    hours = [lifetime.seconds / 3600 for lifetime in Lifetime]
    assert hours == [0.5, 2, 6, 12, 24, 72, 168, 720]
    assert Lifetime.THIRTY_DAYS.seconds < decode_age(AGE_CODE_MAX)


@pytest.mark.parametrize(
    ("carried_s", "since_written_s", "age_s"),
    [(100, 60, 60 + 20), (50, 60, 60), (70, 60, 70), (0, -90, 0), (3000, -90, 20)],
    ids=["carriers claim too much", "carriers slept", "within both clocks' doubt", "written ahead", "both"],
)
def test_clocks_set_a_carried_age_right(carried_s: int, since_written_s: int, age_s: int) -> None:
    now = EPOCH_MS + 10 * DAY_MS
    assert bounded_age_s(carried_s, now - since_written_s * 1000, now, 20_000) == age_s


@pytest.mark.parametrize(("written_ms", "now_ms"), [(None, EPOCH_MS), (EPOCH_MS, None), (None, None)])
def test_without_both_clocks_the_carried_age_counts(written_ms: int | None, now_ms: int | None) -> None:
    assert bounded_age_s(777, written_ms, now_ms, 0) == 777


def test_days_are_counted_from_2025() -> None:
    assert day_of(EPOCH_MS) == 0
    assert day_of(EPOCH_MS + 365 * DAY_MS - 1) == 364
    assert day_of(0) == 0
