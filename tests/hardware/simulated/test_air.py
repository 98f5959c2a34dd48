"""Links that change while frames are on the air, and who finds the channel taken by them."""

import random
from dataclasses import dataclass, field

import pytest

from hardware.airtime import PRESETS
from hardware.simulated.air import Air, AirFrame, Link
from hardware.simulated.channels import factory_channel
from hardware.simulated.identity import EVERYBODY
from hardware.simulated.scheduler import VirtualScheduler

PRESET = PRESETS["LONG_FAST"]
NEAR, FAR = Link(8.0), Link(-99.0)
FRAME = AirFrame(1, EVERYBODY, 1, 0, 0, False, 1, factory_channel(PRESET), bytes(100))


@dataclass
class Ear:
    scheduler: VirtualScheduler
    read_s: list[float] = field(default_factory=list)
    noise_s: list[float] = field(default_factory=list)

    def hear(self, frame: AirFrame, snr_db: float, airtime_us: int) -> None:
        self.read_s.append(self.scheduler.now_s())

    def hear_noise(self, airtime_us: int) -> None:
        self.noise_s.append(self.scheduler.now_s())


@dataclass
class Pair:
    """Two antennas on one air; the first sends a frame at once."""

    link: Link | None
    handling_s: float = 0.0

    def __post_init__(self) -> None:
        self.scheduler = VirtualScheduler()
        self.air = Air(self.scheduler, PRESET, random.Random(1), handling_s=self.handling_s)
        self.ears = {name: Ear(self.scheduler) for name in ("sender", "receiver")}
        for name, ear in self.ears.items():
            self.air.join(name, ear)
        if self.link is not None:
            self.air.set_link("sender", "receiver", self.link)
        self.frame_s = self.air.transmit("sender", FRAME) / 1e6
        self.scheduler.run_until(self.frame_s / 2)

    @property
    def receiver(self) -> Ear:
        return self.ears["receiver"]


def test_frame_is_lost_to_who_goes_out_of_reach_meanwhile() -> None:
    pair = Pair(NEAR)
    assert pair.air.is_busy("receiver")
    pair.air.set_link("receiver", "sender", FAR)
    assert not pair.air.is_busy("receiver")
    pair.scheduler.run_until(10)
    assert (pair.receiver.read_s, pair.receiver.noise_s) == ([], [])


@pytest.mark.parametrize("before", [None, FAR])
def test_frame_is_noise_to_who_comes_into_reach_meanwhile(before: Link | None) -> None:
    pair = Pair(before)
    assert not pair.air.is_busy("receiver")
    pair.air.set_link("sender", "receiver", NEAR)
    assert pair.air.is_busy("receiver")
    pair.scheduler.run_until(10)
    assert (pair.receiver.read_s, pair.receiver.noise_s) == ([], [pytest.approx(pair.frame_s)])
    assert not pair.air.is_busy("receiver")


def test_frame_survives_a_link_that_only_gets_worse() -> None:
    pair = Pair(NEAR)
    pair.air.set_link("sender", "receiver", Link(2.0))
    pair.scheduler.run_until(10)
    assert len(pair.receiver.read_s) == 1


def test_frame_is_taken_as_late_as_the_air_says() -> None:
    pair = Pair(NEAR, handling_s=0.3)
    pair.scheduler.run_until(10)
    assert pair.receiver.read_s == [pytest.approx(pair.frame_s + 0.3)]


def test_frame_that_its_sender_cannot_finish_is_nobodys() -> None:
    pair = Pair(NEAR)
    pair.air.leave("sender")
    assert not pair.air.is_busy("receiver")
    pair.scheduler.run_until(10)
    assert (pair.receiver.read_s, pair.receiver.noise_s) == ([], [])
