"""`bavn send`: write a message; wait for a rung of its ladder if asked."""

import argparse
import sys
import time
from typing import Final

from node.api.ladder import Step, has_reached
from node.api.messages import Precedence, ShownMessage
from node.api.methods import SEND, SHOW, Send, Show
from node.cli.common import FAILED, add_station_options, at_station, print_json
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.phrases import step_text

SUMMARY: Final = "write a message"

_PRECEDENCES: Final = {
    **{one.value: one for one in Precedence},
    "lyn": Precedence.FLASH,
    "haster": Precedence.IMMEDIATE,
    "snart": Precedence.PRIORITY,
    "alm": Precedence.ROUTINE,
}
TEXT_BYTES_MAX: Final = 16_384
"""Read from standard input; what a station takes is less."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("to", metavar="TO", help="a code, kind:number, or the beginning of a code or name")
    parser.add_argument("text", metavar="TEXT", nargs="?", default="-", help="without it, standard input")
    parser.add_argument("--precedence", choices=_PRECEDENCES, default="routine", help="speed, not importance")
    parser.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who writes; - is the station")
    parser.add_argument("--reply-to", metavar="NUMBER", default="", help="the message this answers")
    parser.add_argument("--no-ack", action="store_true", help="do not ask a person to acknowledge")
    waited = [step.value for step in Step if step is not Step.EXPIRED]
    parser.add_argument("--wait", choices=waited, metavar="RUNG", help=f"wait until it got there: {', '.join(waited)}")
    parser.add_argument("--timeout", type=float, default=600.0, metavar="S", help="give up waiting after (default 600)")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Send it."""
    raw = sys.stdin.buffer.read(TEXT_BYTES_MAX) if args.text == "-" else args.text.encode()
    text = raw.decode("utf-8", errors="replace").strip()

    def work(client: Client, words: Words) -> int:
        client.subscribe(0)
        send = Send(
            to=args.to,
            text=text,
            precedence=_PRECEDENCES[args.precedence],
            ack_wanted=not args.no_ack,
            reply_to=args.reply_to,
            author=args.author,
        )
        queued = client.call(SEND, send)
        message = client.call(SHOW, Show(str(queued.id)))
        reached = True
        if args.wait:
            message, reached = _wait(client, message, Step(args.wait), args.timeout)
        if args.json:
            print_json(message)
        else:
            for ladder in message.ladders:
                print(f"{message.number}  {step_text(words, ladder)}")
        return 0 if reached else FAILED

    return at_station(args, work)


def _wait(client: Client, message: ShownMessage, step: Step, timeout_s: float) -> tuple[ShownMessage, bool]:
    """Show it again at every change until all its recipients got there; whether they did in time."""
    deadline_s = time.monotonic() + timeout_s
    while not all(has_reached(ladder.step, step) for ladder in message.ladders):
        left_s = deadline_s - time.monotonic()
        if left_s <= 0 or client.next_change(left_s) is None:
            return message, False
        message = client.call(SHOW, Show(str(message.id)))
    return message, True
