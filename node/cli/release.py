"""`bavn release`: what waits for a second person; let it go, or take it back."""

import argparse
from typing import Final

from node.api.methods import RELEASE, RELEASES, SHOW, WITHDRAW_RELEASE, Nothing, Show
from node.api.releases import Release, WithdrawRelease
from node.cli.common import add_station_options, at_station, print_json
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.message_page import answer_lines
from node.words.release_phrases import waiting_line

SUMMARY: Final = "let a FLASH go that waits for a second person"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("number", metavar="NUMBER", nargs="?", type=int, default=0, help="without it, what waits")
    parser.add_argument("--withdraw", action="store_true", help="take it back instead: it is not sent")
    parser.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Release, withdraw or list."""
    work = _released if args.number and not args.withdraw else _listed
    return at_station(args, lambda client, words: work(args, client, words))


def _released(args: argparse.Namespace, client: Client, words: Words) -> int:
    queued = client.call(RELEASE, Release(args.number, args.author))
    message = client.call(SHOW, Show(str(queued.id)))
    if args.json:
        print_json(message)
    else:
        for line in answer_lines(words, message):
            print(line)
    return 0


def _listed(args: argparse.Namespace, client: Client, words: Words) -> int:
    if args.number:
        listed = client.call(WITHDRAW_RELEASE, WithdrawRelease(args.number, args.author))
    else:
        listed = client.call(RELEASES, Nothing())
    if args.json:
        print_json(listed)
    else:
        for waiting in listed.waiting:
            print(waiting_line(words, waiting))
    return 0
