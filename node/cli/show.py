"""`bavn show`: one message with its whole ladder."""

import argparse
from collections.abc import Iterator
from typing import Final

from node.api.ladder import Ladder, ShownAct
from node.api.messages import Legibility, ShownMessage, Standing
from node.api.methods import SHOW, Show
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE, REFUSED
from node.cli.page import Row, aligned, folded
from node.cli.waiting import add_wait_options, waited
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import act_text, clock_text, precedence_text, step_text

SUMMARY: Final = "show one message and how far it got"

_STANDINGS: Final = {Standing.GOOD: "signature OK", Standing.GOOD_UNDATED: "signature OK, validity not checked (clock)"}
_LEGIBILITIES: Final = {
    Legibility.CONFIDENTIAL: "(confidential: sealed for another station)",
    Legibility.NEWER: "(written by a newer Bavn: carried, not understood)",
    Legibility.DAMAGED: "(signed as it is, and yet no text)",
}
TEXTS: Final = (
    *_STANDINGS.values(),
    *_LEGIBILITIES.values(),
    "the station itself, no person",
    "from",
    "to",
    "written",
    "received",
    "expires",
    "answers",
    "EXERCISE, NOT A REAL EVENT",
    "an acknowledgement is wanted",
    "handed to the radio {count} times",
    "held by {holder} since {time}",
    "not yet known at its origin",
)


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
            print("\n".join(_page(words, message)))
        return DONE if reached else REFUSED

    return at_station(args, work)


def _page(words: Words, message: ShownMessage) -> list[str]:
    text = folded(harmless(message.text, keep_lines=True))
    if message.legibility is not Legibility.READABLE:
        text = [words(_LEGIBILITIES[message.legibility])]
    exercise = [words("EXERCISE, NOT A REAL EVENT")] * bool(message.drill)
    return [
        *exercise,
        f"{precedence_text(words, message.precedence)}  {message.number}",
        *aligned((words(name), said) for name, said in _head(words, message)),
        "",
        *text,
        "",
        *aligned(row for ladder in message.ladders for row in _ladder(words, ladder, message.acts)),
        *exercise,
    ]


def _head(words: Words, message: ShownMessage) -> Iterator[Row]:
    person = f"{harmless(message.author_name)} ({harmless(message.author)})" if message.author else ""
    writer = f"{harmless(message.station_name)}, {person or words('the station itself, no person')}"
    yield "from", f"{writer}   {words(_STANDINGS[message.standing])}"
    code = f" ({harmless(message.to.code)})" if message.to.code else ""
    wish = f"   {words('an acknowledgement is wanted')}" if message.unacknowledged else ""
    yield "to", f"{harmless(message.to.name)}{code}{wish}"
    yield "written", clock_text(message.written)
    yield "received", clock_text(message.received)
    yield "expires", clock_text(message.expires)
    if message.reply_to:
        yield "answers", harmless(message.reply_to)


def _ladder(words: Words, ladder: Ladder, acts: tuple[ShownAct, ...]) -> Iterator[Row]:
    yield harmless(ladder.station), step_text(words, ladder)
    if ladder.attempts > 1:
        yield "", words("handed to the radio {count} times").format(count=ladder.attempts)
    for holder in ladder.holders:
        said = words("held by {holder} since {time}")
        yield "", said.format(holder=harmless(holder.station), time=clock_text(holder.since))
    for act in acts:
        if act.station == ladder.station:
            remark = "" if act.arrived or not act.is_mine else f" ({words('not yet known at its origin')})"
            yield "", act_text(words, act) + remark
