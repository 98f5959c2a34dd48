"""The way to a radio over a serial port: USB, or any other terminal device.

The port is opened anew by its name each time, so a radio that comes back under another ttyUSB number is found as long
as the name is one of those under /dev/serial/by-id. A cable that is pulled hangs the port up, which ends the
connection at once. Opening never holds the event loop up, whatever the device does.
"""

import asyncio
import contextlib
import os
import termios
from pathlib import Path
from typing import Final

from hardware.addresses import SerialAddress
from hardware.port_opening import PortOpening
from hardware.stream import FILLER
from hardware.way import ConnectionEnded

READ_BYTES: Final = 4096
"""What the kernel keeps of a terminal's input."""

UNWRITTEN_BYTES_MAX: Final = 8192
"""More than the link ever has under way: one packet, a heartbeat and a question for the settings."""

WAKE_UP: Final = FILLER * 32
"""Wakes a sleeping device, as the official client does (meshtastic 2.7, stream_interface.py)."""

WAKE_S: Final = 0.1
"""What it then grants the device."""

LOOK_S: Final = 1.0
"""Between two looks for a name that is gone: one system call; USB takes some seconds to find a device anyway."""

_HUNG_UP: Final = "the radio's serial port is gone; check the USB cable and the radio's power"
_STUCK: Final = "the radio takes no more bytes; unplug it and plug it in again"


class SerialWay:
    """Opens one serial port, again and again.

    Args:
        address: the port's name.
    """

    def __init__(self, address: SerialAddress) -> None:
        self.address = address
        self._opening = PortOpening()

    @property
    def name(self) -> str:
        """Name the port."""
        return self.address.path

    async def open(self) -> "SerialConnection":
        """Open the port and wake the device; see `hardware.way.Way`."""
        connection = SerialConnection(await self._opening.open(self.address.path))
        connection.write(WAKE_UP)
        try:
            await asyncio.sleep(WAKE_S)
        except asyncio.CancelledError:
            connection.close()
            raise
        return connection

    async def until_news(self) -> None:
        """Wait until another device stands behind the name: the radio was plugged in again, or is awake at last."""
        seen = _device_behind(self.address.path)
        while True:
            await asyncio.sleep(LOOK_S)
            found = _device_behind(self.address.path)
            if found not in (None, seen):
                return
            seen = found


class SerialConnection:
    """An open serial port; see `hardware.way.Connection`.

    Args:
        port: as `open_port` returns it; closed by `close`.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._loop = asyncio.get_running_loop()
        self._unwritten = bytearray()
        self._end: str | None = None
        self._readable: asyncio.Future[None] | None = None

    async def read(self) -> bytes:
        """Wait for the next bytes."""
        while True:
            await self._until_readable()
            try:
                chunk = os.read(self._port, READ_BYTES)
            except BlockingIOError:
                continue
            except OSError as error:
                raise ConnectionEnded(_HUNG_UP) from error
            if not chunk:
                raise ConnectionEnded(_HUNG_UP)
            return chunk

    def write(self, chunk: bytes) -> None:
        """Take bytes to be written."""
        if self._end is not None:
            return
        if len(self._unwritten) + len(chunk) > UNWRITTEN_BYTES_MAX:
            self._finish(_STUCK)
            return
        was_waiting = bool(self._unwritten)
        self._unwritten += chunk
        if not was_waiting:
            self._write_on()

    def close(self) -> None:
        """Close the port."""
        self._finish("closed by us")

    async def _until_readable(self) -> None:
        # Also when bytes are there already: a radio that never pauses must not keep the loop from everybody else.
        if self._end is None:
            self._readable = self._loop.create_future()
            self._loop.add_reader(self._port, self._stop_waiting)
            try:
                await self._readable
            finally:
                self._readable = None
                if self._end is None:
                    self._loop.remove_reader(self._port)
        if self._end is not None:
            raise ConnectionEnded(self._end)

    def _stop_waiting(self) -> None:
        if self._readable is not None and not self._readable.done():
            self._readable.set_result(None)

    def _write_on(self) -> None:
        try:
            written = os.write(self._port, self._unwritten)
        except BlockingIOError:
            written = 0
        except OSError:
            # Whoever reads is told of the same.
            self._finish(_HUNG_UP)
            return
        del self._unwritten[:written]
        if self._unwritten:
            self._loop.add_writer(self._port, self._write_on)
        else:
            self._loop.remove_writer(self._port)

    def _finish(self, end: str) -> None:
        if self._end is not None:
            return
        self._end = end
        self._unwritten.clear()
        self._loop.remove_writer(self._port)
        self._loop.remove_reader(self._port)
        self._stop_waiting()
        _close_at_once(self._port)


def _device_behind(path: str) -> tuple[int, int] | None:
    """Tell one device from another; None when there is nothing of that name."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_ino, found.st_rdev


def _close_at_once(port: int) -> None:
    """Close a port without waiting for its output: the kernel would, up to 30 s, for a device that takes none."""
    # An error: the device is gone, and its output with it.
    with contextlib.suppress(termios.error):
        termios.tcflush(port, termios.TCOFLUSH)
    os.close(port)
