"""`bavn drill`: rehearse what a blackout would be like, on this machine alone; no station is asked or disturbed."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from node.simulation.reduction import PARTS
from node.words.catalogue import LANGUAGES

SUMMARY: Final = "rehearse a blackout of the telephone networks"

_GUIDE: Final = """\
example:
  bavn drill rehearse cell
  bavn drill rehearse municipality --seed 7 --trace run.jsonl
  bavn drill rehearse my-town.toml --hours 6 --json
"""
_REHEARSE: Final = """\
Plays a scenario with the program that runs at the stations, on a clock that jumps
from event to event, over simulated radios. The same scenario, seed and program give
the same run, byte for byte. What is asked for at its end is told first: whether
anything accepted was lost, came twice, was forged or is not settled, whether any
radio sent more than the law allows. The exit code is 1 when something is broken.

A scenario is a file (node/simulation/reading.py says what it may hold), or one of
those that come with Bavn: cell, mixed, municipality, region.
"""


class _Step(Protocol):
    def run(self, args: argparse.Namespace) -> int: ...


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments; the steps themselves are loaded when one is carried out."""
    parser.epilog = _GUIDE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    rehearse = steps.add_parser(
        "rehearse",
        help="play a scenario as fast as this machine can",
        description=_REHEARSE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    rehearse.add_argument("scenario", metavar="SCENARIO", help="a file, or the name of one that comes with Bavn")
    rehearse.add_argument("--seed", type=int, default=1, metavar="N", help="draws all chances (default 1)")
    rehearse.add_argument("--hours", type=float, metavar="H", help="end it so early")
    rehearse.add_argument(
        "--without", action="append", default=[], choices=PARTS, metavar="PART", help=f"leave out: {', '.join(PARTS)}"
    )
    rehearse.add_argument("--trace", type=Path, metavar="FILE", help="write every fact down, one JSON object a line")
    rehearse.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    rehearse.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Carry out a step."""
    return cast(_Step, import_module(_MODULES[args.step])).run(args)


_MODULES: Final = {"rehearse": "node.cli.drill_rehearsing"}
