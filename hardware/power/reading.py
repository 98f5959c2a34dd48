"""One look at a power board: figures inside their bounds, or a fault that says why there are none.

A figure outside its bounds is a fault and never shown: a bus that floats reads 0xFFFF, a chip that has just started
reads 0, swapped bytes read as something in between.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from hardware.errors import HardwareError

CURRENT_MA_MAX = 15_000
"""No board of ours feeds more than 5 A at 5 V, which is some 9 A out of one nearly empty cell."""


class PowerFault(HardwareError):
    """The board cannot be read, or says what cannot be; the text names the place and ends with the remedy."""


class PowerKind(StrEnum):
    """What can be configured as the source."""

    AUTO = "auto"
    """A battery that the kernel knows, else nothing. Nobody is asked on the I2C bus: any chip may sit there."""
    NONE = "none"
    SYSFS = "sysfs"
    INA219 = "ina219"
    MAX17040 = "max17040"
    MAX17048 = "max17048"


@dataclass(frozen=True, slots=True)
class PowerReading:
    """What the board says now; None: it does not tell."""

    voltage_mv: int | None = None
    """Of the battery."""
    current_ma: int | None = None
    """Out of the battery is negative."""
    charge_percent: float | None = None
    """0 to 100, as the board reckons it."""
    charge_step_percent: float = 1.0
    """How finely it tells the charge: two figures may differ from the truth's difference by so much."""
    on_mains: bool | None = None
    """Whether power comes in from outside."""


class PowerSource(Protocol):
    """One board. Its `read` blocks on a bus and belongs on a thread of its own."""

    @property
    def name(self) -> str:
        """Where it is read, for people; empty while there is nothing to read."""

    def read(self) -> PowerReading:
        """Look once, without trying again.

        Raises:
            PowerFault: it cannot be read, or says what cannot be.
        """


def checked(name: str, figure: str, value: float, least: float, most: float) -> float:
    """Hand back a figure that can be.

    Args:
        name: of the source.
        figure: with its unit, such as `battery mV`.
        value: as it was read.
        least: bound, included.
        most: bound, included.

    Raises:
        PowerFault: it cannot.
    """
    if not least <= value <= most:
        raise PowerFault(
            f"{name}: {figure} {value:g} is outside {least:g} to {most:g}; check battery and wiring, and whether"
            " power.source and power.address name this board"
        )
    return value
