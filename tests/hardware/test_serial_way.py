"""Serial ports as the kernel makes them: pseudo-terminals, whose master the test holds in the radio's place."""

import asyncio
import os
import pty
import subprocess
import sys
import termios
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import serial

from hardware.addresses import SerialAddress
from hardware.serial_port import open_port, why_unreachable
from hardware.serial_way import LOOK_S, UNWRITTEN_BYTES_MAX, WAKE_UP, SerialConnection, SerialWay
from hardware.way import ConnectionEnded, Unreachable
from tests.hardware.fast_loop import run_fast
from tests.support.patience import DEADLINE_S

NOBODY = 65534
EVERY_BYTE = bytes(range(256))


@contextmanager
def terminal() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: the master's descriptor, not blocking, and the slave's path."""
    master, slave = pty.openpty()
    path = os.ttyname(slave)
    os.close(slave)
    os.set_blocking(master, False)
    try:
        yield master, path
    finally:
        os.close(master)


@asynccontextmanager
async def opened(path: str) -> AsyncIterator[SerialConnection]:
    connection = await SerialWay(SerialAddress(path)).open()
    try:
        yield connection
    finally:
        connection.close()


def run(story: Callable[[int, str], Coroutine[Any, Any, None]]) -> None:
    async def bounded() -> None:
        with terminal() as (master, path):
            async with asyncio.timeout(DEADLINE_S):
                await story(master, path)

    asyncio.run(bounded())


async def taken_from(master: int, size: int) -> bytes:
    """Read exactly so much of what the port's user wrote."""
    taken = b""
    ready = asyncio.Event()
    asyncio.get_running_loop().add_reader(master, ready.set)
    try:
        while len(taken) < size:
            await ready.wait()
            ready.clear()
            taken += os.read(master, size - len(taken))
    finally:
        asyncio.get_running_loop().remove_reader(master)
    return taken


def why(path: str | Path) -> str:
    with pytest.raises(Unreachable) as caught:
        os.close(open_port(str(path)))
    return str(caught.value)


def test_sleeping_device_is_woken_before_anything_else() -> None:
    async def story(master: int, path: str) -> None:
        async with opened(path) as connection:
            connection.write(b"first word")
            assert await taken_from(master, 42) == WAKE_UP + b"first word"

    run(story)


def test_every_byte_passes_unchanged_both_ways() -> None:
    async def story(master: int, path: str) -> None:
        async with opened(path) as connection:
            connection.write(EVERY_BYTE)
            assert await taken_from(master, 32 + 256) == WAKE_UP + EVERY_BYTE
            os.write(master, EVERY_BYTE)
            heard = b""
            while len(heard) < len(EVERY_BYTE):
                heard += await connection.read()
            assert heard == EVERY_BYTE

    run(story)


def test_port_is_set_to_115200_8n1_raw_without_dropping_its_lines() -> None:
    with terminal() as (_, path):
        port = open_port(path)
        *modes, in_speed, out_speed, characters = termios.tcgetattr(port)
        input_modes, output_modes, control, local = modes
        assert (input_modes, output_modes, local) == (0, 0, 0)
        assert in_speed == out_speed == termios.B115200
        assert control & termios.CSIZE == termios.CS8
        assert not control & (termios.PARENB | termios.CSTOPB | termios.HUPCL | termios.CRTSCTS)
        assert characters[termios.VMIN] == 1
        assert not os.get_blocking(port)
        os.close(port)


def test_port_does_not_become_the_terminal_of_the_process() -> None:
    script = "import sys; from hardware.serial_port import open_port; open_port(sys.argv[1]); print(open('/dev/tty'))"
    with terminal() as (_, path):
        words = [sys.executable, "-c", script, path]
        found = subprocess.run(words, start_new_session=True, capture_output=True, text=True, check=False)
    assert "No such device or address: '/dev/tty'" in found.stderr


def test_second_program_is_refused_with_the_reason() -> None:
    with terminal() as (_, path):
        port = open_port(path)
        assert "another program uses" in why(path)
        with pytest.raises(serial.SerialException, match="exclusively lock"):
            serial.Serial(path, exclusive=True)
        os.close(port)
        with serial.Serial(path, exclusive=True):
            assert "allows one program at a time" in why(path)
        os.close(open_port(path))


def test_absent_port_is_named_with_the_remedy(tmp_path: Path) -> None:
    assert f"no serial port {tmp_path}/none; check the USB cable" in why(tmp_path / "none")


def test_what_is_no_serial_port_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in ("/dev/null", tmp_path, tmp_path / "file"):
        assert f"{path} is no serial port" in why(path)


def test_port_of_another_group_names_the_group_to_join(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.touch(0o000)
    is_root = os.geteuid() == 0
    if is_root:
        # Root may open everything.
        os.seteuid(NOBODY)
    try:
        assert f"no right to use {file}; add this user to the group dialout" in why(file)
    finally:
        if is_root:
            os.seteuid(0)


def test_every_other_error_has_a_sentence_with_a_remedy() -> None:
    for number in range(1, 134):
        assert "; " in why_unreachable("/dev/ttyUSB0", number)


def test_pulled_cable_ends_the_connection_at_once_and_says_what_to_check() -> None:
    async def story() -> None:
        with terminal() as (master, path):
            connection = await SerialWay(SerialAddress(path)).open()
            reading = asyncio.ensure_future(connection.read())
            await asyncio.sleep(0)
            os.write(master, b"last words")
            assert await reading == b"last words"
            reading = asyncio.ensure_future(connection.read())
            await asyncio.sleep(0)
        with pytest.raises(ConnectionEnded, match="check the USB cable"):
            async with asyncio.timeout(DEADLINE_S):
                await reading
        connection.write(b"into the void")
        connection.close()

    asyncio.run(story())


def test_own_close_ends_the_reading_and_frees_the_port() -> None:
    async def story(_: int, path: str) -> None:
        connection = await SerialWay(SerialAddress(path)).open()
        reading = asyncio.ensure_future(connection.read())
        await asyncio.sleep(0)
        connection.close()
        connection.close()
        with pytest.raises(ConnectionEnded):
            await reading
        connection.write(b"too late")
        os.close(open_port(path))

    run(story)


def test_cancelled_opening_frees_the_port() -> None:
    async def story(master: int, path: str) -> None:
        # Without anybody at the port, its master cannot be read.
        held = os.open(path, os.O_RDWR | os.O_NOCTTY)
        opening = asyncio.ensure_future(SerialWay(SerialAddress(path)).open())
        await taken_from(master, len(WAKE_UP))
        os.close(held)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        os.close(open_port(path))

    run(story)


def test_name_that_comes_back_is_news_and_one_that_stays_or_goes_is_not(tmp_path: Path) -> None:
    async def story() -> None:
        way = SerialWay(SerialAddress(str(tmp_path / "radio")))
        with terminal() as (_, first), terminal() as (_, second):
            waiting = asyncio.ensure_future(way.until_news())
            await asyncio.sleep(3 * LOOK_S)
            assert not waiting.done()
            (tmp_path / "radio").symlink_to(first)
            await asyncio.sleep(LOOK_S)
            assert waiting.done()
            waiting = asyncio.ensure_future(way.until_news())
            await asyncio.sleep(3 * LOOK_S)
            assert not waiting.done()
            (tmp_path / "radio").unlink()
            await asyncio.sleep(LOOK_S)
            assert not waiting.done()
            (tmp_path / "radio").symlink_to(second)
            await asyncio.sleep(LOOK_S)
            assert waiting.done()

    run_fast(story())


def test_device_that_reads_late_gets_everything_in_order() -> None:
    async def story(master: int, path: str) -> None:
        async with opened(path) as connection:
            sent = bytearray(WAKE_UP)
            # Until the kernel takes no more and the connection keeps some itself.
            while not connection._unwritten:
                chunk = os.urandom(1000)
                connection.write(chunk)
                sent += chunk
            connection.write(b"the end")
            sent += b"the end"
            assert await taken_from(master, len(sent)) == sent

    run(story)


def test_device_that_never_reads_costs_no_memory_and_ends_the_connection() -> None:
    async def story(_: int, path: str) -> None:
        async with opened(path) as connection:
            for _ in range(200):
                connection.write(bytes(1000))
                assert len(connection._unwritten) <= UNWRITTEN_BYTES_MAX
            with pytest.raises(ConnectionEnded, match="takes no more bytes"):
                await connection.read()

    run(story)


def test_radio_that_never_pauses_leaves_the_loop_to_others() -> None:
    async def story(master: int, path: str) -> None:
        async with opened(path) as connection:
            os.write(master, b"more and more")
            reading = connection.read()
            # It waits for the loop once although the bytes are there.
            assert isinstance(reading.send(None), asyncio.Future)
            reading.close()
            assert await connection.read() == b"more and more"

    run(story)
