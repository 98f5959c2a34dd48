"""`bavn duty`: who holds which function; take one, give it up, hand a shift over."""

import argparse
from typing import Final

from node.api.functions import GiveUp, Take
from node.api.handover import AcceptShift, HandOver
from node.api.methods import ACCEPT_SHIFT, FUNCTIONS, GIVE_UP, HAND_OVER, HAND_OVER_PAGE, TAKE, Nothing
from node.cli.common import add_station_options, at_station, print_json
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.duty_phrases import function_line
from node.words.handover_page import handover_page

SUMMARY: Final = "who holds which function; take, give up, hand a shift over"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    add_station_options(steps.add_parser("show", help="who holds what, as far as is known here"))
    for name, text in (("take", "take a function"), ("give-up", "give a function up")):
        step = steps.add_parser(name, help=text)
        step.add_argument("function", metavar="FUNCTION", help="a code, or the beginning of a code or name")
        _author(step)
        add_station_options(step)
    step = steps.add_parser("handover", help="the page for who takes over; offer, accept or end a shift")
    what = step.add_mutually_exclusive_group()
    what.add_argument("--to", metavar="INITIALS", help="offer the shift to somebody on duty here")
    what.add_argument("--accept", action="store_true", help="take over the shift that is offered to you")
    what.add_argument("--alone", action="store_true", help="nobody came: give all functions up and say so")
    _author(step)
    add_station_options(step)


def run(args: argparse.Namespace) -> int:
    """Do it, and show how things stand then."""
    work = _handed if args.step == "handover" else _held
    return at_station(args, lambda client, words: work(args, client, words))


def _held(args: argparse.Namespace, client: Client, words: Words) -> int:
    match args.step:
        case "take":
            answer = client.call(TAKE, Take(args.function, args.author))
        case "give-up":
            answer = client.call(GIVE_UP, GiveUp(args.function, args.author))
        case _:
            answer = client.call(FUNCTIONS, Nothing())
    if args.json:
        print_json(answer)
    else:
        for function in answer.functions:
            print(function_line(words, function))
    return 0


def _handed(args: argparse.Namespace, client: Client, words: Words) -> int:
    if args.accept:
        page = client.call(ACCEPT_SHIFT, AcceptShift(args.author))
    elif args.to or args.alone:
        page = client.call(HAND_OVER, HandOver(args.to or "", args.author))
    else:
        page = client.call(HAND_OVER_PAGE, Nothing())
    if args.json:
        print_json(page)
    else:
        print("\n".join(handover_page(words, page)))
    return 0


def _author(step: argparse.ArgumentParser) -> None:
    step.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")
