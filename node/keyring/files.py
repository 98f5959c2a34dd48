"""Files that hold what must not be lost or leak: written whole or not at all, readable by their owner alone."""

import os
import stat
from pathlib import Path

from node.keyring.errors import KeyFileError


def write_whole(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace a file so that a power cut leaves the old or the new one, never a part.

    Raises:
        OSError: the directory does not take it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # One name for every draft, so that a power cut leaves at most one copy of a secret, until the next writing.
    fresh = path.with_name(f".{path.name}.draft")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def read_private(path: Path, bytes_max: int) -> bytes:
    """Read a file that only its owner may read.

    Raises:
        KeyFileError: it is missing, too large, not ours, or open to others; the text says what to run.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeyFileError(f"{path} can be read by others: run  chmod 600 {path}")
            if status.st_uid != os.geteuid():
                raise KeyFileError(f"{path} belongs to another user: run  chown {os.geteuid()} {path}  as root")
            content = file.read(bytes_max + 1)
    except FileNotFoundError:
        raise KeyFileError(f"{path} is missing: copy the station's key files from the enrolment stick") from None
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > bytes_max:
        raise KeyFileError(f"{path} is no key file: it is too large")
    return content
