"""Some of the cuts of `make cuts` in the everyday suite, and that it would see a station that loses something."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.store.sqlite import SqliteStore
from tests.node.store.medium import Removed, Surviving, Truncated
from tests.node.store.power_cuts import Campaign, Outlook, cuts, memory_disk
from tests.node.store.station_lives import Life, Tune, live

STEPS = 4


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=memory_disk()) as path:
        yield Path(path)


def played(folder: Path, seed: int, count: int, *, acts_first: bool = False, tune: Tune | None = None) -> Outlook:
    life = live(folder / "life", seed, STEPS, acts_first=acts_first, tune=tune)
    return Campaign(life, folder).play(list(cuts(life, seed, count)))


def reasons(outlook: Outlook) -> str:
    return "\n".join(text for _, text in outlook.failures)


def test_nothing_that_left_a_station_is_lost_wherever_the_power_fails(folder: Path) -> None:
    outlook = played(folder, seed=2, count=25)
    assert not outlook.failures, reasons(outlook)
    assert set(outlook.found) == {"the last commit", "the commit under way"}
    assert set(outlook.kinds) == {one.value for one in Surviving}


def test_a_store_that_is_never_synced_is_torn(folder: Path) -> None:
    def never_synced(store: SqliteStore) -> None:
        store._database.one("PRAGMA synchronous = OFF")

    assert "the store is damaged" in reasons(played(folder, seed=2, count=20, tune=never_synced))


def test_commits_that_are_synced_now_and_then_are_lost(folder: Path) -> None:
    def seldom_synced(store: SqliteStore) -> None:
        store._database.one("PRAGMA synchronous = NORMAL")

    assert "commits before the last that had returned" in reasons(played(folder, seed=2, count=20, tune=seldom_synced))


def test_a_station_that_acts_before_it_commits_breaks_its_word(folder: Path) -> None:
    outlook = played(folder, seed=2, count=30, acts_first=True)
    assert "had left are not there" in reasons(outlook)
    assert "commits before" not in reasons(outlook), "the store itself kept all"


def test_cuts_are_the_same_every_time_and_reach_each_operation(folder: Path) -> None:
    life = live(folder / "life", seed=1, steps=1)
    count = len(life.operations) - life.begins
    chosen = list(cuts(life, 1, count))
    assert [one.position for one in chosen] == list(range(life.begins + 1, len(life.operations) + 1))
    assert [str(one) for one in chosen] == [str(one) for one in cuts(life, 1, count)]
    assert chosen[7].chance.random() == next(one for one in cuts(life, 1, count) if one.number == 7).chance.random()


def test_a_life_holds_checkpoints_and_a_restart(folder: Path) -> None:
    life: Life = live(folder / "life", seed=2, steps=STEPS)
    assert life.restarts == 1
    assert sum(isinstance(one, Truncated) for one in life.operations) > 2, "checkpoints"
    assert any(isinstance(one, Removed) and one.path.endswith("-wal") for one in life.operations)
    assert {one.what.split()[1] for one in life.told} >= {"reply", "frame"}
