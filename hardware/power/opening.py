"""From what is configured to the board it means; nothing is opened before the first `read`."""

from hardware.power.max1704x import ADDRESS as MAX1704X_ADDRESS
from hardware.power.reading import PowerKind, PowerSource
from hardware.power.sysfs import SysfsPower

INA219_ADDRESS = 0x42
"""Waveshare's UPS HAT A and B."""


def open_power(kind: PowerKind, *, bus: int, address: int | None, shunt_milliohm: int) -> PowerSource | None:
    """Make the source.

    Args:
        kind: which.
        bus: number of the I2C bus, for a board that is on one.
        address: there; None: the usual one.
        shunt_milliohm: for the INA219.

    Returns:
        None when there is nothing to read.
    """
    match kind:
        case PowerKind.NONE:
            return None
        case PowerKind.AUTO:
            return SysfsPower(must_exist=False)
        case PowerKind.SYSFS:
            return SysfsPower()
        case PowerKind.INA219 | PowerKind.MAX17040 | PowerKind.MAX17048:
            return _on_i2c(kind, bus, address, shunt_milliohm)


def _on_i2c(kind: PowerKind, number: int, address: int | None, shunt_milliohm: int) -> PowerSource:
    # Only a station that has such a board loads what speaks to it.
    from hardware.power.ina219 import Ina219
    from hardware.power.max1704x import Max1704x
    from hardware.power.smbus import Smbus

    bus = Smbus(number)
    if kind is PowerKind.INA219:
        return Ina219(bus, INA219_ADDRESS if address is None else address, shunt_milliohm)
    is_fine = kind is PowerKind.MAX17048
    return Max1704x(bus, MAX1704X_ADDRESS if address is None else address, is_fine=is_fine)
