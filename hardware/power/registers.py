"""What the makers of I2C boards need of a bus, and how its bytes are read."""

from typing import Protocol

SIGN_BIT = 0x8000


class RegisterBus(Protocol):
    """An I2C bus with chips on it. Nothing is ever written but the register's number."""

    @property
    def name(self) -> str:
        """As people know it, such as `i2c-1`."""

    def read_word(self, address: int, register: int) -> int:
        """Read 16 bits that the chip sends high byte first.

        Raises:
            PowerFault: nobody answers, or the bus cannot be used; the text says what to do.
        """


def signed(word: int) -> int:
    """Read 16 bits as two's complement."""
    return word - 2 * SIGN_BIT if word & SIGN_BIT else word
