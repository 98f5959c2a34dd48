"""The short numbers that stand for keys and messages on the air, and how wide each is (SPEC.md, section 2)."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

FRAME_BYTES_MAX: Final = 231
"""One channel broadcast of Meshtastic, seen on firmware 2.7.26 and 2.8.0."""
DIRECT_FRAME_BYTES_MAX: Final = 219
"""The same in a PKC direct message, whose own overhead is 12 bytes."""
SIGNATURE_BYTES: Final = 64
"""Ed25519, RFC 8032."""
STATION_NUMBER_MAX: Final = 1022
"""Ten bits; all ones is no station, since a reference has no room for an escape."""
SHORT_NUMBER_MAX: Final = 2046
"""Eleven bits; all ones says that option 7 holds the number."""
ESCAPE: Final = 2047
"""The eleven bits of a number that stands elsewhere."""
NUMBER_MAX: Final = 65535
"""What a statement's 16 bits can certify."""
SEQUENCE_MAX: Final = 16383
"""Fourteen bits, then a new incarnation is due."""
INCARNATION_MAX: Final = 65535
RECIPIENTS_MAX: Final = 32
"""Recipients of one message in option 5: 64 bytes of a frame."""


class Precedence(IntEnum):
    """How urgent a frame is; the smaller goes first."""

    FLASH = 0
    IMMEDIATE = 1
    PRIORITY = 2
    ROUTINE = 3


class FrameType(IntEnum):
    """The four bits after the version (SPEC.md, section 1)."""

    MESSAGE = 0
    ACT = 1
    DIGEST = 2
    LONG = 3
    NOTICE = 4
    SIGNED_5 = 5
    SIGNED_6 = 6
    SIGNED_7 = 7
    FRAGMENT = 8
    RECEIPT = 9
    BEACON = 10
    INVENTORY = 11
    REQUEST = 12
    STATEMENT = 13
    BUNDLE = 14
    ESCAPE = 15


class WideType(IntEnum):
    """The byte after the escape of types."""

    SHEAF = 16


class Kind(IntEnum):
    """Which space a number belongs to."""

    STATION = 0
    AUTHORITY = 1
    FUNCTION = 2
    OPERATOR = 3
    GROUP = 4
    HANDHELD = 5
    SEVERAL = 6
    """The number says how many; they stand in option 5."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Whom a message is for, or whom a certificate names."""

    kind: Kind
    number: int
    """Station: 1 to `STATION_NUMBER_MAX`, 0 everybody; several: 1 to `RECIPIENTS_MAX`; else 1 to `NUMBER_MAX`."""

    def __hash__(self) -> int:
        # The hash of an enumeration's member is that of its name, and far slower than that of its number.
        return int(self.kind) << 16 ^ self.number

    @property
    def is_certifiable(self) -> bool:
        """Whether a certificate can name it: one holder, a number inside its space."""
        match self.kind:
            case Kind.SEVERAL:
                return False
            case Kind.STATION:
                return is_station(self.number)
            case Kind.AUTHORITY | Kind.FUNCTION | Kind.OPERATOR | Kind.GROUP | Kind.HANDHELD:
                return 1 <= self.number <= NUMBER_MAX

    @property
    def short_number(self) -> int:
        """The eleven bits on the air."""
        return self.number if self.number <= SHORT_NUMBER_MAX else ESCAPE


EVERYBODY: Final = Address(Kind.STATION, 0)


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """Which message is meant, in 26 bits."""

    station: int
    """The origin, 1 to `STATION_NUMBER_MAX`."""
    incarnation: int
    """The two lowest bits of the origin's incarnation."""
    sequence: int
    """1 to `SEQUENCE_MAX`."""

    @property
    def is_numbered(self) -> bool:
        """Whether every part lies inside its space."""
        return is_station(self.station) and 0 <= self.incarnation <= 3 and is_sequence(self.sequence)

    @property
    def bits(self) -> int:
        """`station 10 | incarnation 2 | sequence 14`."""
        return self.station << 16 | self.incarnation << 14 | self.sequence

    @classmethod
    def from_bits(cls, bits: int) -> "Reference":
        """Read the 26 bits; `is_numbered` says whether they may be used."""
        return cls(bits >> 16, bits >> 14 & 3, bits & SEQUENCE_MAX)


def is_station(number: int) -> bool:
    """Whether the number can be a station's."""
    return 1 <= number <= STATION_NUMBER_MAX


def is_sequence(number: int) -> bool:
    """Whether the number can be a message's; a station counts from 1."""
    return 1 <= number <= SEQUENCE_MAX


def human_number(code: str, incarnation: int, sequence: int) -> str:
    """The number that people say: `ODK-00041`, from the second incarnation on `ODK.2-00041` (section 2.3).

    Args:
        code: the origin's.
        incarnation: in full, not the two bits.
        sequence: of the message.
    """
    count = f"{code}.{incarnation}" if incarnation > 1 else code
    return f"{count}-{sequence:05d}"
