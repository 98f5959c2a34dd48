"""Directories whose names outlive a power cut: a new name is durable once the directory that holds it is synced."""

import os
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o700


def make_directory(path: Path) -> None:
    """Make a directory, and those above it that are missing, each durable under its name; for its owner alone.

    Raises:
        OSError: it cannot be made, or something else has its name.
    """
    missing = [one for one in (path, *path.parents) if not one.exists()]
    path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    for made in reversed(missing):
        sync_directory(made.parent)


def sync_directory(path: Path) -> None:
    """Make durable what became of the names in a directory; raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
