"""The readers of bytes from outside, shortly, in the everyday suite; `make fuzz` goes on for as long as one likes."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.codec import Codec
from tests.fuzz.mutations import mutated
from tests.fuzz.run import by_chance
from tests.fuzz.targets import TARGETS, Target, checked

SHARED_MACHINE = [HealthCheck.too_slow]
EXAMPLES = {"text": 40, "roster": 40}
"""Of the slow ones."""


@pytest.mark.parametrize("name", TARGETS)
def test_good_bytes_are_read_within_the_bounds(name: str) -> None:
    target = TARGETS[name]
    seeds = target.seeds()
    assert seeds
    target.read(seeds[0])  # What is loaded once is loaded now.
    for good in seeds:
        checked(target, good)


@pytest.mark.parametrize("name", TARGETS)
def test_changed_bytes_are_answered_within_the_bounds(name: str) -> None:
    target = TARGETS[name]
    seeds = target.seeds()
    target.read(seeds[0])

    @settings(max_examples=EXAMPLES.get(name, 150), deadline=None, database=None, suppress_health_check=SHARED_MACHINE)
    @given(st.randoms(use_true_random=False))
    def changed(chance: Random) -> None:
        checked(target, mutated(seeds, chance))

    changed()


@pytest.mark.parametrize("codec", list(Codec))
def test_the_densest_bodies_are_read_within_the_bound(codec: Codec) -> None:
    """The densest bodies there are: all bits alike."""
    for fill in (b"\0", b"\xff"):
        checked(TARGETS["text"], bytes([codec]) + fill * 155)


def greedy(raw: bytes) -> None:
    assert len(raw * 100_000) >= 0


def forgetful(raw: bytes) -> None:
    assert raw[:1] != b"\xff", "not read"


def test_a_reader_that_takes_too_much_is_found() -> None:
    with pytest.raises(AssertionError, match="bytes to read"):
        checked(Target(greedy, lambda: [b"a"]), b"a")


def test_what_is_found_is_told_so_that_it_can_be_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert not by_chance("frame", Target(forgetful, lambda: [b"ab"]), 60, 1)
    out = capsys.readouterr().out
    assert "not read" in out
    assert "--only frame --input ff" in out


def test_the_same_seed_makes_the_same_bytes() -> None:
    seeds = TARGETS["frame"].seeds()
    first, second = ([mutated(seeds, chance) for _ in range(50)] for chance in (Random(7), Random(7)))
    assert first == second
