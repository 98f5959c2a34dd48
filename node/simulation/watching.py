"""What a run tells whoever watches it: every fact once, in the order in which it happens."""

from dataclasses import dataclass
from typing import Protocol

from node.core.events import Outcome
from node.core.records import Item
from protocol.numbers import FrameType, Precedence


@dataclass(frozen=True, slots=True)
class Booted:
    """A station began to run."""

    station: int
    life: int


@dataclass(frozen=True, slots=True)
class WentDown:
    """A station lost its power."""

    station: int
    life: int
    cause: str
    """Such as `fault`, `battery`."""


@dataclass(frozen=True, slots=True)
class WasAccepted:
    """A person was told that what they wrote or did is on disk."""

    station: int
    item: Item


@dataclass(frozen=True, slots=True)
class WasRefused:
    """A person was told that it is not."""

    station: int
    refusal: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A committed item of another station that is for people at this one."""

    station: int
    item: Item


@dataclass(frozen=True, slots=True)
class Changed:
    """A committed item of a station, or what the station knows of its way, is not as it was."""

    station: int
    item: Item


@dataclass(frozen=True, slots=True)
class FrameOrdered:
    """A station handed a frame to its radio."""

    station: int
    payload: bytes
    precedence: Precedence
    hop_limit: int


@dataclass(frozen=True, slots=True)
class FrameAnswered:
    """The radio said something of a frame."""

    station: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class OnAir:
    """A radio sent: its station's frame, or another's that it passed on."""

    radio: str
    airtime_us: int
    lora_bytes: int
    is_relay: bool
    main: FrameType | None = None
    """Of a station's frame, without what rides on it; None for radios' own talk and for strangers."""


@dataclass(frozen=True, slots=True)
class RadioSwitched:
    """A radio came on the air, or left it."""

    radio: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The radios of two stations can hear each other from now on, or no more; whether or not they are on."""

    one: int
    other: int
    carries: bool


@dataclass(frozen=True, slots=True)
class Learned:
    """A station believes a revocation."""

    station: int
    revocation: int
    """Its place in the scenario, from 0."""


@dataclass(frozen=True, slots=True)
class StepMade:
    """Something of the scenario happened: a fault, a courier's stop."""

    station: int
    what: str


Fact = (
    Booted
    | WentDown
    | WasAccepted
    | WasRefused
    | Arrived
    | Changed
    | FrameOrdered
    | FrameAnswered
    | OnAir
    | RadioSwitched
    | LinkChanged
    | Learned
    | StepMade
)


class Watcher(Protocol):
    """Learns what happens; must not change it."""

    def saw(self, fact: Fact, now_s: float) -> None:
        """A fact, at a time since the beginning."""


class Watchers:
    """Several watchers as one.

    Args:
        all_of_them: told in this order.
    """

    def __init__(self, *all_of_them: Watcher) -> None:
        self._all = all_of_them

    def saw(self, fact: Fact, now_s: float) -> None:
        """Tell each."""
        for watcher in self._all:
            watcher.saw(fact, now_s)
