"""A client made of plain sockets, so that a test can say what no client of ours would."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from node.api.methods import API_VERSION, HELLO, Greeting, Hello
from node.api.packing import unpack
from node.api.server import Server
from node.api.stream import ANSWER_BYTES_MAX, Answer, Frame, FrameReader, Request, encode
from tests.support.patience import DEADLINE_S

GREETING = Greeting(API_VERSION, "0", "ODK")


class Talker:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._frames = FrameReader(ANSWER_BYTES_MAX)
        self._heard: list[Frame] = []

    def say(self, number: int, method: str, ask: object) -> None:
        self.writer.write(encode(Request(number, method, ask)))

    async def hear(self) -> Frame | None:
        """The next frame; None when the station hung up."""
        async with asyncio.timeout(DEADLINE_S):
            while not self._heard:
                try:
                    received = await self.reader.read(65536)
                except ConnectionResetError:
                    received = b""
                if not received:
                    return None
                self._heard.extend(self._frames.feed(received))
        return self._heard.pop(0)

    async def answer(self) -> Answer:
        frame = await self.hear()
        assert isinstance(frame, Answer), frame
        return frame

    async def introduce(self, api: int = API_VERSION) -> Answer:
        await self.hear()
        self.say(0, HELLO.name, Hello(api, "test"))
        return await self.answer()

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


class EchoBackend:
    """Answers "status" with a large greeting, "wait" when it is told to, anything else with the ask itself."""

    def __init__(self) -> None:
        self.changes = 0
        self.gate = asyncio.Event()
        self.waiting = 0
        self.size = 0

    async def answer(self, method: str, ask: object) -> object:
        match method:
            case "wait":
                self.waiting += 1
                await self.gate.wait()
                return GREETING
            case "large":
                return Greeting(0, "x" * self.size, "")
            case _:
                return unpack(Greeting, ask)

    def change(self) -> int:
        return self.changes


class Stage:
    """A server on a real socket and the clients that a test lets in; all of them leave at the end."""

    def __init__(self, path: Path) -> None:
        self.backend = EchoBackend()
        self.server = Server(path, GREETING, self.backend)
        self._path = path
        self._clients: list[Talker] = []

    async def connect(self) -> Talker:
        client = Talker(*await asyncio.open_unix_connection(self._path))
        self._clients.append(client)
        return client

    async def introduced(self) -> Talker:
        client = await self.connect()
        assert (await client.introduce()).fault is None
        return client

    async def play(self, story: Callable[["Stage"], Awaitable[None]]) -> None:
        self.server.bind()
        serving = asyncio.create_task(self.server.run())
        try:
            await story(self)
        finally:
            for client in self._clients:
                await client.close()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            self.server.close()


def played(tmp_path: Path, story: Callable[[Stage], Awaitable[None]]) -> None:
    """Run a story against a server on a real socket."""
    stage = Stage(tmp_path / "api.sock")
    asyncio.run(stage.play(story))


async def until(condition: Callable[[], bool]) -> None:
    """Give the loop turns until something holds; the deadline is a failure."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 - what is waited for lies in the server, which has no event for tests
            await asyncio.sleep(0.001)
