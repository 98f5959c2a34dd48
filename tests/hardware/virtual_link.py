"""The link's machine and a simulated device on one virtual clock: hours of radio in milliseconds, no sockets."""

from collections.abc import Callable, Iterable
from itertools import count

from hardware.link_actions import Action, Close, Deliver, Write
from hardware.link_machine import LinkMachine
from hardware.radio import Outgoing, RadioEvent, SendOutcome
from hardware.simulated.scheduler import Timer
from tests.hardware.simulated.bench import Bench


class VirtualLink:
    """A station's link to one device of a bench."""

    def __init__(self, bench: Bench, name: str, heard: Callable[[RadioEvent], None] | None = None) -> None:
        self._heard = heard
        self._scheduler = bench.scheduler
        self._device = bench.devices[name]
        ids = count(1 + 1000 * bench.names.index(name))
        self.machine = LinkMachine(channel_index=0, draw=lambda: next(ids))
        self.events: list[RadioEvent] = []
        self._timer: Timer | None = None
        self._is_open = True
        self._device.client_connected(self)
        self._take(self.machine.connected(self._scheduler.now_s()))

    def send(self, outgoing: Outgoing) -> None:
        self._take(self.machine.submit(outgoing, self._scheduler.now_s()))

    def outcomes(self, ticket: int) -> list[object]:
        found = (event for event in self.events if isinstance(event, SendOutcome))
        return [event.outcome for event in found if event.ticket == ticket]

    def can_take_more(self) -> bool:
        return True

    def write(self, chunk: bytes) -> None:
        # Later, as over a socket: neither end may be called from inside its own call.
        self._later(lambda: self._take(self.machine.received(chunk, self._scheduler.now_s())))

    def close(self) -> None:
        self._later(self._lose)

    def _later(self, act: object) -> None:
        assert callable(act)
        self._scheduler.call_at(self._scheduler.now_s(), act)

    def _lose(self) -> None:
        if self._is_open:
            self._is_open = False
            self._take(self.machine.lost("closed", self._scheduler.now_s()))

    def _take(self, actions: Iterable[Action]) -> None:
        for action in actions:
            match action:
                case Write(chunk):
                    self._tell_device(chunk)
                case Deliver(event):
                    self.events.append(event)
                    if self._heard is not None:
                        self._heard(event)
                case Close():
                    self._later(self._lose)
        if self._timer is not None:
            self._timer.cancel()
        due_s = self.machine.next_wake_s()
        if due_s is not None:
            self._timer = self._scheduler.call_at(due_s, self._wake)

    def _tell_device(self, chunk: bytes) -> None:
        self._later(lambda: self._device.client_said(self, chunk))

    def _wake(self) -> None:
        self._take(self.machine.wake(self._scheduler.now_s()))
