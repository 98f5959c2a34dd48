"""One at a time: while somebody sits over a network's folder, nobody else changes it.

What a sitting read at its beginning is what it writes at its end, so a second one in between would be undone. The lock
is the system's own on the directory: it ends with the program that holds it, however that ends, and leaves no file.
"""

import fcntl
import os
import weakref
from pathlib import Path
from types import TracebackType
from typing import Self

from node.keyring.errors import KeyringError


class SoleUse:
    """Sole use of a directory from the beginning until `release`, or until nobody refers to it any more."""

    def __init__(self, directory: Path) -> None:
        """Take it.

        Raises:
            KeyringError: somebody else has it, or there is no such directory.
        """
        try:
            descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            raise KeyringError(
                f"there is no directory {directory}: copy your network's there, or make one with  bavn roster create"
            ) from None
        self.release = weakref.finalize(self, os.close, descriptor)
        """Let others in; a second time nothing."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise KeyringError(
                f"somebody is at work in {directory} just now, perhaps in another window that waits for a passphrase:"
                " nothing was changed; finish there first, then run this again"
            ) from None

    def __enter__(self) -> Self:
        """Begin; it is taken already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let others in."""
        self.release()
