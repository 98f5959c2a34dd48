"""A second reader of rosters, written from SPEC.md alone, believes what the code believes of any set of statements."""

from random import Random

import pytest

from protocol.roster import Roster
from tests.second_reader.identities import roster_digest
from tests.second_reader.rosters import Held, place_of, standing
from tests.support.identities import ROOT_KEY, small_network
from tests.support.random_rosters import random_statements

SEED = 2026
SETS = 120


def newest(held: list[Held]) -> list[bytes]:
    """The first of every place: they are listed newest first."""
    return list({place_of(said): raw for said, raw in reversed(held)}.values())


def test_the_small_network_stands_whole() -> None:
    network = small_network()
    frames = [network.authority, *network.real, *network.exercise]
    assert {raw for _, raw in standing(network.root, frames)} == set(frames)


@pytest.mark.parametrize("part", range(4))
def test_of_any_set_the_same_statements_stand(part: int) -> None:
    chance = Random(SEED + part)
    stood = offered = 0
    for _ in range(SETS // 4):
        frames = random_statements(chance)
        roster, _ = Roster.build(ROOT_KEY, frames)
        held = standing(ROOT_KEY, frames)
        assert {raw for _, raw in held} == set(roster.statements())
        assert roster_digest(newest(held)) == roster.digest()
        stood, offered = stood + len(held), offered + len(frames)
    assert 0.2 * offered < stood < 0.8 * offered, "a set of which all or nothing stands shows little"
