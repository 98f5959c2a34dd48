"""What a signal is worth between two places: log-distance loss, shadowing, antenna heights.

    SNR = EIRP + antenna gain - loss - noise
    loss = loss at 1 km + 10 n log10(d / 1 km) + shadowing - height gain, never less than in free space

* Shadowing is log-normal, drawn once for each pair from the seed: hills and houses do not move.
* Height: 6 dB for each doubling of either antenna's height, as over a plane earth, from the heights at which the ground
  was measured.
* Fading moves the signal of each frame; since frames are seconds apart, as a chance that it falls below the floor.

Noise is thermal noise in 250 kHz and 6 dB of the receiver's own; with the floors of the presets that gives the data
sheet's sensitivities, such as -131.5 dBm at LONG_FAST (Semtech SX1261/2, table 3-8).
"""

import random
from dataclasses import dataclass
from math import erf, hypot, log10, sqrt
from typing import Protocol

from hardware.simulated.reception import Link

EIRP_DBM_MAX = 27.0 + 2.15
"""869.4 to 869.65 MHz: 500 mW of effective radiated power (ERC/REC 70-03, annex 1), 2.15 dB more against an isotropic
antenna than against a dipole."""

NOISE_DBM = -174.0 + 54.0 + 6.0
"""In 250 kHz."""

FREE_SPACE_1KM_DB = 91.2
"""At 869.5 MHz: 20 log10(4 pi d f / c)."""

DISTANCE_M_MIN = 1.0


class Place(Protocol):
    """Where an antenna stands, in metres from any point."""

    @property
    def east_m(self) -> float:
        """East of the point."""

    @property
    def north_m(self) -> float:
        """North of the point."""

    @property
    def height_m(self) -> float:
        """Above the ground around it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies between antennas."""

    loss_1km_db: float
    exponent: float
    shadowing_db: float
    """Standard deviation."""
    heights_m2: float
    """Product of the two antenna heights for which the loss holds."""


OPEN = Ground(128.95, 2.32, 7.8, 24.0 * 2.0)
"""868 MHz in and around Oulu, base station 24 m up and a car's roof (Petajajarvi et al., "On the coverage of LPWANs",
ITST 2015, table IV)."""

TOWN = Ground(126.0, 3.52, 5.0, 30.0 * 1.5)
"""Small or medium city at 868 MHz, base station 30 m up (Hata, IEEE Trans. Veh. Technol. VT-29, 1980); shadowing of
ITU-R P.1546, 1.2 + 1.3 log10(f / MHz)."""


@dataclass(frozen=True, slots=True)
class Antenna:
    """A radio and its antenna."""

    power_dbm: float = 22.0
    """An SX1262's highest."""
    gain_dbi: float = 2.15
    """A dipole's."""

    @property
    def eirp_dbm(self) -> float:
        """What it radiates, within the law."""
        return min(self.power_dbm + self.gain_dbi, EIRP_DBM_MAX)


class LogDistance:
    """Signals over one ground.

    Args:
        seed: draws the shadowing, the same for a pair whenever it is asked for.
        ground: between all places.
        antenna: of all radios.
        fading_db: standard deviation from frame to frame; 0 for none.
    """

    def __init__(
        self, seed: int, ground: Ground = TOWN, *, antenna: Antenna | None = None, fading_db: float = 0.0
    ) -> None:
        self._seed = seed
        self._ground = ground
        self._antenna = Antenna() if antenna is None else antenna
        self._fading_db = fading_db
        self._shadows_db: dict[tuple[int, int], float] = {}

    def snr_db(self, one: int, other: int, begin: Place, end: Place) -> float:
        """Tell the signal against noise between two radios, the same both ways.

        Args:
            one: number of a radio; with the other's it names the pair.
            other: likewise.
            begin: where the one is.
            end: where the other is.
        """
        distance_m = max(DISTANCE_M_MIN, hypot(end.east_m - begin.east_m, end.north_m - begin.north_m))
        away_db = 10 * log10(distance_m / 1000)
        height_db = 20 * log10(max(begin.height_m, 1.0) * max(end.height_m, 1.0) / self._ground.heights_m2)
        loss_db = self._ground.loss_1km_db + self._ground.exponent * away_db - height_db + self._shadow_db(one, other)
        loss_db = max(loss_db, FREE_SPACE_1KM_DB + 2 * away_db)
        return self._antenna.eirp_dbm + self._antenna.gain_dbi - loss_db - NOISE_DBM

    def link(
        self, one: int, other: int, begin: Place, end: Place, *, snr_floor_db: float, frame_loss: float = 0.0
    ) -> Link:
        """Make the link between two radios.

        Args:
            one: number of a radio.
            other: likewise.
            begin: where the one is.
            end: where the other is.
            snr_floor_db: of the preset; a link whose mean is below it carries nothing, with fading neither.
            frame_loss: chance that a frame is lost for any other reason.
        """
        snr_db = self.snr_db(one, other, begin, end)
        return Link(snr_db, 1 - (1 - frame_loss) * (1 - self._fade_loss(snr_db - snr_floor_db)))

    def _fade_loss(self, margin_db: float) -> float:
        if not self._fading_db:
            return 0.0
        return 0.5 * (1 - erf(margin_db / (self._fading_db * sqrt(2))))

    def _shadow_db(self, one: int, other: int) -> float:
        pair = (min(one, other), max(one, other))
        if pair not in self._shadows_db:
            chance = random.Random(f"{self._seed} shadow {pair[0]} {pair[1]}")  # noqa: S311 - a draw to repeat
            self._shadows_db[pair] = chance.gauss(0.0, self._ground.shadowing_db)
        return self._shadows_db[pair]
