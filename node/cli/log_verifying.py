"""`bavn log verify`: whether a log is as it was written, with public keys only; needs no station."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from node.cli.exits import DONE, REFUSED
from node.core.log_check import LogCheck, LogVerdict
from node.core.log_entries import REAL, EntryUnreadable, decode_entry
from node.core.log_evidence import Evidence, Heading, Statement, evidence_of
from node.core.log_records import Witness
from node.keyring.errors import KeyringError
from node.keyring.roster_file import read_roster_file
from node.store.errors import StoreError
from node.store.log_file import LogFileError, read_log_file
from node.store.opening import STORE_NAME
from node.store.sqlite import SqliteStore
from node.words.catalogue import LANGUAGES, chosen_language, words
from node.words.key_sheet import fingerprint
from node.words.log_page import verdict_lines
from protocol.numbers import Kind
from protocol.roster import Roster
from protocol.signatures import ED25519

SUMMARY: Final = "say whether a log is as it was written, and name the first entry that is not"
_OWN_KEYS: Final = "Checked with the keys in the file. Compare the network's fingerprint with a sheet: {fingerprint}"
TEXTS: Final = (_OWN_KEYS,)


class CannotCheck(Exception):
    """Something is missing; the text says what, and the remedy."""


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to tell."""

    verdict: LogVerdict
    damage: str
    """Why the file could not be read to its end; empty: it could."""
    keys_of: bytes | None
    """The root key, if the keys came with the file and are not trusted by themselves."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="as  bavn log export  wrote it")
    parser.add_argument("--state", type=Path, metavar="DIR", help="instead: a station's state, left as it is")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="whose keys to trust (needed with --state)")
    parser.add_argument("--station", type=int, metavar="N", help="with --state: whose, if its first entry is gone")
    parser.add_argument(
        "--witnesses", type=Path, nargs="+", default=[], metavar="FILE", help="logs that neighbours exported"
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Check; 0 only when nothing is wrong."""
    translated = words(chosen_language(args.lang))
    try:
        found = _checked_state(args) if args.state is not None else _checked_file(args)
    except (CannotCheck, LogFileError, KeyringError, StoreError, OSError) as error:
        print(f"bavn log verify: {error}", file=sys.stderr)
        return REFUSED
    if args.json:
        print(json.dumps({**asdict(found.verdict), "damage": found.damage}, ensure_ascii=False))
    else:
        if found.keys_of is not None:
            print(translated(_OWN_KEYS).format(fingerprint=fingerprint(found.keys_of)))
        print("\n".join(verdict_lines(translated, found.verdict)))
    if found.damage:
        print(f"bavn log verify: {found.damage}", file=sys.stderr)
    return REFUSED if found.damage or found.verdict.faults else DONE


def _checked_file(args: argparse.Namespace) -> Found:
    if args.file is None:
        raise CannotCheck("name a file that  bavn log export  wrote, or a station's state with --state DIR")
    pieces = read_log_file(args.file)
    heading = next(pieces)
    assert isinstance(heading, Heading), "the reader sees to it"
    first, statements = _statements(pieces)
    roster = _roster(args) if args.roster is not None else Roster.build(heading.root, statements)[0]
    check = LogCheck(heading, roster, ED25519)
    damage = ""
    try:
        for one in (*first, *pieces):
            check.take(one)
    except LogFileError as error:
        damage = str(error)
    return _found(args, heading, roster, check, damage)


def _checked_state(args: argparse.Namespace) -> Found:
    roster = _roster(args)
    with closing(SqliteStore(args.state / STORE_NAME, read_only=True)) as store:
        heading = Heading(roster.root, args.station or _station(store), "")
        check = LogCheck(heading, roster, ED25519)
        for one in evidence_of(store):
            check.take(one)
        return _found(args, heading, roster, check, "")


def _found(args: argparse.Namespace, heading: Heading, roster: Roster, check: LogCheck, damage: str) -> Found:
    if heading.root != roster.root:
        raise CannotCheck(f"the log is of another network than {args.roster}: name that network's roster")
    for path in args.witnesses:
        _testify(path, roster, check)
    return Found(check.verdict(), damage, heading.root if args.roster is None else None)


def _testify(path: Path, roster: Roster, check: LogCheck) -> None:
    pieces = read_log_file(path)
    keeper = next(pieces)
    assert isinstance(keeper, Heading), "the reader sees to it"
    if keeper.root != roster.root:
        raise CannotCheck(f"{path} is of another network: its witnesses are of no use here")
    for one in pieces:
        if isinstance(one, Witness):
            check.take(one, keeper.station)


def _statements(pieces: Iterator[Evidence]) -> tuple[list[Evidence], list[bytes]]:
    """The roster's statements, which follow the heading, and the piece after them that had to be read to see it."""
    found: list[bytes] = []
    for one in pieces:
        if not isinstance(one, Statement):
            return [one], found
        found.append(one.raw)
    return [], found


def _roster(args: argparse.Namespace) -> Roster:
    if args.roster is None:
        raise CannotCheck("name the network's roster with --roster FILE: a state holds no keys to trust")
    return read_roster_file(args.roster).roster


def _station(store: SqliteStore) -> int:
    """Who wrote the first entry, a station's start."""
    for written in store.written_entries(REAL, 1, 1):
        with suppress(EntryUnreadable):
            who = decode_entry(written.raw).who
            if who.kind is Kind.STATION:
                return who.number
    raise CannotCheck("its first entry does not say whose log it is: name the station with --station N")
