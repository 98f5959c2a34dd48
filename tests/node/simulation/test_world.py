"""A few stations on a virtual clock: what is written arrives, whatever fails, and a seed says it all."""

import io

import pytest

from hardware.airtime import PRESETS
from hardware.simulated.identity import Generation
from node.simulation.invariants import Ledger, broken
from node.simulation.scenario import FaultKind, FaultRates, FunctionPlan, Place, Scenario, StationPlan, Traffic
from node.simulation.trace import Trace
from node.simulation.world import World

HOUR_S = 3600.0


def row(count: int, *, hours: float, faults: FaultRates | None = None, quiet_s: float = 1800.0) -> Scenario:
    """Stations in a row, each in reach of a few."""
    return Scenario(
        title="row",
        duration_s=hours * HOUR_S,
        preset=PRESETS["MEDIUM_FAST"],
        generation=Generation.V2_7,
        stations=tuple(
            StationPlan(number, f"S{number}", f"Station {number}", Place(number * 900.0, 0.0))
            for number in range(1, count + 1)
        ),
        functions=(FunctionPlan(1, "KRISE", (1, count)),),
        frame_loss=0.1,
        traffic=Traffic(messages_per_hour=40, quiet_s=quiet_s),
        faults=faults or FaultRates(),
    )


def test_what_is_written_arrives_once_and_all_settles() -> None:
    ledger = Ledger()
    world = World(row(4, hours=1.2), 1, ledger)
    world.run()
    assert len(ledger.accepted) > 20
    assert len(ledger.arrived) > 20
    assert broken(world, ledger) == []


@pytest.mark.parametrize("kind", list(FaultKind))
def test_nothing_is_lost_whatever_fails(kind: FaultKind) -> None:
    ledger = Ledger()
    scenario = row(3, hours=0.75, faults=FaultRates(((kind, 120.0),), outage_s=120.0), quiet_s=300.0)
    world = World(scenario, 2, ledger)
    world.run()
    assert ledger.arrived
    assert broken(world, ledger, must_settle=False) == []


def test_a_seed_names_a_run_byte_for_byte() -> None:
    def played(seed: int) -> str:
        lines = io.StringIO()
        everything = FaultRates(tuple((kind, 24.0) for kind in FaultKind))
        World(row(3, hours=0.5, faults=everything, quiet_s=0.0), seed, Trace(lines.write)).run()
        return lines.getvalue()

    first = played(7)
    assert first.count("\n") > 100
    assert played(7) == first
    assert played(8) != first
