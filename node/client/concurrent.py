"""A client on an event loop: several requests at once, and news as it comes; for a console that stays.

A lost connection ends it: whoever waits is told `NoStation`, and connects anew when there is a station again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from node.api.conversation import REQUESTS_MAX
from node.api.faults import Fault, Refused
from node.api.methods import (
    API_VERSION,
    CHANGED,
    HELLO,
    REFUSAL,
    STIRRED,
    SUBSCRIBE,
    Changed,
    Greeting,
    Hello,
    Method,
    Subscribe,
)
from node.api.stream import ANSWER_BYTES_MAX, READ_BYTES, Answer, Frame, FrameReader, Notice, Request, encode
from node.client.handshake import NoStation, absent, answered, frames_in, gone, greeted, read

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")

ANSWER_S: Final = 30.0
"""A login on a Pi Zero takes some seconds; everything else answers in milliseconds."""


@dataclass(frozen=True, slots=True)
class News:
    """What a station told unasked since the news before."""

    change: int
    """Where the change counter stands; as before when only the status is another one."""
    stirred: bool
    """The status is another one: ask for it again."""


class ConcurrentClient:
    """One connection to a station; made by `connected`."""

    def __init__(self, path: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._path = path
        self._reader = reader
        self._writer = writer
        self._frames = FrameReader(ANSWER_BYTES_MAX)
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._last_id = 0
        # The station takes no more at once; the rest waits here.
        self._at_once = asyncio.Semaphore(REQUESTS_MAX)
        self._change = 0
        self._is_changed = False
        self._is_stirred = False
        self._told = asyncio.Event()
        self._end: Exception | None = None
        self.greeting: Greeting | None = None
        """The station's first words, once it has spoken."""

    async def call(self, method: Method[AskT, AnswerT], ask: AskT, timeout_s: float = ANSWER_S) -> AnswerT:
        """Ask, and wait for the answer.

        Raises:
            Refused: the station does not do it.
            NoStation: it went away.
            TimeoutError: it does not answer in time.
        """
        async with self._at_once, asyncio.timeout(timeout_s):
            if self._end is not None:
                raise self._end
            self._last_id += 1
            number = self._last_id
            waiting: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            self._asked[number] = waiting
            try:
                self._writer.write(encode(Request(number, method.name, ask)))
                return answered(await waiting, method.answer, self._path)
            finally:
                self._asked.pop(number, None)

    async def news(self, since: int) -> AsyncIterator[News]:
        """What the station tells of changes after a point and of its status; what is not yet taken becomes one.

        Raises:
            NoStation: the station went away.
        """
        change = (await self.call(SUBSCRIBE, Subscribe(since))).change
        self._change = max(self._change, change)
        while True:
            if self._is_changed or self._is_stirred:
                news = News(self._change, self._is_stirred)
                self._is_changed = self._is_stirred = False
                yield news
            elif self._end is not None:
                raise self._end
            else:
                self._told.clear()
                await self._told.wait()

    async def greet(self) -> None:
        """Hear the station's first words; `listen` hears the rest.

        Raises:
            Refused: the station does not let us in, or speaks another version.
            NoStation: it is none.
        """
        heard: list[Frame] = []
        while not heard:
            heard = await self._received()
        self.greeting = greeted(heard[0], self._path)
        for frame in heard[1:]:
            self._heard(frame)

    async def listen(self) -> None:
        """Hand every frame to whoever waits for it, until the station hangs up."""
        try:
            while True:
                for frame in await self._received():
                    self._heard(frame)
        except (NoStation, Refused) as error:
            self._end = error
            for waiting in self._asked.values():
                if not waiting.done():
                    waiting.set_exception(error)
            self._told.set()

    async def _received(self) -> list[Frame]:
        try:
            received = await self._reader.read(READ_BYTES)
        except ConnectionError as error:
            raise gone(self._path) from error
        return frames_in(self._frames, received, self._path)

    def _heard(self, frame: Frame) -> None:
        match frame:
            case Answer(number):
                waiting = self._asked.get(number)
                if waiting is not None and not waiting.done():
                    waiting.set_result(frame)
            case Notice(name, body) if name == CHANGED:
                self._change = read(Changed, body, self._path).change
                self._is_changed = True
                self._told.set()
            case Notice(name) if name == STIRRED:
                self._is_stirred = True
                self._told.set()
            case Notice(name, body) if name == REFUSAL:
                raise Refused(read(Fault, body, self._path))
            case Notice() | Request():
                pass  # Of a newer station; what we asked for is answered all the same.


@asynccontextmanager
async def connected(path: Path, program: str = "bavn") -> AsyncIterator[ConcurrentClient]:
    """A client for as long as the context lasts.

    Args:
        path: the station's socket.
        program: named in the station's log.

    Raises:
        NoStation: nobody listens there, or what listens is no station.
        Refused: the station does not let us in, or speaks another version.
        TimeoutError: it does not answer.
    """
    try:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_unix_connection(path)
    except OSError as error:
        raise absent(path, error) from error
    client = ConcurrentClient(path, reader, writer)
    try:
        async with asyncio.timeout(ANSWER_S):
            await client.greet()
        listening = asyncio.create_task(client.listen(), name="station-client")
        try:
            await client.call(HELLO, Hello(API_VERSION, program))
            yield client
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
    finally:
        writer.close()
