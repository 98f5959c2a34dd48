"""`bavn show`: one message with its whole ladder."""

import argparse
from typing import Final

from node.api.messages import Legibility, ShownMessage, Standing
from node.api.methods import SHOW, Show
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE, REFUSED
from node.cli.waiting import add_wait_options, waited
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import clock_text, precedence_text, step_text

SUMMARY: Final = "show one message and how far it got"

_STANDINGS: Final = {Standing.GOOD: "signature OK", Standing.GOOD_UNDATED: "signature OK, validity not checked (clock)"}
_LEGIBILITIES: Final = {
    Legibility.READABLE: "",
    Legibility.CONFIDENTIAL: "(confidential: sealed for another station)",
    Legibility.NEWER: "(written by a newer Bavn: carried, not understood)",
    Legibility.DAMAGED: "(signed as it is, and yet no text)",
}
TEXTS: Final = (*_STANDINGS.values(), *filter(None, _LEGIBILITIES.values()), "from", "to")


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
            print(_page(words, message))
        return DONE if reached else REFUSED

    return at_station(args, work)


def _page(words: Words, message: ShownMessage) -> str:
    person = f", {harmless(message.author_name)} ({harmless(message.author)})" if message.author else ""
    lines = [
        f"{precedence_text(words, message.precedence)}  {message.number}  {clock_text(message.written)}",
        f"{words('from')}: {harmless(message.station_name)}{person}   {words(_STANDINGS[message.standing])}",
        f"{words('to')}: {harmless(message.to.name)}",
        "",
        harmless(message.text, keep_lines=True) or words(_LEGIBILITIES[message.legibility]),
        "",
        *(f"{ladder.station:<6} {step_text(words, ladder)}" for ladder in message.ladders),
    ]
    return "\n".join(lines)
