"""Simulated networks over many seeds, on all cores: `make soak`, or `python -m tests.simulation.soak --help`.

Every run must keep all invariants. One that does not is told with the command that replays it, cut down to what still
fails, and ends the soak with exit code 1. Every so many seeds the stations have their store on a disk.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from node.core.ports import Store
from node.simulation.rehearsal import Rehearsed, find_scenario, rehearse
from node.simulation.scenario import Scenario
from node.simulation.world import Means
from node.store.opening import open_store
from tests.simulation.shrinking import shrunk

ON_DISK_EVERY = 50
"""Seeds of which one runs on SQLite: a run there takes some ten times as long."""
SHOWN_MAX = 5


@dataclass(frozen=True)
class Run:
    """What one seed came to."""

    seed: int
    broken: tuple[str, ...]
    events: int
    written: int
    arrived: int
    hours: float
    real_s: float


def play(name: str, seed: int) -> Run:
    """One run; for a process of its own."""
    return _run(find_scenario(name), seed)


def _run(scenario: Scenario, seed: int) -> Run:
    rehearsed = played(scenario, seed)
    figures = rehearsed.figures
    counts = (figures.events, figures.written, figures.arrived, figures.hours)
    return Run(seed, tuple(map(str, rehearsed.broken)), *counts, rehearsed.real_s)


def played(scenario: Scenario, seed: int) -> Rehearsed:
    """The run of a seed, on disk when it is the turn of that."""
    with ExitStack() as open_things:
        means = Means()
        if seed % ON_DISK_EVERY == 0:
            folder = Path(open_things.enter_context(tempfile.TemporaryDirectory()))
            means = Means(make_store=_disk(folder, open_things))
        return rehearse(scenario, seed, means=means)


def _disk(folder: Path, open_things: ExitStack) -> Callable[[int], Store]:
    def make(number: int) -> Store:
        (folder / str(number)).mkdir()
        opened = open_store(folder / str(number))
        open_things.callback(opened.store.close)
        return opened.store

    return make


def main(arguments: list[str] | None = None) -> int:
    """Run them; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.soak", description=__doc__)
    parser.add_argument("--scenario", default="mixed", help="a file, or one that ships (default mixed)")
    parser.add_argument("--seeds", type=int, default=2000, help="how many (default 2000)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default 1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: all cores)")
    args = parser.parse_args(arguments)
    seeds = range(args.first, args.first + args.seeds)
    began_s, runs, failed = perf_counter(), list[Run](), list[int]()
    with ProcessPoolExecutor(args.jobs) as processes:
        waiting = {processes.submit(play, args.scenario, seed): seed for seed in seeds}
        for done in as_completed(waiting):
            seed, why = waiting[done], _why(done)
            if not done.exception():
                runs.append(done.result())
            if why:
                failed.append(seed)
                _say(f"\nseed {seed}: {why}\nagain with: bavn drill rehearse {args.scenario} --seed {seed}\n")
            if sys.stdout.isatty():
                _say(f"\r{len(runs)}/{len(seeds)}")
        _say(_told(args.scenario, runs, len(failed), perf_counter() - began_s))
        for seed in sorted(failed)[:SHOWN_MAX]:
            scenario = find_scenario(args.scenario)
            reduction = shrunk(scenario, lambda less, seed=seed: bool(_why(processes.submit(_run, less, seed))))
            options = reduction.options()
            _say(f"seed {seed} still fails: bavn drill rehearse {args.scenario} --seed {seed} {options}\n")
    return 1 if failed else 0


def _why(done: "Future[Run]") -> str:
    """What failed in a run, empty when nothing did; waits for its end."""
    crash = done.exception()
    if crash is not None:
        return f"crashed: {type(crash).__name__}: {crash}"
    broken = done.result().broken
    return f"{len(broken)} broken: {'; '.join(broken[:SHOWN_MAX])}" if broken else ""


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _told(scenario: str, runs: list[Run], failed: int, real_s: float) -> str:
    hours, work_s = sum(run.hours for run in runs), sum(run.real_s for run in runs)
    return (
        f"\n{scenario}: {len(runs)} seeds, {failed} with a broken invariant; {hours:.0f} hours of a network, "
        f"{sum(run.events for run in runs)} events, {sum(run.written for run in runs)} messages written, "
        f"{sum(run.arrived for run in runs)} arrived; {real_s / 60:.1f} min, "
        f"{hours * 3600 / max(work_s, 1e-9):.0f} times real time a core\n"
    )


if __name__ == "__main__":
    sys.exit(main())
