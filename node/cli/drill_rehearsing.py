"""`bavn drill rehearse`: one run of a scenario, with its figures."""

import argparse
import json
import sys
from contextlib import ExitStack
from dataclasses import asdict
from typing import Final

from node.cli.drill_pages import rehearsed_page
from node.cli.exits import DONE, REFUSED
from node.simulation.reduction import Reduction
from node.simulation.rehearsal import Rehearsed, find_scenario, rehearse
from node.simulation.scenario import Scenario
from node.simulation.scenario_table import ScenarioMistake
from node.simulation.trace import Trace
from node.simulation.watching import Watcher
from node.words.catalogue import chosen_language, words

_BAR: Final = 40


def run(args: argparse.Namespace) -> int:
    """Play and tell."""
    try:
        scenario = Reduction(args.hours, tuple(args.without)).of(find_scenario(args.scenario))
        rehearsed = _played(scenario, args)
    except ScenarioMistake as error:
        print(f"bavn drill rehearse: {error}", file=sys.stderr)
        return REFUSED
    except OSError as error:
        remedy = "give --trace a file that can be written"
        print(f"bavn drill rehearse: {args.trace}: {error.strerror}; {remedy}", file=sys.stderr)
        return REFUSED
    if args.json:
        told = asdict(rehearsed.figures) | {
            "scenario": scenario.title,
            "seed": args.seed,
            "broken": [asdict(each) for each in rehearsed.broken],
            "oracle": asdict(rehearsed.judgement),
            "promises": asdict(rehearsed.promises),
        }
        print(json.dumps(told, ensure_ascii=False))
    else:
        print("\n".join(rehearsed_page(words(chosen_language(args.lang)), scenario.title, rehearsed)))
    return REFUSED if rehearsed.broken else DONE


def _played(scenario: Scenario, args: argparse.Namespace) -> Rehearsed:
    with ExitStack() as open_files:
        watchers: list[Watcher] = []
        if args.trace is not None:
            watchers.append(Trace(open_files.enter_context(args.trace.open("w", encoding="utf-8")).write))
        is_told = sys.stderr.isatty()
        rehearsed = rehearse(scenario, args.seed, *watchers, progress=_tell if is_told else _say_nothing)
    if is_told:
        print(file=sys.stderr)
    return rehearsed


def _tell(share: float) -> None:
    done = int(share * _BAR)
    print(f"\r[{'#' * done}{'.' * (_BAR - done)}] {share:4.0%}", end="", file=sys.stderr, flush=True)


def _say_nothing(_: float) -> None:
    """Nobody looks."""
