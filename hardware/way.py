"""The way to a radio: how a connection to it is opened, read, written and closed, whatever it runs over.

The link above knows nothing of sockets and cables; a way knows nothing of frames. Both of its errors carry one line
that says what happened and what to check, since only the way knows whether that is a cable or a network.
"""

from typing import Protocol

from hardware.errors import HardwareError


class Unreachable(HardwareError):
    """No connection could be opened."""


class ConnectionEnded(HardwareError):
    """A connection that stood is over."""


class Connection(Protocol):
    """An open connection. All calls from the event loop it was opened on."""

    async def read(self) -> bytes:
        """Wait for the next bytes; at least one.

        Raises:
            ConnectionEnded: no more will come; after our own `close` as well.
        """

    def write(self, chunk: bytes) -> None:
        """Take bytes to be written, completely and in order; never waits, never raises for the world's sake.

        What can no longer be written is dropped: `read` tells why.
        """

    def close(self) -> None:
        """End the connection at once, dropping what is not written yet; harmless when it has ended."""


class Way(Protocol):
    """Opens connections to one radio, one at a time."""

    @property
    def name(self) -> str:
        """Name the radio's end in logs, in a few words."""

    async def open(self) -> Connection:
        """Open a fresh connection, whatever became of the last one.

        Raises:
            Unreachable: there is none to be had now, or not within a bounded time.
        """

    async def until_news(self) -> None:
        """Wait for a reason to try again sooner than planned; for ever where nothing could tell."""
