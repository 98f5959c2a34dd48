"""What a link has met since the program started: counts by reason, and the radio's last word on its own state."""

from collections import Counter
from collections.abc import Mapping

from hardware.from_radio import DropReason
from hardware.radio import LinkHealth, Refusal

RESTART_SLACK_S = 20.0
"""A radio's uptime may be told so late, or its first word come so early; restarts closer together count once."""


class LinkCounts:
    """Grows over all connections of one link."""

    def __init__(self) -> None:
        self._drops: Counter[DropReason] = Counter()
        self._refusals: Counter[Refusal] = Counter()
        self._heard_s: float | None = None
        self._ups = 0
        self._restarts = 0
        self._radio_began_s: float | None = None
        self._queue_free: int | None = None
        self._air_util_tx_pct: float | None = None

    @property
    def drops(self) -> Mapping[DropReason, int]:
        """Messages of the radio that were dropped, by reason."""
        return dict(self._drops)

    def heard(self, now_s: float) -> None:
        """Anything readable came."""
        self._heard_s = now_s

    def dropped(self, reason: DropReason, count: int = 1) -> None:
        """Something that came was not used."""
        if count:
            self._drops[reason] += count

    def refused(self, reason: Refusal) -> None:
        """A frame was not sent."""
        self._refusals[reason] += 1

    def came_up(self, queue_free: int | None) -> None:
        """The radio's settings are read."""
        self._ups += 1
        self._queue_free = queue_free

    def went_down(self) -> None:
        """Nothing the radio said of itself holds any longer."""
        self._queue_free = None
        self._air_util_tx_pct = None

    def queue(self, free: int) -> None:
        """The radio told of its queue."""
        self._queue_free = free

    def measured(self, air_util_tx_pct: float, uptime_s: int | None, now_s: float) -> None:
        """The radio told of its hour, and since when it counts."""
        self._air_util_tx_pct = air_util_tx_pct
        if uptime_s is None:
            return
        began_s = now_s - uptime_s
        if self._radio_began_s is not None and began_s > self._radio_began_s + RESTART_SLACK_S:
            self._restarts += 1
        elif self._radio_began_s is not None:
            return
        self._radio_began_s = began_s

    def restarted(self, now_s: float) -> None:
        """The radio said that it has just started."""
        self._restarts += 1
        self._radio_began_s = now_s

    def health(self, now_s: float) -> LinkHealth:
        """Sum up."""
        return LinkHealth(
            silent_s=None if self._heard_s is None else max(0, int(now_s - self._heard_s)),
            queue_free=self._queue_free,
            air_util_tx_pct=self._air_util_tx_pct,
            restarts=self._restarts,
            reconnections=max(0, self._ups - 1),
            refusals=dict(self._refusals),
            drops={reason.value: count for reason, count in self._drops.items()},
        )
