"""`bavn login`: unlock an operator's key for a shift."""

import argparse
import sys
from typing import Final

from node.api.methods import LOGIN, Duty, Login
from node.cli.asking import Whose, add_passphrase_file, passphrase
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import REFUSED, USAGE
from node.client.blocking import Client
from node.keyring.errors import KeyringError
from node.words.catalogue import Words, chosen_language, words
from node.words.harmless import harmless

SUMMARY: Final = "go on duty: unlock your key on this station"
TEXTS: Final = ("locked",)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("operator", metavar="INITIALS", nargs="?", default="", help="yours, as in the roster")
    parser.add_argument(
        "--emergency", action="store_true", help="break glass: the key of the sealed envelope; alarms everybody"
    )
    add_passphrase_file(parser, "--passphrase-file", "your")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Log in."""
    if not args.operator and not args.emergency:
        print("bavn login: whose key? Give your initials, or --emergency for the sealed envelope's", file=sys.stderr)
        return USAGE
    try:
        owner = Whose.OWN.of(args.operator) if args.operator else Whose.ENVELOPE.of()
        secret = passphrase(words(chosen_language(args.lang)), args.passphrase_file, owner)
    except KeyringError as error:
        print(f"bavn login: {error}", file=sys.stderr)
        return REFUSED

    def work(client: Client, words: Words) -> int:
        duty = client.call(LOGIN, Login(args.operator, secret, args.emergency))
        if args.json:
            print_json(duty)
        else:
            print(people_text(words, duty))
        return 0

    return at_station(args, work)


def people_text(words: Words, duty: Duty) -> str:
    """Who is on duty, in one line; who has locked the key is marked."""
    is_open = [f"{person.initials} {person.name}" for person in duty.people]
    locked = [f"{person.initials} {person.name} ({words('locked')})" for person in duty.locked]
    return harmless("  ".join([*is_open, *locked])) or "-"
