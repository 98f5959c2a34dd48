"""The simulated device answers recorded requests as real firmware did, but for what is explained."""

from pathlib import Path

import pytest

import hardware
from hardware.simulated.identity import Generation
from tests.hardware import recordings
from tests.hardware.simulated.alike import Deviation, Sentence, compare_stream, deviations, spans_of
from tests.hardware.simulated.explained import EXPLAINED

RUNS = (10, 60, 160)
"""So many, then more: chances that a few runs do not show. Most recordings need ten."""


def unexplained(name: str) -> list[Deviation]:
    found: list[Deviation] = []
    for runs in RUNS:
        found = [
            each
            for each in deviations(name, range(runs))
            if not any(explained.explains(name, each.what) for explained in EXPLAINED)
        ]
        if not found:
            break
    return found


@pytest.mark.parametrize("name", recordings.names())
def test_device_answers_as_recorded(name: str) -> None:
    assert [str(each) for each in unexplained(name)] == []


def test_every_explanation_is_needed() -> None:
    found = [(name, each.what) for name in recordings.names() for each in deviations(name, range(2))]
    for explained in EXPLAINED:
        assert any(explained.explains(name, what) for name, what in found), explained


def test_every_explanation_is_in_the_document() -> None:
    document = Path(hardware.__file__).with_name("RADIOS.md").read_text("utf-8")
    assert [each.why for each in EXPLAINED if f"| {each.why} |" not in document] == []


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("c_27_dm100_first", "routing NONE about #1"),
        ("b_27_text_dm", "next 11"),
        ("f_27_add_contact", "PKI_UNKNOWN_PUBKEY"),
        ("b_27_unknown_dest", "A>00000001"),
    ],
)
def test_other_generation_is_found_out(name: str, word: str) -> None:
    found = deviations(name, range(20), Generation.V2_8)
    assert any(word in each.what for each in found)


def compared(theirs: list[Sentence], *ours: list[Sentence]) -> list[str]:
    return [each.what for each in compare_stream("r", "client 0A", theirs, ours[0], spans_of(ours))]


def test_same_words_in_the_same_order_are_alike() -> None:
    words = [Sentence(1.0, "one"), Sentence(2.0, "two"), Sentence(3.0, "one")]
    assert compared(words, words) == []


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        (["one"], ["not here: two"]),
        (["one", "two", "three"], ["only here: three"]),
        (["two", "one"], ["only here: two", "not here: two"]),
    ],
)
def test_what_is_missing_added_or_in_another_order_is_told(ours: list[str], expected: list[str]) -> None:
    theirs = [Sentence(1.0, "one"), Sentence(1.0, "two")]
    assert compared(theirs, [Sentence(1.0, text) for text in ours]) == expected


@pytest.mark.parametrize(("recorded_s", "is_alike"), [(1.3, False), (1.4, True), (4.2, True), (4.4, False)])
def test_time_outside_the_span_of_all_runs_is_told(recorded_s: float, is_alike: bool) -> None:
    """The span from 2 to 3 s is widened by half of itself and by what the recorder adds."""
    runs = [[Sentence(at_s, "one")] for at_s in (2.0, 2.2, 3.0)]
    assert (compared([Sentence(recorded_s, "one")], *runs) == []) is is_alike
