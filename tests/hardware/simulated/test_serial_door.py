"""A device's serial port: a name, a terminal behind it while there is power, and no word of who comes and goes."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from hardware.meshtastic_protobufs import mesh_pb2
from hardware.serial_port import open_port
from hardware.simulated.air_file import parse_air
from hardware.simulated.client_port import IDLE_S_MAX, PACKETS_MAX
from hardware.simulated.requests import Done, Inject, Power, ReadReport, Refused, format_request
from hardware.simulated.serial_door import LOG_LINE
from hardware.simulated.server import AirServer, ServerError, open_air
from hardware.stream import MESSAGE_BYTES_MAX, FrameReader, frame
from tests.hardware.fast_loop import SETTLE_S, run_fast
from tests.support.patience import DEADLINE_S

HEARTBEAT = mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat())
ASK = mesh_pb2.ToRadio(want_config_id=7)

AIR = """
[air]
preset = "SHORT_FAST"
[[device]]
name = "a"
pty = "a.tty"
[[device]]
name = "b"
pty = "b.tty"
log_text = true
[[link]]
between = ["a", "b"]
snr_db = -6
"""


@asynccontextmanager
async def air(folder: Path, text: str = AIR) -> AsyncIterator[AirServer]:
    async with open_air(parse_air(text, "air", folder)) as served:
        yield served


async def power(served: AirServer, device: str, *, on: bool) -> None:
    assert await served.answer(format_request(Power(device, on))) == Done()


class Program:
    """Somebody on a device's port."""

    def __init__(self, path: Path) -> None:
        self.port = open_port(str(path))
        self.raw = b""
        self._reader = FrameReader()

    def tell(self, *messages: mesh_pb2.ToRadio) -> None:
        chunk = b"".join(frame(message.SerializeToString()) for message in messages)
        assert os.write(self.port, chunk) == len(chunk)

    async def hear(self) -> list[mesh_pb2.FromRadio]:
        """What comes next, at least one message."""
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.port, ready.set)
        try:
            while True:
                await ready.wait()
                ready.clear()
                chunk = os.read(self.port, 4096)
                self.raw += chunk
                if messages := self._reader.feed(chunk, loop.time()):
                    return [mesh_pb2.FromRadio.FromString(message) for message in messages]
        finally:
            loop.remove_reader(self.port)

    async def hear_until(self, field: str) -> list[mesh_pb2.FromRadio]:
        heard: list[mesh_pb2.FromRadio] = []
        while not any(said.WhichOneof("payload_variant") == field for said in heard):
            heard += await self.hear()
        return heard


def has_hung_up(port: int) -> bool:
    """Whether a terminal is at its end: kernels say so in two ways."""
    try:
        return os.read(port, 1) == b""
    except OSError as error:
        return error.errno == errno.EIO


@contextmanager
def program(path: Path) -> Iterator[Program]:
    using = Program(path)
    try:
        yield using
    finally:
        os.close(using.port)


def test_name_is_there_with_the_power_and_another_terminal_after_it(tmp_path: Path) -> None:
    async def story() -> None:
        name = tmp_path / "a.tty"
        async with asyncio.timeout(DEADLINE_S), air(tmp_path) as served:
            assert served.addresses["a"] == (f"serial://{name}",)
            with program(name) as first:
                before = name.readlink()
                await power(served, "a", on=False)
                assert not name.is_symlink()
                assert has_hung_up(first.port)
                # Still held by the program, so that the system cannot give the same terminal again.
                await power(served, "a", on=True)
                assert name.readlink() != before
            with program(name) as second:
                second.tell(ASK)
                assert (await second.hear_until("config_complete_id"))[-1].config_complete_id == 7
        assert not name.is_symlink()

    asyncio.run(story())


def test_name_that_is_taken_is_refused_and_left_alone(tmp_path: Path) -> None:
    async def story() -> None:
        (tmp_path / "a.tty").write_text("precious")
        with pytest.raises(ServerError, match=r"device 'a': serial port .*a\.tty: .*choose another path"):
            async with air(tmp_path):
                raise AssertionError("opened")
        assert (tmp_path / "a.tty").read_text() == "precious"
        (tmp_path / "a.tty").unlink()
        async with air(tmp_path):
            with pytest.raises(ServerError, match="another simulation"):
                async with air(tmp_path):
                    raise AssertionError("opened")
            assert (tmp_path / "a.tty").exists(), "the second one took the first one's name away"

    asyncio.run(story())


def test_link_left_by_a_killed_simulation_is_taken_over(tmp_path: Path) -> None:
    async def story() -> None:
        (tmp_path / "a.tty").symlink_to("/dev/pts/gone")
        async with air(tmp_path):
            assert (tmp_path / "a.tty").exists()

    asyncio.run(story())


def test_name_taken_while_the_power_was_off_is_told_and_left_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with air(tmp_path) as served:
            await power(served, "a", on=False)
            (tmp_path / "a.tty").write_text("precious")
            answer = await served.answer(format_request(Power("a", on=True)))
            assert isinstance(answer, Refused)
            assert "a.tty: File exists; choose another path" in answer.error
        assert (tmp_path / "a.tty").read_text() == "precious"

    asyncio.run(story())


def test_program_that_goes_is_not_noticed_and_the_next_one_takes_over(tmp_path: Path) -> None:
    async def story() -> None:
        async with asyncio.timeout(DEADLINE_S), air(tmp_path) as served:
            with program(tmp_path / "a.tty") as first:
                first.tell(ASK)
                await first.hear_until("config_complete_id")
            answer = await served.answer(format_request(ReadReport()))
            assert isinstance(answer, Done)
            assert [each.has_client for each in answer.report or ()] == [True, False]
            with program(tmp_path / "a.tty") as second:
                # No settings asked for: for the device it is still the same client.
                second.tell(HEARTBEAT)
                await second.hear_until("queueStatus")

    asyncio.run(story())


def test_port_that_nobody_reads_costs_no_memory_and_loses_what_the_queues_lose(tmp_path: Path) -> None:
    async def story() -> None:
        async with asyncio.timeout(DEADLINE_S), air(tmp_path) as served:
            with program(tmp_path / "b.tty") as client:
                client.tell(ASK)
                await client.hear_until("config_complete_id")
                # Heard without the air's delays, many more than all buffers take.
                device = served._world.devices["b"]
                message = mesh_pb2.FromRadio(packet=mesh_pb2.MeshPacket(id=1, encrypted=bytes(200)))
                for _ in range(200):
                    device._running.port.heard(message.SerializeToString(), is_text=False)
                (wire,) = (door._wire for door in served._doors["b"])
                assert 0 < len(wire._unwritten) <= len(LOG_LINE) + MESSAGE_BYTES_MAX
                received = 0
                while received < PACKETS_MAX:
                    received += len(await client.hear())
                client.tell(HEARTBEAT)
                received += len(await client.hear_until("queueStatus")) - 1
                assert PACKETS_MAX < received < 200

    asyncio.run(story())


def test_log_text_stands_between_the_frames_and_hides_none(tmp_path: Path) -> None:
    async def story() -> None:
        async with asyncio.timeout(DEADLINE_S), air(tmp_path):
            with program(tmp_path / "b.tty") as client:
                client.tell(ASK)
                heard = await client.hear_until("config_complete_id")
                assert client.raw.count(LOG_LINE) == len(heard)
                assert client.raw.startswith(LOG_LINE)

    asyncio.run(story())


def test_packet_from_the_air_reaches_the_port(tmp_path: Path) -> None:
    async def story() -> None:
        async with asyncio.timeout(DEADLINE_S), air(tmp_path) as served:
            with program(tmp_path / "a.tty") as client:
                client.tell(ASK)
                await client.hear_until("config_complete_id")
                await served.answer(format_request(Inject("b", b"over the air", 0, None)))
                (heard,) = await client.hear_until("packet")
                assert heard.packet.decoded.payload == b"over the air"

    asyncio.run(story())


def test_silent_program_is_forgotten_after_fifteen_minutes_without_a_hang_up(tmp_path: Path) -> None:
    async def story() -> None:
        async with air(tmp_path) as served:
            with program(tmp_path / "a.tty") as client:
                client.tell(ASK)
                await client.hear_until("config_complete_id")
                await asyncio.sleep(IDLE_S_MAX + 1)
                await client.hear_until("packet")
                await served.answer(format_request(Inject("b", b"to nobody", 0, None)))
                await asyncio.sleep(60)
                client.tell(HEARTBEAT)
                heard = await client.hear_until("queueStatus")
                assert not any(said.packet.decoded.payload == b"to nobody" for said in heard), "it is forgotten"
                client.tell(ASK)
                heard = await client.hear_until("config_complete_id")
                while not any(said.packet.decoded.payload == b"to nobody" for said in heard):
                    heard = await client.hear()

    run_fast(story(), SETTLE_S)


def test_device_with_both_doors_serves_whoever_spoke_last(tmp_path: Path) -> None:
    async def story() -> None:
        both = AIR.replace('pty = "a.tty"', 'pty = "a.tty"\nport = 0')
        async with asyncio.timeout(DEADLINE_S), air(tmp_path, both) as served:
            assert served.addresses["a"] == (f"tcp://127.0.0.1:{served.ports['a']}", f"serial://{tmp_path}/a.tty")
            reader, writer = await asyncio.open_connection("127.0.0.1", served.ports["a"])
            with program(tmp_path / "a.tty") as client:
                client.tell(HEARTBEAT)
                await client.hear_until("queueStatus")
                assert await reader.read() == b"", "the serial client took the radio away"
            writer.close()

    asyncio.run(story())
