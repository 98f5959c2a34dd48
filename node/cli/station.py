"""`bavn station`: the station's own count, and vouching for it when nobody else can."""

import argparse
import sys
from typing import Final

from node.api.counting import Vouch
from node.api.methods import STATUS, VOUCH, Nothing
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE, REFUSED
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.counting_phrases import doubt_text, told_text

_SENDS: Final = "The station sends. {used} of {most} numbers are used."
_RECEIVE_ONLY: Final = "The station is RECEIVE-ONLY. {why}"
_NEXT: Final = "The station sends again. Its next number is {number}."
_WARNING: Final = """\
If another machine runs with this station's key, or if a number above --above has been used, messages of this
station are lost and what is confidential can be read. Look at the number of the last message from this station
on its neighbours' screens or on paper. Ask that no copy of it runs. If you are sure, give --sure as well."""
TEXTS: Final = (_SENDS, _RECEIVE_ONLY, _NEXT, _WARNING)
SUMMARY: Final = "how far its own numbers are, and what to do when it is receive-only"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    add_station_options(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    vouch = actions.add_parser("vouch", help="the last resort: say that the station may send, on your own word")
    vouch.add_argument("--above", type=int, required=True, metavar="NUMBER", help="its last number anybody has seen")
    vouch.add_argument("--sure", action="store_true", help="the warning has been read")
    vouch.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")


def run(args: argparse.Namespace) -> int:
    """Look, or vouch."""

    def work(client: Client, words: Words) -> int:
        return _vouch(args, client, words) if args.action == "vouch" else _look(args, client, words)

    return at_station(args, work)


def _look(args: argparse.Namespace, client: Client, words: Words) -> int:
    counting = client.call(STATUS, Nothing()).counting
    if args.json:
        print_json(counting)
    elif counting.doubt is None:
        print(words(_SENDS).format(used=counting.used, most=counting.most))
    else:
        print(words(_RECEIVE_ONLY).format(why=doubt_text(words, counting.doubt)))
        if counting.told:
            print(told_text(words, counting))
    return DONE


def _vouch(args: argparse.Namespace, client: Client, words: Words) -> int:
    if not args.sure:
        print(words(_WARNING), file=sys.stderr)
        return REFUSED
    vouched = client.call(VOUCH, Vouch(args.above, args.author))
    if args.json:
        print_json(vouched)
    else:
        print(words(_NEXT).format(number=vouched.number))
    return DONE
