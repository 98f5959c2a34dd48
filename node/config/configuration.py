"""What a station can be told by its configuration, as values that have been checked."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Final

from hardware.power.reading import PowerKind
from node.core.policy import Policy

FINGERPRINT_LETTERS: Final = 16
"""Hexadecimal: no two settings of one station meet by chance."""


class ClockTrust(StrEnum):
    """Whether to believe the machine's clock."""

    AUTO = "auto"
    """As far as the kernel says that it is synchronised."""
    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True)
class StationSection:
    """Who this station is, and where it keeps its things."""

    roster: Path
    """The public roster file."""
    keys: Path
    """The station's key file, or the directory that holds it and the operators'."""
    state: Path
    """Directory of the store."""
    number: int | None
    """None: as the station's key file says."""


@dataclass(frozen=True, slots=True)
class RadioSection:
    """The radio this station speaks through."""

    address: str
    """Such as tcp://192.168.4.20:4403 or serial:///dev/serial/by-id/NAME; has been read once, so it is one."""
    channel: int
    """The radio's channel for stations, 0 to 7."""
    preset: str
    """Modem preset of the whole network: what airtime is reckoned by."""


@dataclass(frozen=True, slots=True)
class CountedBattery:
    """What must be known of a battery to count what flows."""

    capacity_mah: int
    """What it gives from full to empty."""
    full_mv: int
    """Where its charger ends."""


@dataclass(frozen=True, slots=True)
class PowerSection:
    """The board this station's battery hangs on."""

    source: PowerKind
    bus: int
    """Number of the I2C bus."""
    address: int | None
    """On that bus; None: the usual one of the source."""
    shunt_milliohm: int
    """What an INA219 measures over."""
    battery: CountedBattery | None
    """None: the charge of a board that does not tell it stays unknown."""
    read_s: int


@dataclass(frozen=True, slots=True)
class Configuration:
    """A whole file."""

    file: Path
    station: StationSection
    radio: RadioSection
    socket: Path
    """Where the daemon offers its API."""
    clock: ClockTrust
    power: PowerSection
    delivery: Policy

    @property
    def fingerprint(self) -> str:
        """Names these settings in the log: others, another name; a newer Bavn may name the same ones otherwise."""
        return sha256(repr(self).encode()).hexdigest()[:FINGERPRINT_LETTERS]
