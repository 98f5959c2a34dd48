"""`bavn duty`: who holds which function; take one, give it up."""

import argparse
from typing import Final

from node.api.functions import GiveUp, Take
from node.api.methods import FUNCTIONS, GIVE_UP, TAKE, Nothing
from node.cli.common import add_station_options, at_station, print_json
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.duty_phrases import function_line

SUMMARY: Final = "who holds which function; take one, give it up"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    add_station_options(steps.add_parser("show", help="who holds what, as far as is known here"))
    for name, text in (("take", "take a function"), ("give-up", "give a function up")):
        step = steps.add_parser(name, help=text)
        step.add_argument("function", metavar="FUNCTION", help="a code, or the beginning of a code or name")
        _author(step)
        add_station_options(step)


def run(args: argparse.Namespace) -> int:
    """Do it, and show how things stand then."""
    return at_station(args, lambda client, words: _held(args, client, words))


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


def _author(step: argparse.ArgumentParser) -> None:
    step.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")
