"""`bavn lock`: lock an operator's key and stay on duty."""

import argparse
from typing import Final

from node.api.methods import LOCK, Lock
from node.cli.common import add_station_options, at_station, print_json
from node.cli.login import people_text
from node.client.blocking import Client
from node.words.catalogue import Words

SUMMARY: Final = "lock your key and stay on duty; login opens it again"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("operator", metavar="INITIALS", nargs="?", default="", help="whose (default: everybody's)")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Lock."""

    def work(client: Client, words: Words) -> int:
        duty = client.call(LOCK, Lock(args.operator))
        if args.json:
            print_json(duty)
        else:
            print(people_text(words, duty))
        return 0

    return at_station(args, work)
