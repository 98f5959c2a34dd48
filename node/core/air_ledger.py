"""The airtime budget: what this station may still send in the rolling hour, planned before the radio refuses.

The larger of our own ledger (durable) and the radio's figure counts: the radio also relays for others, which the host
never sees, and our ledger survives the radio's reboot (airtime.cpp: counted in RAM).
"""

from node.core.events import AirMeasured
from node.core.policy import AIRTIME_WINDOW_MIN, Policy
from node.core.ports import Store
from protocol.numbers import Precedence

_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000


class AirLedger:
    """Says whether a precedence may use the air now."""

    def __init__(self, store: Store, policy: Policy) -> None:
        self._store = store
        self._policy = policy
        self._channel_use_bp = 0
        self._radio_sent_bp = 0
        self._closed_until: int | None = None

    def measured(self, event: AirMeasured) -> None:
        """Take in the radio's own figures."""
        self._channel_use_bp = event.channel_use_bp
        self._radio_sent_bp = event.sent_hour_bp

    def spend(self, airtime_ms: int, at: int) -> None:
        """Book a transmission, before it leaves."""
        self._store.add_airtime(at // _MINUTE_MS, airtime_ms)

    def close_until(self, at: int) -> None:
        """The radio refused by its duty cycle: nothing goes before then."""
        self._closed_until = at

    def used_bp(self, at: int) -> int:
        """Airtime of the rolling hour in hundredths of a percent."""
        own_ms = self._store.airtime_since(at // _MINUTE_MS - AIRTIME_WINDOW_MIN + 1)
        return max(own_ms * 10_000 // _HOUR_MS, self._radio_sent_bp)

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
