"""What the address of a radio says: a TCP port on some host, or a serial port of this machine."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from hardware.errors import AddressError

TCP_PORT: Final = 4403
"""The port on which Meshtastic devices serve the client API (firmware src/mesh/api/ServerAPI.h)."""

_SERIAL: Final = "serial://"

_REMEDY: Final = "write tcp://HOST:PORT or serial:///dev/serial/by-id/NAME; `bavn radio list` shows the serial ports"


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A radio that serves its network interface."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A radio on a USB cable, or on any other terminal device."""

    path: str
    """Absolute. A name under /dev/serial/by-id follows the radio to another socket, ttyUSB0 does not."""

    def __str__(self) -> str:
        return _SERIAL + self.path


Address = TcpAddress | SerialAddress


def parse_address(text: str) -> Address:
    """Read the address of a radio.

    Args:
        text: `tcp://HOST[:PORT]`, the port `TCP_PORT` when left out, or `serial://PATH` with an absolute path.

    Raises:
        AddressError: it is neither; its text says what to write instead.
    """
    if text.startswith(_SERIAL):
        return _serial(text)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(text, str(error), _REMEDY) from error
    if parts.scheme != "tcp" or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise AddressError(text, "not a radio's address", _REMEDY)
    return TcpAddress(host, TCP_PORT if port is None else port)


def _serial(text: str) -> SerialAddress:
    """Take the path as it stands: udev leaves `#`, `%` and `:` in its names, which a URL would read as its own."""
    path = text.removeprefix(_SERIAL)
    if not path.startswith("/"):
        raise AddressError(text, "the path of a serial port is absolute", "write three slashes: serial:///dev/...")
    if not path.isprintable():
        raise AddressError(text, "no serial port has such a name", _REMEDY)
    return SerialAddress(path)
