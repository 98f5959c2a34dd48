"""Each mutant is caught by an invariant that is about its fault, and the same run without it breaks none."""

import pytest

from node.simulation.rehearsal import rehearse
from tests.simulation.mutants import MUTANTS, SCENARIO, Mutant, caught

SEEDS = range(1, 6)
"""A tenth of what they have: any of these does today."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "_"))
def test_a_station_that_is_wrong_on_purpose_is_caught(mutant: Mutant) -> None:
    found = caught(mutant, SEEDS)
    assert found is not None
    assert rehearse(SCENARIO, found.seed).broken == ()
