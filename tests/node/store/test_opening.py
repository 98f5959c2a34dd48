"""A store survives what happens to disks: damage, cuts, a second process, newer files."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from node.core.records import ItemKey
from node.store.opening import STORE_NAME, StoreBusy, open_store
from node.store.schema import MIGRATIONS, SchemaTooNew, migrate
from node.store.sqlite import SqliteStore, StoreUnavailable
from tests.node.store.test_contract import item


def test_files_are_for_the_station_alone(tmp_path: Path) -> None:
    opened = open_store(tmp_path / "data")
    opened.store.add_item(item())
    opened.store.commit()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.parametrize("damage", [b"this is no database", None])
def test_damaged_store_is_set_aside_and_kept(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / STORE_NAME
    if damage is None:
        store = SqliteStore(path)
        for sequence in range(1, 200):
            store.add_item(item(sequence % 16000, tag=str(sequence).encode()))
        store.commit()
        store.close()
        whole = path.read_bytes()
        damage = whole[:4096] + b"\xff" * (len(whole) - 4096)
    path.write_bytes(damage)
    opened = open_store(tmp_path)
    assert opened.set_aside is not None
    assert opened.set_aside.read_bytes() == damage
    assert opened.store.count_open() == 0
    opened.store.add_item(item())
    opened.store.commit()


def test_store_has_one_owner_who_is_named(tmp_path: Path) -> None:
    open_store(tmp_path)
    code = "import sys; from pathlib import Path; from node.store.opening import *; open_store(Path(sys.argv[1]))"
    second = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
    assert StoreBusy.__name__ in second.stderr
    assert str(os.getpid()) in second.stderr


def test_store_of_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / STORE_NAME)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(SchemaTooNew, match="99"):
        open_store(tmp_path)
    assert list(tmp_path.glob("*damaged*")) == []


def test_failing_migration_changes_nothing() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    with pytest.raises(sqlite3.Error):
        migrate(connection, (*MIGRATIONS, "CREATE TABLE more (a); CREATE TABLE more (a);"))
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'").fetchone() == (0,)


def test_full_disk_is_named_and_nothing_of_the_turn_is_kept(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / STORE_NAME)
    store.add_item(item(1))
    store.commit()
    store._connection.execute("PRAGMA max_page_count = 24")
    with pytest.raises(StoreUnavailable, match="full"):
        for sequence in range(2, 500):
            store.add_item(item(sequence, tag=str(sequence).encode()))
            store.commit()
    assert not store.has_changes()
    assert store.message(ItemKey(1, 1, 1)) is not None


def test_torn_write_ahead_log_loses_no_commit_before_the_tear(tmp_path: Path) -> None:
    """Cut the log at many places, as a power cut does, and look what is still there."""
    live = tmp_path / "live"
    live.mkdir()
    store = SqliteStore(live / STORE_NAME)
    log = live / f"{STORE_NAME}-wal"
    ends: list[int] = []
    for sequence in range(1, 13):
        store.add_item(item(sequence, tag=str(sequence).encode()))
        store.commit()
        ends.append(log.stat().st_size)
    whole = log.read_bytes()
    for cut in range(ends[0], len(whole) + 1, 1021):
        there = tmp_path / f"cut-{cut}"
        there.mkdir()
        shutil.copy(live / STORE_NAME, there)
        (there / log.name).write_bytes(whole[:cut] + b"\xa5" * 700)
        after = SqliteStore(there / STORE_NAME)
        committed = sum(end <= cut for end in ends)
        found = [s for s in range(1, 13) if after.message(ItemKey(1, 1, s)) is not None]
        assert found[:committed] == list(range(1, committed + 1))
        assert after.is_sound()
        after.close()
    store.close()
