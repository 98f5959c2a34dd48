"""`bavn roster import FILE --station`: handed to the running station, and shown before it is taken."""

import argparse
import sys
from pathlib import Path
from typing import Final

from node.api.statements import StatementChange, WeighedStatement
from node.cli.common import at_station, print_json
from node.cli.exits import DONE, REFUSED
from node.client.blocking import Client
from node.client.statements import hand_in
from node.keyring.roster_file import Offer
from node.words.catalogue import Words
from node.words.roster_phrases import ALL_REFUSED, APPLY, NOT_APPLIED, TAKEN_BY_STATION, YES
from node.words.statement_phrases import statement_lines

_CHANGING: Final = (StatementChange.NEW, StatementChange.RENEWED, StatementChange.REVOKED)
_TROUBLE: Final = (StatementChange.REFUSED, StatementChange.CONFLICT)


def hand_to_station(args: argparse.Namespace, offer: Offer) -> int:
    """Weigh, show, ask, hand in; 1 when any of it was refused, or nobody agreed."""

    def work(client: Client, words: Words) -> int:
        found = hand_in(client, offer.statements, dry_run=True)
        is_change = any(one.change in _CHANGING for one in found)
        is_wanted = is_change and (args.yes or _is_agreed(args, words, found))
        if is_wanted:
            found = hand_in(client, offer.statements, author=args.author)
        _tell(args, words, found, is_change=is_change, is_applied=is_wanted)
        has_trouble = any(one.change in _TROUBLE for one in found)
        return REFUSED if has_trouble or (is_change and not is_wanted) else DONE

    return at_station(args, work)


def _is_agreed(args: argparse.Namespace, words: Words, found: tuple[WeighedStatement, ...]) -> bool:
    if args.json or not sys.stdin.isatty():
        return False
    print("\n".join(statement_lines(words, found)))
    return input(words(APPLY)).strip().lower() in YES


def _tell(
    args: argparse.Namespace,
    words: Words,
    found: tuple[WeighedStatement, ...],
    *,
    is_change: bool,
    is_applied: bool,
) -> None:
    if args.json:
        for one in found:
            print_json(one)
        return
    if found and all(one.change is StatementChange.REFUSED for one in found):
        reasons = ", ".join(sorted({one.reason for one in found}))
        print(words(ALL_REFUSED).format(file=args.file, count=len(found), reasons=reasons))
        return
    if args.yes or not sys.stdin.isatty() or not is_change:
        print("\n".join(statement_lines(words, found)))
    if is_applied:
        print(words(TAKEN_BY_STATION))
    elif is_change:
        print(words(NOT_APPLIED).format(where=Path(args.file)))
