"""What the link in a host does between its station and its radio, without the stream: frames wait, go, and end.

It holds frames, has few in the radio at a time, asks for the radio's queue and gives up on answers as
`hardware.link_machine` does, with the same parts; only that each queue report comes at once.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

from hardware.airtime import BROADCAST_PAYLOAD_BYTES_MAX, DIRECT_PAYLOAD_BYTES_MAX
from hardware.from_radio import Notice, QueueReport, Routed
from hardware.liveness import LEAVE_POLL_S, POLL_S
from hardware.outcomes import SentFrames, silence_s
from hardware.radio import Outcome, Outgoing, Refusal, Refused, SendOutcome
from hardware.simulated.modem import PLACES
from hardware.simulated.results import Result
from hardware.simulated.scheduler import Scheduler, Timer
from hardware.simulated.speech import duty_cycle_sentence
from hardware.waiting import WaitingFrames

_NEVER_S = float("inf")


class Sender(Protocol):
    """The radio's side, as the link sees it."""

    @property
    def free(self) -> int:
        """Places free in its queue."""

    def new_packet_id(self) -> int:
        """Draw a packet number."""

    def take(self, outgoing: Outgoing, packet_id: int) -> Result:
        """Queue a frame, and say what the queue report says."""

    def minutes_to_wait(self) -> int:
        """Tell how long the duty cycle forbids sending."""


class HostLink:
    """The link of one host to one radio, from the moment it listens until it goes.

    Args:
        own_number: of the radio.
        preset_name: sets the patience for acks.
        sender: the radio.
        scheduler: shared with the radio.
        tell: takes each outcome; must not call back into the link.
    """

    def __init__(
        self,
        own_number: int,
        preset_name: str,
        sender: Sender,
        scheduler: Scheduler,
        tell: Callable[[SendOutcome], None],
    ) -> None:
        self._own_number = own_number
        self._sender = sender
        self._scheduler = scheduler
        self._tell = tell
        self._waiting = WaitingFrames()
        self._sent = SentFrames(silence_s(preset_name))
        self._spoke_s = scheduler.now_s()
        self._wake: Timer | None = None
        self._wake_s = _NEVER_S

    def send(self, outgoing: Outgoing) -> None:
        """Take a frame of the station for a radio that is on."""
        limit = BROADCAST_PAYLOAD_BYTES_MAX if outgoing.destination is None else DIRECT_PAYLOAD_BYTES_MAX
        if len(outgoing.payload) > limit:
            self.refuse(outgoing, Refusal.TOO_LARGE)
        elif self._waiting.is_full():
            self.refuse(outgoing, Refusal.LINK_FULL)
        else:
            self._waiting.put(outgoing, self._scheduler.now_s())
            self._fill()

    def refuse(self, outgoing: Outgoing, reason: Refusal) -> None:
        """Say that a frame does not go."""
        self._end(outgoing, Refused(reason))

    def routed(self, routed: Routed) -> None:
        """Take an ack or an error that the radio hands on."""
        self._told(self._sent.routed(routed, self._own_number))
        self._fill()

    def place_free(self) -> None:
        """Take note that the radio's full queue has a place again."""
        self._ask()
        self._fill()

    def radio_gone(self) -> None:
        """End every frame: the radio has no power."""
        self._told(self._sent.abandon())
        while self._waiting:
            self.refuse(self._waiting.pop(), Refusal.RADIO_ABSENT)

    def close(self) -> None:
        """Wake no more: the host has gone, and takes with it what waited here."""
        if self._wake is not None:
            self._wake.cancel()

    def _fill(self) -> None:
        """Hand the radio what it has room for, most urgent first."""
        while self._waiting and self._sent.has_room(self._waiting.next_priority()):
            outgoing, packet_id, now_s = self._waiting.pop(), self._sender.new_packet_id(), self._scheduler.now_s()
            self._sent.wrote(outgoing, packet_id, now_s)
            self._spoke_s = now_s
            result = self._sender.take(outgoing, packet_id)
            self._told(self._sent.reported(QueueReport(packet_id, result, self._sender.free, PLACES), now_s))
            if result is Result.DUTY_CYCLE_LIMIT:
                sentence = duty_cycle_sentence(self._sender.minutes_to_wait())
                self._told(self._sent.noticed(Notice(packet_id, sentence)))
        self._plan()

    def _ask(self) -> None:
        """Learn how full the radio's queue is, which tells what has left it."""
        now_s = self._scheduler.now_s()
        self._told(self._sent.reported(QueueReport(0, Result.NONE, self._sender.free, PLACES), now_s))

    def _due_s(self) -> float:
        question_s = _NEVER_S
        if self._waiting:
            question_s = self._spoke_s + POLL_S
        elif self._sent.in_radio:
            question_s = self._spoke_s + LEAVE_POLL_S
        due_s = (question_s, self._sent.next_deadline_s(), self._waiting.next_late_s())
        return min(moment_s for moment_s in due_s if moment_s is not None)

    def _plan(self) -> None:
        due_s = self._due_s()
        # A call that comes too early does no harm, and planning anew for every event would cost more.
        if due_s < self._wake_s:
            if self._wake is not None:
                self._wake.cancel()
            self._wake_s = due_s
            self._wake = self._scheduler.call_at(due_s, self._woken)

    def _woken(self) -> None:
        self._wake, self._wake_s = None, _NEVER_S
        now_s = self._scheduler.now_s()
        self._told(self._sent.expire(now_s))
        for outgoing in self._waiting.pop_late(now_s):
            self.refuse(outgoing, Refusal.QUEUE_FULL)
        if (self._waiting and now_s >= self._spoke_s + POLL_S) or now_s >= self._spoke_s + LEAVE_POLL_S:
            self._spoke_s = now_s
            self._ask()
        self._fill()

    def _told(self, outcomes: Iterable[SendOutcome]) -> None:
        for outcome in outcomes:
            self._tell(outcome)

    def _end(self, outgoing: Outgoing, outcome: Outcome) -> None:
        self._tell(SendOutcome(outgoing.ticket, outcome))
