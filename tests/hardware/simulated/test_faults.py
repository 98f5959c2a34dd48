"""Faults in an air file, and what a client sees of each that our link cannot tell apart."""

import pytest

from hardware.simulated.air_file import AirFileError, parse_air
from hardware.simulated.faults import FAULTS_MAX, Fault, FaultKind, usual_amount

AIR = """
[air]
preset = "SHORT_FAST"
[[device]]
name = "a"
port = 0
"""
FAULT = AIR + '[[fault]]\nat_s = 5\ndevice = "a"\nkind = "slow"\nfor_s = 60\namount = 500\n'


def test_faults_are_read_with_what_is_usual_where_it_is_left_out() -> None:
    assert parse_air(FAULT, "x").faults == (Fault(5.0, "a", FaultKind.SLOW, 60.0, 500.0),)
    for kind in FaultKind:
        text = AIR + f'[[fault]]\nat_s = 5\ndevice = "a"\nkind = "{kind}"\n'
        assert parse_air(text, "x").faults == (Fault(5.0, "a", kind, 0.0, usual_amount(kind)),)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("at_s = 5", "", ["[[fault]] 1", "at_s", "missing"]),
        ("at_s = 5", "at_s = -1", ["at_s", "0 to 604800"]),
        ('device = "a"', 'device = "b"', ["device", "write one of a"]),
        ('"slow"', '"slo"', ["kind", "did you mean 'slow'?"]),
        ("amount = 500", "amount = 5", ["amount", "50 to"]),
        ('"slow"', '"hang"', ["amount", "hang has none; leave it out"]),
        ("for_s = 60", "for_s = nan", ["for_s", "0 to 86400"]),
        ("for_s", "fors_s", ["fors_s", "did you mean 'for_s'?"]),
    ],
)
def test_mistake_in_a_fault_is_named_with_its_place_and_remedy(old: str, new: str, words: list[str]) -> None:
    assert old in FAULT
    with pytest.raises(AirFileError) as caught:
        parse_air(FAULT.replace(old, new, 1), "air.toml")
    for word in ["air.toml", *words]:
        assert word in str(caught.value)


def test_more_faults_than_any_run_needs_are_refused() -> None:
    one = '[[fault]]\nat_s = 5\ndevice = "a"\nkind = "drop"\n'
    with pytest.raises(AirFileError, match="4097 of them"):
        parse_air(AIR + one * (FAULTS_MAX + 1), "x")
