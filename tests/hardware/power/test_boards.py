"""Boards on I2C say what their registers hold; what cannot be is a fault with its remedy, never a figure."""

import errno
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.power.ina219 import SAMPLES, VOLTAGE_MV_MAX, VOLTAGE_MV_MIN, Ina219
from hardware.power.max1704x import CELL_MV_MAX, CELL_MV_MIN, Max1704x
from hardware.power.opening import open_power
from hardware.power.reading import CURRENT_MA_MAX, PowerFault, PowerKind, PowerReading, PowerSource
from hardware.power.smbus import Smbus
from tests.hardware.power.chips import Chips, bus, ina219, max1704x

WORD = st.integers(0, 0xFFFF)


def hat(chips: Chips, shunt_milliohm: int = 100) -> Ina219:
    return Ina219(bus(chips), 0x42, shunt_milliohm)


def gauge(chips: Chips, *, is_fine: bool = True) -> Max1704x:
    return Max1704x(bus(chips), 0x36, is_fine=is_fine)


def fault(source: PowerSource) -> str:
    with pytest.raises(PowerFault) as told:
        source.read()
    assert "\n" not in str(told.value)
    return str(told.value)


def test_ina219_draws_from_the_battery() -> None:
    """61 mV backwards over 100 mohm, with the calibration register empty as after a brown-out."""
    source = hat(Chips({0x42: ina219(7_420, [-6_100])}))
    assert source.name == "INA219 at i2c-1 0x42"
    assert source.read() == PowerReading(voltage_mv=7_420, current_ma=-610, on_mains=False)


def test_ina219_charges() -> None:
    reading = hat(Chips({0x42: ina219(8_100, [4_000])})).read()
    assert (reading.current_ma, reading.on_mains) == (400, True)


@pytest.mark.parametrize(
    ("raw", "shunt_milliohm", "on_mains"),
    [
        (0, 100, True),  # full, and fed from outside
        (-400, 100, True),  # 40 mA at 8.4 V are less than any station draws
        (-500, 100, False),
        (-20, 1, None),  # 200 mA: no more than this shunt's offset
        (20, 1, True),
        (-21, 1, False),
    ],
)
def test_ina219_tells_mains_by_what_the_battery_gives(raw: int, shunt_milliohm: int, *, on_mains: bool | None) -> None:
    assert hat(Chips({0x42: ina219(8_400, [raw])}), shunt_milliohm).read().on_mains is on_mains


def test_ina219_with_another_shunt() -> None:
    assert hat(Chips({0x42: ina219(7_420, [-610])}), 10).read().current_ma == -610


def test_ina219_is_read_several_times_and_averaged() -> None:
    chips = Chips({0x42: ina219(7_420, [-2_000, -6_000] * (SAMPLES // 2))})
    assert hat(chips).read().current_ma == -400
    assert chips.reads.count((0x42, 0x01)) == SAMPLES


def test_ina219_is_only_read_where_it_was_configured() -> None:
    chips = Chips({0x42: ina219(7_420, [0])})
    hat(chips).read()
    assert {address for address, _ in chips.reads} == {0x42}


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        (0x3998, "does not measure"),
        (0x399B, "does not measure"),
        (0x0000, "does not measure"),
        (0xFFFF, "no INA219 (0xffff)"),
        (0x9F39, "no INA219"),
    ],
)
def test_ina219_that_does_not_measure_is_told(configuration: int, words: str) -> None:
    assert words in fault(hat(Chips({0x42: ina219(7_420, [-610], configuration)})))


def test_ina219_is_not_believed_at_the_end_of_its_range() -> None:
    """Set by another program to 40 mV, it says 400 mA for whatever is more."""
    assert "40 mV" in fault(hat(Chips({0x42: ina219(7_420, [-4_000], 0x219F)})))
    assert "320 mV" in fault(hat(Chips({0x42: ina219(7_420, [-32_000])})))
    assert hat(Chips({0x42: ina219(7_420, [-4_000], 0x299F)})).read().current_ma == -400


@pytest.mark.parametrize("voltage_mv", [0, VOLTAGE_MV_MIN - 4, VOLTAGE_MV_MAX + 4, 32_764])
def test_ina219_voltage_that_cannot_be_is_a_fault(voltage_mv: int) -> None:
    assert "battery mV" in fault(hat(Chips({0x42: ina219(voltage_mv, [-610])})))


def test_ina219_current_that_cannot_be_is_a_fault() -> None:
    assert "battery mA" in fault(hat(Chips({0x42: ina219(7_420, [-20_000])}), 10))


@given(WORD, WORD, WORD, st.sampled_from([1, 10, 100, 1_000]))
def test_ina219_of_any_registers_gives_what_can_be_or_a_fault(
    configuration: int, shunt: int, voltage: int, shunt_milliohm: int
) -> None:
    registers = ina219(0, [shunt], configuration)
    registers[0x02] = voltage
    try:
        reading = hat(Chips({0x42: registers}), shunt_milliohm).read()
    except PowerFault:
        return
    assert reading.voltage_mv is not None
    assert reading.current_ma is not None
    assert VOLTAGE_MV_MIN <= reading.voltage_mv <= VOLTAGE_MV_MAX
    assert abs(reading.current_ma) <= CURRENT_MA_MAX


@pytest.mark.parametrize(
    ("vcell", "is_fine", "voltage_mv"),
    [
        (0xC350, True, 3_906),  # 50000 * 78.125 uV
        (0xC350, False, 3_906),  # 3125 * 1.25 mV
        (0xC35F, True, 3_907),
        (0xC35F, False, 3_906),
        (0xD200, True, 4_200),
    ],
)
def test_max1704x_voltage(vcell: int, *, is_fine: bool, voltage_mv: int) -> None:
    assert gauge(Chips({0x36: max1704x(vcell, 0x4E80)}), is_fine=is_fine).read().voltage_mv == voltage_mv


def test_max1704x_charge_and_nothing_it_does_not_know() -> None:
    reading = gauge(Chips({0x36: max1704x(0xC350, 0x4E80)})).read()
    assert reading == PowerReading(voltage_mv=3_906, charge_percent=78.5, charge_step_percent=0.25)


def test_max1704x_above_full_is_full() -> None:
    assert gauge(Chips({0x36: max1704x(0xD200, 104 * 256)})).read().charge_percent == 100


@pytest.mark.parametrize(
    ("vcell", "soc", "figure"),
    [
        (0x0000, 0x4E80, "cell mV"),
        (0xFFFF, 0x4E80, "cell mV"),
        (0xC350, 0xFFFF, "charge %"),
        (0xC350, 111 * 256, "charge %"),
    ],
)
def test_max1704x_that_says_what_cannot_be_is_a_fault(vcell: int, soc: int, figure: str) -> None:
    assert figure in fault(gauge(Chips({0x36: max1704x(vcell, soc)})))


@given(WORD, WORD, st.booleans())
def test_max1704x_of_any_registers_gives_what_can_be_or_a_fault(vcell: int, soc: int, is_fine: bool) -> None:
    try:
        reading = gauge(Chips({0x36: max1704x(vcell, soc)}), is_fine=is_fine).read()
    except PowerFault:
        return
    assert reading.voltage_mv is not None
    assert reading.charge_percent is not None
    assert CELL_MV_MIN <= reading.voltage_mv <= CELL_MV_MAX
    assert 0 <= reading.charge_percent <= 100


@pytest.mark.parametrize("voltage_mv", range(6_000, 8_600, 100))
def test_ina219_with_its_bytes_swapped_is_a_fault(voltage_mv: int) -> None:
    chips = Chips({0x42: ina219(voltage_mv, [-6_100])})
    chips.is_swapped = True
    assert "no INA219" in fault(hat(chips))


def test_max1704x_with_its_bytes_swapped_is_a_fault() -> None:
    chips = Chips({0x36: max1704x(0xC350, 0x4E80)})
    chips.is_swapped = True
    assert "check battery and wiring" in fault(gauge(chips))


@pytest.mark.parametrize("make", [hat, gauge])
def test_a_bus_that_floats_is_a_fault(make: Callable[[Chips], PowerSource]) -> None:
    chips = Chips({0x42: ina219(7_420, [0]), 0x36: max1704x(0xC350, 0x4E80)})
    chips.is_floating = True
    assert fault(make(chips))


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (errno.ENOENT, "switch I2C on"),
        (errno.EACCES, "into the group i2c"),
        (errno.EREMOTEIO, "nobody answers at 0x42"),
        (errno.ENXIO, "nobody answers at 0x42"),
        (errno.EBUSY, 'power.source = "sysfs"'),
        (errno.ETIMEDOUT, "check the board's wiring"),
        (errno.EIO, "check the board's wiring"),
    ],
)
def test_a_failing_bus_is_told_with_the_remedy_and_opened_anew(error: int, remedy: str) -> None:
    chips = Chips({0x42: ina219(7_420, [-6_100])})
    chips.failing = [error]
    source = hat(chips)
    told = fault(source)
    assert told.startswith("i2c-1: ")
    assert remedy in told
    assert chips.opened == 0
    assert source.read().current_ma == -610
    assert chips.opened == 1, "it stays open"
    source.read()
    assert chips.opened == 1


def test_a_failure_in_the_middle_is_a_fault_and_no_half_reading() -> None:
    chips = Chips({0x42: ina219(7_420, [-6_100])})
    source = hat(chips)
    source.read()
    words = len(chips.reads)
    for at in range(words):
        chips.reads.clear()
        chips.failing = []
        chips.chips[0x42] = _failing_at(at)
        assert "nobody answers" in fault(source)


def _failing_at(at: int) -> dict[int, int]:
    """Registers of a chip that goes away after so many reads."""

    class Leaving(dict[int, int]):
        left = at

        def __getitem__(self, register: int) -> int:
            if self.left == 0:
                raise OSError(errno.EREMOTEIO, "Remote I/O error")
            self.left -= 1
            return registers[register]

    registers = ina219(7_420, [-6_100])
    return Leaving()


def test_a_bus_that_the_machine_does_not_have_is_told() -> None:
    assert fault(Ina219(Smbus(250), 0x42)).startswith("i2c-250: no such bus; switch I2C on")


@pytest.mark.parametrize(
    ("kind", "address", "name"),
    [
        (PowerKind.INA219, None, "INA219 at i2c-250 0x42"),
        (PowerKind.INA219, 0x43, "INA219 at i2c-250 0x43"),
        (PowerKind.MAX17040, None, "MAX17040 at i2c-250 0x36"),
        (PowerKind.MAX17048, None, "MAX17048 at i2c-250 0x36"),
        (PowerKind.SYSFS, None, "/sys/class/power_supply"),
        (PowerKind.AUTO, None, ""),
    ],
)
def test_every_kind_opens_its_board(kind: PowerKind, address: int | None, name: str) -> None:
    source = open_power(kind, bus=250, address=address, shunt_milliohm=100)
    assert source is not None
    assert source.name == name


def test_none_opens_nothing() -> None:
    assert open_power(PowerKind.NONE, bus=1, address=None, shunt_milliohm=100) is None
