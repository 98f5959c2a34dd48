"""The socket that a station listens on: made where nobody listens, refused where somebody does.

A station that was killed leaves its socket file behind. Whether one is alive behind it is found out by connecting.
"""

import os
import socket
import stat
from pathlib import Path
from typing import Final

SOCKET_MODE: Final = 0o660
"""Owner and group; who of them may speak is asked again of the kernel for each peer."""

BACKLOG: Final = 8
"""Clients that knock within one turn of the loop."""

KNOCK_S: Final = 1.0
"""A living station accepts at once; the kernel queues `BACKLOG` more."""


class SocketUnusable(Exception):
    """The station cannot listen there; the text says what to do.

    Attributes:
        in_use: whether another station listens there.
    """

    def __init__(self, path: Path, problem: str, *, in_use: bool = False) -> None:
        super().__init__(f"{path}: {problem}")
        self.in_use = in_use


def listen(path: Path) -> socket.socket:
    """Bind and listen.

    Raises:
        SocketUnusable: another station is alive there, something else stands there, or the folder cannot be used.
    """
    _clear(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    mask = os.umask(0o177)
    try:
        listening.bind(str(path))
        path.chmod(SOCKET_MODE)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        remedy = f"make the folder {path.parent} and let this user write there, or set api.socket"
        raise SocketUnusable(path, f"{error.strerror}; {remedy}") from error
    finally:
        os.umask(mask)
    return listening


def _clear(path: Path) -> None:
    """Take away what a dead station left."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise SocketUnusable(path, f"{error.strerror}; let this user read there, or set api.socket") from error
    if not stat.S_ISSOCK(mode):
        raise SocketUnusable(path, "not a socket; move that file away, or set api.socket")
    if _is_alive(path):
        remedy = "stop the other daemon, or give this one its own api.socket"
        raise SocketUnusable(path, f"another daemon listens there; {remedy}", in_use=True)
    path.unlink(missing_ok=True)


def _is_alive(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knocking:
        knocking.settimeout(KNOCK_S)
        try:
            knocking.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:
            return True  # No answer in time or not ours to ask: alive, as far as anybody can tell.
    return True
