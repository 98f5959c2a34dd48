"""Opening a serial port without ever holding up the event loop: on a thread of its own, for a bounded time.

Opening asks the device for its settings and lines. A sick one answers none of it, and the kernel waits up to 5 s for
each question, in a call that nothing can interrupt. So the thread is left to itself then: no further one is started
before it has come back, what it opened is closed, and the program can end without it.
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from typing import Final

from hardware.serial_port import open_port
from hardware.way import Unreachable

OPEN_S_MAX: Final = 10.0
"""Twice the kernel's own patience with one question to a USB device."""

THREAD_NAME: Final = "open serial port"


class PortOpening:
    """Opens ports, one at a time.

    Args:
        open_now: opens a port by its path; may block, raises `Unreachable`.
    """

    def __init__(self, open_now: Callable[[str], int] = open_port) -> None:
        self._open_now = open_now
        self._found: _Found | None = None

    async def open(self, path: str) -> int:
        """Open a port; the file descriptor belongs to the caller.

        Raises:
            Unreachable: as `open_now` says, or it takes too long.
        """
        if self._found is not None and not self._found.is_back:
            raise Unreachable(_why_stuck(path))
        self._found = found = _Found(asyncio.get_running_loop())
        threading.Thread(
            target=lambda: found.look(self._open_now, path), name=f"{THREAD_NAME} {path}", daemon=True
        ).start()
        try:
            async with asyncio.timeout(OPEN_S_MAX):
                await found.is_there.wait()
            return found.take()
        except TimeoutError as error:
            raise Unreachable(_why_stuck(path)) from error
        finally:
            found.leave()


class _Found:
    """What the thread brings, until somebody takes it; nobody may come any more.

    Attributes:
        is_there: set on the event loop.
        is_back: whether the thread has done with the port.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.is_back = False
        self.is_there = asyncio.Event()
        self._loop = loop
        self._lock = threading.Lock()
        self._port: int | None = None
        self._problem: Unreachable | None = None
        self._is_left = False

    def look(self, open_now: Callable[[str], int], path: str) -> None:
        """Open; on the thread."""
        try:
            port = open_now(path)
        except Unreachable as error:
            self._problem = error
        else:
            with self._lock:
                if self._is_left:
                    os.close(port)
                else:
                    self._port = port
        self.is_back = True
        # The loop may have ended meanwhile.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.is_there.set)

    def take(self) -> int:
        """Give out the port.

        Raises:
            Unreachable: it could not be opened.
        """
        with self._lock:
            if self._port is None:
                assert self._problem is not None
                raise self._problem
            port, self._port = self._port, None
            return port

    def leave(self) -> None:
        """Close what was not taken, now or when it comes."""
        with self._lock:
            self._is_left = True
            if self._port is not None:
                os.close(self._port)
                self._port = None


def _why_stuck(path: str) -> str:
    return f"{path} does not open; unplug the radio and plug it in again"
