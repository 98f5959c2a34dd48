"""The serial port of one simulated device: a pseudo-terminal behind a name that stays the same.

* Nothing tells the device that a program came or went. Whoever speaks is its client; what it says waits for whoever
  reads, a terminal's buffer full and one frame more, the rest in the device's own queues.
* Off, the terminal hangs up and its name is gone; on, another terminal stands behind the name: what USB does when a
  device restarts.
* With log text, a line of the firmware's log stands before every frame (src/SerialConsole.cpp).
"""

import asyncio
import os
import pty
from pathlib import Path

from hardware.addresses import SerialAddress
from hardware.serial_port import set_raw
from hardware.simulated.faulty_line import LOG_LINE
from hardware.simulated.troubled_device import Served

READ_BYTES = 4096


class SerialDoor:
    """Lets programs to a device over a terminal of its own.

    Args:
        device: decides by its power whether there is a terminal.
        name: of the link to the terminal.
        logs: whether log text stands between the frames.
    """

    def __init__(self, device: Served, name: Path, *, logs: bool) -> None:
        self.address = SerialAddress(str(name.absolute()))
        self.where = f"serial port {name}"
        self.remedy = "choose another path in the air file, or remove what is there"
        self._device = device
        self._name = name
        self._logs = logs
        self._wire: _Wire | None = None

    def hold(self) -> None:
        """See that the name is free; a link that a killed simulation left behind is removed.

        Raises:
            OSError: something is there.
        """
        if self._name.is_symlink() and not self._name.exists():
            self._name.unlink()
        elif os.path.lexists(self._name):
            raise FileExistsError(0, "there is something of that name, perhaps another simulation's")

    def release(self) -> None:
        """Give the name back: nothing to do, since it goes with the power."""

    async def follow(self) -> None:
        """Have a terminal when the device has power, and only then.

        Raises:
            OSError: none is to be had, or the name was taken meanwhile.
        """
        if self._device.has_terminal and self._wire is None:
            wire = _Wire(self._device, logs=self._logs)
            try:
                self._name.symlink_to(wire.path)
            except OSError:
                wire.hang_up()
                raise
            self._wire = wire
            self._device.terminal_is(wire)
        elif not self._device.has_terminal and self._wire is not None:
            # Only our own: somebody may have put another thing there.
            if self._name.is_symlink() and self._name.readlink() == Path(self._wire.path):
                self._name.unlink()
            self._device.terminal_is(None)
            self._wire.hang_up()
            self._wire = None


class _Wire:
    """The device's end of a terminal, as the client port sees it.

    The other end is held open as well: without a program there, the terminal would hang up on the device.
    """

    def __init__(self, device: Served, *, logs: bool) -> None:
        self._device = device
        self._logs = logs
        self._loop = asyncio.get_running_loop()
        self._unwritten = bytearray()
        self._is_client = False
        self._master, self._slave = pty.openpty()
        self.path = os.ttyname(self._slave)
        set_raw(self._slave)
        os.set_blocking(self._master, False)
        self._loop.add_reader(self._master, self._take)

    def hang_up(self) -> None:
        """Take both ends away."""
        self._device.client_left(self)
        self._is_client = False
        self._loop.remove_reader(self._master)
        self._loop.remove_writer(self._master)
        os.close(self._master)
        os.close(self._slave)

    def can_take_more(self) -> bool:
        return not self._unwritten

    def write(self, chunk: bytes) -> None:
        self._unwritten += LOG_LINE + chunk if self._logs else chunk
        self._write_what_fits()
        if self._unwritten:
            self._loop.add_writer(self._master, self._write_on)

    def hold(self, *, is_held: bool) -> None:
        if is_held:
            self._loop.remove_reader(self._master)
        else:
            self._loop.add_reader(self._master, self._take)

    def close(self) -> None:
        # The device has done with this client, and the wire stays: the next byte makes a new one.
        self._is_client = False

    def _take(self) -> None:
        try:
            chunk = os.read(self._master, READ_BYTES)
        except BlockingIOError:
            return
        if not self._is_client:
            self._is_client = True
            self._device.client_connected(self)
        self._device.client_said(self, chunk)

    def _write_on(self) -> None:
        self._write_what_fits()
        if not self._unwritten:
            self._loop.remove_writer(self._master)
            self._device.client_reads_again()

    def _write_what_fits(self) -> None:
        try:
            del self._unwritten[: os.write(self._master, self._unwritten)]
        except BlockingIOError:
            # Nobody reads.
            return
