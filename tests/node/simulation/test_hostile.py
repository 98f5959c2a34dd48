"""Hostile radios among a few stations: each kind does its worst, and what honest people write still arrives."""

from dataclasses import replace

import pytest

from hardware.airtime import PRESETS
from hardware.simulated.identity import Generation
from node.core.alarm_records import AlarmKind
from node.core.records import ItemKind
from node.simulation.figures import figures
from node.simulation.invariants import Ledger, broken
from node.simulation.scenario import HostileKind, HostilePlan, Place, Scenario, StationPlan, Traffic
from node.simulation.world import World

CAPTURED = 5
MIDDLE = Place(2000.0, 300.0)


def attacked(kind: HostileKind, per_hour: float = 120.0) -> Scenario:
    """Five stations in a row, of which the last may be captured, and half an hour of ill will."""
    station = CAPTURED if kind.needs_key or kind is HostileKind.MISDATING else 0
    return Scenario(
        title=kind.value,
        duration_s=1.75 * 3600,
        preset=PRESETS["MEDIUM_FAST"],
        generation=Generation.V2_7,
        stations=tuple(StationPlan(n, f"S{n}", f"Station {n}", Place(n * 700.0, 0.0)) for n in range(1, 6)),
        frame_loss=0.1,
        traffic=Traffic(messages_per_hour=40, quiet_s=1.25 * 3600),
        hostiles=(HostilePlan(kind, MIDDLE, per_hour, station, begin_s=300.0, end_s=2100.0),),
    )


def played(scenario: Scenario, seed: int = 1) -> tuple[World, Ledger]:
    ledger = Ledger()
    world = World(scenario, seed, ledger)
    world.run()
    return world, ledger


@pytest.mark.parametrize("kind", list(HostileKind))
def test_no_attack_breaks_a_promise_or_loses_a_message(kind: HostileKind) -> None:
    world, ledger = played(attacked(kind))
    assert world.hostiles[0].sent > 30
    assert broken(world, ledger) == []
    written = [item for _, item in ledger.accepted if item.kind is ItemKind.MESSAGE]
    assert len(written) > 8
    there = {(station, item.fingerprint) for station, item, _ in ledger.arrived}
    owed = {
        (station, item.fingerprint)
        for item in written
        for station in world.cast.roster.home_stations(item.recipient)
        if station in world.honest
    }
    assert owed <= there
    told = figures(world, ledger)
    assert (told.owed, told.arrived) == (len(owed), len(owed)), "what a captured station writes is none of it"


def test_a_number_used_for_two_messages_alarms() -> None:
    world, _ = played(replace(attacked(HostileKind.CONFLICTING), duration_s=3600.0, traffic=Traffic(0.0)))
    kinds = [alarm.kind for box in world.honest.values() for alarm in box.store.alarms()]
    assert AlarmKind.NUMBER_TWICE in kinds


def test_a_silent_radio_changes_nothing_that_people_do() -> None:
    quiet = attacked(HostileKind.FLOODING, per_hour=0.0)
    scenario = replace(quiet, duration_s=3600.0, traffic=Traffic(40.0))
    texts = [
        [
            (item.issuer, item.recipient, item.precedence)
            for _, item in played(each)[1].accepted
            if item.kind is ItemKind.MESSAGE
        ]
        for each in (scenario, replace(scenario, hostiles=()))
    ]
    assert texts[0] == texts[1]
