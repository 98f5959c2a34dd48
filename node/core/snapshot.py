"""What a station can say of itself at one moment, for the status line and `bavn status`."""

from dataclasses import dataclass

from node.core.clock_sources import MeshReading, Source
from node.core.moment import Moment
from node.core.queues import Queue
from node.core.reckoning import Reckoning
from node.core.records import ItemKey
from protocol.numbers import Address, Precedence
from protocol.reasons import Reason


@dataclass(frozen=True, slots=True)
class ContactSnapshot:
    """A station as last heard; hints, not proofs."""

    station: int
    silent_ms: int
    """Since its last sign of life."""
    hops: int | None
    is_in_reach: bool
    is_manned: bool
    clock_trusted: bool


@dataclass(frozen=True, slots=True)
class TellerSnapshot:
    """A station whose signed times tell what time it is."""

    station: int
    ahead_ms: int | None
    """Of the time that this station shows; None while nothing here is a time to compare with."""
    uncertainty_ms: int


@dataclass(frozen=True, slots=True)
class ClockSnapshot:
    """What the station knows of the time."""

    source: Source
    """Who vouches for it."""
    now: Moment
    """With the UTC that is vouched for."""
    mesh: MeshReading | None
    """What the other stations tell, by their median."""
    tellers: tuple[TellerSnapshot, ...]
    """By station."""
    operator: int
    """Whose word the time rests on; 0 = nobody's."""


@dataclass(frozen=True, slots=True)
class RevokedUseSnapshot:
    """What was refused since the start for being signed with a revoked key."""

    station: int
    author: int
    """Operator number, 0 = the station itself."""
    count: int


@dataclass(frozen=True, slots=True)
class ArrivingSnapshot:
    """A long message for this station of which something is missing; its first frame is verified."""

    key: ItemKey
    author: int
    """Operator number, 0 = the station itself."""
    to: Address
    precedence: Precedence
    packets_here: int
    packets: int


@dataclass(frozen=True, slots=True)
class StationSnapshot:
    """The core's part of a status."""

    number: int
    incarnation: int
    at: int
    """Station time, ms."""
    reckoning: Reckoning
    """Of which times it is not known how long before now they were."""
    clock: ClockSnapshot
    is_radio_up: bool
    contacts: tuple[ContactSnapshot, ...]
    queue: dict[Precedence, int]
    """Open deliveries by precedence."""
    only_here: int
    """Messages of ours that no other station is known to hold ("findes kun her")."""
    frames_in_radio: int
    airtime_hour_bp: int
    """Of the rolling hour, in hundredths of a percent."""
    channel_use_bp: int
    drops: dict[Reason, int]
    """Frames dropped since the start."""
    locks_in_ms: int | None
    """Until open keys lock by themselves; None while that is not near."""
    is_manned: bool
    """What beacons and digests say of this station."""
    quarantined: int
    """Signed frames that wait for a certificate."""
    revoked_uses: tuple[RevokedUseSnapshot, ...]
    """By station and author."""
    arriving: tuple[ArrivingSnapshot, ...]
    """Most urgent first."""
    queues: tuple[Queue, ...] = ()
    """What waits in memory alone, with its bounds."""
