"""Keeps keys and passphrases that are in memory from being written to a disk or read by other programs."""

import ctypes
import resource
from typing import Final

_PR_SET_DUMPABLE: Final = 4
"""prctl(2), linux/prctl.h."""


def keep_memory_private() -> None:
    """Forbid core dumps of this process, and attaching to it by programs of the same user.

    Raises:
        OSError: the kernel refuses.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A limit of zero does not bind a core handler that the kernel pipes to; being undumpable does.
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl PR_SET_DUMPABLE")
