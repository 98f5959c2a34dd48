"""Packets that want an ack are sent three times in all, unless the ack comes first.

The next try comes 2 T + 4.5 s + (2^CW + 48) slots after the last one was queued, T its airtime, and later by all that
is sent and heard in between (firmware src/mesh/RadioInterface.cpp, getRetransmissionMsec; on an idle LONG_FAST channel
the slots come to 1.57 s).
"""

from collections.abc import Callable
from dataclasses import dataclass

from hardware.airtime import Preset, packet_airtime_us
from hardware.simulated.air import AirFrame
from hardware.simulated.modem import CW_MAX, CW_MIN, Modem
from hardware.simulated.scheduler import Scheduler, Timer

TRANSMISSIONS = 3
PROCESSING_S = 4.5


@dataclass(slots=True, eq=False)
class _Pending:
    frame: AirFrame
    priority: int
    left: int
    due_s: float
    timer: Timer | None = None


class Repetitions:
    """All packets of one device that wait for an ack.

    Args:
        preset: of the air.
        modem: sends again.
        scheduler: shared with the modem.
        is_silenced: asks whether the duty cycle forbids sending.
        gave_up: told the number of each packet that nobody acked.
    """

    def __init__(
        self,
        preset: Preset,
        modem: Modem,
        scheduler: Scheduler,
        is_silenced: Callable[[], bool],
        gave_up: Callable[[int], None],
    ) -> None:
        self._preset = preset
        self._modem = modem
        self._scheduler = scheduler
        self._is_silenced = is_silenced
        self._gave_up = gave_up
        self._pending: dict[int, _Pending] = {}

    def add(self, frame: AirFrame, priority: int) -> None:
        """Repeat a frame that is queued for the first time now; a packet of the same number is forgotten."""
        self._forget(frame.packet_id)
        pending = _Pending(frame, priority, TRANSMISSIONS - 1, 0.0)
        self._pending[frame.packet_id] = pending
        self._start_timer(pending, self._scheduler.now_s() + self._wait_s(frame))

    def stop(self, packet_id: int) -> bool:
        """Repeat a packet no more, and say whether it was still to be repeated."""
        pending = self._forget(packet_id)
        if pending is None:
            return False
        self._modem.cancel(pending.frame.from_node, packet_id)
        return True

    def postpone(self, airtime_us: int, but_not: AirFrame | None = None) -> None:
        """Wait longer: no ack can come while something else is on the air."""
        for pending in self._pending.values():
            if pending.frame is not but_not:
                self._start_timer(pending, pending.due_s + airtime_us / 1e6)

    def clear(self) -> None:
        """Forget everything."""
        for packet_id in list(self._pending):
            self._forget(packet_id)

    def _forget(self, packet_id: int) -> _Pending | None:
        pending = self._pending.pop(packet_id, None)
        if pending is not None and pending.timer is not None:
            pending.timer.cancel()
        return pending

    def _wait_s(self, frame: AirFrame) -> float:
        airtime_s = packet_airtime_us(self._preset, frame.lora_bytes) / 1e6
        slots = (1 << self._modem.contention_window()) + 2 * CW_MAX + (1 << (CW_MAX + CW_MIN) // 2)
        return 2 * airtime_s + slots * self._preset.slot_ms / 1000 + PROCESSING_S

    def _start_timer(self, pending: _Pending, due_s: float) -> None:
        if pending.timer is not None:
            pending.timer.cancel()
        pending.due_s = due_s
        pending.timer = self._scheduler.call_at(due_s, lambda: self._repeat(pending))

    def _repeat(self, pending: _Pending) -> None:
        if pending.left == 0:
            del self._pending[pending.frame.packet_id]
            self._gave_up(pending.frame.packet_id)
            return
        pending.left -= 1
        if not self._is_silenced():
            self._modem.send(pending.frame, pending.priority)
        self._start_timer(pending, self._scheduler.now_s() + self._wait_s(pending.frame))
