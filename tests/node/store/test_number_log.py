"""What a station numbered is known for good, whatever the power does to the last line."""

from pathlib import Path

import pytest

from node.store.errors import StoreUnavailable
from node.store.number_log import NumberLog


def test_nothing_was_noted_at_first(tmp_path: Path) -> None:
    assert NumberLog(tmp_path / "numbers").highest() == {}


def test_highest_number_of_each_series_is_known(tmp_path: Path) -> None:
    log = NumberLog(tmp_path / "numbers")
    for series, number in ((1, 1), (1, 2), (2, 1), (1, 12), (0, 4_000_000_000)):
        log.note(series, number)
    assert NumberLog(tmp_path / "numbers").highest() == {0: 4_000_000_000, 1: 12, 2: 1}


def test_line_torn_anywhere_is_left_out_and_the_next_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    log = NumberLog(path)
    log.note(1, 40)
    first = len(path.read_bytes())
    log.note(1, 41)
    whole = path.read_bytes()
    for cut in range(first, len(whole) - 1):
        for tail in (b"", b"\0" * 20, b"\xff" * 3):
            path.write_bytes(whole[:cut] + tail)
            before = log.highest()[1]
            assert before in (40, 41)
            log.note(2, 5)
            assert log.highest() == {1: before, 2: 5}


def test_disk_that_does_not_take_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="make room"):
        NumberLog(tmp_path / "gone" / "numbers").note(1, 1)
    with pytest.raises(StoreUnavailable, match="read it"):
        NumberLog(tmp_path).highest()


def test_whose_numbers_they_are_is_the_last_claim(tmp_path: Path) -> None:
    log = NumberLog(tmp_path / "numbers")
    assert log.read().is_blank
    log.claim("ab" * 16)
    log.note(1, 7)
    log.claim("cd" * 16)
    noted = log.read()
    assert (noted.name, noted.highest, noted.is_blank) == ("cd" * 16, {1: 7}, False)


def test_the_highest_number_but_one_is_known(tmp_path: Path) -> None:
    log = NumberLog(tmp_path / "numbers")
    for number in (1, 2, 300, 300):
        log.note(1, number)
    log.note(2, 0)
    assert log.read().before(1) == 2
    assert log.read().before(2) is None
    assert log.read().before(3) is None
