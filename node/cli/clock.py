"""`bavn clock`: what time the station says it is and who vouches for it; set by somebody who looks at a watch."""

import argparse
import sys
from typing import Final

from node.api.clock import WITHIN_S_MAX, SetClock
from node.api.methods import CLOCK, SET_CLOCK, Nothing
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE, USAGE
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.clock_page import clock_page
from node.words.harmless import harmless
from node.words.typed_time import nearest_ms

_NO_TIME: Final = "{typed} is no time: write 14:32 or 2026-11-25T14:32"
TEXTS: Final = (_NO_TIME,)
SUMMARY: Final = "what time it is, who vouches for it; set it by a watch"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    add_station_options(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    setting = actions.add_parser("set", help="say what time it is, while this machine's own clock is not trusted")
    setting.add_argument("time", metavar="TIME", help="14:32, nearest to what is shown, or 2026-11-25T14:32:30")
    setting.add_argument(
        "--within", type=int, default=10, metavar="S", help=f"how sure: 1 to {WITHIN_S_MAX} s, 10 unless said"
    )
    setting.add_argument("--as", dest="author", metavar="INITIALS", default="", help="who, when several are on duty")


def run(args: argparse.Namespace) -> int:
    """Look, or set it."""

    def work(client: Client, words: Words) -> int:
        page = client.call(CLOCK, Nothing())
        if args.action == "set":
            utc_ms = nearest_ms(args.time, page.now.utc_ms)
            if utc_ms is None:
                print(words(_NO_TIME).format(typed=harmless(args.time[:40])), file=sys.stderr)
                return USAGE
            page = client.call(SET_CLOCK, SetClock(utc_ms, args.within, args.author))
        if args.json:
            print_json(page)
        else:
            print(*clock_page(words, page), sep="\n")
        return DONE

    return at_station(args, work)
