"""One client over a long time, on a clock that jumps."""

import asyncio

from node.api.conversation import HELLO_S, Conversation
from node.api.methods import API_VERSION, HELLO, Hello
from node.api.stream import ANSWER_BYTES_MAX, Answer, FrameReader, Request, encode
from tests.hardware.fast_loop import run_fast
from tests.node.api.talking import GREETING, EchoBackend


class HeardTransport(asyncio.Transport):
    """Keeps what the station says."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = b""
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.heard += data

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


def answers(heard: bytes) -> list[int]:
    return [frame.id for frame in FrameReader(ANSWER_BYTES_MAX).feed(heard) if isinstance(frame, Answer)]


def test_who_said_hello_in_time_may_be_silent_for_as_long_as_it_likes() -> None:
    async def story() -> None:
        reader, transport = asyncio.StreamReader(), HeardTransport()
        protocol = asyncio.StreamReaderProtocol(reader)
        writer = asyncio.StreamWriter(transport, protocol, reader, asyncio.get_running_loop())
        talking = asyncio.create_task(Conversation(reader, writer, GREETING, EchoBackend()).run())
        reader.feed_data(encode(Request(1, HELLO.name, Hello(API_VERSION, "test"))))
        await asyncio.sleep(100 * HELLO_S)
        assert not talking.done()
        reader.feed_data(encode(Request(2, "echo", GREETING)))
        await asyncio.sleep(1)
        assert answers(transport.heard) == [1, 2]
        reader.feed_eof()
        await talking
        assert transport.is_closed

    run_fast(story())


def test_who_never_says_hello_leaves_its_place() -> None:
    async def story() -> None:
        reader, transport = asyncio.StreamReader(), HeardTransport()
        protocol = asyncio.StreamReaderProtocol(reader)
        writer = asyncio.StreamWriter(transport, protocol, reader, asyncio.get_running_loop())
        talking = asyncio.create_task(Conversation(reader, writer, GREETING, EchoBackend()).run())
        began_s = asyncio.get_running_loop().time()
        await talking
        assert asyncio.get_running_loop().time() - began_s == HELLO_S
        assert transport.is_closed

    run_fast(story())


def test_what_nobody_waits_for_any_more_is_not_waited_for() -> None:
    async def story() -> None:
        reader, transport = asyncio.StreamReader(), HeardTransport()
        protocol = asyncio.StreamReaderProtocol(reader)
        writer = asyncio.StreamWriter(transport, protocol, reader, asyncio.get_running_loop())
        backend = EchoBackend()
        talking = asyncio.create_task(Conversation(reader, writer, GREETING, backend).run())
        reader.feed_data(encode(Request(1, HELLO.name, Hello(API_VERSION, "test"))))
        reader.feed_data(encode(Request(2, "wait", GREETING)))
        await asyncio.sleep(1)
        assert backend.waiting == 1
        reader.feed_eof()
        await talking
        assert not backend.gate.is_set()

    run_fast(story())
