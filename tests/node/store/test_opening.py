"""A store survives what happens to disks: damage, cuts, a second process, newer files."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from node.core.moment import Anchor, Moment
from node.core.records import ItemKey
from node.store.errors import SchemaTooNew, StoreBusy, StoreDamaged, StoreError, StoreForeign, StoreUnavailable
from node.store.opening import STORE_NAME, open_store
from node.store.schema import APPLICATION_ID, MIGRATIONS, migrate
from node.store.sqlite import SqliteStore
from tests.node.store.medium import DirectorySynced, Medium, Renamed, Surviving
from tests.node.store.power_cuts import memory_disk
from tests.node.store.recording import recorded
from tests.node.store.test_contract import item


@pytest.fixture
def keep() -> Iterator[ExitStack]:
    """Closes what a test leaves open."""
    with ExitStack() as stack:
        yield stack


def test_files_are_for_the_station_alone(keep: ExitStack, tmp_path: Path) -> None:
    opened = keep.enter_context(closing(open_store(tmp_path / "data")))
    opened.store.add_item(item())
    opened.store.commit()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert set(modes.values()) == {0o600}, modes


@pytest.mark.parametrize("damage", [b"this is no database", None])
def test_damaged_store_is_set_aside_and_kept(keep: ExitStack, tmp_path: Path, damage: bytes | None) -> None:
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
    opened = keep.enter_context(closing(open_store(tmp_path)))
    assert opened.set_aside is not None
    assert opened.set_aside.read_bytes() == damage
    assert opened.store.count_open() == 0
    opened.store.add_item(item())
    opened.store.commit()


def test_store_whose_rows_lack_what_they_name_is_set_aside(keep: ExitStack, tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / STORE_NAME)) as connection:
        connection.execute("INSERT INTO receipt_owed VALUES (7, 2, 1, 5, NULL)")
        connection.commit()
    assert keep.enter_context(closing(open_store(tmp_path))).set_aside is not None


def damaged_store(directory: Path) -> set[bytes]:
    """A store of which both files are destroyed and its numbers left; the contents of the two."""
    opened = open_store(directory)
    for sequence in range(1, 20):
        opened.store.take_sequence(1)
        opened.store.add_item(item(sequence))
    opened.store.commit()
    opened.close()
    contents = {"": b"this is no database" * 1000, "-wal": b"and this is no log" * 1000}
    for part, content in contents.items():
        (directory / f"{STORE_NAME}{part}").write_bytes(content)
    return set(contents.values())


def test_power_cut_while_a_store_is_set_aside_deletes_nothing(keep: ExitStack) -> None:
    memory = Path(keep.enter_context(tempfile.TemporaryDirectory(dir=memory_disk())))
    parts = damaged_store(memory / "live")
    with recorded(memory / "live") as recording:
        open_store(memory / "live").close()
    steps = recording.operations[recording.begins :]
    durable = steps.index(DirectorySynced(""))
    assert {type(one) for one in steps[:durable]} >= {Renamed}, "set aside before anything new is made durable"
    medium = Medium()
    for operation in recording.operations[: recording.begins]:
        medium.take(operation)
    for number, operation in enumerate(steps[: durable + 1]):
        medium.take(operation)
        for surviving in (Surviving.NOTHING, Surviving.ALL, Surviving.TORN):
            found = memory / f"{number} {surviving.value}"
            found.mkdir()
            for name, content in medium.after_cut(surviving, random.Random(number)).items():
                (found / name).write_bytes(content)
            opened = open_store(found)
            assert opened.store.last_sequence(1) == 19
            opened.close()
            kept = {path.read_bytes() for path in found.glob(f"{STORE_NAME}.damaged-*")}
            assert kept >= parts, (number, operation, surviving)


def test_log_of_a_damaged_database_is_kept_beside_it(keep: ExitStack, tmp_path: Path) -> None:
    parts = damaged_store(tmp_path)
    set_aside = keep.enter_context(closing(open_store(tmp_path))).set_aside
    assert set_aside is not None
    assert {set_aside.read_bytes(), set_aside.with_name(f"{set_aside.name}-wal").read_bytes()} == parts


@pytest.mark.parametrize("rest", [None, b""])
def test_log_without_its_database_is_set_aside(keep: ExitStack, tmp_path: Path, rest: bytes | None) -> None:
    parts = damaged_store(tmp_path)
    (tmp_path / STORE_NAME).unlink()
    if rest is not None:
        (tmp_path / STORE_NAME).write_bytes(rest)
    set_aside = keep.enter_context(closing(open_store(tmp_path))).set_aside
    assert set_aside is not None
    assert set_aside.with_name(f"{set_aside.name}-wal").read_bytes() in parts


def test_store_has_one_owner_who_is_named(keep: ExitStack, tmp_path: Path) -> None:
    keep.enter_context(closing(open_store(tmp_path)))
    code = "import sys; from pathlib import Path; from node.store.opening import *; open_store(Path(sys.argv[1]))"
    second = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=False)
    assert StoreBusy.__name__ in second.stderr
    assert str(os.getpid()) in second.stderr


@pytest.mark.parametrize(
    ("script", "error", "words"),
    [
        (f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 99", SchemaTooNew, "99"),
        ("CREATE TABLE photographs (name)", StoreForeign, "another directory"),
    ],
)
def test_store_of_a_newer_version_or_another_program_is_refused_untouched(
    tmp_path: Path, script: str, error: type[StoreError], words: str
) -> None:
    path = tmp_path / STORE_NAME
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    before = path.read_bytes()
    with pytest.raises(error, match=words):
        open_store(tmp_path)
    assert path.read_bytes() == before


def test_refused_store_is_not_kept_locked(tmp_path: Path) -> None:
    (tmp_path / STORE_NAME).mkdir()
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="station's user"):
            open_store(tmp_path)


def test_closed_store_may_be_opened_again(tmp_path: Path) -> None:
    opened = open_store(tmp_path)
    kept = opened.store.add_item(item())
    opened.store.commit()
    opened.close()
    again = open_store(tmp_path)
    assert again.store.item(kept.id) == kept
    again.close()


def test_each_version_of_the_tables_is_brought_up_to_date_with_its_rows(keep: ExitStack) -> None:
    more = "CREATE TABLE more (a INTEGER NOT NULL) STRICT; INSERT INTO more SELECT count(*) FROM item;"
    for version in range(1, len(MIGRATIONS) + 1):
        connection = keep.enter_context(closing(sqlite3.connect(":memory:", isolation_level=None)))
        migrate(connection, MIGRATIONS[:version])
        connection.execute("INSERT INTO counter VALUES ('change', 7)")
        migrate(connection, (*MIGRATIONS, more))
        assert connection.execute("SELECT value FROM counter").fetchall() == [(7,)]
        assert connection.execute("SELECT a FROM more").fetchall() == [(0,)]


def test_failing_migration_changes_nothing(keep: ExitStack) -> None:
    connection = keep.enter_context(closing(sqlite3.connect(":memory:", isolation_level=None)))
    migrate(connection)
    with pytest.raises(sqlite3.Error):
        migrate(connection, (*MIGRATIONS, "CREATE TABLE more (a); CREATE TABLE more (a);"))
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'more'").fetchone() == (0,)


def test_full_disk_is_named_and_nothing_of_the_turn_is_kept(keep: ExitStack, tmp_path: Path) -> None:
    store = keep.enter_context(closing(SqliteStore(tmp_path / STORE_NAME)))
    store.add_item(item(1))
    store.commit()
    store._database.one("PRAGMA max_page_count = 24")
    with pytest.raises(StoreUnavailable, match="make room"):
        for sequence in range(2, 500):
            store.add_item(item(sequence, tag=str(sequence).encode()))
            store.commit()
    assert not store.has_changes()
    assert store.message(ItemKey(1, 1, 1)) is not None


def test_medium_that_became_read_only_is_named(keep: ExitStack, tmp_path: Path) -> None:
    store = keep.enter_context(closing(SqliteStore(tmp_path / STORE_NAME)))
    store._database.one("PRAGMA query_only = 1")
    with pytest.raises(StoreUnavailable, match="for writing"):
        store.add_item(item(1))
    assert not store.has_changes()


def test_damage_met_while_running_is_named(keep: ExitStack, tmp_path: Path) -> None:
    path = tmp_path / STORE_NAME
    store = SqliteStore(path)
    for sequence in range(1, 200):
        store.add_item(item(sequence))
    store.commit()
    store.close()
    whole = path.read_bytes()
    store = keep.enter_context(closing(SqliteStore(path)))
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(StoreDamaged, match="sets the file aside"):
        store.items_changed_since(0, 1000)


def test_numbers_given_away_by_a_damaged_store_never_come_again(tmp_path: Path) -> None:
    opened = open_store(tmp_path)
    assert [opened.store.take_sequence(7) for _ in range(3)] == [1, 2, 3]
    assert [opened.store.take_draft_id() for _ in range(2)] == [1, 2]
    opened.store.set_anchor(Anchor(0, Moment("boot", 0, None)))
    opened.store.commit()
    opened.close()
    (tmp_path / STORE_NAME).write_bytes(b"this is no database")
    for _ in range(2):  # and not if the power fails before the new store has done anything either
        opened = open_store(tmp_path)
        assert opened.store.last_sequence(7) == 3
        opened.close()
    opened = open_store(tmp_path)
    assert opened.store.take_sequence(7) == 4
    assert opened.store.take_draft_id() == 3
    opened.close()


def test_number_that_was_noted_never_comes_again_though_no_message_was_stored(tmp_path: Path) -> None:
    opened = open_store(tmp_path)
    opened.store.set_anchor(Anchor(0, Moment("boot", 0, None)))
    opened.store.commit()
    assert opened.store.take_sequence(7) == 1
    opened.close()  # power fails before the commit; a store restored to this point would look the same
    opened = open_store(tmp_path)
    assert opened.store.take_sequence(7) == 2
    opened.close()


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
