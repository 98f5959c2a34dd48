"""How long the battery lasts: within the range that is told or not told at all, whatever the readings are."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.power.charge import HOUR_MS, Charge, CoulombCounter
from hardware.power.estimate import Estimate, Estimator
from hardware.power.reading import PowerReading
from hardware.power.simulated import Board, SimulatedBattery
from hardware.power.trend import SILENCE_MS, STRETCH_MS_MIN, Trend

LOOK_S = 30

FIGURES = st.builds(
    PowerReading,
    voltage_mv=st.none() | st.integers(2_000, 60_000),
    current_ma=st.none() | st.integers(-15_000, 15_000),
    charge_percent=st.none() | st.floats(0, 100),
    charge_step_percent=st.sampled_from([0.1, 0.25, 1.0]),
    on_mains=st.none() | st.booleans(),
)


class Watched:
    """A battery, looked at every half minute."""

    def __init__(self, battery: SimulatedBattery, estimator: Estimator) -> None:
        self.battery = battery
        self.estimator = estimator
        self.now_ms = 1_000_000

    def pass_s(self, elapsed_s: int) -> Estimate:
        for _ in range(elapsed_s // LOOK_S):
            self.battery.pass_s(LOOK_S)
            self.now_ms += LOOK_S * 1000
            estimate = self.estimator.note(self.now_ms, self.battery.read())
        return estimate


def watched(board: Board, *, load_ma: float, percent: float = 100) -> Watched:
    battery = SimulatedBattery(board, percent=percent)
    estimator = Estimator(CoulombCounter(6_000, 8_400) if board is Board.SHUNT else None)
    battery.mains(on=True)
    watching = Watched(battery, estimator)
    watching.pass_s(60)
    battery.mains(on=False)
    battery.draw(load_ma)
    return watching


@pytest.mark.parametrize("board", Board)
def test_the_range_holds_the_truth_from_full_to_empty(board: Board) -> None:
    watching = watched(board, load_ma=610)
    told = 0
    while watching.battery.percent > 1:
        left = watching.pass_s(300).left
        if left is not None:
            told += 1
            truth_s = watching.battery.percent / 100 * 6_000 / 610 * 3600
            assert left.least_s <= truth_s <= left.most_s
    assert told > 80, "of some 118 looks"


@pytest.mark.parametrize(("board", "after_s"), [(Board.SHUNT, 900), (Board.GAUGE, 900), (Board.KERNEL, 2_400)])
def test_the_range_comes_soon_and_is_of_use(board: Board, after_s: int) -> None:
    """At 0.61 A from 6 Ah."""
    watching = watched(board, load_ma=610)
    watching.pass_s(7_200)
    watching.battery.mains(on=True)
    watching.pass_s(60)
    watching.battery.mains(on=False)
    left = watching.pass_s(after_s).left
    assert left is not None
    assert left.most_s < 4 * left.least_s


def test_too_short_a_stretch_tells_nothing() -> None:
    watching = watched(Board.SHUNT, load_ma=3_000, percent=100)
    watching.pass_s(1_200)
    watching.battery.mains(on=True)
    watching.pass_s(60)
    watching.battery.mains(on=False)
    for _ in range(STRETCH_MS_MIN // 1000 // LOOK_S):
        assert watching.pass_s(LOOK_S).left is None
    assert watching.pass_s(120).left is not None


@pytest.mark.parametrize("board", Board)
def test_nothing_is_told_of_the_time_while_it_is_charged(board: Board) -> None:
    watching = watched(board, load_ma=610)
    assert watching.pass_s(7_200).left is not None
    watching.battery.mains(on=True, charger_ma=600)
    if board is Board.GAUGE:
        watching.pass_s(600)  # It does not know of mains: the charge has to stand still first.
    for _ in range(60):
        assert watching.pass_s(LOOK_S).left is None


def test_a_load_that_changes_is_followed() -> None:
    watching = watched(Board.GAUGE, load_ma=300)
    slow = watching.pass_s(7_200).left
    watching.battery.draw(1_200)
    quick = watching.pass_s(1_800).left
    assert slow is not None
    assert quick is not None
    assert quick.most_s < slow.least_s


def test_a_gauge_that_corrects_itself_is_not_a_drain() -> None:
    watching = watched(Board.GAUGE, load_ma=610)
    watching.pass_s(7_200)
    watching.battery.percent -= 15
    for _ in range(STRETCH_MS_MIN // 1000 // LOOK_S):
        assert watching.pass_s(LOOK_S).left is None
    left = watching.pass_s(1_200).left
    assert left is not None
    assert left.least_s <= watching.battery.percent / 100 * 6_000 / 610 * 3600 <= left.most_s


def test_a_silence_begins_anew() -> None:
    watching = watched(Board.KERNEL, load_ma=610)
    assert watching.pass_s(7_200).left is not None
    watching.battery.pass_s(2 * SILENCE_MS / 1000)
    watching.now_ms += 2 * SILENCE_MS
    assert watching.pass_s(LOOK_S).left is None
    assert watching.pass_s(2_700).left is not None


def test_another_boot_begins_anew() -> None:
    watching = watched(Board.KERNEL, load_ma=610)
    assert watching.pass_s(7_200).left is not None
    watching.now_ms = 0
    assert watching.pass_s(LOOK_S).left is None


def test_voltage_alone_tells_neither_charge_nor_time() -> None:
    watching = Watched(SimulatedBattery(Board.SHUNT), Estimator())
    watching.battery.draw(610)
    for _ in range(200):
        assert watching.pass_s(LOOK_S) == Estimate(None, None)


def test_a_charge_that_stands_still_tells_no_time() -> None:
    estimator = Estimator()
    reading = PowerReading(charge_percent=50, on_mains=False)
    assert {estimator.note(at * 30_000, reading).left for at in range(2_000)} == {None}


@given(st.lists(st.tuples(st.integers(-10_000_000, 10_000_000), FIGURES), max_size=60), st.booleans())
def test_no_readings_and_no_clock_make_it_say_what_cannot_be(
    readings: list[tuple[int, PowerReading]], counts: bool
) -> None:
    estimator = Estimator(CoulombCounter(6_000, 8_400) if counts else None)
    now_ms = 0
    for elapsed_ms, reading in readings:
        now_ms += elapsed_ms
        estimate = estimator.note(now_ms, reading)
        assert estimate.charge_percent is None or 0 <= estimate.charge_percent <= 100
        if estimate.left is not None:
            assert 0 <= estimate.left.least_s <= estimate.left.most_s
            assert estimate.charge_percent is not None
            assert reading.on_mains is not True
            assert reading.current_ma is None or reading.current_ma < 0


@given(
    rate_percent_h=st.floats(0.3, 90),
    step_percent=st.sampled_from([0.1, 0.25, 1.0]),
    error_percent=st.floats(-5, 5),
    start_percent=st.floats(20, 95),
    looks=st.lists(st.tuples(st.integers(20_000, 120_000), st.floats(0.92, 1.08)), min_size=5, max_size=250),
)
def test_a_drain_as_steady_as_is_allowed_for_stays_within_the_range(
    rate_percent_h: float,
    step_percent: float,
    error_percent: float,
    start_percent: float,
    looks: list[tuple[int, float]],
) -> None:
    """Told in steps, off by a constant, read at irregular times: no more certainty than the figures have."""
    estimator = Estimator()
    now_ms, truth = 5_000_000, start_percent
    for elapsed_ms, load in looks:
        now_ms += elapsed_ms
        truth -= rate_percent_h * load * elapsed_ms / HOUR_MS
        if truth <= 0:
            return
        told = min(100.0, max(0.0, (truth + error_percent) // step_percent * step_percent))
        left = estimator.note(now_ms, PowerReading(charge_percent=told, charge_step_percent=step_percent)).left
        if left is not None:
            truth_s = truth / rate_percent_h * 3600
            assert left.least_s <= truth_s <= left.most_s


@given(st.lists(FIGURES, min_size=1, max_size=40), st.integers(0, 10**12))
def test_only_time_that_passes_counts_and_not_what_the_clock_says(readings: list[PowerReading], shift_ms: int) -> None:
    here, there = Estimator(), Estimator()
    for at, reading in enumerate(readings):
        now_ms = at * 90_000
        assert here.note(now_ms, reading) == there.note(now_ms + shift_ms, reading)


def falling(from_percent: float, by_percent: float, looks: int, step_percent: float = 0.1) -> list[PowerReading]:
    """As many readings from which it falls evenly, without mains."""
    return [
        PowerReading(charge_percent=from_percent - by_percent * at, charge_step_percent=step_percent, on_mains=False)
        for at in range(looks)
    ]


def noted(estimator: Estimator, readings: list[PowerReading]) -> Estimate:
    """The estimate after one reading a minute."""
    for at, reading in enumerate(readings):
        estimate = estimator.note(at * 60_000, reading)
    return estimate


@pytest.mark.parametrize(
    "fed", [PowerReading(on_mains=True), PowerReading(current_ma=0), PowerReading(current_ma=200, on_mains=False)]
)
def test_what_feeds_the_station_ends_the_time_at_once(fed: PowerReading) -> None:
    estimator, readings = Estimator(), falling(90, 0.1, 120)
    assert noted(estimator, readings).left is not None
    assert estimator.note(120 * 60_000, replace(fed, charge_percent=78.0)) == Estimate(78, None)


def test_an_almost_empty_battery_may_last_no_time_at_all() -> None:
    left = noted(Estimator(), falling(13, 0.1, 100)).left
    assert left is not None
    assert left.least_s == 0
    assert left.most_s > 0


def test_two_steps_down_are_no_trend_and_four_are() -> None:
    """One percent that is told may be nothing or two: no more than a factor of three is told as a range."""
    assert noted(Estimator(), falling(50, 2 / 60, 61, step_percent=1)).left is None
    assert noted(Estimator(), falling(50, 4 / 60, 61, step_percent=1)).left is not None


@given(st.lists(st.floats(0.92, 1.08), min_size=10, max_size=120), st.floats(3, 60))
def test_the_drain_is_no_narrower_than_the_load_is_steady(loads: list[float], rate_percent_h: float) -> None:
    trend, percent = Trend(), 100.0
    for at, load in enumerate(loads):
        drain = trend.note(at * 60_000, Charge(percent, 0.0, 0.0))
        if drain is not None:
            assert drain.least <= rate_percent_h <= drain.most
        percent -= rate_percent_h * load / 60
