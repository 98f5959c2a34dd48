"""Opening a serial port as a radio's client API wants it, or one sentence that says why not.

* 115200 baud, 8N1, raw: the firmware's console (src/SerialConsole.cpp). Over native USB the speed means nothing.
* The lines DTR and RTS are left as the kernel sets them at every open, both on. Programs that clear one of the two
  reset an ESP32: its boot circuit listens to the difference. HUPCL off, so that closing does not drop them either.
* Locked with flock, like pyserial and with it the official client: the second one is refused. TIOCEXCL would stop
  other programs as well, but outlives a killed process on pseudo-terminals.

Opened without blocking; settings and lines are control messages to the device, milliseconds on a healthy bus, and
bounded by the kernel's own 5 s on a sick one: see `hardware.port_opening`.
"""

import errno
import fcntl
import os
import termios
from typing import Final

from hardware.way import Unreachable

BAUD: Final = termios.B115200

_NO_PORT: Final = (errno.ENOTTY, errno.EISDIR, errno.EINVAL)
_DEVICE_GONE: Final = (errno.ENXIO, errno.EIO, errno.ENODEV)
_IN_USE: Final = (errno.EBUSY, errno.EWOULDBLOCK)
_FORBIDDEN: Final = (errno.EACCES, errno.EPERM)


def open_port(path: str) -> int:
    """Open, lock and set up a serial port; the file descriptor never blocks and belongs to the caller.

    Raises:
        Unreachable: it is absent, forbidden, taken, no serial port, or its device is gone.
    """
    try:
        port = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Unreachable(why_unreachable(path, error.errno)) from error
    try:
        # Asked before the lock: other files can be locked, and are no serial ports either.
        termios.tcgetattr(port)
        fcntl.flock(port, fcntl.LOCK_EX | fcntl.LOCK_NB)
        set_raw(port)
        # Whatever lies there was meant for somebody else.
        termios.tcflush(port, termios.TCIFLUSH)
    except (OSError, termios.error) as error:
        os.close(port)
        number = error.errno if isinstance(error, OSError) else error.args[0]
        raise Unreachable(why_unreachable(path, number)) from error
    return port


def set_raw(port: int) -> None:
    """Make a terminal device pass every byte on, both ways, at `BAUD`, 8N1, without flow control.

    Raises:
        termios.error: it is no terminal device, or gone.
    """
    *_, control_characters = termios.tcgetattr(port)
    # One byte at least, at once: with 0, "nothing there" and "hung up" would look the same.
    control_characters[termios.VMIN], control_characters[termios.VTIME] = 1, 0
    # CS8 alone: no parity, one stop bit, no CRTSCTS, no HUPCL. CLOCAL: no line means that somebody is there.
    control = termios.CS8 | termios.CREAD | termios.CLOCAL
    termios.tcsetattr(port, termios.TCSANOW, [0, 0, control, 0, BAUD, BAUD, control_characters])


def why_unreachable(path: str, number: int | None) -> str:
    """Say what is wrong with a port and what to do, from an `errno`."""
    if number == errno.ENOENT:
        return f"no serial port {path}; check the USB cable and the radio's power, or find it with: bavn radio list"
    if number in _FORBIDDEN:
        return f"no right to use {path}; add this user to the group dialout and log in again"
    if number in _IN_USE:
        return f"another program uses {path}; end it: a radio allows one program at a time"
    if number in _NO_PORT:
        return f"{path} is no serial port; find the radio's with: bavn radio list"
    if number in _DEVICE_GONE:
        return f"no device behind {path}; check the USB cable, unplug the radio and plug it in again"
    return f"{path} cannot be opened ({os.strerror(number or 0)}); check the USB cable and the radio's power"
