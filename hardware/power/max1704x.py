"""MAX17040 and MAX17048: voltage and charge of one lithium cell, on Geekworm's X728, X1200 and others (0x36).

The chip watches the voltage under load and reckons the charge from a model of the cell; it has no shunt and does not
know the current, nor whether mains is there. (Datasheets Maxim 19-5210 for MAX17040, 19-6171 for MAX17048.)

    0x02  VCELL   MAX17040: bits 15 to 4, 1.25 mV; MAX17048: all 16 bits, 78.125 uV
    0x04  SOC     1/256 %; may pass 100 on a full cell
"""

from typing import Final

from hardware.power.reading import PowerReading, checked
from hardware.power.registers import RegisterBus

ADDRESS: Final = 0x36
"""In the silicon."""

CELL_MV_MIN: Final = 2_400
"""An empty cell is cut off at 2.5 V or above."""
CELL_MV_MAX: Final = 4_600
"""The highest of lithium cells is charged to 4.4 V."""

SOC_PERCENT_MAX: Final = 110.0
"""A model that is a little off says up to some 105 % of a full cell; shown as 100."""

SOC_STEP_PERCENT: Final = 0.25
"""The register has 1/256 %, but the model's own wander is larger."""

_VCELL, _SOC = 0x02, 0x04
_FINE_UV: Final = 78.125
"""Also what the lowest used bit of a MAX17040 makes of it: 16 * 78.125 uV = 1.25 mV."""
_MAX17040_UNUSED_BITS: Final = 0xF
_SOC_LSB_PER_PERCENT: Final = 256


class Max1704x:
    """One chip at one cell, or at several side by side.

    Args:
        bus: it sits on.
        address: there.
        is_fine: MAX17048, all of whose bits count.
    """

    def __init__(self, bus: RegisterBus, address: int, *, is_fine: bool) -> None:
        self._bus = bus
        self._address = address
        self._is_fine = is_fine

    @property
    def name(self) -> str:
        """Such as `MAX17048 at i2c-1 0x36`."""
        return f"{'MAX17048' if self._is_fine else 'MAX17040'} at {self._bus.name} {self._address:#04x}"

    def read(self) -> PowerReading:
        """Look once: two words.

        Raises:
            PowerFault: it does not answer, or says what cannot be.
        """
        cell = self._bus.read_word(self._address, _VCELL)
        if not self._is_fine:
            cell &= ~_MAX17040_UNUSED_BITS
        voltage_mv = round(cell * _FINE_UV / 1000)
        percent = self._bus.read_word(self._address, _SOC) / _SOC_LSB_PER_PERCENT
        checked(self.name, "cell mV", voltage_mv, CELL_MV_MIN, CELL_MV_MAX)
        checked(self.name, "charge %", percent, 0, SOC_PERCENT_MAX)
        return PowerReading(
            voltage_mv=voltage_mv,
            charge_percent=min(percent, 100.0),
            charge_step_percent=SOC_STEP_PERCENT,
        )
