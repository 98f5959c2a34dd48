"""Packets sent again until somebody is heard to have them: own ones with want_ack, and all that ask for a next hop.

The next try comes some seconds after the last one was queued (`Timing.repetition_wait_s`), and later by all that is
queued here and heard in between.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.simulated.air import AirFrame
from hardware.simulated.modem import Modem, Outbound
from hardware.simulated.scheduler import Scheduler, Timer

TRANSMISSIONS_OWN = 3
"""Of an own packet with want_ack (src/mesh/NextHopRouter.h, NUM_RELIABLE_RETX)."""

TRANSMISSIONS_HOP = 2
"""Of any other that asks for a next hop (NUM_INTERMEDIATE_RETX)."""


@dataclass(slots=True, eq=False)
class _Pending:
    outbound: Outbound
    left: int
    due_s: float
    timer: Timer | None = None

    @property
    def key(self) -> tuple[int, int]:
        return self.outbound.frame.from_node, self.outbound.frame.packet_id


class Repetitions:
    """All packets of one device that wait for a sign of arrival, by author and number.

    Args:
        modem: tells the channel use and holds what was not sent yet.
        scheduler: shared with the modem.
        again: sends a packet once more, told whether for the last time; returns it as to be repeated from now on.
        gave_up: told each packet whose last try found no answer either.
    """

    def __init__(
        self,
        modem: Modem,
        scheduler: Scheduler,
        again: Callable[[Outbound, bool], Outbound],
        gave_up: Callable[[AirFrame], None],
    ) -> None:
        self._modem = modem
        self._scheduler = scheduler
        self._again = again
        self._gave_up = gave_up
        self._pending: dict[tuple[int, int], _Pending] = {}

    def add(self, outbound: Outbound, transmissions: int) -> None:
        """Repeat a packet that is queued for the first time now; one of the same number is forgotten."""
        pending = _Pending(outbound, transmissions - 1, 0.0)
        self._forget(pending.key)
        self._pending[pending.key] = pending
        self._start_timer(pending, self._scheduler.now_s() + self._wait_s(outbound.frame))

    def has(self, from_node: int, packet_id: int) -> bool:
        """Whether a packet is still to be repeated."""
        return (from_node, packet_id) in self._pending

    def stop(self, from_node: int, packet_id: int, *, spares_queue: bool = False) -> bool:
        """Repeat a packet no more, and say whether it was still to be repeated.

        Args:
            from_node: its author.
            packet_id: its number.
            spares_queue: leave a copy that waits in the queue there, as a router does with what it relays.
        """
        pending = self._forget((from_node, packet_id))
        if pending is None:
            return False
        if pending.left < TRANSMISSIONS_OWN - 1 and not spares_queue:
            # The first copy of three is left to go.
            self._modem.cancel(from_node, packet_id)
        return True

    def postpone(self, airtime_us: int, but_not: int | None = None) -> None:
        """Wait longer: no answer can come while something else is on the air.

        Args:
            airtime_us: of that.
            but_not: number of a packet that it does not hold up: itself.
        """
        for pending in self._pending.values():
            if pending.outbound.frame.packet_id != but_not:
                self._start_timer(pending, pending.due_s + airtime_us / 1e6)

    def clear(self) -> None:
        """Forget everything."""
        for key in list(self._pending):
            self._forget(key)

    def _forget(self, key: tuple[int, int]) -> _Pending | None:
        pending = self._pending.pop(key, None)
        if pending is not None and pending.timer is not None:
            pending.timer.cancel()
        return pending

    def _wait_s(self, frame: AirFrame) -> float:
        return self._modem.repetition_wait_s(frame.lora_bytes)

    def _start_timer(self, pending: _Pending, due_s: float) -> None:
        if pending.timer is not None:
            pending.timer.cancel()
        pending.due_s = due_s
        pending.timer = self._scheduler.call_at(due_s, lambda: self._repeat(pending))

    def _repeat(self, pending: _Pending) -> None:
        if pending.left == 0:
            del self._pending[pending.key]
            self._gave_up(pending.outbound.frame)
            return
        pending.outbound = self._again(pending.outbound, pending.left == 1)
        if self._pending.get(pending.key) is not pending:
            return
        pending.left -= 1
        self._start_timer(pending, self._scheduler.now_s() + self._wait_s(pending.outbound.frame))
