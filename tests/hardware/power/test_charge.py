"""Counting what flows: from full, as long as nothing much can have flowed unseen, else not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.power.charge import ERROR_PERCENT_MAX, HOUR_MS, UNSEEN_MS, Charge, CoulombCounter, told_charge
from hardware.power.reading import PowerReading
from hardware.power.simulated import Board, SimulatedBattery

LOOK_MS = 30_000
FULL = PowerReading(voltage_mv=8_400, current_ma=0)


def counter() -> CoulombCounter:
    return CoulombCounter(capacity_mah=6_000, full_mv=8_400)


def drawing(current_ma: int) -> PowerReading:
    return PowerReading(voltage_mv=7_400, current_ma=current_ma)


def test_a_board_that_tells_its_charge_is_believed_within_its_error() -> None:
    assert told_charge(PowerReading(charge_percent=78.5, charge_step_percent=0.25)) == Charge(78.5, 0.25, 5.25)
    assert told_charge(PowerReading(voltage_mv=7_400)) is None


def test_charge_is_unknown_until_the_battery_was_full() -> None:
    counting = counter()
    assert [counting.count(at * LOOK_MS, drawing(-600)) for at in range(5)] == [None] * 5
    full = counting.count(5 * LOOK_MS, FULL)
    assert full is not None
    assert full.percent == 100


def test_an_hour_at_a_tenth_of_the_capacity_takes_ten_percent() -> None:
    counting = counter()
    counting.count(0, FULL)
    charges = [counting.count(at, drawing(-600)) for at in range(0, HOUR_MS + 1, LOOK_MS)]
    last = charges[-1]
    assert last is not None
    assert last.percent == pytest.approx(90, abs=0.1)
    assert last.error_percent == pytest.approx(15 + 0.03 * 10, abs=0.01)


@pytest.mark.parametrize(
    "reading",
    [
        PowerReading(voltage_mv=8_200, current_ma=0),  # rests, but lower
        PowerReading(voltage_mv=8_400, current_ma=1_000),  # the charger lifts it
        PowerReading(voltage_mv=8_700, current_ma=0),  # has more cells than was configured
        PowerReading(voltage_mv=None, current_ma=0),
        PowerReading(voltage_mv=8_400, current_ma=None),
    ],
)
def test_what_is_not_full_is_not_taken_for_it(reading: PowerReading) -> None:
    assert counter().count(0, reading) is None


def test_voltage_that_recovers_is_no_charge() -> None:
    """A battery at half its charge, relieved of its load, jumps up in voltage and stays unknown."""
    battery = SimulatedBattery(Board.SHUNT, percent=50, resistance_milliohm=200)
    counting = counter()
    for load_ma in (3_000, 0) * 6:
        battery.draw(load_ma)
        battery.pass_s(300)
        assert counting.count(0, battery.read()) is None


def test_a_long_gap_widens_the_error_and_a_longer_one_ends_it() -> None:
    counting = counter()
    counting.count(0, FULL)
    before = counting.count(LOOK_MS, drawing(-600))
    after = counting.count(LOOK_MS + UNSEEN_MS + 1, drawing(-600))
    assert before is not None
    assert after is not None
    assert after.error_percent - before.error_percent == pytest.approx(100 / 12, abs=0.1)
    assert counting.count(LOOK_MS + UNSEEN_MS + HOUR_MS, drawing(-600)) is None
    assert counting.count(2 * HOUR_MS, drawing(-600)) is None, "what was lost stays lost until it is full again"


def test_readings_without_a_current_are_a_gap() -> None:
    counting = counter()
    counting.count(0, FULL)
    for at in range(LOOK_MS, HOUR_MS, LOOK_MS):
        assert counting.count(at, PowerReading(voltage_mv=7_400)) is None
    assert counting.count(HOUR_MS, drawing(-600)) is None


def test_time_that_goes_back_is_another_boot() -> None:
    counting = counter()
    counting.count(HOUR_MS, FULL)
    assert counting.count(HOUR_MS - 1, drawing(-600)) is None


@given(
    st.floats(0.9, 1.1),
    st.floats(0.985, 1.015),
    st.integers(200, 3_000),
    st.lists(st.tuples(st.integers(20, 120), st.floats(0.8, 1.2)), min_size=1, max_size=150),
)
def test_the_truth_lies_within_the_error(
    health: float, gain: float, load_ma: int, looks: list[tuple[int, float]]
) -> None:
    """Whatever the battery's health and the shunt's gain, as far as the constants allow for."""
    battery = SimulatedBattery(Board.SHUNT, capacity_mah=6_000 * health)
    counting = counter()
    counting.count(0, battery.read())
    now_ms = 0
    for elapsed_s, load in looks:
        battery.draw(load_ma * load)
        battery.pass_s(elapsed_s)
        now_ms += elapsed_s * 1000
        if battery.is_empty:
            return
        seen = battery.read()
        assert seen.current_ma is not None
        charge = counting.count(now_ms, PowerReading(seen.voltage_mv, round(seen.current_ma * gain)))
        assert charge is not None
        assert 0 <= charge.percent <= 100
        assert charge.error_percent <= ERROR_PERCENT_MAX
        in_configured_percent = battery.percent * health
        assert abs(charge.percent - in_configured_percent) <= charge.error_percent
