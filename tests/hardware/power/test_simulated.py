"""The simulated battery drains, sags, recovers and charges, and tells what its board would."""

import pytest

from hardware.power.reading import PowerFault, PowerReading
from hardware.power.simulated import Board, SimulatedBattery


def voltage_mv(battery: SimulatedBattery) -> int:
    reading = battery.read()
    assert reading.voltage_mv is not None
    return reading.voltage_mv


def test_it_drains_by_what_is_drawn() -> None:
    battery = SimulatedBattery(Board.KERNEL)
    battery.draw(600)
    battery.pass_s(3_600)
    assert battery.percent == pytest.approx(90)
    assert battery.read() == PowerReading(voltage_mv(battery), -600, 90, on_mains=False)


def test_it_sags_and_recovers() -> None:
    battery = SimulatedBattery(Board.SHUNT, percent=50)
    rested_mv = voltage_mv(battery)
    battery.draw(2_000)
    at_once_mv = voltage_mv(battery)
    battery.pass_s(300)
    settled_mv = voltage_mv(battery)
    battery.draw(0)
    relieved_mv = voltage_mv(battery)
    battery.pass_s(300)
    assert rested_mv > at_once_mv > settled_mv
    assert settled_mv < relieved_mv < voltage_mv(battery) < rested_mv


def test_it_is_charged_until_the_end_voltage_lets_no_more_in() -> None:
    battery = SimulatedBattery(Board.SHUNT, percent=90)
    battery.mains(on=True, charger_ma=1_000)
    assert battery.read().current_ma == 1_000
    battery.pass_s(2 * 3_600)
    reading = battery.read()
    assert battery.percent > 99
    assert reading.current_ma is not None
    assert 0 <= reading.current_ma < 100
    assert reading.voltage_mv == pytest.approx(8_400, abs=30)


def test_an_empty_one_leaves_the_station_dark_until_mains_is_back() -> None:
    battery = SimulatedBattery(Board.GAUGE, percent=1)
    battery.draw(600)
    battery.pass_s(3_600)
    assert battery.is_empty
    with pytest.raises(PowerFault, match="empty"):
        battery.read()
    battery.mains(on=True)
    battery.pass_s(60)
    assert battery.read().charge_percent == 0.25


def test_it_fails_as_told_and_heals() -> None:
    battery = SimulatedBattery(Board.GAUGE)
    battery.fail("no answer")
    with pytest.raises(PowerFault, match="no answer"):
        battery.read()
    battery.fail("")
    assert battery.read().charge_percent == 100


def test_each_board_tells_its_own() -> None:
    told = {}
    for board in Board:
        battery = SimulatedBattery(board, percent=78.6)
        battery.draw(610)
        reading = battery.read()
        told[board] = (reading.current_ma, reading.charge_percent, reading.on_mains)
        assert board in battery.name
    assert told == {
        Board.SHUNT: (-610, None, False),
        Board.GAUGE: (None, 78.5, None),
        Board.KERNEL: (-610, 78, False),
    }
