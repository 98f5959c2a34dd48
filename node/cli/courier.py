"""`bavn courier`: a person with a stick carries what no radio does."""

import argparse
from collections.abc import Callable
from typing import Final

from node.cli import courier_export, courier_import, courier_slip, courier_sync

SUMMARY: Final = "carry messages and receipts on a stick"

_GUIDE: Final = """\
A stick goes from station to station and brings what the radio does not. The receipts
come back with the same stick, with another one, or on the air.

  bavn courier export /media/stick            what this station owes to others out of reach
  bavn courier export /media/stick --to KRISE all that concerns KRISE
  bavn courier import /media/stick            at the other station
  bavn courier sync /media/stick              import, then export: at every stop of a round
  bavn courier slip PLH-00041                 a message on paper, when there is no stick either

Nothing stops being sent on the air, and the same stick may come twice. Whoever finds it reads
what is not confidential: carry it as you carry paper. More in node/COURIER.md.
"""

Step = Callable[[argparse.Namespace], int]


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = _GUIDE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    steps = parser.add_subparsers(metavar="STEP", required=True)
    for name, step in (
        ("export", courier_export),
        ("import", courier_import),
        ("sync", courier_sync),
        ("slip", courier_slip),
    ):
        of_step = steps.add_parser(name, help=step.SUMMARY, description=step.SUMMARY)
        step.configure(of_step)
        of_step.set_defaults(carry_out=step.run)


def run(args: argparse.Namespace) -> int:
    """Carry out a step."""
    carry_out: Step = args.carry_out
    return carry_out(args)
