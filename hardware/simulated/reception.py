"""What one receiver makes of overlapping frames.

Without capture, as in the firmware's own simulated radio: neither of two that overlap is read.

With capture, pair by pair, the receiver's state being what the earlier frame has made of it:

    the later one is at least 6 dB weaker    the earlier is read, the later lost
    within 6 dB of each other                the earlier is lost
    the later is stronger by 6 dB or more    the earlier is lost, the later read if the receiver was not yet locked
    the earlier ends while 5 symbols of the later's preamble are to come
                                             the later is read

A receiver locks onto a preamble after 5 of its 16 symbols, and stays locked until that frame ends, for a stronger one
too. (6 dB for the same spreading factor: Goursaud and Gorce, "Dedicated networks for IoT", 2015, table 4; 5 symbols:
Bor, Roedig, Voigt and Alonso, "Do LoRa low-power wide-area networks scale?", 2016, section 4.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from hardware.airtime import PREAMBLE_SYMBOLS

if TYPE_CHECKING:
    from hardware.simulated.frames import AirFrame
    from hardware.simulated.scheduler import Timer

CAPTURE_DB = 6.0
LOCK_SYMBOLS = 5


class Antenna(Protocol):
    """The receiving end of a device."""

    def hear(self, frame: AirFrame, snr_db: float, airtime_us: int) -> None:
        """Take a frame received whole."""

    def hear_noise(self, airtime_us: int) -> None:
        """Take note that a frame was on the air and could not be read."""


@dataclass(frozen=True, slots=True)
class Link:
    """What lies between two devices, the same both ways."""

    snr_db: float
    loss: float = 0.0
    """Chance from 0 to 1 that a frame is lost for no other reason; 1 cuts the link but is still heard as noise."""


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
class Transmission:
    """A frame on the air."""

    sender: Receiver
    frame: AirFrame
    began_s: float
    ends_s: float
    airtime_us: int
    end: Timer | None = None
    collided_at: set[str] = field(default_factory=set)
    missed_by: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Receiver:
    """One device as the air knows it, on or off."""

    name: str
    antenna: Antenna | None = None
    tally: Tally = field(default_factory=Tally)
    links: dict[str, Link] = field(default_factory=dict)
    """By the other's name."""
    reached: list[tuple[Receiver, Link]] | None = None
    """Who hears it, by name; None until worked out."""
    on_air: list[tuple[Transmission, float]] = field(default_factory=list)
    """What it can hear now, with the signal, oldest first."""
    sending: Transmission | None = None


class Capture:
    """The stronger of two frames survives.

    Args:
        symbol_us: of the preset.
        margin_db: by how much it must be stronger.
        preamble_symbols: of every frame.
        locks: whether a receiver stays with the frame that it has begun; else it takes the stronger at any time.
    """

    def __init__(
        self,
        symbol_us: int,
        margin_db: float = CAPTURE_DB,
        *,
        preamble_symbols: int = PREAMBLE_SYMBOLS,
        locks: bool = True,
    ) -> None:
        self._margin_db = margin_db
        self._locks = locks
        self._lock_s = LOCK_SYMBOLS * symbol_us / 1e6
        self._spare_s = (preamble_symbols - LOCK_SYMBOLS) * symbol_us / 1e6

    def overlap(self, receiver: Receiver, new: Transmission, snr_db: float) -> None:
        """Mark what is lost at a receiver by a frame that begins now."""
        for old, old_snr_db in receiver.on_air:
            stronger_db = snr_db - old_snr_db
            if stronger_db > -self._margin_db:
                old.collided_at.add(receiver.name)
            if old.ends_s <= new.began_s + self._spare_s:
                continue
            is_locked = self._locks and new.began_s >= old.began_s + self._lock_s and receiver.name not in old.missed_by
            if stronger_db < self._margin_db or is_locked:
                new.collided_at.add(receiver.name)
