"""One run from its scenario and seed to its figures."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

import node.simulation
from node.simulation.annals import Annals
from node.simulation.bounds import Bounds
from node.simulation.figures import Figures, figures
from node.simulation.invariants import Broken, Ledger, broken
from node.simulation.meetings import meetings
from node.simulation.oracle import Judgement, broken_promises, judge, written
from node.simulation.paths import graphs
from node.simulation.promises import Promises, promises
from node.simulation.reading import read_scenario
from node.simulation.scenario import Scenario
from node.simulation.scenario_table import ScenarioMistake
from node.simulation.watching import Watcher
from node.simulation.world import Means, World

SHIPPED: Final = Path(node.simulation.__file__).parent / "scenarios"
STEPS: Final = 100
"""Times that progress is told."""
LOOK_STEPS: Final = 5
"""Of these, from one look at all queues to the next."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a run."""

    figures: Figures
    judgement: Judgement
    promises: Promises
    broken: tuple[Broken, ...]
    real_s: float
    checking_share: float
    """Of the real time, for signatures."""


def shipped_scenarios() -> list[str]:
    """The names of those that come with Bavn."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def find_scenario(name: str) -> Scenario:
    """Read the scenario of that path, or the one of that name that comes with Bavn.

    Raises:
        ScenarioMistake: there is none, or it says something that cannot be.
    """
    if name in shipped_scenarios():
        return read_scenario(SHIPPED / f"{name}.toml")
    if not Path(name).exists():
        known = ", ".join(shipped_scenarios())
        raise ScenarioMistake(f"{name}: no such file; give the path of a scenario, or one of {known}")
    return read_scenario(Path(name))


def rehearse(
    scenario: Scenario,
    seed: int,
    *watchers: Watcher,
    progress: Callable[[float], None] = lambda share: None,
    means: Means | None = None,
) -> Rehearsed:
    """Play a scenario as fast as the machine can.

    Args:
        scenario: what there is and what happens.
        seed: draws all chances.
        watchers: told every fact.
        progress: told the share that is done, 0 to 1.
        means: how stations are made.
    """
    ledger, annals = Ledger(), Annals()
    began_s = perf_counter()
    world = World(scenario, seed, ledger, annals, *watchers, means=means)
    bounds = Bounds(world)
    for step in range(1, STEPS + 1):
        world.run(scenario.duration_s * step / STEPS)
        progress(step / STEPS)
        if step % LOOK_STEPS == 0:
            bounds.look()
    real_s = perf_counter() - began_s
    met = meetings(scenario, annals, world.scheduler.now_s())
    ways = graphs(met, annals, scenario.preset, world.means.policy)
    judgement = judge(written(world, ledger), met, ways)
    return Rehearsed(
        figures=figures(world, ledger),
        judgement=judgement,
        promises=promises(ledger, annals, met),
        broken=(
            *broken(world, ledger, bounds, must_settle=scenario.traffic.quiet_s > 0),
            *broken_promises(judgement),
        ),
        real_s=real_s,
        checking_share=world.signatures.checking_ns / 1e9 / real_s,
    )
