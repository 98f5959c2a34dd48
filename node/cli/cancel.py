"""`bavn cancel`: take back a message by its number; whoever has it is told, and it is sent no more."""

import argparse
from typing import Final

from node.api.answers import Cancel
from node.api.methods import CANCEL, SHOW, Show
from node.cli.common import add_station_options, at_station, print_json
from node.client.blocking import Client
from node.words.answer_phrases import CANCELLED
from node.words.catalogue import Words
from node.words.message_page import answer_lines
from node.words.release_phrases import WAITS

SUMMARY: Final = "cancel a message by its number"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("number", metavar="NUMBER", help="such as PLH-00001")
    parser.add_argument("text", metavar="REASON", nargs="?", default="", help="sent along, signed")
    parser.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Cancel it."""

    def work(client: Client, words: Words) -> int:
        text = args.text.strip() or words(CANCELLED).format(number=args.number.upper())
        queued = client.call(CANCEL, Cancel(args.number, text, args.author))
        if queued.awaiting:
            if args.json:
                print_json(queued)
            else:
                print(words(WAITS).format(id=queued.awaiting))
            return 0
        cancelling, cancelled = (client.call(SHOW, Show(one)) for one in (str(queued.id), args.number))
        if args.json:
            print_json(cancelling)
        else:
            for message in (cancelled, cancelling):
                for line in answer_lines(words, message):
                    print(line)
        return 0

    return at_station(args, work)
