"""What a station says of itself: enough for one look to know whether it can be relied on."""

from dataclasses import dataclass

from node.api.alarms import Alarm
from node.api.counting import UNCOUNTED, Counting
from node.api.ladder import ShownTime
from node.api.messages import Precedence


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on duty."""

    initials: str
    name: str


@dataclass(frozen=True, slots=True)
class RadioCount:
    """How often something happened at the radio's link since the start, for one reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class RadioState:
    """The radio as its link sees it."""

    address: str
    is_up: bool
    since_s: int
    """How long it has been up, or away."""
    reason: str
    """Why it is away; empty while it is up."""
    firmware: str
    """Empty until it was seen once."""
    region: str
    preset: str
    """The radio's own; must be the configured one."""
    configured_preset: str
    frames_inside: int
    silent_s: int | None
    """Since anything came from it; None: nothing yet."""
    queue_free: int | None
    """Places in its own queue as it last said; None while it is away or has not said."""
    sent_bp: int | None
    """What it says it sent of the last hour, relaying included, in hundredths of a percent; None as above."""
    restarts: int
    """Times it was seen to have started anew, since the station did."""
    reconnections: int
    """Times its link came up again."""
    refusals: tuple[RadioCount, ...]
    """Frames that were not sent, most frequent reason first."""
    drops: tuple[RadioCount, ...]
    """What came from it and was not used, most frequent reason first."""


@dataclass(frozen=True, slots=True)
class PowerState:
    """What the station runs on, as its board was last read; None is "unknown", never a guess."""

    source: str
    """Where it is read, for people: `INA219 at i2c-1 0x42`; empty: nothing is configured or found."""
    charge_percent: int | None
    voltage_mv: int | None
    current_ma: int | None
    """Out of the battery is negative."""
    on_mains: bool | None
    left_min_s: int | None
    """The battery lasts at least so long as things are, by estimate; None: unknown, or nothing is drawn from it."""
    left_max_s: int | None
    """And at most so long."""
    age_s: int | None
    """Since the board was last read; None: never."""
    fault: str
    """Why it cannot be read; empty while it can."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Another station as last heard: a hint, no proof."""

    station: str
    """Code."""
    name: str
    silent_s: int
    """Since it was last heard."""
    hops: int | None
    """Radio hops of what was last heard; None when the radio does not say."""
    in_reach: bool
    manned: bool
    clock_trusted: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deliveries that are not finished."""

    precedence: Precedence
    count: int


@dataclass(frozen=True, slots=True)
class Drops:
    """Frames dropped since the start for one reason."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Airtime:
    """The rolling hour, in hundredths of a percent."""

    used_bp: int
    bulk_limit_bp: int
    urgent_limit_bp: int
    channel_use_bp: int
    """Everybody's, as the radio measures it."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """Whether to believe the times."""

    now: ShownTime
    uncertainty_ms: int
    gap_known: bool
    """False: how long the station was off is not known, and ages may be too young."""


@dataclass(frozen=True, slots=True)
class StoreState:
    """Where messages are kept."""

    path: str
    set_aside: str
    """Where a damaged store was moved at this start; empty when it was sound."""
    fault: str
    """Why the last write failed; empty while writing works."""


@dataclass(frozen=True, slots=True)
class RevokedUse:
    """What was refused since the start for being signed with a revoked key."""

    station: str
    """Code of where it came from."""
    author: str
    """Initials; empty: the station itself."""
    count: int


@dataclass(frozen=True, slots=True)
class Arriving:
    """A long message for this station that is not whole yet: its first packet is verified, its text is not shown."""

    number: str
    station: str
    """Code of where it was written."""
    author: str
    """Initials; empty: the station itself."""
    to: str
    """Code."""
    precedence: Precedence
    packets_here: int
    packets: int


@dataclass(frozen=True, slots=True)
class Status:
    """One look at a station."""

    station: str
    """Code."""
    name: str
    number: int
    incarnation: int
    version: str
    uptime_s: int
    duty: tuple[Person, ...]
    radio: RadioState
    contacts: tuple[Contact, ...]
    queue: tuple[Waiting, ...]
    """Most urgent first."""
    unacknowledged: int
    """Messages in the inbox that wait for somebody's act."""
    only_here: int
    """Messages of this station that no other station is known to hold."""
    airtime: Airtime
    power: PowerState
    drops: tuple[Drops, ...]
    """Most frequent first."""
    clock: ClockState
    store: StoreState
    alarms: tuple[Alarm, ...]
    """What nobody looks into yet first, the latest of each before the others."""
    locked: tuple[Person, ...] = ()
    """On duty with the key locked: it takes the passphrase to write or act again."""
    locks_in_s: int | None = None
    """Until open keys lock by themselves, once that is near: a pressed key keeps them open."""
    kiosk: bool = False
    """People read and acknowledge here without logging in."""
    manned: bool = False
    """What this station tells the others of itself."""
    quarantined: int = 0
    """Messages that wait for the certificate of who signed them: not accepted, not shown."""
    revoked: tuple[RevokedUse, ...] = ()
    """By station and author."""
    arriving: tuple[Arriving, ...] = ()
    """Most urgent first."""
    awaiting: int = 0
    """Messages written here that wait for a second person: not sent."""
    counting: Counting = UNCOUNTED
    """How far its own numbers are, and whether it may go on."""
