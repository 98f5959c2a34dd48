"""The airtime budget: what this station may still send in the rolling hour, planned before the radio refuses.

The larger of our own ledger and the radio's figure counts: the radio also relays for others, which the host never sees.
What the radio says beyond what stands in the ledger since its start is booked as relaying, so that both survive its
reboot (airtime.cpp: counted in RAM) and ours. Booked when it is told, so it counts up to an hour from then: relaying is
held against us for too long after an absence of the host, never for too short.

The radio keeps the law by itself, relaying included, except in the hour after its own start.
"""

from node.core.events import AirMeasured
from node.core.policy import AIRTIME_WINDOW_MIN, Policy
from node.core.ports import Store
from protocol.numbers import Precedence

_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000
_BINS_APART = 1
"""The radio's minutes begin when it started and its figure comes once in one: what slid out of our bins by as much may
still stand in it, and is not to be booked twice."""
_WORTH_BOOKING_MS = 1_000
"""Less is left for the next time: a commit a minute at most, and none where nothing is relayed."""


class AirLedger:
    """Says whether a precedence may use the air now."""

    def __init__(self, store: Store, policy: Policy) -> None:
        self._store = store
        self._policy = policy
        self._channel_use_bp = 0
        self._radio_sent_bp = 0
        self._measured_at = 0
        self._closed_until: int | None = None

    def measured(self, event: AirMeasured, at: int) -> None:
        """Take in the radio's own figures, and book what it has relayed."""
        self._channel_use_bp = event.channel_use_bp
        self._radio_sent_bp = event.sent_hour_bp
        self._measured_at = at
        first = at // _MINUTE_MS - AIRTIME_WINDOW_MIN - _BINS_APART
        if event.uptime_s is not None:
            first = max(first, (at - event.uptime_s * 1000) // _MINUTE_MS)
        relayed_ms = event.sent_hour_bp * _HOUR_MS // 10_000 - self._store.airtime_since(first)
        if relayed_ms >= _WORTH_BOOKING_MS:
            self._store.add_airtime(at // _MINUTE_MS, relayed_ms)

    def spend(self, airtime_ms: int, at: int) -> None:
        """Book a transmission, before it leaves."""
        self._store.add_airtime(at // _MINUTE_MS, airtime_ms)

    def close_until(self, at: int) -> None:
        """The radio refused by its duty cycle: nothing goes before then."""
        self._closed_until = at

    def used_bp(self, at: int) -> int:
        """Airtime of the rolling hour in hundredths of a percent; the minute that is sliding out of it still counts."""
        own_ms = self._store.airtime_since(at // _MINUTE_MS - AIRTIME_WINDOW_MIN)
        radio_bp = self._radio_sent_bp if at - self._measured_at < _HOUR_MS else 0
        return max(own_ms * 10_000 // _HOUR_MS, radio_bp)

    @property
    def channel_use_bp(self) -> int:
        """Channel use the radio last reported, hundredths of a percent."""
        return self._channel_use_bp

    def permits(self, precedence: Precedence, at: int) -> bool:
        """Whether a frame of that precedence may go now."""
        if self._closed_until is not None and at < self._closed_until:
            return False
        used_bp = self.used_bp(at)
        if precedence <= Precedence.IMMEDIATE:
            return used_bp < self._policy.urgent_share_bp
        return used_bp < self._policy.bulk_share_bp and self._channel_use_bp < self._policy.channel_busy_bp

    def reconsider_at(self, at: int) -> int:
        """When a refusal may have ended: the next bin of the ledger, or when the radio said."""
        next_bin = (at // _MINUTE_MS + 1) * _MINUTE_MS
        if self._closed_until is not None and at < self._closed_until:
            return max(next_bin, self._closed_until)
        return next_bin
