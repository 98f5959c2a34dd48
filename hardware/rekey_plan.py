"""A change of one channel's key over a whole network, radio by radio, so that nobody falls out: pure.

    SPREAD   every radio gets the new key beside the old one, and goes on sending with the old
    SWITCH   when all have it: every radio sends with the new key and still reads the old
    FINISH   when all have switched: the old key is removed everywhere

Within a step each radio is PLANNED, WRITTEN while nobody has read back what was begun, VERIFIED, or MISSING when it
could not be reached. The next step begins when all are VERIFIED, or when the operator leaves the others behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hardware.profile import ChannelProfile, NetworkProfile
from hardware.wanted import HANDHELD_CHANNEL, STATION_CHANNEL, WantedChannel

NEW_CHANNEL: Final = 2
"""Of any radio, for the new key before it is sent with."""
OLD_CHANNEL: Final = 3
"""For the old key after that. Two places, so that the one can be opened before the other is closed: a radio that is
caught between two writes reads both keys."""


class Subject(StrEnum):
    """Whose channel gets another key."""

    STATION = "station"
    HANDHELD = "handheld"


class Step(StrEnum):
    """How far the network is."""

    SPREAD = "spread"
    SWITCH = "switch"
    FINISH = "finish"
    DONE = "done"


class Stage(StrEnum):
    """How far one radio is in this step."""

    PLANNED = "planned"
    WRITTEN = "written"
    VERIFIED = "verified"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class RadioStage:
    """One radio in the current step."""

    name: str
    """The station's short name, or the handheld's."""
    is_handheld: bool
    stage: Stage
    problem: str = ""
    """Why it is missing."""
    is_left: bool = False
    """Left behind: it keeps whatever key it has."""


@dataclass(frozen=True, slots=True)
class Rekey:
    """A change of keys under way."""

    subject: Subject
    old: str
    """Fingerprint of the key to be replaced."""
    new: str
    """Fingerprint of the key to come."""
    step: Step
    radios: tuple[RadioStage, ...]

    @property
    def remaining(self) -> tuple[RadioStage, ...]:
        """Those that this step still waits for."""
        return tuple(radio for radio in self.radios if radio.stage is not Stage.VERIFIED and not radio.is_left)

    def radio(self, name: str) -> RadioStage | None:
        """Find a radio by its name."""
        return next((radio for radio in self.radios if radio.name == name), None)

    def with_stage(self, name: str, stage: Stage, problem: str = "") -> "Rekey":
        """Note how far one radio is; one that was left behind is taken up again."""
        radios = (
            replace(radio, stage=stage, problem=problem, is_left=False) if radio.name == name else radio
            for radio in self.radios
        )
        return replace(self, radios=tuple(radios))

    def advanced(self, *, leaving: bool = False) -> "Rekey":
        """Go to the next step when nobody is waited for, once.

        Args:
            leaving: do not wait: who is not VERIFIED is left behind.
        """
        if self.step is Step.DONE or (self.remaining and not leaving):
            return self
        waited_for = {radio.name for radio in self.remaining}
        step = list(Step)[list(Step).index(self.step) + 1]
        radios = (
            replace(radio, is_left=True)
            if radio.is_left or radio.name in waited_for
            else replace(radio, stage=Stage.VERIFIED if step is Step.DONE else Stage.PLANNED, problem="")
            for radio in self.radios
        )
        return replace(self, step=step, radios=tuple(radios))


def begin(profile: NetworkProfile, subject: Subject, new: str, old: str, handhelds: tuple[str, ...]) -> Rekey:
    """Plan a change for all stations of a profile and the handhelds named."""
    stations = (RadioStage(station.short_name, is_handheld=False, stage=Stage.PLANNED) for station in profile.stations)
    theirs = (RadioStage(name, is_handheld=True, stage=Stage.PLANNED) for name in handhelds)
    # Handhelds hold no station key.
    radios = (*stations, *(theirs if subject is Subject.HANDHELD else ()))
    return Rekey(subject, old, new, Step.SPREAD, radios)


def channels(
    profile: NetworkProfile, rekey: Rekey, keys: Mapping[str, bytes], *, is_handheld: bool
) -> Mapping[int, WantedChannel]:
    """Lay out the channels of a radio in this step.

    Args:
        profile: of the network.
        rekey: says the step.
        keys: the old and the new key by their fingerprints.
        is_handheld: whether it has the handheld channel alone.
    """
    subject = profile.station_channel if rekey.subject is Subject.STATION else profile.handheld_channel
    old, new = WantedChannel(subject.name, keys[rekey.old]), WantedChannel(subject.name, keys[rekey.new])
    layout, at = {}, STATION_CHANNEL
    if not is_handheld:
        layout[STATION_CHANNEL] = _channel(profile.station_channel)
        layout[HANDHELD_CHANNEL] = _channel(profile.handheld_channel)
        at = STATION_CHANNEL if rekey.subject is Subject.STATION else HANDHELD_CHANNEL
    layout[at] = old if rekey.step is Step.SPREAD else new
    if rekey.step is Step.SPREAD:
        layout[NEW_CHANNEL] = new
    elif rekey.step is Step.SWITCH:
        layout[OLD_CHANNEL] = old
    return MappingProxyType(layout)


def _channel(channel: ChannelProfile) -> WantedChannel:
    return WantedChannel(channel.name, channel.key)
