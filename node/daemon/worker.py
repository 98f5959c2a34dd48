"""The thread that owns core and store: takes events, commits, and only then lets effects leave.

What waits is handled together and shares one commit. A failed commit takes everything of its batch back: no effect
leaves, requests are answered with the fault, and the station tries again soon.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, TypeVar

from node.core.effects import Accepted, Effect, Refused, Reply, WakeAt
from node.core.events import ActPerformed, Composed, Event, FrameHeard
from node.core.moment import Moment
from node.core.station import Station
from node.store.sqlite import SqliteStore, StoreUnavailable

T = TypeVar("T")

WAITING_MAX: Final = 512
"""Events and calls that wait at once: a radio brings at most a few frames a second."""
BATCH_MAX: Final = 64
"""Events that share one commit."""
STORE_RETRY_MS: Final = 5_000
"""After a failed commit: until the station looks again."""
JOIN_S: Final = 10.0
"""For what is at work when the station stops."""

log = logging.getLogger(__name__)


class WorkerFull(Exception):
    """More waits than the station can take; ask again."""


@dataclass(frozen=True, slots=True)
class _Call:
    """A question to the store, asked between two batches so that it sees only what is committed."""

    answer: Callable[[], None]
    stop: bool = False


Request = Composed | ActPerformed


class Worker:
    """Runs one station on its own thread.

    Args:
        station: not yet started; from now on touched by the thread alone.
        store: likewise.
        read_clock: one reading per event.
        carry_out: takes effects, on the event loop, after their commit.
    """

    def __init__(
        self,
        station: Station,
        store: SqliteStore,
        read_clock: Callable[[], Moment],
        carry_out: Callable[[list[Effect]], None],
    ) -> None:
        self._station = station
        self._store = store
        self._read_clock = read_clock
        self._carry_out = carry_out
        self._waiting: queue.Queue[Event | _Call] = queue.Queue(WAITING_MAX)
        self._requests: dict[int, Future[Accepted | Refused]] = {}
        self._last_request = 0
        self._frames_lost = 0
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="station", daemon=True)
        self._failure: Future[None] = Future()
        self.store_fault = ""
        """Why the last commit failed; empty while writing works."""

    @property
    def frames_lost(self) -> int:
        """Frames not taken because too much waited."""
        return self._frames_lost

    def start(self) -> "asyncio.Future[None]":
        """Start the thread; what is returned ends with it, by its exception if a mistake of ours ended it."""
        self._thread.start()
        return asyncio.wrap_future(self._failure, loop=self._loop)

    def stop(self) -> None:
        """Let what waits be handled, then end the thread. The store is left to its owner."""
        self._waiting.put(_Call(lambda: None, stop=True))
        self._thread.join(JOIN_S)

    def post(self, event: Event) -> None:
        """Hand over an event of the world; a frame is lost when too much waits, as on the air."""
        try:
            self._waiting.put_nowait(event)
        except queue.Full:
            if not isinstance(event, FrameHeard):
                self._waiting.put(event)
                return
            self._frames_lost += 1
            log.warning("frame not taken: %d wait, %d lost so far", WAITING_MAX, self._frames_lost)

    async def request(self, make: Callable[[int], Request]) -> Accepted | Refused:
        """Hand over somebody's request and wait until it is on disk, or refused.

        Raises:
            WorkerFull: too much waits.
            StoreUnavailable: the disk did not take it; nothing was changed.
        """
        self._last_request += 1
        number = self._last_request
        answer: Future[Accepted | Refused] = Future()
        self._requests[number] = answer
        try:
            self._waiting.put_nowait(make(number))
        except queue.Full:
            del self._requests[number]
            raise WorkerFull from None
        return await asyncio.wrap_future(answer)

    async def ask(self, question: Callable[[], T]) -> T:
        """Read the store on its thread, between two commits.

        Raises:
            WorkerFull: too much waits.
        """
        answer: Future[T] = Future()

        def put_answer() -> None:
            try:
                answer.set_result(question())
            except Exception as error:  # noqa: BLE001 - whatever it is belongs to the asker, not to this thread
                answer.set_exception(error)

        try:
            self._waiting.put_nowait(_Call(put_answer))
        except queue.Full:
            raise WorkerFull from None
        return await asyncio.wrap_future(answer)

    def _run(self) -> None:
        try:
            while self._work():
                pass
            self._failure.set_result(None)
        except BaseException as error:  # noqa: BLE001 - a mistake of ours must end the process, with its trace
            self._failure.set_exception(error)

    def _work(self) -> bool:
        """Handle what waits, up to the next question; whether to go on."""
        batch: list[Event] = []
        entry: Event | _Call | None = self._waiting.get()
        while entry is not None and not isinstance(entry, _Call):
            batch.append(entry)
            entry = self._next() if len(batch) < BATCH_MAX else None
        if batch:
            self._handle(batch)
        if isinstance(entry, _Call):
            entry.answer()
            return not entry.stop
        return True

    def _next(self) -> Event | _Call | None:
        try:
            return self._waiting.get_nowait()
        except queue.Empty:
            return None

    def _handle(self, batch: list[Event]) -> None:
        effects: list[Effect] = []
        try:
            for event in batch:
                effects += self._station.handle(event, self._read_clock())
            self._store.commit()
        except StoreUnavailable as error:
            self._take_back(batch, effects, error)
            return
        self.store_fault = ""
        self._leave(effects)

    def _take_back(self, batch: list[Event], effects: list[Effect], error: StoreUnavailable) -> None:
        self._store.rollback()
        self._station.withdraw(effects)
        self.store_fault = str(error)
        log.error("store: %s; free space or replace the medium, messages are refused until then", error)
        for event in batch:
            if isinstance(event, Composed | ActPerformed):
                answer = self._requests.pop(event.request, None)
                if answer is not None:
                    answer.set_exception(error)
        self._leave([WakeAt(self._read_clock().boot_ms + STORE_RETRY_MS)])

    def _leave(self, effects: list[Effect]) -> None:
        rest: list[Effect] = []
        for effect in effects:
            answer = self._requests.pop(effect.request, None) if isinstance(effect, Reply) else None
            if isinstance(effect, Reply) and answer is not None:
                answer.set_result(effect.answer)
            else:
                rest.append(effect)
        if rest:
            self._loop.call_soon_threadsafe(self._carry_out, rest)
