"""What the model of a medium lets a power cut do, and what not."""

import random

import pytest

from tests.node.store.medium import (
    SECTORS_BYTES,
    Created,
    DirectoryMade,
    DirectorySynced,
    Medium,
    Operation,
    Removed,
    Renamed,
    Surviving,
    Synced,
    Truncated,
    Written,
)

DURABLE = (Created("a", 1), DirectorySynced(""), Written(1, 0, b"o" * 16_384), Synced(1))
SEEDS = range(60)


def medium(*operations: Operation) -> Medium:
    made = Medium()
    for operation in (*DURABLE, *operations):
        made.take(operation)
    return made


def left(one: Medium, surviving: Surviving) -> list[dict[str, bytes]]:
    return [one.after_cut(surviving, random.Random(seed)) for seed in SEEDS]


@pytest.mark.parametrize("surviving", Surviving)
def test_what_was_synced_is_there(surviving: Surviving) -> None:
    assert left(medium(), surviving) == [{"a": b"o" * 16_384}] * len(SEEDS)


def test_what_was_not_synced_may_be_there_and_may_not() -> None:
    written = medium(Written(1, 16_384, b"n"))
    assert {len(one["a"]) for one in left(written, Surviving.NOTHING)} == {16_384}
    assert {len(one["a"]) for one in left(written, Surviving.ALL)} == {16_385}
    assert {len(one["a"]) for one in left(written, Surviving.SCATTERED)} == {16_384, 16_385}


@pytest.mark.parametrize("surviving", [Surviving.TORN, Surviving.SCATTERED])
def test_a_sector_is_old_or_new_and_never_half(surviving: Surviving) -> None:
    found = left(medium(Written(1, 0, b"n" * 16_384)), surviving)
    smallest = min(SECTORS_BYTES)
    sectors = {one["a"][at : at + smallest] for one in found for at in range(0, 16_384, smallest)}
    assert sectors == {b"o" * smallest, b"n" * smallest}
    assert any(len({one["a"][0], one["a"][-1]}) == 2 for one in found), "some are torn"


def test_a_later_write_may_be_there_without_an_earlier_one() -> None:
    found = left(medium(Written(1, 0, b"1" * 4096), Written(1, 8192, b"2" * 4096)), Surviving.SCATTERED)
    assert any(one["a"][:1] == b"o" and b"2" in one["a"] for one in found)


def test_of_writes_to_one_sector_a_later_one_brings_the_earlier() -> None:
    found = left(medium(Written(1, 0, b"1"), Written(1, 1, b"2")), Surviving.SCATTERED)
    assert {one["a"][:2] for one in found} == {b"oo", b"1o", b"12"}


def test_only_where_the_last_write_reached_stands_what_nobody_wrote() -> None:
    found = left(medium(Written(1, 4196, b"n" * 100)), Surviving.GARBLED)
    assert {one["a"][:4196] + one["a"][4296:] for one in found} == {b"o" * 16_284}
    assert any(set(one["a"][4196:4296]) - set(b"on") for one in found)


def test_a_file_cut_short_and_written_anew_is_any_of_the_three() -> None:
    found = left(medium(Truncated(1, 0), Written(1, 0, b"new")), Surviving.SCATTERED)
    assert {len(one["a"]) for one in found} == {16_384, 0, 3}


def test_a_new_name_holds_once_its_directory_is_synced() -> None:
    steps = (DirectoryMade("d"), Created("d/b", 2), Written(2, 0, b"b"), Synced(2))
    for synced, names in (((), {"a"}), (("d",), {"a"}), (("",), {"a"}), (("d", ""), {"a", "d/b"})):
        one = medium(*steps, *map(DirectorySynced, synced))
        assert one.after_cut(Surviving.NOTHING, random.Random(0)).keys() == names
    assert one.now() == {"a": b"o" * 16_384, "d/b": b"b"}


def test_a_file_has_its_old_name_or_its_new_one() -> None:
    found = left(medium(Renamed("a", "b")), Surviving.TORN)
    assert {tuple(one) for one in found} == {("a",), ("b",)}


def test_a_removed_file_may_be_there_again() -> None:
    found = left(medium(Removed("a")), Surviving.TORN)
    assert {tuple(one) for one in found} == {("a",), ()}
    assert left(medium(Removed("a"), DirectorySynced("")), Surviving.NOTHING)[0] == {}
