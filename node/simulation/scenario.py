"""What is played: stations in a landscape, what they are asked to carry, and what happens to them.

A scenario is data and says nothing of chance: who plays it adds a seed. Times are seconds since its beginning, places
metres east and north of any point. `reading` makes one from a file.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hardware.airtime import Preset
from hardware.simulated.identity import Generation
from protocol.numbers import Precedence

STATIONS_MAX: Final = 256
"""The largest region planned for has 150."""
DURATION_S_MAX: Final = 31 * 86_400
"""A month: longer than any power cut that plans speak of."""


class ClockKind(StrEnum):
    """What tells a station the time of day."""

    NONE = "none"
    """As most Raspberry Pis: after a time without power nobody knows."""
    KEPT = "kept"
    """A clock with a battery of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an antenna is."""

    east_m: float
    north_m: float
    height_m: float = 8.0
    """Above the ground around it."""


@dataclass(frozen=True, slots=True)
class Battery:
    """What a station lives on without mains."""

    capacity_wh: float
    load_w: float


@dataclass(frozen=True, slots=True)
class StationPlan:
    """One station to be."""

    number: int
    code: str
    name: str
    place: Place
    battery: Battery | None = None
    """None: off when the mains are."""
    clock: ClockKind = ClockKind.NONE
    operators: int = 1
    """People on duty there; 0: nobody reads, the station reports by itself."""
    boot_s: float = 40.0
    """From power to a running station."""


@dataclass(frozen=True, slots=True)
class FunctionPlan:
    """A function to which messages go."""

    number: int
    code: str
    homes: tuple[int, ...]
    deputy: int = 0
    """Another function; 0: nobody."""


@dataclass(frozen=True, slots=True)
class Barrier:
    """Two stations whose radios do not hear each other for a while, though their places would let them."""

    one: int
    other: int
    begin_s: float = 0.0
    end_s: float = DURATION_S_MAX


@dataclass(frozen=True, slots=True)
class MainsCut:
    """No mains for some stations."""

    begin_s: float
    end_s: float
    stations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Courier:
    """Somebody who carries what waits on a stick, round and round."""

    route: tuple[int, ...]
    """Stations in order; after the last comes the first again."""
    leg_s: float
    """From one to the next."""
    begin_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Journey:
    """A station on the move: a car, a ferry."""

    station: int
    stops: tuple[tuple[float, Place], ...]
    """When it is where, in order; on a straight way between two, at the last for ever."""


@dataclass(frozen=True, slots=True)
class StrangerPlan:
    """A radio of other people on the same slot."""

    name: str
    place: Place
    packets_per_hour: float
    lora_bytes: int = 60


class HostileKind(StrEnum):
    """What somebody with a radio and ill will does."""

    FORGING = "forging"
    """Messages, acts, receipts, digests and certificates of others, with copied or invented signatures."""
    REPLAYING = "replaying"
    """What was heard, later and again, as new packets."""
    CONFLICTING = "conflicting"
    """Two messages under one number, both signed with a captured station's key."""
    FLOODING = "flooding"
    """Questions, wishes, beacons of invented stations, unknown authors, long messages that never end."""
    LYING = "lying"
    """Inventories of others: they have everything, or want everything."""
    MISDATING = "misdating"
    """Ages far too large or too small, clocks said to be good, times that are off."""
    DROPPING = "dropping"
    """A captured station takes custody, with its key, sends nothing on and says that it arrived."""

    @property
    def needs_key(self) -> bool:
        """Whether it can be done with a captured station's keys alone."""
        return self in (HostileKind.CONFLICTING, HostileKind.DROPPING)


@dataclass(frozen=True, slots=True)
class HostilePlan:
    """A hostile radio; where it is the place of a captured station, that station's people and power are gone."""

    kind: HostileKind
    place: Place
    per_hour: float
    """Frames that it sends of itself; 0: it only listens."""
    station: int = 0
    """The captured station; 0: it has nobody's keys."""
    begin_s: float = 0.0
    end_s: float = DURATION_S_MAX


@dataclass(frozen=True, slots=True)
class Traffic:
    """What people write, in the whole network."""

    messages_per_hour: float = 30.0
    shares: tuple[tuple[Precedence, float], ...] = (
        (Precedence.FLASH, 0.02),
        (Precedence.IMMEDIATE, 0.08),
        (Precedence.PRIORITY, 0.25),
        (Precedence.ROUTINE, 0.65),
    )
    """Of each precedence, adding up to 1."""
    group_share: float = 0.1
    """To a function with several homes, where there is one."""
    answered_share: float = 0.7
    """Messages that somebody at their station acknowledges."""
    begin_s: float = 300.0
    quiet_s: float = 0.0
    """Before the end, without new messages: what is under way may settle."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """The end of a person's key, brought to a station."""

    at_s: float
    station: int
    """Where the first of its people releases it."""
    of: int
    """The last of this station's people is the one whose key ends."""


class FaultKind(StrEnum):
    """What goes wrong with one station."""

    POWER_CUT = "power_cut"
    """Mid-work, between any two steps; back after a while, with or without its clock."""
    RADIO_RESTART = "radio_restart"
    """The radio alone loses its power and memory."""
    HOST_AWAY = "host_away"
    """The station restarts while its radio stays on, and keeps what fits for it."""
    CLOCK_STEP = "clock_step"
    """Its UTC jumps, either way."""
    CLOCK_LOST = "clock_lost"
    """Nobody vouches for its UTC any more."""
    SILENCED = "silenced"
    """Its antenna is off for a while: the radio works and nobody hears it."""


@dataclass(frozen=True, slots=True)
class FaultRates:
    """How often what goes wrong, per station and day."""

    per_day: tuple[tuple[FaultKind, float], ...] = ()
    outage_s: float = 300.0
    """How long one lasts, on the average."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """All of it."""

    title: str
    duration_s: float
    preset: Preset
    generation: Generation
    stations: tuple[StationPlan, ...]
    functions: tuple[FunctionPlan, ...] = ()
    frame_loss: float = 0.0
    """Chance that a frame is lost between two radios for no other reason."""
    barriers: tuple[Barrier, ...] = ()
    mains_cuts: tuple[MainsCut, ...] = ()
    couriers: tuple[Courier, ...] = ()
    journeys: tuple[Journey, ...] = ()
    strangers: tuple[StrangerPlan, ...] = ()
    hostiles: tuple[HostilePlan, ...] = ()
    revocations: tuple[Revocation, ...] = ()
    traffic: Traffic = Traffic()
    faults: FaultRates = FaultRates()

    @property
    def captured(self) -> frozenset[int]:
        """Stations that are in hostile hands."""
        return frozenset(plan.station for plan in self.hostiles if plan.station)

    def station(self, number: int) -> StationPlan:
        """The station of that number. Raises KeyError when there is none."""
        for plan in self.stations:
            if plan.number == number:
                return plan
        raise KeyError(number)
