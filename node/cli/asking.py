"""Asking for passphrases: from the keyboard without echo, or from a file; never from the command line."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Final

from node.keyring.errors import KeyringError

PASSPHRASE_BYTES_MAX: Final = 1024
PASSPHRASE_LETTERS_MIN: Final = 8
"""For new ones: scrypt makes each guess cost a tenth of a second, not a short word strong."""


def add_passphrase_file(parser: argparse.ArgumentParser, option: str, whose: str) -> None:
    """Add an option that names a file with a passphrase in its first line."""
    parser.add_argument(option, type=Path, metavar="FILE", help=f"read {whose} passphrase from the first line of FILE")


def passphrase(file: Path | None, whose: str, *, is_new: bool = False) -> str:
    """The passphrase of a file, else of the keyboard; a new one is asked for twice.

    Raises:
        KeyringError: there is neither, the two differ, or a new one is too short.
    """
    if file is not None:
        answer = _first_line(file)
    elif not sys.stdin.isatty():
        raise KeyringError(f"no keyboard to ask for {whose} passphrase: name a file with --...passphrase-file")
    else:
        answer = getpass.getpass(f"{whose} passphrase: ")
        if is_new and getpass.getpass("once more: ") != answer:
            raise KeyringError("the two passphrases differ: nothing was changed")
    if is_new and len(answer) < PASSPHRASE_LETTERS_MIN:
        raise KeyringError(f"a passphrase of at least {PASSPHRASE_LETTERS_MIN} letters is needed; four words are good")
    return answer


def _first_line(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(PASSPHRASE_BYTES_MAX).splitlines()[0].decode()
    except (OSError, IndexError, UnicodeDecodeError) as error:
        raise KeyringError(f"{file}: no passphrase can be read from it ({error})") from None
