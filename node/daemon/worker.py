"""The thread that owns core and store: decide, commit, and only then let anything leave.

What waits is decided together, up to `BATCH_EVENTS_MAX` events or `BATCH_MS`, and committed once. Then, in this order:
effects go to the event loop, requests are answered, looks are taken. When the store does not take the commit, all of
that batch is undone: no effect leaves, requests are told the fault, and the station tries again soon.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic_ns
from typing import Final, Protocol, TypeVar

from node.api.faults import Refused as RequestRefused
from node.core.effects import CarriedOut, Effect, Refused, Reply, Stir, WakeAt
from node.core.events import Event, FrameHeard, NodeHeard, Request, TextHeard
from node.core.moment import Moment
from node.core.ports import Store
from node.daemon.tray import Asked, Entry, Happened, Look, Traffic, Tray
from node.store.errors import StoreUnavailable

SeenT = TypeVar("SeenT")

BATCH_EVENTS_MAX: Final = 64
"""Verifying as many takes about 40 ms on a Raspberry Pi 4: nobody waits longer for the commit they share."""
BATCH_MS: Final = 50
"""Where verifying is slower, the batch ends here."""
STORE_RETRY_MS: Final = 5_000
"""After a failed commit: until the station looks again."""
STOP_S: Final = 10.0
"""For what is at work when the station stops; a medium that takes longer is failing."""

log = logging.getLogger(__name__)


class WorkerFull(Exception):
    """More waits than the station can take; ask again."""


class WorkerStopped(Exception):
    """The station is stopping and takes nothing more."""


class Decider(Protocol):
    """The station, as the worker needs it."""

    def handle(self, event: Event, now: Moment) -> list[Effect]:
        """Decide about one event: writes to the store, does not commit."""

    def withdraw(self, effects: list[Effect]) -> None:
        """The commit failed: these orders did not leave."""


@dataclass(slots=True)
class _Batch:
    """What was decided and not yet committed."""

    effects: list[Effect] = field(default_factory=list)
    asked: dict[int, Future[CarriedOut | Refused]] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)


class Worker:
    """Runs one station on a thread of its own; all but that is called on the event loop.

    Args:
        station: not yet started; from now on touched by the thread alone.
        store: likewise.
        read_clock: one reading per event.
        carry_out: takes effects, on the event loop, after their commit.
    """

    def __init__(
        self,
        station: Decider,
        store: Store,
        read_clock: Callable[[], Moment],
        carry_out: Callable[[list[Effect]], None],
    ) -> None:
        self._station = station
        self._store = store
        self._read_clock = read_clock
        self._carry_out = carry_out
        self._tray = Tray()
        self._last_request = 0
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="station")
        self._ended: asyncio.Future[None] | None = None
        self.store_fault = ""
        """Why the last commit failed; empty while writing works."""

    @property
    def frames_lost(self) -> int:
        """Frames that came faster than they could be verified."""
        return self._tray.refused(Traffic.FRAME)

    def start(self) -> "asyncio.Future[None]":
        """Start the thread; what is returned ends with it, by its exception if a mistake of ours ended it."""
        self._ended = self._loop.run_in_executor(self._thread, self._run)
        return self._ended

    async def stop(self) -> None:
        """Let what waits be handled, then end the thread. The store is left to its owner."""
        self._tray.close()
        if self._ended is not None:
            await asyncio.wait([self._ended], timeout=STOP_S)
        self._thread.shutdown(wait=False)

    def post(self, event: Event) -> None:
        """Hand over an event of the world; what does not fit is lost, as on the air, and counted."""
        traffic = Traffic.FRAME if isinstance(event, FrameHeard | TextHeard | NodeHeard) else Traffic.SIGNAL
        if not self._tray.put(traffic, Happened(event)) and not self._tray.is_closed:
            lost = self._tray.refused(traffic)
            if lost & (lost - 1) == 0:  # At 1, 2, 4, 8, ...: a flood must not fill the journal too.
                log.warning("%s not taken, %d so far: the station cannot keep up", type(event).__name__, lost)

    async def request(self, make: Callable[[int], Request]) -> CarriedOut | Refused:
        """Hand over somebody's request and wait until it is on disk, or refused.

        Raises:
            WorkerFull: too much waits.
            WorkerStopped: the station is stopping.
            StoreUnavailable: the disk did not take it; nothing was changed.
        """
        self._last_request += 1
        answer: Future[CarriedOut | Refused] = Future()
        self._put(Asked(make(self._last_request), answer))
        return await asyncio.wrap_future(answer)

    async def ask(self, question: Callable[[], SeenT]) -> SeenT:
        """Look at station and store on their thread, between two commits.

        Raises:
            WorkerFull: too much waits.
            WorkerStopped: the station is stopping.
            node.api.faults.Refused: as the question does.
            StoreUnavailable: the disk does not give what is asked for.

        Whatever else the question raises is a mistake of ours and ends the worker.
        """
        seen: Future[SeenT] = Future()

        def look() -> None:
            if seen.set_running_or_notify_cancel():
                try:
                    seen.set_result(question())
                except (RequestRefused, StoreUnavailable) as no:
                    seen.set_exception(no)

        self._put(Look(look))
        return await asyncio.wrap_future(seen)

    def _put(self, entry: Asked | Look) -> None:
        if not self._tray.put(Traffic.REQUEST, entry):
            raise WorkerStopped if self._tray.is_closed else WorkerFull

    def _run(self) -> None:
        while (first := self._tray.take()) is not None:
            batch = _Batch()
            try:
                self._gather(first, batch)
                self._store.commit()
            except StoreUnavailable as error:
                self._take_back(batch, error)
            else:
                self._leave(batch)
            for look in batch.looks:
                look.run()

    def _gather(self, first: Entry, batch: _Batch) -> None:
        """Decide about the first entry and about what waits behind it, within the batch's bounds."""
        deadline_ns = monotonic_ns() + BATCH_MS * 1_000_000
        self._decide(first, batch)
        for _ in range(BATCH_EVENTS_MAX - 1):
            if monotonic_ns() >= deadline_ns or (entry := self._tray.take_waiting()) is None:
                return
            self._decide(entry, batch)

    def _decide(self, entry: Entry, batch: _Batch) -> None:
        match entry:
            case Happened(event):
                batch.effects += self._station.handle(event, self._read_clock())
            case Asked(event, answer):
                batch.asked[event.request] = answer
                batch.effects += self._station.handle(event, self._read_clock())
            case Look():
                batch.looks.append(entry)

    def _leave(self, batch: _Batch) -> None:
        rest: list[Effect] = [effect for effect in batch.effects if not isinstance(effect, Reply)]
        if batch.effects and self.store_fault:
            log.info("store: writing works again")
            self.store_fault = ""
            rest.append(Stir())
        if rest:
            self._loop.call_soon_threadsafe(self._carry_out, rest)
        for effect in batch.effects:
            if isinstance(effect, Reply):
                answer = batch.asked.pop(effect.request)
                if answer.set_running_or_notify_cancel():
                    answer.set_result(effect.answer)

    def _take_back(self, batch: _Batch, error: StoreUnavailable) -> None:
        self._store.rollback()
        self._station.withdraw(batch.effects)
        if not self.store_fault:
            log.error("store: %s; free space or replace the medium, messages are refused until then", error)
        effects: list[Effect] = [WakeAt(self._read_clock().boot_ms + STORE_RETRY_MS)]
        if self.store_fault != str(error):
            self.store_fault = str(error)
            effects.append(Stir())
        for answer in batch.asked.values():
            if answer.set_running_or_notify_cancel():
                answer.set_exception(error)
        self._loop.call_soon_threadsafe(self._carry_out, effects)
