"""The log in both stores: appended in order, durable with its commit, never changed by a program."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from node.core.log_entries import REAL, LogEntry, LogKind
from node.core.log_records import Checkpoint, Witness
from node.core.ports import Store
from node.store.sqlite import SqliteStore
from protocol.numbers import Address, Kind
from tests.node.store.test_contract import store

__all__ = ["store"]


def entry(number: int, chain: int = REAL, kind: int = LogKind.NOTE) -> LogEntry:
    who = Address(Kind.STATION, 1)
    return LogEntry(chain=chain, number=number, kind=kind, at=number, utc_ms=None, who=who, previous=bytes(32))


def test_entries_come_back_in_order_by_chain(store: Store) -> None:
    for number in (1, 2, 3):
        store.append_entry(entry(number))
    store.append_entry(entry(1, chain=5))
    assert list(store.log_entries(REAL, 2, 9)) == [entry(2), entry(3)]
    assert list(store.log_entries(REAL, 1, 2)) == [entry(1), entry(2)]
    assert list(store.log_entries(5, 1, 9)) == [entry(1, chain=5)]
    assert list(store.log_chains()) == [REAL, 5]


def test_the_head_is_the_last_entry(store: Store) -> None:
    assert (store.log_head(REAL).entries, store.log_head(REAL).hash) == (0, b"")
    store.append_entry(entry(1))
    store.append_entry(entry(2))
    assert (store.log_head(REAL).entries, store.log_head(REAL).hash) == (2, entry(2).hash)
    assert store.log_head(5).entries == 0


def test_the_last_of_a_kind_is_found(store: Store) -> None:
    for number, kind in enumerate((LogKind.STARTED, LogKind.STARTED, LogKind.NOTE), start=1):
        store.append_entry(entry(number, kind=kind))
    assert store.last_log_entry(REAL, LogKind.STARTED) == entry(2, kind=LogKind.STARTED)
    assert store.last_log_entry(REAL, LogKind.ALARM) is None
    assert store.last_log_entry(5, LogKind.STARTED) is None


@pytest.mark.parametrize("number", [1, 2, 4])
def test_only_the_next_entry_is_taken(store: Store, number: int) -> None:
    store.append_entry(entry(1))
    store.append_entry(entry(2))
    with pytest.raises(ValueError, match="not the next"):
        store.append_entry(entry(number))


def test_rollback_takes_back_what_was_entered_since(store: Store) -> None:
    store.append_entry(entry(1))
    store.commit()
    store.append_entry(entry(2))
    store.append_entry(entry(1, chain=5))
    assert store.has_changes()
    store.rollback()
    assert store.log_head(REAL).entries == 1
    assert list(store.log_chains()) == [REAL]
    store.append_entry(entry(2))


@pytest.mark.parametrize("change", ["UPDATE log SET kind = 1", "DELETE FROM log"])
def test_the_database_refuses_to_change_an_entry(tmp_path: Path, change: str) -> None:
    with closing(SqliteStore(tmp_path / "store.db")) as disk:
        disk.append_entry(entry(1))
        disk.commit()
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            disk._database.write(change, ())
        assert list(disk.log_entries(REAL, 1, 9)) == [entry(1)]


def test_of_a_station_the_first_witness_and_the_latest_stay(store: Store) -> None:
    made = [Witness(2, count, bytes(16), count, count, None, b"digest") for count in range(6)]
    for one in made:
        store.add_witness(one, 2)
    store.add_witness(replace(made[0], station=3), 2)
    assert list(store.witnesses(2)) == [made[0], made[4], made[5]]
    assert store.last_witness(2) == made[5]
    assert store.last_witness(4) is None
    assert list(store.witnessed_stations()) == [2, 3]


def test_checkpoints_come_by_entries(store: Store) -> None:
    made = [Checkpoint(REAL, count, bytes(32), count, None, bytes(64)) for count in (9, 3, 5)]
    for one in made:
        store.put_checkpoint(one)
    assert [one.entries for one in store.checkpoints(REAL)] == [3, 5, 9]
    assert store.last_checkpoint(REAL) == made[0]
    assert store.last_checkpoint(5) is None
