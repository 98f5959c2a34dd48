"""`bavn send`: write a message; wait for a rung of its ladder if asked."""

import argparse
import sys
from pathlib import Path
from typing import Final

from node.api.answers import ANSWER_BY_MIN_MAX
from node.api.forms import FilledForm
from node.api.methods import SEND, SHOW, AskPrice, Send, Show
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE, REFUSED, USAGE
from node.cli.form_files import FormFileMistake, read_form, written
from node.cli.pricing import PRECEDENCES, told_price, typed_text
from node.cli.waiting import add_wait_options, waited
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.message_page import answer_lines
from node.words.release_phrases import WAITS
from node.words.typed_span import minutes_until

SUMMARY: Final = "write a message"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("to", metavar="TO", help="a code, kind:number, or the beginning of a code or name")
    parser.add_argument("text", metavar="TEXT", nargs="?", default="-", help="without it, standard input")
    parser.add_argument("--precedence", choices=PRECEDENCES, default="routine", help="speed, not importance")
    parser.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who writes; - is the station")
    parser.add_argument("--reply-to", metavar="NUMBER", default="", help="the message this answers")
    parser.add_argument(
        "--corrects", metavar="NUMBER", default="", help="the message this takes the place of; TO is then left out"
    )
    parser.add_argument(
        "--answer-by", metavar="TIME", type=_minutes, help="when an answer is wanted at the latest: 30m, 2h, 14:30"
    )
    parser.add_argument("--no-ack", action="store_true", help="do not ask a person to acknowledge")
    parser.add_argument("--price", action="store_true", help="say what it would cost, and send nothing")
    secrecy = parser.add_mutually_exclusive_group()
    secrecy.add_argument(
        "--confidential",
        action="store_true",
        default=None,
        help="only the recipient's stations can read it; usual for stations, functions and people",
    )
    secrecy.add_argument(
        "--open", dest="confidential", action="store_false", default=None, help="everybody who hears it can read it"
    )
    parser.add_argument("--form", metavar="NAME", default="", help="send a form instead of a text; see  bavn form list")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="a field of the form")
    parser.add_argument("--form-file", metavar="FILE", type=Path, help="the form, filled in, as TOML or JSON")
    add_wait_options(parser)
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """Send it."""
    try:
        form = _form(args)
    except FormFileMistake as mistake:
        print(f"bavn: {mistake}", file=sys.stderr)
        return USAGE
    to, typed = args.to, args.text
    if args.corrects and form is None and typed == "-":
        to, typed = "", to  # The recipient is known: what stands there is the text.
    text = "" if form is not None else typed_text(typed)

    def price(client: Client, words: Words) -> int:
        ask = AskPrice(
            *(to, text, PRECEDENCES[args.precedence], args.reply_to, args.confidential, form),
            *(args.answer_by, args.corrects),
        )
        return told_price(client, words, ask, as_json=args.json)

    def work(client: Client, words: Words) -> int:
        send = Send(
            to=to,
            text=text,
            precedence=PRECEDENCES[args.precedence],
            ack_wanted=not args.no_ack,
            reply_to=args.reply_to,
            author=args.author,
            confidential=args.confidential,
            form=form,
            answer_by_min=args.answer_by,
            corrects=args.corrects,
        )
        queued = client.call(SEND, send)
        if queued.awaiting:
            if args.json:
                print_json(queued)
            else:
                print(words(WAITS).format(id=queued.awaiting))
            return REFUSED if args.wait else DONE
        message = client.call(SHOW, Show(str(queued.id)))
        message, reached = waited(client, message, args.wait, args.timeout)
        if args.json:
            print_json(message)
        else:
            for line in answer_lines(words, message):
                print(line)
        return DONE if reached else REFUSED

    return at_station(args, price if args.price else work)


def _minutes(typed: str) -> int:
    minutes = minutes_until(typed)
    if minutes is None or minutes > ANSWER_BY_MIN_MAX:
        raise argparse.ArgumentTypeError(f"{typed[:40]!r} is no time to come: write 30m, 2h, 14:30")
    return minutes


def _form(args: argparse.Namespace) -> FilledForm | None:
    """The form that the command line describes, if it does.

    Raises:
        FormFileMistake: it is not to be understood.
    """
    if args.form_file is None and not args.form:
        if args.set:
            raise FormFileMistake("--set fills in a form: say which with  --form NAME")
        return None
    if args.text != "-":
        raise FormFileMistake("a text or a form, not both: what needs words is a message of its own")
    if args.form_file is None:
        return FilledForm(args.form, written(args.set))
    return read_form(args.form_file, args.form, args.set)
