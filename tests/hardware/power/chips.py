"""Chips on an I2C bus that is not there: registers as bytes in the order of the wire, and what goes wrong with them."""

import errno
from collections.abc import Sequence

from hardware.power.smbus import Smbus

Registers = dict[int, int]


class Chips:
    """Stands in for `smbus2.SMBus`, below the code that reads words.

    Args:
        chips: by address, then by register: 16 bits.
    """

    def __init__(self, chips: dict[int, Registers]) -> None:
        self.chips = chips
        self.failing: list[int] = []
        """Errors (errno) of the next reads, one each."""
        self.is_swapped = False
        """Bytes come in the wrong order."""
        self.is_floating = False
        """Nobody drives the lines: all ones."""
        self.opened = 0
        self.reads: list[tuple[int, int]] = []

    def open(self, number: int) -> "Chips":
        if self.failing and self.failing[0] in (errno.ENOENT, errno.EACCES):
            raise OSError(self.failing.pop(0), "cannot be opened")
        self.opened += 1
        return self

    def close(self) -> None:
        self.opened -= 1

    def read_i2c_block_data(self, i2c_addr: int, register: int, length: int) -> list[int]:
        self.reads.append((i2c_addr, register))
        if self.failing:
            raise OSError(self.failing.pop(0), "no")
        if i2c_addr not in self.chips:
            raise OSError(errno.EREMOTEIO, "Remote I/O error")
        word = 0xFFFF if self.is_floating else self.chips[i2c_addr][register]
        octets = word.to_bytes(length, "big")
        return list(reversed(octets) if self.is_swapped else octets)


def bus(chips: Chips) -> Smbus:
    """The real reader of words, on these chips."""
    return Smbus(1, chips.open)


def ina219(voltage_mv: int, shunts_10uv: Sequence[int], configuration: int = 0x399F) -> Registers:
    """An INA219 that has just measured, its conversion flag set; several samples follow one another."""
    return _Sampled(
        {0x00: configuration, 0x02: voltage_mv // 4 << 3 | 0b10, 0x03: 0, 0x04: 0, 0x05: 0},
        [one & 0xFFFF for one in shunts_10uv],
    )


class _Sampled(Registers):
    """Registers of which 0x01 is another one at each read, the last for ever."""

    def __init__(self, registers: Registers, samples: list[int]) -> None:
        super().__init__(registers)
        self._samples = samples

    def __getitem__(self, register: int) -> int:
        if register != 0x01:
            return super().__getitem__(register)
        return self._samples.pop(0) if len(self._samples) > 1 else self._samples[0]


def max1704x(vcell: int, soc: int) -> Registers:
    """A MAX17040 or MAX17048."""
    return {0x02: vcell, 0x04: soc, 0x08: 0x0012}
