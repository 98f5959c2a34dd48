"""One client of the API, from greeting to goodbye.

    greeted -> hello of our version -> requests, answered as they come, and notices -> closed

A client costs at most: one unfinished frame, `REQUESTS_MAX` requests at work, `OUTGOING_BYTES_MAX` or
`NOTICES_UNREAD_MAX` that it has not read. One that breaks the language, stays dumb, or does not read what it asked for
is closed; nobody waits for it.
"""

import asyncio
import logging
from typing import Final, Protocol

from node.api.faults import Fault, FaultCode, Refused, refused
from node.api.methods import (
    API_VERSION,
    CHANGED,
    GREETING,
    HELLO,
    REFUSAL,
    STIRRED,
    SUBSCRIBE,
    Changed,
    Greeting,
    Hello,
    Nothing,
    Subscribe,
)
from node.api.packing import Malformed, unpack
from node.api.stream import READ_BYTES, REQUEST_BYTES_MAX, Answer, FrameReader, Notice, Request, encode

REQUESTS_MAX: Final = 8
"""Requests of one client at work at once; a console asks two or three."""

OUTGOING_BYTES_MAX: Final = 1_048_576
"""What a client may leave unread: ten full lists. With sixteen clients 16 MB at the very worst."""

NOTICES_UNREAD_MAX: Final = 1000
"""Notices that a client may leave unread: so many changes without a look are no console's. Each is a few bytes, and the
loop counts through all that waits at every further one."""

HELLO_S: Final = 5.0
"""A client that has not said who it is by then leaves its place to another."""

log = logging.getLogger(__name__)


class Backend(Protocol):
    """What answers the requests."""

    async def answer(self, method: str, ask: object) -> object:
        """The answer, a dataclass of the API.

        Raises:
            Refused: the station does not do it.
            Malformed: `ask` has not the method's shape.
        """

    def change(self) -> int:
        """Where the change counter stands."""


class Conversation:
    """One client."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, greeting: Greeting, backend: Backend
    ) -> None:
        """Takes over the streams; `run` closes them."""
        self._reader = reader
        self._writer = writer
        self._greeting = greeting
        self._backend = backend
        self._frames = FrameReader(REQUEST_BYTES_MAX)
        self._at_work: set[asyncio.Task[None]] = set()
        self._is_known = False
        self._told: int | None = None
        self._notices_unread = 0

    def announce(self, change: int) -> None:
        """Tell the client, if it subscribed and does not know already."""
        if self._told is not None and change > self._told:
            self._told = change
            self._tell(Notice(CHANGED, Changed(change)))

    def stir(self) -> None:
        """Tell the client, if it subscribed, that the status is another one."""
        if self._told is not None:
            self._tell(Notice(STIRRED, Nothing()))

    async def run(self) -> None:
        """Speak until either end has had enough."""
        self._say(Notice(GREETING, self._greeting))
        try:
            async with asyncio.TaskGroup() as group:
                await self._listen(group)
        except* Malformed as broken:
            self._say(Notice(REFUSAL, Fault(FaultCode.BAD_REQUEST, str(broken.exceptions[0]))))
            log.info("client closed: %s", broken.exceptions[0])
        finally:
            self._writer.close()

    async def _listen(self, group: asyncio.TaskGroup) -> None:
        try:
            await self._hear(group)
        finally:
            # Nobody is there to hear an answer: a login that still waits for its turn is not carried out hours later.
            for task in self._at_work:
                task.cancel()

    async def _hear(self, group: asyncio.TaskGroup) -> None:
        while received := await self._read():
            for frame in self._frames.feed(received):
                if not isinstance(frame, Request):
                    raise Malformed("only requests are taken here")
                if len(self._at_work) >= REQUESTS_MAX:
                    self._say(Answer(frame.id, Fault(FaultCode.BUSY, f"{REQUESTS_MAX}"), None))
                    continue
                task = group.create_task(self._serve(frame), name=f"api-{frame.method[:20]}")
                self._at_work.add(task)
                task.add_done_callback(self._at_work.discard)

    async def _read(self) -> bytes:
        """What the client sends; nothing once it is gone, or has not introduced itself in time."""
        try:
            async with asyncio.timeout(None if self._is_known else HELLO_S):
                return await self._reader.read(READ_BYTES)
        except ConnectionError:
            return b""
        except TimeoutError:
            # It may have said hello just before and nothing since: that was answered while we waited here.
            return await self._read() if self._is_known else b""

    async def _serve(self, request: Request) -> None:
        try:
            self._say(Answer(request.id, None, await self._answer(request)))
        except Refused as no:
            self._say(Answer(request.id, no.fault, None))
        except Malformed as broken:
            self._say(Answer(request.id, Fault(FaultCode.BAD_REQUEST, str(broken)), None))

    async def _answer(self, request: Request) -> object:
        if not self._is_known:
            return self._welcome(request)
        if request.method == SUBSCRIBE.name:
            since = unpack(Subscribe, request.ask).since
            self._told = self._backend.change()
            if self._told > since:
                self._say(Notice(CHANGED, Changed(self._told)))
            return Changed(self._told)
        return await self._backend.answer(request.method, request.ask)

    def _welcome(self, request: Request) -> object:
        if request.method != HELLO.name:
            raise refused(FaultCode.BAD_REQUEST, "the first request must be hello")
        hello = unpack(Hello, request.ask)
        if hello.api != API_VERSION:
            raise refused(FaultCode.VERSION, f"{API_VERSION}/{hello.api}")
        self._is_known = True
        return HELLO.answer()

    def _tell(self, notice: Notice) -> None:
        """Say something unasked; who does not read is not told for ever."""
        if self._writer.transport.get_write_buffer_size() == 0:
            self._notices_unread = 0
        self._notices_unread += 1
        if self._notices_unread > NOTICES_UNREAD_MAX:
            log.warning("client closed: it left %d notices unread", NOTICES_UNREAD_MAX)
            self._writer.transport.abort()
            return
        self._say(notice)

    def _say(self, frame: Answer | Notice) -> None:
        if self._writer.is_closing():
            return
        self._writer.write(encode(frame))
        if self._writer.transport.get_write_buffer_size() > OUTGOING_BYTES_MAX:
            log.warning("client closed: it left more than %d bytes unread", OUTGOING_BYTES_MAX)
            self._writer.transport.abort()
