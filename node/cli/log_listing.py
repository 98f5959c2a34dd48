"""`bavn log`: the entries, the latest page first, by kind, person, message, span."""

import argparse
from dataclasses import replace
from typing import Final

from node.api.log import LOG_LIST_MAX, ListLog, LoggedEntries
from node.api.methods import LOG
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE
from node.client.blocking import Client
from node.words import typed_time
from node.words.catalogue import Words

USUAL: Final = 40
"""A screen and a half."""
_MORE: Final = "Older: --before {number}"
_NONE: Final = "Nothing."
TEXTS: Final = (_MORE, _NONE)
_DIGITS_MAX: Final = 10


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--kind", action="append", default=[], metavar="KIND", help="note, alarm, composed, ...; again")
    parser.add_argument("--who", default="", metavar="INITIALS", help="of an operator, or a station's code")
    parser.add_argument("--message", default="", metavar="NUMBER", help="what is told of one message")
    parser.add_argument("--since", type=instant_ms, metavar="TIME", help="13:10 or 2026-03-01T13:10")
    parser.add_argument("--until", type=instant_ms, metavar="TIME", help="as --since")
    parser.add_argument("--exercise", type=_number, default=0, metavar="N", help="the log of that exercise")
    parser.add_argument("--before", type=_number, default=0, metavar="N", help="older than entry N")
    parser.add_argument("--limit", type=_number, default=USUAL, metavar="N", help=f"at most {LOG_LIST_MAX}")
    add_station_options(parser)


def run(args: argparse.Namespace) -> int:
    """List them."""

    def work(client: Client, words: Words) -> int:
        listed = _listed(client, args)
        if args.json:
            print_json(listed)
            return DONE
        from node.words.log_page import entry_lines

        for entry in listed.entries:
            print("\n".join(entry_lines(words, entry)))
        if not listed.entries:
            print(words(_NONE))
        if listed.before:
            print(words(_MORE).format(number=listed.before))
        return DONE

    return at_station(args, work)


def _listed(client: Client, args: argparse.Namespace) -> LoggedEntries:
    """The first page that has something: one question looks through a bounded number of entries."""
    asked = ListLog(
        kinds=tuple(args.kind),
        who=args.who,
        message=args.message,
        since_utc_ms=args.since,
        until_utc_ms=args.until,
        before=args.before,
        exercise=args.exercise,
        limit=args.limit,
    )
    listed = client.call(LOG, asked)
    while not listed.entries and listed.before:
        listed = client.call(LOG, replace(asked, before=listed.before))
    return listed


def instant_ms(typed: str) -> int:
    """A time for an argument, as UTC in ms."""
    typed_ms = typed_time.instant_ms(typed)
    if typed_ms is None:
        raise argparse.ArgumentTypeError(f"{typed[:40]!r} is no time: write 13:10 or 2026-03-01T13:10")
    return typed_ms


def _number(typed: str) -> int:
    if not typed.isdecimal() or len(typed) > _DIGITS_MAX:
        raise argparse.ArgumentTypeError(f"{typed[:40]!r} is no number")
    return int(typed)
