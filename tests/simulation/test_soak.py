"""The soak itself: a seed on disk, a run that fails, and what it is cut down to."""

from dataclasses import replace

from hardware.airtime import PRESETS
from hardware.simulated.identity import Generation
from node.simulation.reduction import Reduction
from node.simulation.rehearsal import find_scenario, rehearse
from node.simulation.scenario import Barrier, FaultKind, FaultRates, Place, Scenario, StationPlan, Traffic
from tests.simulation.shrinking import shrunk
from tests.simulation.soak import ON_DISK_EVERY, played


def pair(hours: float) -> Scenario:
    return Scenario(
        title="pair",
        duration_s=hours * 3600,
        preset=PRESETS["MEDIUM_FAST"],
        generation=Generation.V2_7,
        stations=tuple(StationPlan(number, f"S{number}", "Nr.", Place(300.0 * number, 0)) for number in (1, 2)),
        traffic=Traffic(messages_per_hour=30.0, quiet_s=600.0),
    )


def test_a_run_on_disk_is_the_run_in_memory() -> None:
    on_disk = played(pair(0.5), ON_DISK_EVERY)
    assert on_disk.broken == ()
    assert on_disk.figures.arrived > 0
    assert rehearse(pair(0.5), ON_DISK_EVERY).figures == on_disk.figures


def test_what_fails_is_cut_down_to_what_still_fails() -> None:
    scenario = replace(
        pair(0.75),
        barriers=(Barrier(1, 2),),
        faults=FaultRates(((FaultKind.CLOCK_STEP, 10.0), (FaultKind.RADIO_RESTART, 10.0))),
    )
    tried: list[Scenario] = []

    def fails(less: Scenario) -> bool:
        tried.append(less)
        return bool(played(less, 1).broken)

    assert fails(scenario)
    reduction = shrunk(scenario, fails)
    assert set(reduction.without) == {"clock_step", "radio_restart"}
    assert reduction.hours is None or reduction.hours < 0.75
    assert "--without clock_step --without radio_restart" in reduction.options()
    assert len(tried) < 12


def test_the_shipped_scenario_keeps_its_invariants_for_a_while() -> None:
    rehearsed = played(Reduction(hours=1.9, without=("barriers",)).of(find_scenario("mixed")), 3)
    assert rehearsed.broken == ()
    assert rehearsed.figures.written > 5
