"""What a signal is worth between two places."""

import random
from math import hypot, log10
from typing import Final

from node.simulation.scenario import Place

POWER_DBM: Final = 27.0
"""EU868, 869.4 to 869.65 MHz: 500 mW ERP at most; what a Meshtastic radio of the usual make gives with its antenna is
below it (ERC/REC 70-03)."""
NOISE_DBM: Final = -174.0 + 54.0 + 6.0
"""Thermal noise in 250 kHz, and 6 dB of a receiver's own (SX1262 data sheet)."""
FIRST_METRE_DB: Final = 31.2
"""Free space at 869.5 MHz."""
EXPONENT: Final = 3.3
"""Between 2 of free space and 4 of dense towns."""
SHADOWING_DB: Final = 6.0
"""Standard deviation of what hills and houses add or spare."""


class LogDistance:
    """Log-distance loss with log-normal shadowing, drawn once for each pair. Implements `landscape.Propagation`."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._shadows: dict[tuple[int, int], float] = {}

    def snr_db(self, one: int, other: int, begin: Place, end: Place) -> float:
        """Signal against noise, dB."""
        pair = (min(one, other), max(one, other))
        if pair not in self._shadows:
            chance = random.Random(f"{self._seed} shadow {pair}")  # noqa: S311 - a draw to repeat, no secret
            self._shadows[pair] = chance.gauss(0.0, SHADOWING_DB)
        distance_m = max(1.0, hypot(end.east_m - begin.east_m, end.north_m - begin.north_m))
        loss_db = FIRST_METRE_DB + 10 * EXPONENT * log10(distance_m) + self._shadows[pair]
        gain_db = 20 * log10(max(1.0, begin.height_m * end.height_m) / 64)
        return POWER_DBM - loss_db + gain_db - NOISE_DBM
