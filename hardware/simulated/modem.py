"""When a device's radio sends: a queue of 16 by priority, a random wait in slots, and a look at the channel first.

* Own packets wait 0 to 2^CW slots, CW 3 to 8 with rising channel use; relays wait 16 slots and 0 to 2^CW more, CW
  3 to 8 with rising signal, so that the weakly heard relay first.
* The wait starts anew after every reception and whenever the channel is found taken.
* Full: a packet of strictly higher priority evicts the newest of the lowest, silently; any other is refused.

(Firmware src/mesh/RadioInterface.cpp, RadioLibInterface.cpp, MeshPacketQueue.cpp.)
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from hardware.simulated.air import Air, AirFrame
from hardware.simulated.scheduler import Scheduler, Timer

PLACES = 16

CW_MIN, CW_MAX = 3, 8
SNR_MIN_DB, SNR_MAX_DB = -20, 10
"""Between these the signal moves the window of a relay."""


@dataclass(frozen=True, slots=True)
class _Entry:
    frame: AirFrame
    priority: int
    relayed_snr_db: float | None


class Modem:
    """The sending side of one device.

    Args:
        name: of the device on the air.
        air: where it sends.
        scheduler: shared with the air.
        chance: draws the waits.
        channel_use_pct: asks for the current channel use.
        sent: told of each frame when it goes on the air, with its airtime in microseconds.
        place_free: told when a full queue has a place again.
    """

    def __init__(
        self,
        name: str,
        air: Air,
        scheduler: Scheduler,
        chance: random.Random,
        *,
        channel_use_pct: Callable[[], float],
        sent: Callable[[AirFrame, int], None],
        place_free: Callable[[], None],
    ) -> None:
        self._name = name
        self._air = air
        self._scheduler = scheduler
        self._chance = chance
        self._channel_use_pct = channel_use_pct
        self._sent = sent
        self._place_free = place_free
        self._queue: list[_Entry] = []
        self._wait: Timer | None = None
        self._end: Timer | None = None

    @property
    def free(self) -> int:
        """Places free in the queue."""
        return PLACES - len(self._queue)

    def contention_window(self) -> int:
        """CW of own packets at the current channel use."""
        return min(CW_MIN + int(self._channel_use_pct() * (CW_MAX - CW_MIN) / 100), CW_MAX)

    def send(self, frame: AirFrame, priority: int, relayed_snr_db: float | None = None) -> bool:
        """Queue a frame and say whether there was a place.

        Args:
            frame: as it shall go on the air.
            priority: 1 to 127.
            relayed_snr_db: how well it was heard, for a relay.
        """
        if len(self._queue) >= PLACES:
            if self._queue[-1].priority >= priority:
                return False
            self._queue.pop()
        after = next((at for at, each in enumerate(self._queue) if each.priority < priority), len(self._queue))
        self._queue.insert(after, _Entry(frame, priority, relayed_snr_db))
        if self._wait is None and self._end is None:
            self._start_wait()
        return True

    def cancel(self, from_node: int, packet_id: int) -> bool:
        """Take a packet out of the queue and say whether it was there."""
        kept = [each for each in self._queue if (each.frame.from_node, each.frame.packet_id) != (from_node, packet_id)]
        found = len(kept) < len(self._queue)
        self._queue = kept
        return found

    def has_queued(self, from_node: int, packet_id: int) -> bool:
        """Whether a packet waits to be sent."""
        return any((each.frame.from_node, each.frame.packet_id) == (from_node, packet_id) for each in self._queue)

    def heard(self) -> None:
        """Start the wait anew: something was on the air."""
        if self._queue and self._end is None:
            self._start_wait()

    def switch_off(self) -> None:
        """Forget everything."""
        for timer in (self._wait, self._end):
            if timer is not None:
                timer.cancel()
        self._wait = self._end = None
        self._queue.clear()

    def _start_wait(self) -> None:
        if self._wait is not None:
            self._wait.cancel()
        slots = self._slots(self._queue[0])
        moment_s = self._scheduler.now_s() + slots * self._air.preset.slot_ms / 1000
        self._wait = self._scheduler.call_at(moment_s, self._wait_over)

    def _slots(self, entry: _Entry) -> int:
        if entry.relayed_snr_db is None:
            return self._chance.randrange(1 << self.contention_window())
        snr_db = min(max(int(entry.relayed_snr_db), SNR_MIN_DB), SNR_MAX_DB)
        window = CW_MIN + (snr_db - SNR_MIN_DB) * (CW_MAX - CW_MIN) // (SNR_MAX_DB - SNR_MIN_DB)
        return 2 * CW_MAX + self._chance.randrange(1 << window)

    def _wait_over(self) -> None:
        self._wait = None
        if not self._queue:
            return
        if self._air.is_busy(self._name):
            self._start_wait()
            return
        was_full = self.free == 0
        frame = self._queue.pop(0).frame
        airtime_us = self._air.transmit(self._name, frame)
        self._end = self._scheduler.call_at(self._scheduler.now_s() + airtime_us / 1e6, self._sending_over)
        self._sent(frame, airtime_us)
        if was_full:
            self._place_free()

    def _sending_over(self) -> None:
        self._end = None
        if self._queue:
            self._start_wait()
