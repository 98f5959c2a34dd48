"""The machine's own I2C bus; the one module that imports smbus2.

Words are read as two bytes in the order of the wire: SMBus has them low byte first, our chips send the high one first.
"""

import errno
from collections.abc import Callable
from typing import Protocol

from smbus2 import SMBus

from hardware.power.reading import PowerFault

WORD_BYTES = 2


class _Device(Protocol):
    """What is used of `smbus2.SMBus`."""

    def read_i2c_block_data(self, i2c_addr: int, register: int, length: int) -> list[int]: ...

    def close(self) -> None: ...


def _open(number: int) -> _Device:
    return SMBus(number)


class Smbus:
    """Opened at the first word and after every failure, so that a bus which comes later is found.

    Args:
        number: of `/dev/i2c-N`.
        open_device: opens it.
    """

    def __init__(self, number: int, open_device: Callable[[int], _Device] = _open) -> None:
        self._number = number
        self._open_device = open_device
        self._device: _Device | None = None

    @property
    def name(self) -> str:
        """As the kernel calls it."""
        return f"i2c-{self._number}"

    def read_word(self, address: int, register: int) -> int:
        """Read 16 bits that the chip sends high byte first.

        Raises:
            PowerFault: nobody answers, or the bus cannot be used.
        """
        try:
            if self._device is None:
                self._device = self._open_device(self._number)
            # Without force: an address that a kernel driver holds is refused with EBUSY.
            octets = self._device.read_i2c_block_data(address, register, WORD_BYTES)
        except OSError as error:
            self._close()
            raise PowerFault(f"{self.name}: {self._problem(error, address)}") from error
        return int.from_bytes(octets, "big")

    def _close(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None

    def _problem(self, error: OSError, address: int) -> str:
        match error.errno:
            case errno.ENOENT:
                return (
                    "no such bus; switch I2C on (raspi-config, or dtparam=i2c_arm=on and the module i2c-dev),"
                    " or correct power.bus"
                )
            case errno.EACCES | errno.EPERM:
                return f"/dev/{self.name} may not be opened; put the station's user into the group i2c"
            case errno.ENXIO | errno.EREMOTEIO:
                return f"nobody answers at {address:#04x}; is the board seated, and power.address right?"
            case errno.EBUSY:
                return f'a kernel driver holds {address:#04x}; write power.source = "sysfs"'
            case _:
                return f"{error.strerror} at {address:#04x}; check the board's wiring"
