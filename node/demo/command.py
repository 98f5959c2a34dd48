"""`bavn demo`: the story of the README, here and now; around a user at the console where there is a terminal."""

import argparse
from typing import Final

from node.words.catalogue import LANGUAGES, chosen_language

SUMMARY: Final = "see signed messages cross a blackout on this machine"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = (
        "Three real stations with keys and stores of their own and three simulated radios; the relay's process is "
        "killed and started again. In a terminal you sit at the crisis staff's console, and the story is played "
        "around you until you leave. Otherwise it plays by itself and prints its timeline. Exit code 0 only if no "
        "rung of the story was missed."
    )
    parser.add_argument("--timeline", action="store_true", help="no console: let it play by itself")
    parser.add_argument("--text", help="the same, with this message; without it standard input or a prompt")
    parser.add_argument("--json", action="store_true", help="the same, as JSON lines")
    parser.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    parser.add_argument("--keep", action="store_true", help="keep the directory with stores, logs and timeline")


def run(args: argparse.Namespace) -> int:
    """Play it; 1 with the reason when a rung was not reached."""
    from node.demo.performance import Performance
    from node.demo.seat import has_terminal

    performance = Performance(chosen_language(args.lang), is_kept=args.keep)
    if has_terminal() and not (args.timeline or args.json or args.text is not None):
        return performance.around_a_user()
    return performance.by_itself(args.text, as_json=args.json)
