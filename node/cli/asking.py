"""Asking for passphrases: from the keyboard without echo, or from a file; never from the command line."""

import argparse
import getpass
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from node.keyring.errors import KeyringError
from node.words.catalogue import Words

PASSPHRASE_BYTES_MAX: Final = 1024
PASSPHRASE_LETTERS_MIN: Final = 8
"""For new ones: scrypt makes each guess cost a tenth of a second, not a short word strong."""


def add_passphrase_file(parser: argparse.ArgumentParser, option: str, whose: str) -> None:
    """Add an option that names a file with a passphrase in its first line."""
    parser.add_argument(option, type=Path, metavar="FILE", help=f"read {whose} passphrase from the first line of FILE")


class Whose(Enum):
    """Of whom a passphrase is, as it is asked for."""

    ROOT = "the root's"
    NEW_ROOT = "the new root's"
    AUTHORITY = "authority {name}'s"
    AUTHORITY_ANEW = "authority {name}'s new"
    NEW_AUTHORITY = "the new authority's"
    OPERATOR = "operator {name}'s"
    OPERATOR_ANEW = "operator {name}'s new"
    NEW_OPERATOR = "the new operator's"
    EXERCISE_KEYS = "the exercise keys'"
    ENVELOPE = "the envelope's"
    OWN = "{name}'s"
    KEY_NOW = "{name}: the present"
    KEY_ANEW = "{name}: the new"

    def of(self, name: str | int = "") -> "Owner":
        """With the name or number that belongs to it."""
        return Owner(self, str(name))


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose passphrase is asked for."""

    whose: Whose
    name: str

    def said(self, words: Words) -> str:
        """In a person's language."""
        return words(self.whose.value).format(name=self.name)


_PROMPT: Final = "{whose} passphrase: "
_ONCE_MORE: Final = "once more: "
TEXTS: Final = (*(whose.value for whose in Whose), _PROMPT, _ONCE_MORE)


def passphrase(words: Words, file: Path | None, owner: Owner, *, is_new: bool = False) -> str:
    """The passphrase of a file, else of the keyboard; a new one is asked for twice.

    Raises:
        KeyringError: there is neither, the two differ, or a new one is too short.
    """
    if file is not None:
        answer = _first_line(file)
    elif not sys.stdin.isatty():
        whose = owner.whose.value.format(name=owner.name)
        raise KeyringError(f"no keyboard to ask for {whose} passphrase: name a file with --...passphrase-file")
    else:
        answer = getpass.getpass(words(_PROMPT).format(whose=owner.said(words)))
        if is_new and getpass.getpass(words(_ONCE_MORE)) != answer:
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
