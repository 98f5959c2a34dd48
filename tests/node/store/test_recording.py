"""The recorder tells everything that is done to files, and fails rather than miss something."""

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from node.store.number_log import NumberLog
from node.store.opening import STORE_NAME, open_store
from tests.node.store.medium import Created, DirectorySynced, Medium, Removed, Renamed, Surviving, Synced, Written
from tests.node.store.recording import recorded
from tests.node.store.test_contract import item


def test_a_commit_of_the_store_is_written_and_synced(tmp_path: Path) -> None:
    with recorded(tmp_path) as recording:
        opened = open_store(tmp_path)
        before = recording.position
        opened.store.add_item(item())
        opened.store.commit()
        done = recording.operations[before:]
        opened.close()
    log = next(one.file for one in recording.operations if isinstance(one, Created) and one.path.endswith("-wal"))
    assert isinstance(done[0], Written)
    assert {one.file for one in done if isinstance(one, Written | Synced)} == {log}
    assert isinstance(done[-1], Synced)
    assert Removed(f"{STORE_NAME}-wal") in recording.operations, "by the last to close it"


def test_a_line_of_the_number_log_is_synced_with_its_directory_the_first_time(tmp_path: Path) -> None:
    with recorded(tmp_path) as recording:
        NumberLog(tmp_path / "numbers").note(1, 7)
        NumberLog(tmp_path / "numbers").note(1, 8)
    file = recording.operations[-1].file  # type: ignore[union-attr]
    assert recording.operations[recording.begins :] == [
        Created("numbers", file),
        Written(file, 0, b"\n1 7.\n"),
        Synced(file),
        DirectorySynced(""),
        Written(file, 6, b"\n1 8.\n"),
        Synced(file),
    ]


def test_a_new_name_is_told_before_what_follows(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    with recorded(tmp_path) as recording:
        (tmp_path / "a").rename(tmp_path / "b")
        NumberLog(tmp_path / "numbers").note(1, 7)
    assert recording.operations[recording.begins] == Renamed("a", "b")


def test_what_was_there_before_is_durable(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a").write_bytes(b"a")
    medium = Medium()
    with recorded(tmp_path) as recording:
        for operation in recording.operations:
            medium.take(operation)
    assert medium.unsynced() == 0
    assert medium.now() == {"inner/a": b"a"}


def test_a_new_store_is_durable_under_its_name_with_all_above_it(tmp_path: Path) -> None:
    with recorded(tmp_path) as recording:
        open_store(tmp_path / "var" / "station").close()
    medium = Medium()
    for operation in recording.operations:
        medium.take(operation)
    assert {"var/station/store.db"} <= medium.after_cut(Surviving.NOTHING, random.Random(0)).keys()


def test_a_write_that_the_recorder_misses_fails_the_recording(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="missed something"), recorded(tmp_path):
        with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
            connection.execute("CREATE TABLE t (a)")
        descriptor = os.open(tmp_path / "a.db", os.O_WRONLY)
        os.pwrite(descriptor, b"unseen", 100)
        os.close(descriptor)


def test_nothing_is_watched_afterwards(tmp_path: Path) -> None:
    with recorded(tmp_path) as recording:
        pass
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("CREATE TABLE t (a)")
    assert os.fsync.__module__ == "posix"
    assert len(recording.operations) == recording.begins
