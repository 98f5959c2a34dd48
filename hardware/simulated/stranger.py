"""Radios of other people on the same slot: they have another channel key, so nobody here reads what they send.

A stranger broadcasts packets of one size, at random moments as many an hour as told, with the waits and the look at the
channel of any radio. Devices of 2.7 pass its packets on like their own and show them to their clients as `encrypted`;
those of 2.8 only pass them on.
"""

import random
from dataclasses import dataclass

from hardware.airtime import HEADER_BYTES
from hardware.simulated.air import Air, AirFrame, last_byte
from hardware.simulated.channels import Channel
from hardware.simulated.duty_cycle import DutyCycle
from hardware.simulated.identity import EVERYBODY, Identity
from hardware.simulated.modem import Modem, Outbound
from hardware.simulated.scheduler import Scheduler

PRIORITY = 64
HOP_LIMIT = 3
PACKETS_AN_HOUR_MAX = 3600.0
LORA_BYTES_MIN = HEADER_BYTES + 4


@dataclass(frozen=True, slots=True)
class Habit:
    """What a stranger does."""

    packets_an_hour: float
    lora_bytes: int
    """Of each packet on the air, its header included."""


class Stranger:
    """One radio of somebody else; speaks from the start and for ever.

    Args:
        name: on the air and in links.
        habit: what it does.
        air: shared with the devices.
        scheduler: shared with the devices.
        chance: draws its moments and waits.
    """

    def __init__(self, name: str, habit: Habit, *, air: Air, scheduler: Scheduler, chance: random.Random) -> None:
        self._number = Identity.named(name).node_number
        self._habit = habit
        self._channel = Channel(name, b"nobody else's")
        self._scheduler = scheduler
        self._chance = chance
        self._duty_cycle = DutyCycle()
        self._modem = Modem(
            name,
            air,
            scheduler,
            chance,
            channel_use_pct=lambda: self._duty_cycle.channel_use_pct(scheduler.now_s()),
            sent=self._note_use,
            place_free=lambda: None,
        )
        air.join(name, self)
        self._plan()

    def hear(self, frame: AirFrame, snr_db: float, airtime_us: int) -> None:
        """Take note that the channel was taken; it passes nothing on."""
        self.hear_noise(airtime_us)

    def hear_noise(self, airtime_us: int) -> None:
        """Take note that the channel was taken."""
        self._note_use(airtime_us)
        self._modem.heard()

    def _note_use(self, airtime_us: int) -> None:
        self._duty_cycle.heard(airtime_us / 1e6, self._scheduler.now_s())

    def _plan(self) -> None:
        wait_s = self._chance.expovariate(self._habit.packets_an_hour / 3600)
        self._scheduler.call_at(self._scheduler.now_s() + wait_s, self._speak)

    def _speak(self) -> None:
        frame = AirFrame(
            from_node=self._number,
            to_node=EVERYBODY,
            packet_id=self._chance.randrange(1, EVERYBODY),
            hop_limit=HOP_LIMIT,
            hop_start=HOP_LIMIT,
            want_ack=False,
            relay_node=last_byte(self._number),
            channel=self._channel,
            data=bytes(self._habit.lora_bytes - HEADER_BYTES),
        )
        self._modem.send(Outbound(frame, PRIORITY))
        self._plan()
