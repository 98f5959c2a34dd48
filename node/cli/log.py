"""`bavn log`: what happened at this station; write into it, hand it out, check one."""

import argparse
from collections.abc import Callable
from typing import Final

from node.cli import log_handing, log_listing, log_merging, log_noting, log_verifying

SUMMARY: Final = "what happened here; note, export, verify and merge"

_GUIDE: Final = """\
example:
  bavn log                                         the latest entries
  bavn log --kind note --since 08:00
  bavn log note "Vandværket: pumpen kører" --channel phone --from "Vandværket" --at 13:10
  bavn log export /media/stick
  bavn log verify /media/stick/log-KRS.bavn --witnesses /media/stick/log-BRS.bavn
  bavn log merge /media/stick/log-KRS.bavn /media/stick/log-BRS.bavn
"""

Step = Callable[[argparse.Namespace], int]


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = _GUIDE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    log_listing.configure(parser)
    steps = parser.add_subparsers(metavar="STEP")
    named = (("note", log_noting), ("export", log_handing), ("verify", log_verifying), ("merge", log_merging))
    for name, step in named:
        of_step = steps.add_parser(name, help=step.SUMMARY, description=step.SUMMARY)
        step.configure(of_step)
        of_step.set_defaults(carry_out=step.run)


def run(args: argparse.Namespace) -> int:
    """List, or carry out a step."""
    carry_out: Step = getattr(args, "carry_out", log_listing.run)
    return carry_out(args)
