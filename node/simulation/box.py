"""One simulated machine: the real core over a store that outlives its power, a radio, clocks and a fuse.

    event -> decide -> commit -> effect, effect, ...       one step each; the fuse may blow before any of them

Deciding takes time as on a board, and what comes meanwhile waits. What was committed is there after a power cut; what
was only decided is gone, and so is every effect that had not left.
"""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from hardware.simulated.bare_radio import BareRadio
from hardware.simulated.scheduler import Scheduler, Timer
from node.core.effects import Accepted, Announce, CarriedOut, Effect, LogLine, Refused, Reply, SendFrame, Stir, WakeAt
from node.core.events import ActPerformed, BearerDown, BearerUp, Event, Request, Started, Woke
from node.core.moment import Moment
from node.core.ports import Store
from node.core.records import Item
from node.core.station import Station
from node.simulation.box_bearer import BoxBearer
from node.simulation.box_clock import BoxClock
from node.simulation.watching import (
    Arrived,
    Booted,
    Changed,
    WasAccepted,
    WasRefused,
    Watcher,
    WentDown,
)

BACKLOG_MAX: Final = 256
"""Events that wait for the machine, as in the daemon's tray; what comes beyond is lost."""
RADIO_UP_S: Final = 8.0
"""From a running station to a configured radio."""
_ITEMS_LOOKED_AT: Final = 64

MakeStation = Callable[[], tuple[Station, Sequence[bytes]]]
"""A station anew over the same store, and the statements of its roster file."""
Answer = CarriedOut | Refused


class Box:
    """A machine that may have power or not.

    Args:
        number: of the station.
        store: outlives the power.
        make_station: called at each start.
        radio: shares its power.
        clock: of the machine.
        scheduler: of the simulation.
        work_s: tells what the board needed for what it has just done.
        boot_s: from power to a running station.
        watcher: told what happens.
    """

    def __init__(
        self,
        number: int,
        *,
        store: Store,
        make_station: MakeStation,
        radio: BareRadio,
        clock: BoxClock,
        scheduler: Scheduler,
        work_s: Callable[[], float],
        boot_s: float,
        watcher: Watcher,
    ) -> None:
        self.number = number
        self.store = store
        self.radio = radio
        self.clock = clock
        self.station: Station | None = None
        """None while it does not run."""
        self.life = 0
        """Counts its starts."""
        self.handled = 0
        """Events, since the beginning."""
        self.lost = 0
        """Events that found no room."""
        self._make_station = make_station
        self._scheduler = scheduler
        self._work_s = work_s
        self._boot_s = boot_s
        self._watcher = watcher
        self._bearer = BoxBearer(number, radio, self.post, watcher, scheduler)
        self._has_power = False
        self._is_busy = False
        self._backlog: deque[Event] = deque()
        self._fuse: int | None = None
        self._power_off: Callable[[], None] = partial(self.cut_power, "fuse")
        self._wake: Timer | None = None
        self._looked_to = 0
        self._newest = 0
        self._asked: dict[int, tuple[Request, Callable[[Answer], None]]] = {}
        self._requests = 0

    @property
    def has_power(self) -> bool:
        """Whether it is switched on, running yet or not."""
        return self._has_power

    # Power

    def power_up(self) -> None:
        """Give it power; it runs after its boot. Harmless when it has some."""
        if self._has_power:
            return
        self._has_power = True
        self.radio.switch_on()
        self._begin_soon()

    def cut_power(self, cause: str) -> None:
        """Take its power away; harmless when it has none."""
        if not self._has_power:
            return
        self._has_power = False
        self._stop(cause)
        self.radio.switch_off()

    def restart(self, cause: str) -> None:
        """The machine starts anew while its radio stays on."""
        if self._has_power:
            self._stop(cause)
            self._begin_soon()

    def blow_in(self, steps: int, power_off: Callable[[], None]) -> None:
        """Let power fail after so many more steps; `power_off` does it."""
        self._fuse = steps
        self._power_off = power_off

    def _begin_soon(self) -> None:
        life = self.life
        self._scheduler.call_at(self._scheduler.now_s() + self._boot_s, partial(self._begin, life))

    def _begin(self, life: int) -> None:
        if not self._has_power or life != self.life:
            return
        self.life += 1
        self.clock.boot(self.now_ms)
        self.station, statements = self._make_station()
        self._watcher.saw(Booted(self.number, self.life), self._scheduler.now_s())
        self.post(Started(tuple(statements)))
        up_at_s = self._scheduler.now_s() + RADIO_UP_S
        self._scheduler.call_at(up_at_s, partial(self._radio_up, self.life))

    def _radio_up(self, life: int) -> None:
        if life == self.life and self.station is not None:
            self.radio.attach(self._bearer)
            self.post(BearerUp())

    def _stop(self, cause: str) -> None:
        self.life += 1
        self.radio.detach()
        if self.station is not None:
            self._watcher.saw(WentDown(self.number, self.life, cause), self._scheduler.now_s())
        self.store.rollback()
        self.station = None
        self._is_busy = False
        self._fuse = None
        self._backlog.clear()
        self._asked.clear()
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None

    # The radio

    def radio_restarts(self) -> None:
        """The radio alone loses its power and has it again."""
        if self._has_power:
            self.radio.detach()
            self.radio.switch_off()
            self.post(BearerDown("restarted"))
            self.radio.switch_on()
            self._scheduler.call_at(self._scheduler.now_s() + RADIO_UP_S, partial(self._radio_up, self.life))

    # People

    def ask(self, make: Callable[[int], Request], answered: Callable[[Answer], None]) -> bool:
        """Let a person ask for something; False when the station does not run."""
        if self.station is None:
            return False
        self._requests += 1
        request = make(self._requests)
        self._asked[self._requests] = (request, answered)
        self.post(request)
        return True

    # The machine

    @property
    def now_ms(self) -> int:
        """Time of the simulation, ms."""
        return int(self._scheduler.now_s() * 1000 + 1e-6)

    @property
    def moment(self) -> Moment:
        """What its clocks say."""
        return self.clock.read(self.now_ms)

    def post(self, event: Event) -> None:
        """Hand in an event; what comes while it does not run is lost."""
        if self.station is None:
            return
        if not self._is_busy:
            self._decide(event)
        elif len(self._backlog) < BACKLOG_MAX:
            self._backlog.append(event)
        else:
            self.lost += 1

    def _decide(self, event: Event) -> None:
        assert self.station is not None, "the caller saw that it runs"
        self.handled += 1
        effects = self.station.handle(event, self.moment)
        if self._blows():
            return
        self.store.commit()
        work_s = self._work_s()
        self._is_busy = True
        self._scheduler.call_at(self._scheduler.now_s() + work_s, partial(self._leave, self.life, effects))

    def _leave(self, life: int, effects: Sequence[Effect]) -> None:
        if life != self.life:
            return
        for effect in effects:
            if self._blows():
                return
            self._carry_out(effect)
            if life != self.life:
                return  # What it did took the power away.
        self._is_busy = False
        if self._backlog:
            self._decide(self._backlog.popleft())

    def _blows(self) -> bool:
        if self._fuse is None:
            return False
        self._fuse -= 1
        if self._fuse >= 0:
            return False
        self._power_off()
        return True

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case SendFrame():
                self._bearer.send(effect)
            case WakeAt(boot_ms):
                self._set_timer(boot_ms)
            case Reply(request, answer):
                self._reply(request, answer)
            case Announce():
                self._look()
            case Stir() | LogLine():
                pass

    def _set_timer(self, boot_ms: int | None) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        if boot_ms is not None:
            at_s = self.clock.wake_ms(boot_ms) / 1000
            self._wake = self._scheduler.call_at(at_s, self._woken)

    def _woken(self) -> None:
        self._wake = None
        self.post(Woke())

    def _reply(self, number: int, answer: Answer) -> None:
        request, told = self._asked.pop(number)
        now_s = self._scheduler.now_s()
        if isinstance(answer, Accepted):
            self._watcher.saw(WasAccepted(self.number, self._accepted(request, answer)), now_s)
        elif isinstance(answer, Refused):
            self._watcher.saw(WasRefused(self.number, answer.refusal), now_s)
        told(answer)

    def _accepted(self, request: Request, answer: Accepted) -> Item:
        """What is on disk, as the answer says: for an act, which names its message, the act itself."""
        message = self.store.item(answer.item_id)
        assert message is not None, "it was committed before the answer left"
        if not isinstance(request, ActPerformed):
            return message
        return [act for act in self.store.acts_about(message.key) if act.is_mine][-1]

    def _look(self) -> None:
        """Tell the watcher what has changed and come for people here, as a console would that is told of a change."""
        newest, now_s = self._newest, self._scheduler.now_s()
        while items := self.store.items_changed_since(self._looked_to, _ITEMS_LOOKED_AT):
            self._looked_to = items[-1].changed
            for item in items:
                newest = max(newest, item.id)
                if item.id > self._newest and item.is_for_me and not item.is_mine:
                    self._watcher.saw(Arrived(self.number, item), now_s)
                self._watcher.saw(Changed(self.number, item), now_s)
        self._newest = newest
