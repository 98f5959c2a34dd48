"""The table of `make air`, shorter: every figure of real firmware and some of Meshtasticator's, within their bounds."""

import pytest

from tests.hardware.simulated.flood_cases import CASES, Case, Figures, run
from tests.hardware.simulated.floods import Compared, compare, compare_published

SEEDS = range(20)
ROWS = range(3)
MEASURED = [case for case in CASES if case.firmware != Figures()]


@pytest.mark.parametrize("case", MEASURED, ids=[case.name for case in MEASURED])
def test_air_is_as_far_from_real_firmware_as_is_allowed(case: Case) -> None:
    compared = compare(case, run(case, SEEDS if case.in_a_row == 1 else ROWS))
    assert all(each.is_within for each in compared), [str(each) for each in compared]


@pytest.mark.parametrize(("nodes", "hop_limit", "seeds"), [(3, 3, 10), (10, 3, 20), (10, 1, 20), (20, 3, 5)])
def test_floods_with_the_constants_of_meshtasticator_reach_what_it_published(
    nodes: int, hop_limit: int, seeds: int
) -> None:
    compared = compare_published(nodes, hop_limit, seeds)
    assert compared.is_within, str(compared)


def test_figure_out_of_its_bound_is_marked() -> None:
    assert str(Compared(10.0, 13.0, 2.5)) == "10.0 / 13.0 !"
    assert str(Compared(10.0, 12.0, 2.5)) == "10.0 / 12.0"
    assert str(Compared(10.0, None, 2.5)) == "10.0 / none !"
    assert str(Compared(None, 3.0, 0.0)) == "- / 3.0"


def test_radios_that_take_two_seconds_are_told_from_the_firmwares() -> None:
    case = next(case for case in CASES if case.preset == "MEDIUM_FAST")
    assert not all(each.is_within for each in compare(case, run(case, range(5), handling_s=2.0)))
