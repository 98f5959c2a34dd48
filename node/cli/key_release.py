"""`bavn key release`: hand a revocation, or a newer roster file, to the running station."""

import argparse
from pathlib import Path
from typing import Final

from node.api.statements import StatementChange
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE, REFUSED
from node.client.blocking import Client
from node.client.statements import hand_in
from node.keyring.errors import KeyringError
from node.keyring.roster_file import read_roster_file
from node.words.catalogue import Words
from node.words.statement_phrases import statement_lines
from protocol.statements import STATEMENT_BYTES_MAX, Statement, decode_statement

HELP: Final = "end a key with a revocation from the safe, or take in a newer roster, at the running station"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a .revocation file, or a roster file")
    parser.add_argument("--dry-run", action="store_true", help="only say what would change")
    parser.add_argument(
        "--as", dest="author", metavar="INITIALS", default="", help="who on duty releases it (default: whoever may)"
    )
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Hand it in; 1 when any of it was not taken.

    Raises:
        KeyringError: the file is neither.
        OSError: it cannot be read.
    """
    statements = statements_in(args.file)

    def work(client: Client, words: Words) -> int:
        found = hand_in(client, statements, dry_run=args.dry_run, author=args.author)
        if args.json:
            for one in found:
                print_json(one)
        else:
            print("\n".join(statement_lines(words, found)))
        failed = any(one.change in (StatementChange.REFUSED, StatementChange.CONFLICT) for one in found)
        return REFUSED if failed else DONE

    return at_station(args, work)


def statements_in(path: Path) -> tuple[bytes, ...]:
    """The statements of a roster file, or the one of a file out of the safe.

    Raises:
        KeyringError: it is neither.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(STATEMENT_BYTES_MAX + 1)
    if isinstance(decode_statement(start), Statement):
        return (start,)
    try:
        return read_roster_file(path).roster.statements()
    except KeyringError as error:
        raise KeyringError(f"{error}; it is no revocation either") from error
