"""The serial ports of this machine, with what USB says of them. The one module that imports pyserial.

Nothing is opened: opening raises a port's lines, and a radio may be in use. Needs no privilege.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from serial.tools.list_ports import comports

from hardware.addresses import SerialAddress
from hardware.harmless_text import printable
from hardware.usb_radios import radio_kind

BY_ID: Final = Path("/dev/serial/by-id")
"""Where udev keeps names that belong to the device and not to its socket."""


class Found(Protocol):
    """What pyserial tells of a port."""

    device: str
    vid: int | None
    pid: int | None
    manufacturer: str | None
    product: str | None


@dataclass(frozen=True, slots=True)
class SerialPort:
    """One serial port."""

    address: str
    """What to write in a configuration: by its lasting name when it has one."""
    device: str
    """Such as /dev/ttyUSB0."""
    kind: str | None
    """What kind of radio it looks like; None when it does not look like one."""
    vendor_id: int | None
    product_id: int | None
    maker: str
    """As the USB device says, empty when it does not."""
    product: str
    is_allowed: bool
    """Whether this user may read and write it."""


def serial_ports(find: Callable[[], Iterable[Found]] = comports, by_id: Path = BY_ID) -> list[SerialPort]:
    """List the serial ports, those that look like radios first.

    Args:
        find: asks the system.
        by_id: folder of lasting names.
    """
    names = {str(link.resolve()): str(link) for link in sorted(by_id.glob("*"))}
    ports = [_port(found, names.get(found.device, found.device)) for found in find()]
    return sorted(ports, key=lambda port: (port.kind is None, port.address))


def _port(found: Found, name: str) -> SerialPort:
    return SerialPort(
        address=str(SerialAddress(name)),
        device=found.device,
        kind=None if found.vid is None or found.pid is None else radio_kind(found.vid, found.pid),
        vendor_id=found.vid,
        product_id=found.pid,
        maker=printable(found.manufacturer or ""),
        product=printable(found.product or ""),
        is_allowed=os.access(found.device, os.R_OK | os.W_OK),
    )
