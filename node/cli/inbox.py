"""`bavn inbox`: what came, what waits for somebody's act first."""

import argparse
from typing import Final

from node.api.messages import Box, ShownMessage
from node.api.methods import LIST, LIST_MAX, LIST_USUAL, ListBox
from node.cli.common import add_station_options, at_station, print_json
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.form_page import said_in_line
from node.words.harmless import harmless
from node.words.message_page import row_marks
from node.words.phrases import clock_text, precedence_text

SUMMARY: Final = "list messages, unacknowledged and urgent first"

_PAGE: Final = "{first}-{last} of {count}"
_MORE: Final = "{first}-{last} of {count}: more with  --skip {last}"
_NONE: Final = "none, there are {count}"
TEXTS: Final = (_PAGE, _MORE, _NONE)

_WIDTH: Final = 80
_DIGITS_MAX: Final = 9
"""Of a number of messages: more than any store holds, less than would not fit a request."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    boxes = [box.value for box in Box]
    parser.add_argument("--box", choices=boxes, default=Box.INBOX.value, help="inbox, outbox, or carried for others")
    parser.add_argument("--limit", type=_count, default=LIST_USUAL, metavar="N", help=f"at most {LIST_MAX}")
    parser.add_argument("--skip", type=_count, default=0, metavar="N", help="leave out so many from the top")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """List it."""

    def work(client: Client, words: Words) -> int:
        listed = client.call(LIST, ListBox(Box(args.box), limit=args.limit, skip=args.skip))
        if args.json:
            print_json(listed)
            return 0
        for message in listed.messages:
            print(_line(words, message))
        if len(listed.messages) < listed.count:
            print(_page(words, args.skip, len(listed.messages), listed.count))
        return 0

    return at_station(args, work)


def _count(typed: str) -> int:
    if not typed.isdecimal() or len(typed) > _DIGITS_MAX:
        raise argparse.ArgumentTypeError(f"{typed[:40]!r} is no number of messages: write 0, 50, 100")
    return int(typed)


def _page(words: Words, skip: int, shown: int, count: int) -> str:
    last = skip + shown
    text = _NONE if not shown else _MORE if last < count else _PAGE
    return words(text).format(first=skip + 1, last=last, count=count)


def _line(words: Words, message: ShownMessage) -> str:
    mark = "!" if message.unacknowledged else " "
    person = f", {harmless(message.author)}" if message.author else ""
    sender = f"{harmless(message.station_name)}{person}"
    when = _short(clock_text(message.written))
    start = f"{mark} {precedence_text(words, message.precedence):<9} {message.number:<11} {when:<6}"
    said = " ".join(part for part in (row_marks(words, message), said_in_line(words, message)) if part)
    return f"{start} {sender[:24]:<24} {said}"[:_WIDTH]


def _short(time: str) -> str:
    """Of another day the day alone: the list has six columns for it."""
    day, blank, _ = time.partition(" ")
    return f"{day}?" if blank and time.endswith("?") else day
