"""The way to a radio over TCP: its network interface, or `meshtasticd` on some machine."""

import asyncio
from typing import Final

from hardware.addresses import TcpAddress
from hardware.way import ConnectionEnded, Unreachable

CONNECT_S_MAX: Final = 10.0
"""For name and connection; a radio on the same network answers within milliseconds."""

READ_BYTES: Final = 4096


class TcpWay:
    """Opens TCP connections to one radio.

    Args:
        address: of the radio's client API.
    """

    def __init__(self, address: TcpAddress) -> None:
        self.address = address

    @property
    def name(self) -> str:
        """Name host and port."""
        return f"{self.address.host} port {self.address.port}"

    async def open(self) -> "TcpConnection":
        """Connect; see `hardware.way.Way`."""
        try:
            async with asyncio.timeout(CONNECT_S_MAX):
                return TcpConnection(*await asyncio.open_connection(self.address.host, self.address.port))
        except TimeoutError as error:
            raise Unreachable(f"no answer from {self.name}; check the radio's power and its network") from error
        except OSError as error:
            remedy = "check that the radio is on and serves its network interface"
            raise Unreachable(f"no connection to {self.name} ({error.strerror or error}); {remedy}") from error

    async def until_news(self) -> None:
        """Wait for ever: a network does not say that a radio is back."""
        await asyncio.get_running_loop().create_future()


class TcpConnection:
    """One TCP connection; see `hardware.way.Connection`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """Wait for the next bytes."""
        try:
            chunk = await self._reader.read(READ_BYTES)
        except OSError as error:
            problem = f"the connection broke ({error.strerror or error})"
            raise ConnectionEnded(f"{problem}; check the radio's power and its network") from error
        if not chunk:
            raise ConnectionEnded("the radio closed the connection; it allows one program at a time")
        return chunk

    def write(self, chunk: bytes) -> None:
        """Take bytes to be written."""
        if not self._writer.is_closing():
            self._writer.write(chunk)

    def close(self) -> None:
        """End the connection."""
        self._writer.transport.abort()
