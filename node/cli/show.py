"""`bavn show`: one message with its whole ladder."""

import argparse
from typing import Final

from node.api.methods import SHOW, Show
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE, REFUSED
from node.cli.waiting import add_wait_options, waited
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.message_page import message_page

SUMMARY: Final = "show one message and how far it got"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("number", metavar="NUMBER", help="such as PLH-00001")
    add_wait_options(parser)
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Show it."""

    def work(client: Client, words: Words) -> int:
        message, reached = waited(client, client.call(SHOW, Show(args.number)), args.wait, args.timeout)
        if args.json:
            print_json(message)
        else:
            print("\n".join(message_page(words, message)))
        return DONE if reached else REFUSED

    return at_station(args, work)
