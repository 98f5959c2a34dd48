"""A serial port that will not open, as a sick USB device makes it: the event loop goes on, and nothing leaks."""

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from hardware.port_opening import OPEN_S_MAX, THREAD_NAME, PortOpening
from hardware.way import Unreachable
from tests.hardware.fast_loop import run_fast
from tests.support.patience import DEADLINE_S


class SickDevice:
    """Blocks whoever opens it until it is let go; then it opens after all."""

    def __init__(self) -> None:
        self.opened: list[int] = []
        self._let_go = threading.Event()

    def open_now(self, path: str) -> int:
        assert self._let_go.wait(DEADLINE_S)
        self.opened.append(os.open("/dev/null", os.O_RDWR))
        return self.opened[-1]

    def recover(self) -> None:
        """Let go and see the thread end."""
        self._let_go.set()
        for thread in threading.enumerate():
            if thread.name.startswith(THREAD_NAME):
                thread.join(DEADLINE_S)
                assert not thread.is_alive()


def is_open(port: int) -> bool:
    return Path(f"/proc/self/fd/{port}").exists()


def test_port_that_does_not_open_is_given_up_and_closed_when_it_opens_after_all() -> None:
    device = SickDevice()
    opening = PortOpening(device.open_now)

    async def story() -> None:
        with pytest.raises(Unreachable, match="/dev/x does not open; unplug the radio"):
            await opening.open("/dev/x")
        assert asyncio.get_running_loop().time() == OPEN_S_MAX
        with pytest.raises(Unreachable, match="does not open"):
            await opening.open("/dev/x")
        assert asyncio.get_running_loop().time() == OPEN_S_MAX, "a second thread was started behind the stuck one"

    run_fast(story())
    device.recover()
    assert not is_open(device.opened[0])


def test_event_loop_goes_on_while_a_port_opens() -> None:
    device = SickDevice()
    opening = PortOpening(device.open_now)

    async def story() -> None:
        trying = asyncio.ensure_future(opening.open("/dev/x"))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not trying.done()
        device.recover()
        async with asyncio.timeout(DEADLINE_S):
            os.close(await trying)

    asyncio.run(story())


def test_opening_that_nobody_waits_for_any_more_leaves_no_port_open() -> None:
    async def cancelled(before: Callable[[SickDevice], None]) -> None:
        device = SickDevice()
        opening = PortOpening(device.open_now)
        trying = asyncio.ensure_future(opening.open("/dev/x"))
        await asyncio.sleep(0)
        before(device)
        trying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await trying
        device.recover()
        assert not is_open(device.opened[0])

    asyncio.run(cancelled(lambda device: None))
    asyncio.run(cancelled(lambda device: device.recover()))


def test_error_of_the_port_is_told_and_the_next_attempt_is_made() -> None:
    attempts = []

    def open_now(path: str) -> int:
        attempts.append(path)
        raise Unreachable(f"no serial port {path}; check the USB cable")

    async def story() -> None:
        opening = PortOpening(open_now)
        for _ in range(2):
            with pytest.raises(Unreachable, match="check the USB cable"):
                await opening.open("/dev/x")

    asyncio.run(story())
    assert len(attempts) == 2
