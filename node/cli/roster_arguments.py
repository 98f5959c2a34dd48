"""Arguments that several steps of `bavn roster` share, and what they mean: dates, rights, numbers, members."""

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from node.cli.asking import Whose, add_passphrase_file, passphrase
from node.keyring.entries import free_number
from node.keyring.errors import KeyringError
from node.keyring.terms import OPEN, Term, day_number, day_of, usual_term
from node.words.catalogue import LANGUAGES, Words, chosen_language, words
from protocol.instants import EPOCH_MS, UNIT_MS
from protocol.numbers import Address, Kind
from protocol.roster import Roster
from protocol.statements import ALWAYS_FROM, ALWAYS_UNTIL, Right

Step = Callable[[argparse.Namespace], int]
KINDS: Final = {
    kind.name.lower(): kind
    for kind in (Kind.AUTHORITY, Kind.STATION, Kind.OPERATOR, Kind.FUNCTION, Kind.GROUP, Kind.HANDHELD)
}
NEXT_NUMBER: Final = "next"
ROOT_FILE: Final = "--root-passphrase-file"
AUTHORITY_FILE: Final = "--authority-passphrase-file"
KIOSK_HELP: Final = "a station where nobody logs in: who reads acknowledges with typed initials"
RELEASER_HELP: Final = "a station that lets a FLASH go only when a second person released it"


class Steps(Protocol):
    """What `ArgumentParser.add_subparsers` answers, as far as it is used here."""

    def add_parser(
        self,
        name: str,
        *,
        help: str,  # noqa: A002 - argparse names it so
        description: str,
    ) -> argparse.ArgumentParser:
        """A step by its name."""


def add_step(steps: Steps, name: str, text: str, carry_out: Step) -> argparse.ArgumentParser:
    """A step that works on a network's directory."""
    step = steps.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    step.add_argument("directory", type=Path, metavar="DIR", help="the network's directory")
    add_output(step)
    step.set_defaults(carry_out=carry_out)
    return step


def add_output(step: argparse.ArgumentParser) -> None:
    """How it is told: --lang and --json."""
    step.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    step.add_argument("--json", action="store_true", help="for programs")


def words_of(args: argparse.Namespace) -> Words:
    """The language that was chosen."""
    return words(chosen_language(args.lang))


def add_holder(step: argparse.ArgumentParser, code: str) -> None:
    """Number, code and name of a new holder."""
    step.add_argument("number", metavar="NUMBER", help=f"one never used for this kind, or '{NEXT_NUMBER}'")
    step.add_argument("code", metavar="CODE", help=code)
    step.add_argument("name", metavar="NAME", help="as people read it, at most 40 bytes")


def add_term(step: argparse.ArgumentParser, usually: str) -> None:
    """From which day to which."""
    step.add_argument("--from", dest="first", metavar="DAY", help="first day, such as 2027-06-30 (default: open)")
    step.add_argument("--until", dest="last", metavar="DAY", help=f"last day, or {OPEN} (default: {usually})")


def add_authority(step: argparse.ArgumentParser, *, is_required: bool = True) -> None:
    """Who certifies, and with what it is opened."""
    step.add_argument("--authority", type=int, required=is_required, metavar="N", help="the authority that certifies")
    add_passphrase_file(step, AUTHORITY_FILE, "the authority's")


def add_known_holder(step: argparse.ArgumentParser, kinds: Sequence[str]) -> None:
    """A holder who is in the roster."""
    step.add_argument("kind", choices=kinds, metavar="KIND", help=", ".join(kinds))
    step.add_argument("number", type=int, metavar="NUMBER", help="the holder's")


def number_of(text: str, roster: Roster, kind: Kind, authority: int) -> int:
    """The number that was typed, or the next free one.

    Raises:
        KeyringError: it is no number, or none is free.
    """
    if text == NEXT_NUMBER:
        return free_number(roster, kind, authority)
    if not text.isdecimal():
        raise KeyringError(f"{text!r} is no number: use a number, or '{NEXT_NUMBER}' for the next free one")
    return int(text)


def today() -> int:
    """The day of this machine's clock.

    Raises:
        KeyringError: it cannot be that day.
    """
    return day_number(datetime.now(tz=UTC).date())


def now_units() -> int:
    """The time of this machine's clock in units of 8 s since 2025-01-01; 0 before that."""
    return max(0, (int(time.time() * 1000) - EPOCH_MS) // UNIT_MS)


def first_day(text: str | None) -> int | None:
    """A first day as typed; None when nothing was.

    Raises:
        KeyringError: it is no day.
    """
    return None if text is None else ALWAYS_FROM if text == OPEN else day_of(text)


def last_day(text: str | None) -> int | None:
    """A last day as typed; None when nothing was.

    Raises:
        KeyringError: it is no day.
    """
    return None if text is None else ALWAYS_UNTIL if text == OPEN else day_of(text)


def term_of(args: argparse.Namespace, kind: Kind) -> Term:
    """The days that were typed, the usual ones for the rest.

    Raises:
        KeyringError: one is no day, or the last is before the first.
    """
    term = usual_term(kind, today()).changed(first_day(args.first), last_day(args.last))
    if term.first > term.last:
        raise KeyringError(f"the last day is before the first: --from {args.first or OPEN} --until {args.last or OPEN}")
    return term


def right_names() -> list[str]:
    """What a person may be given; the mark of break-glass keys is no such right."""
    return [right.name.lower() for right in Right if right.name and right is not Right.EMERGENCY]


def rights_of(text: str) -> Right:
    """The rights that were typed.

    Raises:
        KeyringError: one is none.
    """
    rights = Right(0)
    for word in filter(None, (part.strip().lower() for part in text.split(","))):
        if word not in right_names():
            raise KeyringError(f"no such right: {word}; there are {', '.join(right_names())}")
        rights |= Right[word.upper()]
    return rights


def members_of(texts: Sequence[str]) -> tuple[Address, ...]:
    """Members as typed: `station:1`, `function:2`.

    Raises:
        KeyringError: one is not written so.
    """
    members: list[Address] = []
    for text in texts:
        kind, _, number = text.partition(":")
        if kind not in KINDS or not number.isdecimal():
            raise KeyringError(f"{text!r} is no member: write station:1, function:2, operator:3 or handheld:4")
        members.append(Address(KINDS[kind], int(number)))
    return tuple(members)


def node_number_of(text: str) -> int:
    """A radio's node number as Meshtastic writes it.

    Raises:
        KeyringError: it is none.
    """
    try:
        return int(text.removeprefix("!"), 16)
    except ValueError:
        raise KeyringError(f"{text!r} is no node number: write it as the radio shows it, such as !a1b2c3d4") from None


def radio_key_of(text: str) -> bytes:
    """A radio's public key as typed.

    Raises:
        KeyringError: it is none.
    """
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise KeyringError("the radio's public key is 64 digits 0-9 and a-f, as bavn radio show tells it") from None


def of_authority(args: argparse.Namespace, authority: int) -> str:
    """An authority's passphrase.

    Raises:
        KeyringError: there is none to be had.
    """
    whose = Whose.AUTHORITY.of(authority)
    return passphrase(words_of(args), args.authority_passphrase_file, whose)
