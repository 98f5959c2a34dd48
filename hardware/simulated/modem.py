"""When a device's radio sends: a queue of 16 by priority, a random wait in slots, and a look at the channel first.

* The wait (`hardware.simulated.timing`) starts anew after every reception and whenever the channel is found taken.
* Full: a packet of strictly higher priority evicts the newest of the lowest, silently; any other is refused.

(Firmware src/mesh/RadioInterface.cpp, RadioLibInterface.cpp, MeshPacketQueue.cpp.)
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from hardware.simulated.air import Air, AirFrame
from hardware.simulated.scheduler import Scheduler, Timer

PLACES = 16


@dataclass(frozen=True, slots=True)
class Outbound:
    """A frame for the queue."""

    frame: AirFrame
    """As it shall go on the air."""
    priority: int
    """1 to 127."""
    relayed_snr_db: float | None = None
    """How well it was heard, for a relay."""
    is_early: bool = False
    """A relay of role ROUTER: it goes before all others."""


class Modem:
    """The sending side of one device.

    Args:
        name: of the device on the air.
        air: where it sends.
        scheduler: shared with the air.
        chance: draws the waits.
        channel_use_pct: asks for the current channel use.
        sent: told the airtime in microseconds of each frame that goes on the air.
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
        sent: Callable[[int], None],
        place_free: Callable[[], None],
    ) -> None:
        self._name = name
        self._air = air
        self._scheduler = scheduler
        self._chance = chance
        self._channel_use_pct = channel_use_pct
        self._sent = sent
        self._place_free = place_free
        self._queue: list[Outbound] = []
        self._wait: Timer | None = None
        self._end: Timer | None = None

    @property
    def free(self) -> int:
        """Places free in the queue."""
        return PLACES - len(self._queue)

    def repetition_wait_s(self, lora_bytes: int) -> float:
        """Tell when to repeat a packet of that size, at the current channel use."""
        return self._air.timing.repetition_wait_s(lora_bytes, self._channel_use_pct())

    def airtime_us(self, lora_bytes: int) -> int:
        """Tell how long a frame lasts."""
        return self._air.timing.airtime_us(lora_bytes)

    def send(self, outbound: Outbound) -> bool:
        """Queue a frame and say whether there was a place."""
        if len(self._queue) >= PLACES:
            if self._queue[-1].priority >= outbound.priority:
                return False
            self._queue.pop()
        rank = _rank(outbound)
        after = next((at for at, each in enumerate(self._queue) if _rank(each) < rank), len(self._queue))
        self._queue.insert(after, outbound)
        if self._wait is None and self._end is None:
            self._start_wait()
        return True

    def cancel(self, from_node: int, packet_id: int, hop_limit_below: int | None = None) -> bool:
        """Take one copy of a packet out of the queue and say whether there was one.

        Args:
            from_node: its author.
            packet_id: its number.
            hop_limit_below: spare a copy with as many hops left or more.
        """
        for place, each in enumerate(self._queue):
            is_meant = (each.frame.from_node, each.frame.packet_id) == (from_node, packet_id)
            if is_meant and (hop_limit_below is None or each.frame.hop_limit < hop_limit_below):
                del self._queue[place]
                return True
        return False

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
        moment_s = self._scheduler.now_s() + self._wait_s(self._queue[0])
        self._wait = self._scheduler.call_at(moment_s, self._wait_over)

    def _wait_s(self, outbound: Outbound) -> float:
        timing = self._air.timing
        if outbound.relayed_snr_db is None:
            return timing.own_wait_s(self._channel_use_pct(), self._chance)
        return timing.relay_wait_s(outbound.relayed_snr_db, self._chance, is_early=outbound.is_early)

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
        self._sent(airtime_us)
        if was_full:
            self._place_free()

    def _sending_over(self) -> None:
        self._end = None
        if self._queue:
            self._start_wait()


def _rank(outbound: Outbound) -> tuple[int, bool]:
    # Of two with the same priority the one that is on its way through the mesh goes first (MeshPacketQueue.cpp).
    return outbound.priority, outbound.relayed_snr_db is not None
