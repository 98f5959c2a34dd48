"""The TCP port of one simulated device, on loopback only: open while the device has power.

Without power nobody listens: who connects is refused, as by a radio that is off. The port stays bound all the same,
since the system would otherwise lend it to any outgoing connection, even to one that looks for this very port.
"""

import asyncio
import socket

from hardware.addresses import TcpAddress
from hardware.simulated.troubled_device import Served

HOST = "127.0.0.1"

BACKLOG = 4
"""Connections not yet taken: the device serves one at a time."""


class TcpDoor:
    """Lets one client at a time to a device.

    Args:
        device: decides by its power whether the door is open.
        port: 0 lets the system choose.
    """

    def __init__(self, device: Served, port: int) -> None:
        self.port = port
        self.remedy = "choose another port in the air file, or 0"
        self._device = device
        self._held: socket.socket | None = None
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> TcpAddress:
        """Where the device is reached."""
        return TcpAddress(HOST, self.port)

    @property
    def where(self) -> str:
        """Name the port in errors."""
        return f"port {self.port} of {HOST}"

    def hold(self) -> None:
        """Reserve the port; from now on `port` is the real one.

        Raises:
            OSError: somebody else has it.
        """
        self._held = self._bound()
        self.port = int(self._held.getsockname()[1])

    def release(self) -> None:
        """Give the port back."""
        if self._held is not None:
            self._held.close()
            self._held = None

    async def follow(self) -> None:
        """Listen when the device has power, and only then.

        Raises:
            OSError: somebody else listens there.
        """
        if self._device.is_on and self._server is None and self._held is not None:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(
                lambda: _ClientConnection(self._device), sock=self._bound(), backlog=BACKLOG
            )
        elif not self._device.is_on and self._server is not None:
            self._server.close()
            self._server = None

    def _bound(self) -> socket.socket:
        # Named, since asyncio takes Nagle's delay off only from sockets that say they are TCP.
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        # Lets a listening socket share the port with the one that merely holds it (Linux: neither may listen yet).
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((HOST, self.port))
        except OSError:
            bound.close()
            raise
        return bound


class _ClientConnection(asyncio.Protocol):
    """One client's TCP connection."""

    def __init__(self, device: Served) -> None:
        self._device = device
        self._transport: asyncio.Transport | None = None
        self._is_paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._device.client_connected(self)

    def data_received(self, chunk: bytes) -> None:
        self._device.client_said(self, chunk)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._device.client_left(self)

    def pause_writing(self) -> None:
        self._is_paused = True

    def resume_writing(self) -> None:
        self._is_paused = False
        self._device.client_reads_again()

    def can_take_more(self) -> bool:
        return not self._is_paused

    def write(self, chunk: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(chunk)

    def hold(self, *, is_held: bool) -> None:
        if self._transport is not None and is_held == self._transport.is_reading():
            if is_held:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
