"""`bavn demo`: the story of the README, here and now."""

import argparse
from typing import Final

from node.words.catalogue import LANGUAGES, chosen_language

SUMMARY: Final = "see signed messages cross a blackout on this machine"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = (
        "Three real stations with keys and stores of their own and three simulated radios; the relay's process is "
        "killed and started again. Exit code 0 only if every rung was reached."
    )
    parser.add_argument("--text", help="the message; without it standard input or a prompt")
    parser.add_argument("--json", action="store_true", help="the timeline as JSON lines")
    parser.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    parser.add_argument("--keep", action="store_true", help="keep the directory with stores, logs and timeline")


def run(args: argparse.Namespace) -> int:
    """Play it; 1 with the reason when a rung was not reached."""
    from node.demo.performance import Performance

    performance = Performance(chosen_language(args.lang), is_kept=args.keep)
    return performance.by_itself(args.text, as_json=args.json)
