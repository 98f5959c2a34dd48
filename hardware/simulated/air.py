"""One air between simulated radios: who hears whom, for how long a frame lasts, and which frames destroy each other.

A receiver gets a frame when it has listened from the first symbol to the last, has not sent meanwhile, has heard no
second frame meanwhile (but see `Capture`), and chance does not take it (`Link.loss`). A link weaker than the preset's
floor carries nothing.
"""

import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hardware.airtime import Preset
from hardware.simulated.frames import AirFrame, last_byte
from hardware.simulated.reception import Antenna, Capture, Link, Receiver, Tally, Transmission
from hardware.simulated.scheduler import Scheduler
from hardware.simulated.timing import Timing

__all__ = ["Air", "AirFrame", "Antenna", "Link", "Logged", "Tally", "last_byte"]

LOG_LENGTH = 256
"""Transmissions kept for inspection."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One transmission that was on the air."""

    began_s: float
    device: str
    frame: AirFrame
    airtime_ms: int
    heard_by: tuple[str, ...]


class Air:
    """All devices and the links between them.

    Args:
        scheduler: shared with the devices.
        preset: of all of them.
        chance: decides losses.
        capture: lets the stronger of two frames survive; None: neither does.
        timing: of all radios; the firmware's when None.
        handling_s: from the end of a frame until its receivers take it; radios need milliseconds, counted as none.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        preset: Preset,
        chance: random.Random,
        *,
        capture: Capture | None = None,
        timing: Timing | None = None,
        handling_s: float = 0.0,
    ) -> None:
        self.preset = preset
        self.timing = Timing(preset) if timing is None else timing
        self._scheduler = scheduler
        self._chance = chance
        self._capture = capture
        self._handling_s = handling_s
        self._floor_db = preset.snr_floor_db
        self._receivers: dict[str, Receiver] = {}
        self._sending: list[Transmission] = []
        self._tallies: dict[str, Tally] = {}
        self._log: deque[Logged] = deque(maxlen=LOG_LENGTH)
        self._told: Callable[[str, AirFrame, int], None] | None = None
        self._told_on: Callable[[str], None] | None = None
        self._told_off: Callable[[str], None] | None = None

    def watch(self, told: Callable[[str, AirFrame, int], None]) -> None:
        """Tell of each transmission as it begins: who sends, what, and for how many microseconds."""
        self._told = told

    def watch_antennas(self, told_on: Callable[[str], None], told_off: Callable[[str], None]) -> None:
        """Tell of each antenna that is switched on or off."""
        self._told_on, self._told_off = told_on, told_off

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """What each device did and met so far, by name."""
        return self._tallies

    @property
    def log(self) -> tuple[Logged, ...]:
        """The last transmissions, oldest first."""
        return tuple(self._log)

    def set_link(self, one: str, other: str, link: Link) -> None:
        """Put or change the link between two devices; without one they never hear each other.

        A frame on the air is lost to who goes out of reach meanwhile, and to who comes into it.
        """
        ends = self._receiver(one), self._receiver(other)
        for here, there in (ends, ends[::-1]):
            before = here.links.get(there.name)
            here.links[there.name] = link
            was_in_reach = before is not None and before.snr_db >= self._floor_db
            if link.snr_db < self._floor_db and not was_in_reach:
                # Out of reach before and after: most of those that a moving station passes.
                continue
            here.reached = None
            if here.sending is not None:
                there.on_air = [each for each in there.on_air if each[0] is not here.sending]
                if link.snr_db >= self._floor_db:
                    there.on_air.append((here.sending, link.snr_db))
                    if not was_in_reach:
                        here.sending.missed_by.add(there.name)

    def link(self, one: str, other: str) -> Link | None:
        """Return the link between two devices."""
        return self._receiver(one).links.get(other)

    def join(self, device: str, antenna: Antenna) -> None:
        """Switch a device's antenna on; what is on the air already, it misses."""
        receiver = self._receiver(device)
        receiver.antenna = antenna
        self._tallies.setdefault(device, receiver.tally)
        self._miss_all(device)
        if self._told_on is not None:
            self._told_on(device)

    def leave(self, device: str) -> None:
        """Switch a device's antenna off; what it was sending is cut off and nobody reads it."""
        receiver = self._receiver(device)
        receiver.antenna = None
        if receiver.sending is not None:
            if receiver.sending.end is not None:
                receiver.sending.end.cancel()
            self._end(receiver.sending)
        self._miss_all(device)
        if self._told_off is not None:
            self._told_off(device)

    def is_busy(self, device: str) -> bool:
        """Whether a device's radio finds the channel taken, by itself or by what it can hear."""
        receiver = self._receivers[device]
        if receiver.sending is not None:
            return True
        if not receiver.on_air:
            return False
        noticed_s = self._scheduler.now_s() - self.timing.sense_s
        return any(each.began_s <= noticed_s for each, _ in receiver.on_air)

    def transmit(self, device: str, frame: AirFrame) -> int:
        """Put a frame on the air and return how long it lasts, in microseconds."""
        sender, now_s = self._receivers[device], self._scheduler.now_s()
        airtime_us = self.timing.airtime_us(frame.lora_bytes)
        new = Transmission(sender, frame, now_s, now_s + airtime_us / 1e6, airtime_us)
        for other in self._sending:
            # Who sends is deaf to the rest.
            new.missed_by.add(other.sender.name)
            other.missed_by.add(device)
        for receiver, link in self._reached(sender):
            if receiver.on_air:
                self._overlap(receiver, new, link.snr_db)
            receiver.on_air.append((new, link.snr_db))
        self._sending.append(new)
        sender.sending = new
        new.end = self._scheduler.call_at(new.ends_s, lambda: self._finish(new))
        sender.tally.packets_sent += 1
        sender.tally.sent_us += airtime_us
        if self._told is not None:
            self._told(device, frame, airtime_us)
        return airtime_us

    def _overlap(self, receiver: Receiver, new: Transmission, snr_db: float) -> None:
        if self._capture is not None:
            self._capture.overlap(receiver, new, snr_db)
            return
        new.collided_at.add(receiver.name)
        for old, _ in receiver.on_air:
            old.collided_at.add(receiver.name)

    def _finish(self, transmission: Transmission) -> None:
        self._end(transmission)
        reached = [(receiver, link) for receiver, link in self._reached(transmission.sender) if receiver.antenna]
        readers = [receiver.name for receiver, link in reached if self._reads(transmission, receiver, link)]
        self._log.append(
            Logged(
                began_s=transmission.began_s,
                device=transmission.sender.name,
                frame=transmission.frame,
                airtime_ms=(transmission.airtime_us + 500) // 1000,
                heard_by=tuple(readers),
            )
        )
        if self._handling_s:
            taken_s = self._scheduler.now_s() + self._handling_s
            self._scheduler.call_at(taken_s, lambda: self._hand_over(transmission, reached, frozenset(readers)))
        else:
            self._hand_over(transmission, reached, frozenset(readers))

    def _hand_over(
        self, transmission: Transmission, reached: list[tuple[Receiver, Link]], readers: frozenset[str]
    ) -> None:
        frame, airtime_us = transmission.frame, transmission.airtime_us
        for receiver, link in reached:
            if receiver.antenna is None:
                continue
            receiver.tally.heard_us += airtime_us
            if receiver.name in readers:
                receiver.tally.packets_heard += 1
                receiver.antenna.hear(frame, link.snr_db, airtime_us)
            else:
                receiver.antenna.hear_noise(airtime_us)

    def _reads(self, transmission: Transmission, receiver: Receiver, link: Link) -> bool:
        # Drawn for every reception, so that a collision here does not shift the fate of all later frames.
        is_taken = self._chance.random() < link.loss
        if receiver.name in transmission.missed_by:
            return False
        if receiver.name in transmission.collided_at:
            receiver.tally.collisions += 1
            return False
        if is_taken:
            receiver.tally.lost += 1
            return False
        return True

    def _end(self, transmission: Transmission) -> None:
        self._sending.remove(transmission)
        transmission.sender.sending = None
        for receiver, _ in self._reached(transmission.sender):
            receiver.on_air = [each for each in receiver.on_air if each[0] is not transmission]

    def _miss_all(self, device: str) -> None:
        for transmission in self._sending:
            transmission.missed_by.add(device)

    def _receiver(self, name: str) -> Receiver:
        return self._receivers.setdefault(name, Receiver(name))

    def _reached(self, sender: Receiver) -> list[tuple[Receiver, Link]]:
        """Give all that hear a device, on or off, by name: in the same order in every run."""
        if sender.reached is None:
            sender.reached = [
                (self._receivers[name], sender.links[name])
                for name in sorted(sender.links)
                if name != sender.name and sender.links[name].snr_db >= self._floor_db
            ]
        return sender.reached
