"""`bavn log note`: write down a call, a decision, what was left undone."""

import argparse
from typing import Final

from node.api.log import Channel, WriteNote
from node.api.methods import NOTE
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE
from node.cli.log_listing import instant_ms
from node.client.blocking import Client
from node.words.catalogue import Words

SUMMARY: Final = "write into the log: a call, a decision, what was left undone"
_NOTED: Final = "Noted as entry {number}."
TEXTS: Final = (_NOTED,)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("text")
    parser.add_argument("--channel", choices=[one.value for one in Channel], help="how it came")
    parser.add_argument("--from", dest="caller", default="", metavar="WHO", help="who called or said it")
    parser.add_argument("--to", dest="called", default="", metavar="WHO", help="whom")
    parser.add_argument("--at", type=instant_ms, metavar="TIME", help="when it was written on paper: 13:10")
    parser.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Write it."""

    def work(client: Client, words: Words) -> int:
        channel = None if args.channel is None else Channel(args.channel)
        noted = client.call(NOTE, WriteNote(args.text, channel, args.caller, args.called, args.at, args.author))
        if args.json:
            print_json(noted)
        else:
            print(words(_NOTED).format(number=noted.number))
        return DONE

    return at_station(args, work)
