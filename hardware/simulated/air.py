"""One air between simulated radios: who hears whom, for how long a frame lasts, and which frames destroy each other.

A receiver gets a frame when it has listened from the first symbol to the last, has not sent meanwhile, has heard no
second frame meanwhile, and chance does not take it (`Link.loss`). There is no capture: of two overlapping frames
neither survives, as in the firmware's own simulated radio. A link weaker than the preset's floor carries nothing.
"""

import random
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from hardware.airtime import HEADER_BYTES, PKC_BYTES, Preset, packet_airtime_us
from hardware.simulated.channels import Channel
from hardware.simulated.scheduler import Scheduler, Timer

SENSE_SYMBOLS = 2.5
"""A transmission is noticed by others only after so long: whoever starts within it collides (CAD and turn-round)."""

LOG_LENGTH = 256
"""Transmissions kept for inspection."""


def last_byte(node_number: int) -> int:
    """Name a node in the one byte that relays and next hops have; never 0 (src/mesh/NodeDB.h)."""
    return node_number & 0xFF or 0xFF


@dataclass(frozen=True, slots=True)
class AirFrame:
    """A packet as it is on the air."""

    from_node: int
    to_node: int
    packet_id: int
    hop_limit: int
    hop_start: int
    want_ack: bool
    relay_node: int
    """Last byte of the number of whoever sends this copy."""
    channel: Channel | None
    """Whose members read it; None for a direct message encrypted to the destination's key."""
    data: bytes
    """The encoded `Data`, in the clear: encryption is modelled by its size and by who gets the frame to see."""
    next_hop: int = 0
    """Last byte of the number of the neighbour asked to pass it on; 0 asks everybody."""
    signature_bytes: int = 0

    @property
    def to_key(self) -> bool:
        """Whether it is encrypted to the destination's key."""
        return self.channel is None

    @property
    def channel_hash(self) -> int:
        """The byte that names the channel on the air."""
        return 0 if self.channel is None else self.channel.hash

    @property
    def hops_used(self) -> int | None:
        """Relays so far; None when the packet does not tell before it is read."""
        if self.hop_start == 0 or self.hop_start < self.hop_limit:
            return None
        return self.hop_start - self.hop_limit

    @property
    def lora_bytes(self) -> int:
        """Size on the air."""
        return HEADER_BYTES + len(self.data) + (PKC_BYTES if self.to_key else 0) + self.signature_bytes

    def relayed_by(self, node_number: int) -> "AirFrame":
        """Return the copy that a relay sends."""
        return replace(self, hop_limit=self.hop_limit - 1, relay_node=last_byte(node_number))


@dataclass(frozen=True, slots=True)
class Link:
    """What lies between two devices, the same both ways."""

    snr_db: float
    loss: float = 0.0
    """Chance from 0 to 1 that a frame is lost for no other reason; 1 cuts the link but is still heard as noise."""


class Antenna(Protocol):
    """The receiving end of a device."""

    def hear(self, frame: AirFrame, snr_db: float, airtime_us: int) -> None:
        """Take a frame received whole."""

    def hear_noise(self, airtime_us: int) -> None:
        """Take note that a frame was on the air and could not be read."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One transmission that was on the air."""

    began_s: float
    device: str
    frame: AirFrame
    airtime_ms: int
    heard_by: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What one device did and met on the air."""

    packets_sent: int = 0
    packets_heard: int = 0
    sent_us: int = 0
    heard_us: int = 0
    collisions: int = 0
    """Frames that another frame destroyed at this device's antenna."""
    lost: int = 0
    """Frames taken by chance."""


@dataclass(slots=True, eq=False)
class _Transmission:
    device: str
    frame: AirFrame
    began_s: float
    airtime_us: int
    end: Timer | None = None
    collided_at: set[str] = field(default_factory=set)
    missed_by: set[str] = field(default_factory=set)


class Air:
    """All devices and the links between them.

    Args:
        scheduler: shared with the devices.
        preset: of all of them.
        chance: decides losses.
    """

    def __init__(self, scheduler: Scheduler, preset: Preset, chance: random.Random) -> None:
        self.preset = preset
        self._scheduler = scheduler
        self._chance = chance
        self._antennas: dict[str, Antenna] = {}
        self._links: dict[tuple[str, str], Link] = {}
        self._sending: list[_Transmission] = []
        self._tallies: dict[str, Tally] = {}
        self._log: deque[Logged] = deque(maxlen=LOG_LENGTH)
        self._told: Callable[[str, AirFrame, int], None] | None = None

    def watch(self, told: Callable[[str, AirFrame, int], None]) -> None:
        """Tell of each transmission as it begins: who sends, what, and for how many microseconds."""
        self._told = told

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """What each device did and met so far, by name."""
        return self._tallies

    @property
    def log(self) -> tuple[Logged, ...]:
        """The last transmissions, oldest first."""
        return tuple(self._log)

    def set_link(self, one: str, other: str, link: Link) -> None:
        """Put or change the link between two devices; without one they never hear each other."""
        self._links[one, other] = self._links[other, one] = link

    def link(self, one: str, other: str) -> Link | None:
        """Return the link between two devices."""
        return self._links.get((one, other))

    def join(self, device: str, antenna: Antenna) -> None:
        """Switch a device's antenna on; what is on the air already, it misses."""
        self._antennas[device] = antenna
        self._tallies.setdefault(device, Tally())
        for transmission in self._sending:
            transmission.missed_by.add(device)

    def leave(self, device: str) -> None:
        """Switch a device's antenna off; what it was sending is cut off and nobody reads it."""
        self._antennas.pop(device, None)
        for transmission in [each for each in self._sending if each.device == device]:
            if transmission.end is not None:
                transmission.end.cancel()
            self._sending.remove(transmission)
        for transmission in self._sending:
            transmission.missed_by.add(device)

    def is_busy(self, device: str) -> bool:
        """Whether a device's radio finds the channel taken, by itself or by what it can hear."""
        noticed_s = self._scheduler.now_s() - SENSE_SYMBOLS * self.preset.symbol_us / 1e6
        return any(
            each.device == device or (each.began_s <= noticed_s and self._reaches(each.device, device))
            for each in self._sending
        )

    def transmit(self, device: str, frame: AirFrame) -> int:
        """Put a frame on the air and return how long it lasts, in microseconds."""
        now_s = self._scheduler.now_s()
        new = _Transmission(device, frame, now_s, packet_airtime_us(self.preset, frame.lora_bytes))
        for other in self._sending:
            # Who sends is deaf to the rest, and who hears both reads neither.
            new.missed_by.add(other.device)
            other.missed_by.add(device)
            for name in self._antennas:
                if self._reaches(new.device, name) and self._reaches(other.device, name):
                    new.collided_at.add(name)
                    other.collided_at.add(name)
        self._sending.append(new)
        new.end = self._scheduler.call_at(now_s + new.airtime_us / 1e6, lambda: self._finish(new))
        tally = self._tallies[device]
        tally.packets_sent += 1
        tally.sent_us += new.airtime_us
        if self._told is not None:
            self._told(device, frame, new.airtime_us)
        return new.airtime_us

    def _finish(self, transmission: _Transmission) -> None:
        self._sending.remove(transmission)
        readers = [name for name in sorted(self._antennas) if self._reads(transmission, name)]
        self._log.append(
            Logged(
                began_s=transmission.began_s,
                device=transmission.device,
                frame=transmission.frame,
                airtime_ms=(transmission.airtime_us + 500) // 1000,
                heard_by=tuple(readers),
            )
        )
        for name in sorted(self._antennas):
            antenna, link = self._antennas.get(name), self._links.get((transmission.device, name))
            if antenna is None or link is None or not self._reaches(transmission.device, name):
                continue
            self._tallies[name].heard_us += transmission.airtime_us
            if name in readers:
                self._tallies[name].packets_heard += 1
                antenna.hear(transmission.frame, link.snr_db, transmission.airtime_us)
            else:
                antenna.hear_noise(transmission.airtime_us)

    def _reads(self, transmission: _Transmission, name: str) -> bool:
        if not self._reaches(transmission.device, name):
            return False
        # Drawn for every reception, so that a collision here does not shift the fate of all later frames.
        is_taken = self._chance.random() < self._links[transmission.device, name].loss
        if name in transmission.missed_by:
            return False
        if name in transmission.collided_at:
            self._tallies[name].collisions += 1
            return False
        if is_taken:
            self._tallies[name].lost += 1
            return False
        return True

    def _reaches(self, device: str, name: str) -> bool:
        link = self._links.get((device, name))
        return link is not None and device != name and link.snr_db >= self.preset.snr_floor_db
