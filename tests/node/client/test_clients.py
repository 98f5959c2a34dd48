"""Both clients say the same of a station that answers, refuses, leaves, or is none."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from node.api.conversation import REQUESTS_MAX
from node.api.faults import FaultCode, Refused, refused
from node.api.methods import API_VERSION, FIND, Find, Found, Greeting
from node.api.packing import unpack
from node.api.server import Server
from node.api.stream import Notice, encode
from node.client.blocking import Client, NoStation
from node.client.concurrent import ConcurrentClient, News, connected
from tests.node.api.talking import until
from tests.support.patience import DEADLINE_S


class Finder:
    """Finds nobody, refuses to find "secret", and waits before it finds "later"."""

    def __init__(self) -> None:
        self.at = 7
        self.gate = asyncio.Event()
        self.at_once = 0
        self.most_at_once = 0

    async def answer(self, method: str, ask: object) -> object:
        wanted = unpack(Find, ask).text
        if wanted == "secret":
            raise refused(FaultCode.UNKNOWN_RECIPIENT, wanted)
        if wanted == "later":
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            await self.gate.wait()
            self.at_once -= 1
        return Found(())

    def change(self) -> int:
        return self.at


class Stationed:
    """A server on an event loop of its own thread, for clients that block."""

    def __init__(self, path: Path, api: int = API_VERSION) -> None:
        self.path = path
        self.backend = Finder()
        self.server = Server(path, Greeting(api, "0", "ODK"), self.backend)
        self._loop = asyncio.new_event_loop()
        self._leave = asyncio.Event()
        self._told_to_leave = False

    def announce(self, change: int) -> None:
        self._loop.call_soon_threadsafe(self.server.announce, change)

    def stir(self) -> None:
        self._loop.call_soon_threadsafe(self.server.stir)

    def leave(self) -> None:
        if not self._told_to_leave:
            self._told_to_leave = True
            self._loop.call_soon_threadsafe(self._leave.set)

    def run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self.server.bind()
        serving = asyncio.create_task(self.server.run())
        ready.set()
        await self._leave.wait()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        self.server.close()


@contextmanager
def stationed(path: Path, api: int = API_VERSION) -> Iterator[Stationed]:
    station = Stationed(path, api)
    ready = threading.Event()
    thread = threading.Thread(target=station.run, args=(ready,))
    thread.start()
    assert ready.wait(DEADLINE_S)
    try:
        yield station
    finally:
        station.leave()
        thread.join(DEADLINE_S)


def concurrently(path: Path, story: Callable[[ConcurrentClient], Awaitable[None]]) -> None:
    async def play() -> None:
        async with asyncio.timeout(DEADLINE_S), connected(path) as client:
            await story(client)

    asyncio.run(play())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "api.sock"


def test_both_are_answered(path: Path) -> None:
    async def story(client: ConcurrentClient) -> None:
        assert await client.call(FIND, Find("x")) == Found(())
        assert client.greeting == Greeting(API_VERSION, "0", "ODK")

    with stationed(path):
        with Client(path) as client:
            assert client.call(FIND, Find("x")) == Found(())
            assert client.greeting == Greeting(API_VERSION, "0", "ODK")
        concurrently(path, story)


def test_both_are_refused_with_the_fault(path: Path) -> None:
    async def story(client: ConcurrentClient) -> None:
        with pytest.raises(Refused, match="unknown_recipient: secret"):
            await client.call(FIND, Find("secret"))
        assert await client.call(FIND, Find("x")) == Found(())

    with stationed(path):
        with Client(path) as client:
            with pytest.raises(Refused, match="unknown_recipient: secret"):
                client.call(FIND, Find("secret"))
            assert client.call(FIND, Find("x")) == Found(())
        concurrently(path, story)


def test_both_are_told_of_changes(path: Path) -> None:
    async def story(client: ConcurrentClient) -> None:
        news = client.news(since=3)
        assert await anext(news) == News(7, stirred=False)
        station.announce(9)
        assert await anext(news) == News(9, stirred=False)
        await news.aclose()

    with stationed(path) as station:
        with Client(path) as client:
            assert client.subscribe(since=3) == 7
            assert client.next_change(DEADLINE_S) == 7
            station.announce(8)
            assert client.next_change(DEADLINE_S) == 8
            assert client.next_change(0.01) is None
        concurrently(path, story)


def test_the_blocking_one_hears_nothing_but_changes(path: Path) -> None:
    with stationed(path) as station, Client(path) as client:
        client.subscribe(since=7)
        station.stir()
        assert client.next_change(0.01) is None
        station.stir()
        station.announce(8)
        station.stir()
        assert client.next_change(DEADLINE_S) == 8
        assert client.call(FIND, Find("x")) == Found(())


async def subscribed(client: ConcurrentClient, news: AsyncIterator[News]) -> "asyncio.Future[News]":
    """The first news to come, once the station has the subscription: it was asked for before what is answered here."""
    first = asyncio.ensure_future(anext(news))
    await asyncio.sleep(0)  # the task writes its request
    await client.call(FIND, Find("x"))
    return first


def test_the_concurrent_one_hears_that_the_status_is_another_one(path: Path) -> None:
    async def story(client: ConcurrentClient) -> None:
        news = client.news(since=7)
        waiting = await subscribed(client, news)
        assert not waiting.done()
        station.stir()
        assert await waiting == News(7, stirred=True)
        station.announce(8)
        assert await anext(news) == News(8, stirred=False)
        station.stir()
        assert await anext(news) == News(8, stirred=True)

    with stationed(path) as station:
        concurrently(path, story)


def test_news_not_yet_taken_becomes_one_and_nothing_of_it_is_lost(path: Path) -> None:
    async def story(client: ConcurrentClient) -> None:
        news = client.news(since=7)
        first = await subscribed(client, news)
        station.announce(8)
        assert await first == News(8, stirred=False)
        for change in (9, 10, 11):
            station.stir()
            station.announce(change)
        await client.call(FIND, Find("x"))
        # The station's loop told all of it before it answered; a stir may still be on its way.
        heard = [await anext(news)]
        while not heard[-1].stirred:
            heard.append(await anext(news))
        assert heard[-1].change == 11
        assert len(heard) <= 2

    with stationed(path) as station:
        concurrently(path, story)


def test_the_last_news_is_told_before_the_station_is_missed(path: Path) -> None:
    async def story(client: ConcurrentClient) -> None:
        news = client.news(since=7)
        first = await subscribed(client, news)
        station.announce(8)
        await first
        # Asked before the end: writing to a station that left would throw away what it said last.
        later = asyncio.ensure_future(client.call(FIND, Find("later")))
        await until(lambda: station.backend.at_once == 1)
        station.announce(9)
        station.stir()
        station.leave()
        with pytest.raises(NoStation, match="went away"):
            await later
        assert await anext(news) == News(9, stirred=True)
        with pytest.raises(NoStation, match="went away"):
            await anext(news)

    with stationed(path) as station:
        concurrently(path, story)


def test_both_notice_that_the_station_left(path: Path) -> None:
    async def story(client: ConcurrentClient) -> None:
        news = client.news(since=7)
        later = asyncio.ensure_future(client.call(FIND, Find("later")))
        watching = asyncio.ensure_future(anext(news))
        await until(lambda: station.backend.at_once == 1)
        station.leave()
        for waiting in (later, watching):
            with pytest.raises(NoStation, match="went away"):
                await waiting
        with pytest.raises(NoStation, match="went away"):
            await client.call(FIND, Find("x"))

    with stationed(path) as station:
        concurrently(path, story)
    with stationed(path) as station, Client(path) as client:
        station.leave()
        with pytest.raises(NoStation, match="went away"):
            client.next_change(DEADLINE_S)


def test_many_requests_at_once_wait_their_turn(path: Path) -> None:
    async def story(client: ConcurrentClient) -> None:
        asked = [asyncio.ensure_future(client.call(FIND, Find("later"))) for _ in range(20)]
        await until(lambda: station.backend.at_once == REQUESTS_MAX)
        station._loop.call_soon_threadsafe(station.backend.gate.set)
        assert await asyncio.gather(*asked) == [Found(())] * 20

    with stationed(path) as station:
        concurrently(path, story)
        assert station.backend.most_at_once == REQUESTS_MAX


def test_both_say_that_nobody_listens(path: Path) -> None:
    with pytest.raises(NoStation, match="start one with  bavn run"):
        Client(path)
    with pytest.raises(NoStation, match="start one with  bavn run"):
        concurrently(path, _never)


def test_both_refuse_another_version(path: Path) -> None:
    with stationed(path, api=API_VERSION + 1):
        for connect in (Client, lambda path: concurrently(path, _never)):
            with pytest.raises(Refused) as no:
                connect(path)
            assert no.value.fault.code is FaultCode.VERSION
            assert no.value.fault.detail == f"{API_VERSION + 1}/{API_VERSION}"


@pytest.mark.parametrize(
    "words", [b"HTTP/1.1 400 Bad Request\r\n", b"\xc1", encode(Notice("tune", Greeting(1, "", ""))), b""]
)
def test_both_say_that_what_answers_is_no_station(path: Path, words: bytes) -> None:
    for connect in (Client, lambda path: concurrently(path, _never)):
        with somebody_else(path, words), pytest.raises(NoStation):
            connect(path)


def test_a_station_that_is_silent_is_not_waited_for_for_ever(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        with pytest.raises(TimeoutError, match="did not answer in time"):
            Client(path, timeout_s=0.01)


@contextmanager
def somebody_else(path: Path, words: bytes) -> Iterator[None]:
    """Something else listens there, says its words and hangs up."""
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()

        def speak() -> None:
            speaking, _ = listening.accept()
            with speaking:
                speaking.sendall(words)

        thread = threading.Thread(target=speak)
        thread.start()
        yield
        thread.join(DEADLINE_S)


async def _never(client: ConcurrentClient) -> None:
    raise AssertionError("nobody should have let us in")
