"""Groups and their keys: who is in one, which key this station has, who else has it, what a new one costs."""

from dataclasses import dataclass
from enum import StrEnum

from node.api.ladder import ShownTime
from node.api.messages import Recipient


class KeyState(StrEnum):
    """What is known of one station and the newest key."""

    HAS = "has"
    """By its signed receipt, or since it made the key, or is this station."""
    WAITS = "waits"
    """Handed out from here, and no receipt has come yet."""
    LACKS = "lacks"
    """It was made here, and never handed to that station."""
    UNKNOWN = "unknown"
    """The key was made at another station, which knows."""
    BARRED = "barred"
    """Its key is revoked or not certified here: it is handed nothing."""


@dataclass(frozen=True, slots=True)
class KeyHolding:
    """One station at which a member is at home."""

    station: str
    """Code."""
    name: str
    state: KeyState


@dataclass(frozen=True, slots=True)
class AskGroup:
    """What of a group?"""

    group: str
    """Code, `group:number`, or the beginning of a code or name."""


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """One group and all that is known of its newest key."""

    group: Recipient
    members: tuple[Recipient, ...]
    version: int | None
    """Of the newest key here; None: this station has none, and what it sends the group is open."""
    made: ShownTime | None
    """When this station made it or was told."""
    maker: str
    """Code of the station that made it; empty: there is none."""
    exposed_by: tuple[Recipient, ...]
    """Who has it and should not any more: nothing is encrypted with it until there is a new one."""
    holdings: tuple[KeyHolding, ...]
    """By station."""
    airtime_ms: int
    """Of one transmission, one hop, that hands a key to one station."""
    hour_used_bp: int
    """Of this station's hour, hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class GiveKey:
    """Hand out a group's key."""

    group: str
    new: bool = False
    """Make a new version, for all; else the newest goes to those who are not known to have it."""
    author: str = ""
    """Initials or number of an operator on duty; empty: the one who is on duty."""


@dataclass(frozen=True, slots=True)
class GivenKey:
    """Queued for those stations, not yet sent."""

    version: int
    handed: tuple[str, ...]
    """Codes."""
    left_out: tuple[str, ...]
    """Codes of stations that cannot be told: their key is revoked, or not certified here."""
