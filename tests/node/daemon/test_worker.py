"""Commit, then act: what the worker lets out, when, and what it keeps in when the store fails."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from node.core.effects import Accepted, Announce, CarriedOut, Effect, Refused, Reply, SendFrame, Stir, WakeAt
from node.core.events import Composed, Event, FrameHeard, Woke
from node.core.moment import Moment
from node.daemon.tray import WAITING_MAX, Traffic
from node.daemon.worker import BATCH_EVENTS_MAX, STORE_RETRY_MS, Worker, WorkerFull, WorkerStopped
from node.store.errors import StoreDamaged, StoreUnavailable
from node.store.memory import MemoryStore
from protocol.numbers import Address, Kind, Precedence
from tests.support.patience import DEADLINE_S

BOOT_MS = 1_000
FRAME = SendFrame(1, b"x", 0, False, Precedence.ROUTINE)


class RecordingStore(MemoryStore):
    """Notes each commit among everything else that happens; may refuse them."""

    def __init__(self, notes: list[str]) -> None:
        super().__init__()
        self.notes = notes
        self.is_full = False

    def commit(self) -> None:
        self.notes.append("commit")
        if self.is_full:
            raise StoreUnavailable("database or disk is full")
        super().commit()


class OneFrameStation:
    """Answers each event with one frame, each request with its number, and counts changes in the store."""

    def __init__(self, store: MemoryStore, notes: list[str]) -> None:
        self.store = store
        self.notes = notes
        self.withdrawn: list[Effect] = []
        self.gate = threading.Event()
        self.gate.set()
        self.is_inside = threading.Event()
        self.mistake: Exception | None = None

    def handle(self, event: Event, now: Moment) -> list[Effect]:
        self.is_inside.set()
        assert self.gate.wait(DEADLINE_S)
        if self.mistake is not None:
            raise self.mistake
        self.notes.append("decide")
        change = self.store.take_change()
        if isinstance(event, Composed):
            return [Announce(change), Reply(event.request, Accepted(change, f"ODK-{change:05d}"))]
        return [SendFrame(change, b"x", 0, False, Precedence.ROUTINE)]

    def withdraw(self, effects: list[Effect]) -> None:
        self.withdrawn += effects


class Bench:
    """A worker on its thread, with a station and a store that note what happens."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.store = RecordingStore(self.notes)
        self.station = OneFrameStation(self.store, self.notes)
        self.effects: list[Effect] = []
        self.worker = Worker(self.station, self.store, lambda: Moment("boot", BOOT_MS, None), self._carry_out)

    def _carry_out(self, effects: list[Effect]) -> None:
        self.notes.append("act")
        self.effects += effects

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """The worker stands inside its first event, so that what comes now waits behind it."""
        self.station.gate.clear()
        self.station.is_inside.clear()
        self.worker.post(Woke())
        await asyncio.to_thread(self.station.is_inside.wait, DEADLINE_S)
        try:
            yield
        finally:
            self.station.gate.set()

    async def settle(self) -> None:
        """Until everything posted so far is done, and the loop has carried out what came of it."""
        await self.worker.ask(lambda: None)
        await asyncio.sleep(0)

    def compose(self) -> Awaitable[CarriedOut | Refused]:
        return self.worker.request(
            lambda number: Composed(number, 0, Address(Kind.STATION, 1), "text", Precedence.ROUTINE)
        )


def played(story: Callable[[Bench], Awaitable[None]]) -> None:
    async def play() -> None:
        async with asyncio.timeout(DEADLINE_S):
            bench = Bench()
            ended = bench.worker.start()
            try:
                await story(bench)
            finally:
                await bench.worker.stop()
            assert ended.done()

    asyncio.run(play())


def test_nothing_leaves_before_the_commit() -> None:
    async def story(bench: Bench) -> None:
        bench.worker.post(Woke())
        await bench.settle()
        assert bench.notes[:3] == ["decide", "commit", "act"]
        assert bench.effects == [FRAME]

    played(story)


def test_a_batch_is_bounded_and_loses_nothing_at_its_end() -> None:
    async def story(bench: Bench) -> None:
        async with bench.held():
            for _ in range(2 * BATCH_EVENTS_MAX):
                bench.worker.post(FrameHeard(b"y"))
        await bench.settle()
        assert bench.notes.count("decide") == 2 * BATCH_EVENTS_MAX + 1
        longest = max(len(part.split()) for part in " ".join(bench.notes).replace("act", "").split("commit"))
        assert longest <= BATCH_EVENTS_MAX

    played(story)


def test_a_request_is_answered_once_it_is_stored() -> None:
    async def story(bench: Bench) -> None:
        assert await bench.compose() == Accepted(1, "ODK-00001")
        assert bench.store.has_changes() is False

    played(story)


def test_when_the_store_is_full_no_frame_leaves() -> None:
    async def story(bench: Bench) -> None:
        bench.store.is_full = True
        bench.worker.post(Woke())
        await bench.settle()
        assert bench.effects[0] == WakeAt(BOOT_MS + STORE_RETRY_MS)
        assert not any(isinstance(effect, SendFrame) for effect in bench.effects)
        assert bench.station.withdrawn == [FRAME]
        assert bench.store.last_change() == 0

    played(story)


def test_when_the_store_is_full_a_request_is_told_why() -> None:
    async def story(bench: Bench) -> None:
        bench.store.is_full = True
        with pytest.raises(StoreUnavailable, match="database or disk is full"):
            await bench.compose()
        assert bench.worker.store_fault == "database or disk is full"

    played(story)


def test_the_station_goes_on_when_the_store_has_room_again() -> None:
    async def story(bench: Bench) -> None:
        bench.store.is_full = True
        bench.worker.post(Woke())
        await bench.settle()
        bench.store.is_full = False
        assert await bench.compose() == Accepted(1, "ODK-00001")
        assert bench.worker.store_fault == ""

    played(story)


def test_a_store_that_fails_and_works_again_stirs_once_each() -> None:
    async def story(bench: Bench) -> None:
        bench.store.is_full = True
        for _ in range(3):
            bench.worker.post(Woke())
            await bench.settle()
        assert bench.effects.count(Stir()) == 1
        bench.store.is_full = False
        for _ in range(3):
            await bench.compose()
        await bench.settle()
        assert bench.effects.count(Stir()) == 2

    played(story)


def test_a_look_sees_only_what_is_committed() -> None:
    async def story(bench: Bench) -> None:
        async with bench.held():
            looking = asyncio.ensure_future(bench.worker.ask(bench.store.has_changes))
            await asyncio.sleep(0)
            bench.worker.post(Woke())
        assert await looking is False

    played(story)


def test_frames_beyond_the_bound_are_lost_and_counted_and_signals_are_not() -> None:
    async def story(bench: Bench) -> None:
        async with bench.held():
            for _ in range(WAITING_MAX[Traffic.FRAME] + 3):
                bench.worker.post(FrameHeard(b"y"))
            bench.worker.post(Woke())
        await bench.settle()
        assert bench.worker.frames_lost == 3
        assert bench.notes.count("decide") == 1 + WAITING_MAX[Traffic.FRAME] + 1

    played(story)


def test_requests_beyond_the_bound_are_refused() -> None:
    async def story(bench: Bench) -> None:
        async with bench.held():
            looks = [asyncio.ensure_future(bench.worker.ask(int)) for _ in range(WAITING_MAX[Traffic.REQUEST])]
            await asyncio.sleep(0)
            with pytest.raises(WorkerFull):
                await bench.compose()
        assert await asyncio.gather(*looks) == [0] * len(looks)

    played(story)


def test_what_was_taken_before_the_stop_is_still_done() -> None:
    async def story(bench: Bench) -> None:
        async with bench.held():
            answer = asyncio.ensure_future(bench.compose())
            await asyncio.sleep(0)
            stopping = asyncio.ensure_future(bench.worker.stop())
            await asyncio.sleep(0)
            with pytest.raises(WorkerStopped):
                await bench.compose()
        assert await answer == Accepted(2, "ODK-00002")
        await stopping

    played(story)


def test_a_request_that_nobody_waits_for_any_more_is_carried_out_all_the_same() -> None:
    async def story(bench: Bench) -> None:
        async with bench.held():
            abandoned = asyncio.ensure_future(bench.compose())
            await asyncio.sleep(0)
            abandoned.cancel()
        await bench.settle()
        assert bench.store.last_change() == 2

    played(story)


def test_a_mistake_of_ours_ends_the_worker_with_its_trace() -> None:
    async def play() -> None:
        bench = Bench()
        bench.station.mistake = ZeroDivisionError("ours")
        ended = bench.worker.start()
        bench.worker.post(Woke())
        with pytest.raises(ZeroDivisionError, match="ours"):
            await asyncio.wait_for(ended, DEADLINE_S)
        await bench.worker.stop()

    asyncio.run(play())


def test_a_store_that_is_damaged_ends_the_worker_so_that_the_next_start_sets_it_aside() -> None:
    async def play() -> None:
        bench = Bench()
        bench.station.mistake = StoreDamaged("store.db is torn")
        ended = bench.worker.start()
        bench.worker.post(Woke())
        with pytest.raises(StoreDamaged):
            await asyncio.wait_for(ended, DEADLINE_S)
        await bench.worker.stop()

    asyncio.run(play())
