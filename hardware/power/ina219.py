"""INA219: voltage and current of a battery, on Waveshare's UPS HAT A/B (0x42), C/D (0x43) and many others.

The current comes from the voltage over the shunt and the shunt's resistance. The chip's own current register needs a
calibration that is lost in a brown-out, and then reads 0; its power-on settings are all that is needed here, and
nothing is written. (Datasheet TI SBOS448G, sections 8.5.3 and 8.6.)

    0x00  configuration   bit 15 reset, always read as 0; 12 and 11 range of the shunt; 2 to 0 mode, 7 = continuous
    0x01  shunt voltage   signed, 10 uV
    0x02  bus voltage     bits 15 to 3, 4 mV; bits 1 and 0 are flags
"""

from typing import Final

from hardware.power.reading import CURRENT_MA_MAX, PowerFault, PowerReading, checked
from hardware.power.registers import SIGN_BIT, RegisterBus, signed

SHUNT_MILLIOHM_USUAL: Final = 100
"""Waveshare's HATs; some others have 10."""

SAMPLES: Final = 8
"""The chip measures anew every millisecond, two words on a bus of 100 kHz; one measurement alone would be chance."""

VOLTAGE_MV_MIN: Final = 2_500
"""One lithium cell, empty."""
VOLTAGE_MV_MAX: Final = 26_000
"""What the chip stands."""

OFFSET_UV: Final = 200
"""The shunt amplifier's at its worst, in its power-on range: 2 mA in 100 mohm (section 7.5)."""
STATION_MW_MIN: Final = 400
"""What the smallest station draws (Zero 2 W, its radio not counted): a battery that gives less is helped by mains."""

_CONFIGURATION, _SHUNT, _BUS = 0x00, 0x01, 0x02
_MODE_MASK, _MODE_CONTINUOUS = 0b111, 0b111
_RANGE_SHIFT, _RANGE_MASK = 11, 0b11
_RANGE_UV: Final = 40_000
_SHUNT_LSB_UV, _BUS_LSB_MV, _BUS_SHIFT = 10, 4, 3


class Ina219:
    """One chip in the battery's line.

    Args:
        bus: it sits on.
        address: there.
        shunt_milliohm: of the resistor that it measures over.
    """

    def __init__(self, bus: RegisterBus, address: int, shunt_milliohm: int = SHUNT_MILLIOHM_USUAL) -> None:
        self._bus = bus
        self._address = address
        self._shunt_milliohm = shunt_milliohm
        self._offset_ma = OFFSET_UV / shunt_milliohm

    @property
    def name(self) -> str:
        """Such as `INA219 at i2c-1 0x42`."""
        return f"INA219 at {self._bus.name} {self._address:#04x}"

    def read(self) -> PowerReading:
        """Look once: ten words, some 10 ms on the bus.

        Raises:
            PowerFault: it does not answer, is no INA219, does not measure, or says what cannot be.
        """
        range_uv = self._range_uv()
        samples_uv = [self._shunt_uv(range_uv) for _ in range(SAMPLES)]
        current_ma = round(sum(samples_uv) / SAMPLES / self._shunt_milliohm)
        voltage_mv = (self._word(_BUS) >> _BUS_SHIFT) * _BUS_LSB_MV
        checked(self.name, "battery mV", voltage_mv, VOLTAGE_MV_MIN, VOLTAGE_MV_MAX)
        checked(self.name, "battery mA", current_ma, -CURRENT_MA_MAX, CURRENT_MA_MAX)
        return PowerReading(
            voltage_mv=voltage_mv,
            current_ma=current_ma,
            on_mains=self._on_mains(current_ma, voltage_mv),
        )

    def _on_mains(self, current_ma: int, voltage_mv: int) -> bool | None:
        """Whether the station that asks, and so runs, is fed by more than its battery; None: the shunt is too small."""
        if current_ma > self._offset_ma - STATION_MW_MIN * 1000 / voltage_mv:
            return True
        return False if current_ma < -self._offset_ma else None

    def _range_uv(self) -> int:
        """How much over the shunt it can tell as it is set."""
        found = self._word(_CONFIGURATION)
        if found & SIGN_BIT:
            raise PowerFault(f"{self.name}: no INA219 ({found:#06x}); correct power.source or power.address")
        if found & _MODE_MASK != _MODE_CONTINUOUS:
            raise PowerFault(
                f"{self.name}: it does not measure ({found:#06x}); end the program that set it so, or take its power"
            )
        return _RANGE_UV << (found >> _RANGE_SHIFT & _RANGE_MASK)

    def _shunt_uv(self, range_uv: int) -> int:
        shunt_uv = signed(self._word(_SHUNT)) * _SHUNT_LSB_UV
        if abs(shunt_uv) >= range_uv:
            raise PowerFault(
                f"{self.name}: more over the shunt than the {range_uv // 1000} mV it can tell; check power.address,"
                " and that no other program sets it"
            )
        return shunt_uv

    def _word(self, register: int) -> int:
        return self._bus.read_word(self._address, register)
