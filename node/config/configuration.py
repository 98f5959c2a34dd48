"""What a station can be told by its configuration, as values that have been checked."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from node.core.policy import Policy


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
class Configuration:
    """A whole file."""

    file: Path
    station: StationSection
    radio: RadioSection
    socket: Path
    """Where the daemon offers its API."""
    clock: ClockTrust
    delivery: Policy
