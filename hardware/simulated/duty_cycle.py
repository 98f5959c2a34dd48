"""A device's own account of its airtime, kept as the firmware keeps it: in memory, in bins, gone at a restart.

* Sending: 60 bins of one minute, a sliding hour; the legal share is 10 % of it in the band that Bavn uses.
* Channel use: 6 bins of ten seconds, sent and heard.

(Firmware src/airtime.cpp.)
"""

from collections import deque

SENDING_SHARE_MAX = 0.10
HOUR_BINS = 60
BIN_S = 60.0
USE_BINS = 6
USE_BIN_S = 10.0


class _Bins:
    """A sliding sum over the last `count` bins of `width_s`; the newest is still filling."""

    def __init__(self, count: int, width_s: float) -> None:
        self._width_s = width_s
        self._newest = 0
        self._sums: deque[float] = deque([0.0] * count, maxlen=count)

    def add(self, amount: float, now_s: float) -> None:
        self._slide(now_s)
        self._sums[-1] += amount

    def oldest_first(self, now_s: float) -> list[float]:
        self._slide(now_s)
        return list(self._sums)

    def _slide(self, now_s: float) -> None:
        number = int(now_s // self._width_s)
        if number == self._newest:
            return
        for _ in range(min(number - self._newest, len(self._sums))):
            self._sums.append(0.0)
        self._newest = max(number, self._newest)


class DutyCycle:
    """Airtime of one device since it was switched on."""

    def __init__(self) -> None:
        self._sent = _Bins(HOUR_BINS, BIN_S)
        self._used = _Bins(USE_BINS, USE_BIN_S)

    def sent(self, airtime_s: float, now_s: float) -> None:
        """Note an own transmission, relayed ones included."""
        self._sent.add(airtime_s, now_s)
        self._used.add(airtime_s, now_s)

    def heard(self, airtime_s: float, now_s: float) -> None:
        """Note a transmission of somebody else."""
        self._used.add(airtime_s, now_s)

    def sending_pct(self, now_s: float) -> float:
        """Share of the last hour spent sending."""
        return 100 * sum(self._sent.oldest_first(now_s)) / (HOUR_BINS * BIN_S)

    def channel_use_pct(self, now_s: float) -> float:
        """Share of the last minute in which the channel was taken."""
        return 100 * sum(self._used.oldest_first(now_s)) / (USE_BINS * USE_BIN_S)

    def minutes_to_wait(self, now_s: float) -> int:
        """How many minutes must slide out of the hour before sending is legal again; 0 when it is."""
        bins = self._sent.oldest_first(now_s)
        left_s = sum(bins)
        allowed_s = SENDING_SHARE_MAX * HOUR_BINS * BIN_S
        minutes = 0
        while left_s > allowed_s:
            left_s -= bins[minutes]
            minutes += 1
        return minutes
