"""`bavn drill`: rehearse what a blackout would be like, on this machine alone; no station is asked or disturbed."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from node.simulation.reduction import PARTS
from node.simulation.scenario import DURATION_S_MAX
from node.words.catalogue import LANGUAGES

SUMMARY: Final = "rehearse a blackout of the telephone networks"

HOURS_MIN: Final = 0.01
"""As a scenario file may say."""
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
those that come with Bavn: cell, hostile, mixed, municipality, region.
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
    rehearse.add_argument("--hours", type=_hours, metavar="H", help="end it so early")
    rehearse.add_argument(
        "--without", action="append", default=[], choices=PARTS, metavar="PART", help=f"leave out: {', '.join(PARTS)}"
    )
    rehearse.add_argument("--trace", type=Path, metavar="FILE", help="write every fact down, one JSON object a line")
    rehearse.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
    rehearse.add_argument("--json", action="store_true", help="for programs")


def _hours(text: str) -> float:
    """Read how long a run is to be."""
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not HOURS_MIN <= hours <= DURATION_S_MAX / 3600:
        raise argparse.ArgumentTypeError(f"{text!r}; write hours from {HOURS_MIN:g} to {DURATION_S_MAX / 3600:g}")
    return hours


def run(args: argparse.Namespace) -> int:
    """Carry out a step."""
    return cast(_Step, import_module(_MODULES[args.step])).run(args)


_MODULES: Final = {"rehearse": "node.cli.drill_rehearsing"}
