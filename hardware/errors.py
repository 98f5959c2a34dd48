"""What can go wrong in the world around the hardware: named, and with what to do next.

Bytes that a device sends are never an error here: what cannot be read is dropped and counted by reason.
"""


class HardwareError(Exception):
    """Base of every error this package raises for the world outside; the text ends with the remedy."""


class AddressError(HardwareError):
    """The address of a radio cannot be used as written.

    Attributes:
        address: as it was given.
        problem: what is wrong with it.
        remedy: what to write instead.
    """

    def __init__(self, address: str, problem: str, remedy: str) -> None:
        super().__init__(f"radio address {address!r}: {problem}; {remedy}")
        self.address = address
        self.problem = problem
        self.remedy = remedy
