"""Clients on real sockets: the well-behaved are answered, the others cost a bounded amount and leave."""

import asyncio
import random
import socket
import stat
import struct
from pathlib import Path

import pytest

from node.api.conversation import OUTGOING_BYTES_MAX, REQUESTS_MAX
from node.api.faults import Fault, FaultCode
from node.api.listening import SocketUnusable, listen
from node.api.methods import API_VERSION, Changed, Greeting, Hello, Nothing, Subscribe
from node.api.packing import pack, unpack
from node.api.peers import Peer, is_allowed, peer_of
from node.api.server import CLIENTS_MAX
from node.api.stream import REQUEST_BYTES_MAX, Answer, Notice, Request, encode
from tests.node.api.talking import GREETING, Stage, played, until


def test_the_station_speaks_first_and_answers(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.connect()
        assert await client.hear() == Notice("greeting", pack(GREETING))
        client.say(1, "hello", Hello(API_VERSION, "test"))
        assert await client.answer() == Answer(1, None, pack(Nothing()))
        client.say(2, "echo", Greeting(9, "b", "c"))
        assert await client.answer() == Answer(2, None, pack(Greeting(9, "b", "c")))
        await client.close()
        await until(lambda: stage.server.clients == 0)

    played(tmp_path, story)


def test_another_version_is_told_both_numbers(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.connect()
        answer = await client.introduce(api=API_VERSION + 1)
        assert answer.fault == Fault(FaultCode.VERSION, f"{API_VERSION}/{API_VERSION + 1}")

    played(tmp_path, story)


def test_nothing_is_done_before_hello(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.connect()
        await client.hear()
        client.say(1, "echo", GREETING)
        answer = await client.answer()
        assert answer.fault is not None
        assert answer.fault.code is FaultCode.BAD_REQUEST

    played(tmp_path, story)


def test_a_malformed_ask_is_refused_and_the_conversation_goes_on(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.introduced()
        client.say(1, "echo", Nothing())
        answer = await client.answer()
        assert answer.fault == Fault(FaultCode.BAD_REQUEST, "Greeting: api is missing")
        client.say(2, "echo", GREETING)
        assert (await client.answer()).fault is None

    played(tmp_path, story)


def test_one_client_may_not_have_more_requests_at_work_than_its_share(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.introduced()
        for number in range(REQUESTS_MAX + 1):
            client.say(number, "wait", Nothing())
        refused = await client.answer()
        assert refused == Answer(REQUESTS_MAX, Fault(FaultCode.BUSY, f"{REQUESTS_MAX}"), None)
        stage.backend.gate.set()
        answered = [(await client.answer()).id for _ in range(REQUESTS_MAX)]
        assert sorted(answered) == list(range(REQUESTS_MAX))

    played(tmp_path, story)


def test_more_clients_than_places_are_told_so(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        inside = [await stage.introduced() for _ in range(CLIENTS_MAX)]
        late = await stage.connect()
        notice = await late.hear()
        assert isinstance(notice, Notice)
        assert unpack(Fault, notice.body) == Fault(FaultCode.BUSY, f"{CLIENTS_MAX}")
        assert await late.hear() is None
        await inside[0].close()
        await until(lambda: stage.server.clients < CLIENTS_MAX)
        assert (await (await stage.connect()).introduce()).fault is None

    played(tmp_path, story)


def test_subscribers_hear_of_changes_and_others_do_not(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        watcher, other = await stage.introduced(), await stage.introduced()
        stage.backend.changes = 4
        watcher.say(1, "subscribe", Subscribe(since=4))
        assert await watcher.answer() == Answer(1, None, pack(Changed(4)))
        stage.server.announce(5)
        stage.server.announce(5)
        stage.server.announce(6)
        assert await watcher.hear() == Notice("changed", pack(Changed(5)))
        assert await watcher.hear() == Notice("changed", pack(Changed(6)))
        other.say(2, "echo", GREETING)
        assert (await other.answer()).id == 2

    played(tmp_path, story)


def test_subscribers_hear_once_that_the_status_is_another_one(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        watcher, other = await stage.introduced(), await stage.introduced()
        watcher.say(1, "subscribe", Subscribe())
        await watcher.answer()
        for _ in range(1000):
            stage.server.stir()
        stage.server.announce(1)
        assert await watcher.hear() == Notice("changed", pack(Changed(1)))
        assert await watcher.hear() == Notice("stirred", pack(Nothing()))
        stage.server.stir()
        assert await watcher.hear() == Notice("stirred", pack(Nothing()))
        for client in (watcher, other):
            client.say(2, "echo", GREETING)
            assert (await client.answer()).id == 2

    played(tmp_path, story)


def test_a_subscriber_that_does_not_read_costs_no_more_than_its_share(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        slow = await stage.introduced()
        slow.say(1, "subscribe", Subscribe())
        await slow.answer()
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a stream's transport can read
        turns = 0
        while stage.server.clients and turns < OUTGOING_BYTES_MAX:
            stage.server.stir()
            await asyncio.sleep(0)
            turns += 1
        assert stage.server.clients == 0
        slow.writer.transport.abort()

    played(tmp_path, story)


def test_a_subscriber_that_missed_changes_hears_so_at_once(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.introduced()
        stage.backend.changes = 4
        client.say(1, "subscribe", Subscribe(since=3))
        assert await client.hear() == Notice("changed", pack(Changed(4)))
        assert await client.answer() == Answer(1, None, pack(Changed(4)))

    played(tmp_path, story)


def test_a_client_that_does_not_read_is_closed_and_the_others_are_served(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        stage.backend.size = OUTGOING_BYTES_MAX // 4
        slow, quick = await stage.introduced(), await stage.introduced()
        slow.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a stream's transport can read
        for number in range(REQUESTS_MAX):
            slow.say(number, "large", Nothing())
        await until(lambda: stage.server.clients == 1)
        quick.say(1, "echo", GREETING)
        assert (await quick.answer()).fault is None
        slow.writer.transport.abort()

    played(tmp_path, story)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\xc1",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xc5\xff\xff" + b"x" * (REQUEST_BYTES_MAX + 1),
        b"\x91" * 5000,
        encode(Notice("changed", Changed(1))),
        random.Random(5).randbytes(60_000),
    ],
    ids=["never-used byte", "http", "huge", "deep", "not a request", "noise"],
)
def test_garbage_ends_the_conversation_and_nothing_else(tmp_path: Path, garbage: bytes) -> None:
    async def story(stage: Stage) -> None:
        bystander, client = await stage.introduced(), await stage.introduced()
        client.writer.write(garbage)
        said = await client.hear()
        while isinstance(said, Answer):
            said = await client.hear()
        # Where the noise had not been read whole when the socket closed, the kernel drops the last words.
        assert said is None or (isinstance(said, Notice) and unpack(Fault, said.body).code is FaultCode.BAD_REQUEST)
        await until(lambda: stage.server.clients == 1)
        bystander.say(1, "echo", GREETING)
        assert (await bystander.answer()).fault is None

    played(tmp_path, story)


def test_half_a_frame_waits_for_the_other_half(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.introduced()
        request = encode(Request(3, "echo", GREETING))
        client.writer.write(request[:9])
        await stage.introduced()
        client.writer.write(request[9:])
        assert (await client.answer()).id == 3

    played(tmp_path, story)


def test_a_client_that_leaves_in_the_middle_of_a_frame_leaves_nothing(tmp_path: Path) -> None:
    async def story(stage: Stage) -> None:
        client = await stage.introduced()
        client.say(1, "wait", Nothing())
        client.writer.write(b"\x94\x00")
        await until(lambda: stage.backend.waiting == 1)
        await client.close()
        stage.backend.gate.set()
        await until(lambda: stage.server.clients == 0)

    played(tmp_path, story)


def test_the_socket_is_open_to_owner_and_group_only(tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    with listen(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660


def test_a_socket_that_a_dead_station_left_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    listen(path).close()
    with listen(path):
        pass


def test_a_socket_with_a_living_station_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    with listen(path), pytest.raises(SocketUnusable, match="another daemon listens there; stop") as told:
        listen(path)
    assert told.value.in_use


def test_a_file_in_the_place_of_the_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "api.sock"
    path.write_text("precious")
    with pytest.raises(SocketUnusable, match="not a socket; move that file away"):
        listen(path)
    assert path.read_text() == "precious"


def test_a_missing_folder_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SocketUnusable, match="No such file or directory; make the folder"):
        listen(tmp_path / "none" / "api.sock")


def test_the_kernel_says_who_is_at_the_other_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        raw = theirs.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        assert peer_of(ours) == Peer(*struct.unpack("3i", raw))


@pytest.mark.parametrize(
    ("peer", "allowed"),
    [
        (Peer(1, 1000, 1000), True),
        (Peer(1, 0, 0), True),
        (Peer(1, 54_321, 54_321), False),
        (Peer(1, 54_321, 77), True),
    ],
    ids=["own user", "root", "stranger", "in the group"],
)
def test_only_own_user_root_and_the_group_may_speak(peer: Peer, *, allowed: bool) -> None:
    assert is_allowed(peer, own_user=1000, socket_group=77) is allowed
