"""`bavn tui`: the console, at the station itself or over SSH."""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from node.words.catalogue import LANGUAGES, chosen_language, words

SUMMARY: Final = "the console: read, acknowledge, write"

NOT_A_TERMINAL: Final = 2


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--config", metavar="FILE", help="the station's configuration (default /etc/bavn/bavn.toml)")
    parser.add_argument("--socket", type=Path, metavar="PATH", help="the station's socket")
    parser.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    parser.add_argument("--keys", action="store_true", help="print every key and what it does, and leave")
    parser.epilog = (
        "Made for 80x24. The station may be away: the console waits for it, and keeps what is typed. Over slow lines "
        "(below 115200 baud) use bavn inbox, show, send and ack instead. Needs a terminal; NO_COLOR is honoured."
    )


def run(args: argparse.Namespace) -> int:
    """Sit down in front of it."""
    translated = words(chosen_language(args.lang))
    if args.keys:
        from node.words.page import COLUMNS
        from tui.texts import help_page

        print("\n".join(help_page(translated, (), COLUMNS)))
        return 0
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual reads the one and draws on the other
        print("bavn tui: this is no terminal; for programs there is  bavn inbox --json", file=sys.stderr)
        return NOT_A_TERMINAL
    from node.client.finding import NoConfiguration, station_socket

    try:
        socket = station_socket(args.config, args.socket)
    except NoConfiguration as error:
        print(f"bavn: {error}", file=sys.stderr)
        return NOT_A_TERMINAL
    from tui.app import ConsoleApp
    from tui.glyphs import pen_for

    console = ConsoleApp(socket, translated, pen_for(os.environ.get("TERM", "")))
    console.run()
    return console.return_code or 0
