"""`bavn handheld`: field units' plain radios: when each was heard, what waits for it, and what strangers texted."""

import argparse
from typing import Final

from node.api.methods import HANDHELDS, TRAY, Nothing
from node.cli.common import add_station_options, at_station, print_json
from node.cli.exits import DONE
from node.client.blocking import Client
from node.words.catalogue import Words
from node.words.handheld_page import handheld_lines, tray_lines

SUMMARY: Final = "field units' plain radios, and texts of strangers"
_GUIDE: Final = """\
example:
  bavn handheld list               when each was heard, and how far its texts are
  bavn handheld tray               texts that became no message, and why
  bavn send FE01 "Kom hjem"        text one (node/HANDHELDS.md)
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = _GUIDE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    add_station_options(steps.add_parser("list", help="those that are registered, this station's first"))
    add_station_options(steps.add_parser("tray", help="texts of radios that are not registered here, or not so"))


def run(args: argparse.Namespace) -> int:
    """Show it."""

    def listed(client: Client, words: Words) -> int:
        page = client.call(HANDHELDS, Nothing())
        if args.json:
            print_json(page)
        else:
            print("\n".join(handheld_lines(words, page.handhelds)))
        return DONE

    def tray(client: Client, words: Words) -> int:
        kept = client.call(TRAY, Nothing())
        if args.json:
            print_json(kept)
        else:
            print("\n".join(tray_lines(words, kept.strays)))
        return DONE

    return at_station(args, listed if args.step == "list" else tray)
