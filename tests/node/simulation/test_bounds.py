"""Every bounded queue of a station is looked at, and what is over its bound is told."""

from dataclasses import replace

from node.core.policy import QUARANTINE_OF_ONE_MAX
from node.core.trust_records import Quarantined
from node.simulation.bounds import Bounds, queues
from node.simulation.invariants import Ledger, broken
from node.simulation.scenario import HostileKind, Traffic
from node.simulation.world import World
from protocol.numbers import Address, Kind
from tests.node.simulation.test_hostile import attacked


def test_a_flood_fills_queues_to_their_bounds_and_not_beyond() -> None:
    scenario = replace(attacked(HostileKind.FLOODING, per_hour=900.0), duration_s=1800.0, traffic=Traffic(0.0))
    world = World(scenario, 1, Ledger())
    world.run()
    bounds = Bounds(world)
    bounds.look()
    assert list(bounds.over()) == []
    found = {queue.name: queue for queue in queues(world.boxes[2])}
    assert found["quarantine"].held > found["quarantine"].most // 2
    assert found["contacts"].held > 1
    assert len(found) > 18


def test_a_queue_over_its_bound_is_a_broken_invariant() -> None:
    scenario = replace(attacked(HostileKind.FLOODING, per_hour=0.0), duration_s=120.0, traffic=Traffic(0.0))
    ledger = Ledger()
    world = World(scenario, 1, ledger)
    world.run()
    for nth in range(QUARANTINE_OF_ONE_MAX + 1):
        claimed = Address(Kind.OPERATOR, 3000)
        world.boxes[1].store.add_quarantined(Quarantined(0, bytes([nth]), claimed, heard_at=0))
    told = [str(each) for each in broken(world, ledger)]
    assert told == ["bound: station 1: quarantine of one 5, at most 4"]
