"""The state of a change of keys on disk: JSON without any key in it, replaced as a whole, for its owner alone."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Final

from hardware.errors import HardwareError
from hardware.rekey_plan import RadioStage, Rekey, Stage, Step, Subject

FILE_BYTES_MAX: Final = 256 * 1024
VERSION: Final = 1


class RekeyFileError(HardwareError):
    """The state file cannot be used; the text says what to do."""


def read_rekey(path: Path) -> Rekey | None:
    """Read the state; None when no change is under way there.

    Raises:
        RekeyFileError: something else is there.
    """
    try:
        with path.open("rb") as file:
            text = file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RekeyFileError(f"{path}: {error.strerror}; give the path of the state file") from error
    try:
        return _rekey(text)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RekeyFileError(f"{path}: no state of a change of keys; choose another file, or move it away") from error


def _rekey(text: bytes) -> Rekey:
    """Read what `write_rekey` wrote.

    Raises:
        ValueError, KeyError, TypeError, RecursionError: it is something else.
    """
    said = json.loads(text[:FILE_BYTES_MAX])
    if said["version"] != VERSION:
        raise ValueError("another version")
    return Rekey(
        subject=Subject(said["subject"]),
        old=str(said["old"]),
        new=str(said["new"]),
        step=Step(said["step"]),
        radios=tuple(
            RadioStage(
                name=str(each["name"]),
                is_handheld=bool(each["is_handheld"]),
                stage=Stage(each["stage"]),
                problem=str(each["problem"]),
                is_left=bool(each["is_left"]),
            )
            for each in said["radios"]
        ),
    )


def write_rekey(path: Path, rekey: Rekey) -> None:
    """Put the state on the disk: the old one or the new one is there, whatever happens.

    Raises:
        RekeyFileError: the disk refuses.
    """
    text = json.dumps({"version": VERSION, **asdict(rekey)}, indent=1, ensure_ascii=False)
    fresh = path.with_name(f"{path.name}.tmp")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise RekeyFileError(f"{path}: {error.strerror}; choose a folder that can be written") from error


def sync_folder(folder: Path) -> None:
    """See that names in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
