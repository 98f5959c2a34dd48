"""A power cut leaves the store as after the last commit or the one under way, whole, whatever reached the medium.

A trace is recorded: the files after every commit. Between two commits SQLite writes the files in an order that its
syncs fix: our number log, the write-ahead log, then (at a checkpoint) the database. A cut therefore finds the files
before some point of that order new, those behind it old, and of the one in between any changed sectors in any mixture.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from node.core.moment import Anchor, Moment
from node.core.people_records import SentDraft
from node.core.records import Delivery, ItemKey, Rung, Seen
from node.store.errors import StoreDamaged
from node.store.opening import STORE_NAME, open_store
from node.store.sqlite import SqliteStore
from tests.node.store.test_contract import draft, item
from tests.node.store.test_log import entry as log_entry

SECTOR_BYTES = 512
"""The least that a medium writes whole."""
NUMBERS, LOG, DATABASE = (f"{STORE_NAME}.numbers", f"{STORE_NAME}-wal", STORE_NAME)
ORDER = (NUMBERS, LOG, DATABASE)
TURNS = 50
CHECKPOINT_PAGES = 20
"""So that a trace this short holds several checkpoints and restarts of the log."""
CUTS = 100

Files = Mapping[str, bytes]
Content = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Committed:
    """What stands after one commit."""

    files: Files
    content: Content


def content_of(store: SqliteStore) -> Content:
    """All that a turn below changes but the count of messages, which a note that was never committed takes further."""
    items = [store.message(ItemKey(1, 1, sequence)) for sequence in range(1, TURNS + 1)]
    deliveries = [list(store.deliveries(one.id)) for one in items if one is not None]
    sent = [store.sent_draft(number) for number in range(1, 2 * TURNS)]
    counters = (store.last_change(), store.anchor(), list(store.log_entries(0, 1, 2 * TURNS)))
    return (items, deliveries, list(store.all_seen()), list(store.drafts()), sent, counters)


def files_of(directory: Path) -> Files:
    return {name: (directory / name).read_bytes() if (directory / name).exists() else b"" for name in ORDER}


def turn(store: SqliteStore, number: int, chance: random.Random) -> None:
    """What a station writes when it accepts a message that was a draft, keeps another and looks at an older message."""
    sequence = store.take_sequence(1)
    change = store.take_change()
    sealed = chance.randbytes(chance.choice((80, 230)))
    kept = store.add_item(replace(item(sequence), sealed=sealed, changed=change))
    store.put_delivery(Delivery(kept.id, 3, Rung.QUEUED, 0, 5, 0))
    store.put_delivery(Delivery(chance.randint(1, kept.id), 3, Rung.SENT, number, 5, 0))
    store.put_seen(Seen(1, 1, sequence, chance.getrandbits(16_384)))
    for one in store.drafts():
        store.delete_draft(one.id)
        store.put_sent_draft(SentDraft(one.id, kept.id), remembered=5)
    store.put_draft(draft(store.take_draft_id(), text=chance.randbytes(chance.choice((80, 4000))).hex()))
    store.append_entry(log_entry(store.log_head(0).entries + 1))
    store.set_anchor(Anchor(number, Moment("boot", number, None)))


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Committed]:
    directory = tmp_path_factory.mktemp("live")
    opened = open_store(directory)
    store, chance = opened.store, random.Random(1)
    store._database.one(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    store.set_anchor(Anchor(0, Moment("boot", 0, None)))
    store.commit()
    states = [Committed(files_of(directory), content_of(store))]
    for number in range(1, TURNS + 1):
        turn(store, number, chance)
        store.commit()
        states.append(Committed(files_of(directory), content_of(store)))
    opened.close()
    return states


def torn(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """The old content with some of the new sectors, in no order."""
    share = chance.choice((0.0, 0.2, 0.5, 0.8, 0.95))
    size = chance.choice((len(old), len(new), chance.randint(min(len(old), len(new)), max(len(old), len(new)))))
    sectors = bytearray(old.ljust(max(len(old), len(new)), b"\0"))
    for start in range(0, len(new), SECTOR_BYTES):
        if chance.random() < share:
            sectors[start : start + SECTOR_BYTES] = new[start : start + SECTOR_BYTES]
    return bytes(sectors[:size])


def cut(before: Files, after: Files, chance: random.Random) -> dict[str, bytes]:
    """The files after a power cut somewhere between two states."""
    point = chance.choice([place for place, name in enumerate(ORDER) if before[name] != after[name]])
    files = {name: after[name] if place < point else before[name] for place, name in enumerate(ORDER)}
    files[ORDER[point]] = torn(before[ORDER[point]], after[ORDER[point]], chance)
    return files


def found_after(files: Files, directory: Path) -> Content | None:
    """What a station finds that starts on these files; None when they are damaged."""
    directory.mkdir(mode=0o700)
    for name, content in files.items():
        if content:
            (directory / name).write_bytes(content)
    opened = open_store(directory)
    found = None
    # What quick_check does not see shows at the latest when rows are read and written.
    with suppress(StoreDamaged):
        content = content_of(opened.store)
        stored = max((n for n in range(1, TURNS + 1) if opened.store.message(ItemKey(1, 1, n)) is not None), default=0)
        assert opened.store.last_sequence(1) >= stored
        turn(opened.store, TURNS + 1, random.Random(2))
        opened.store.commit()
        found = content
    opened.close()
    return found if opened.set_aside is None else None


def cuts(seed: int) -> Iterator[tuple[int, random.Random]]:
    """Commits under which the power fails, with the chance that decides what reached the medium."""
    for number in range(CUTS):
        chance = random.Random(seed * CUTS + number)
        yield chance.randint(1, TURNS), chance


def test_cut_at_any_point_leaves_the_last_commit_or_the_next_whole(trace: Sequence[Committed], tmp_path: Path) -> None:
    for number, (commit, chance) in enumerate(cuts(seed=1)):
        before, after = trace[commit - 1], trace[commit]
        found = found_after(cut(before.files, after.files, chance), tmp_path / str(number))
        assert found in (before.content, after.content), f"cut {number}, under commit {commit}"


def test_trace_holds_checkpoints_and_restarts_of_the_log(trace: Sequence[Committed]) -> None:
    steps = list(pairwise(trace))
    assert sum(before.files[DATABASE] != after.files[DATABASE] for before, after in steps) > 3
    assert sum(before.files[LOG][:32] != after.files[LOG][:32] for before, after in steps) > 3


def test_replay_would_see_a_commit_that_was_never_synced(trace: Sequence[Committed], tmp_path: Path) -> None:
    """The same cuts over two commits at once, as if the first had been acknowledged without a sync, do lose it."""
    lost = 0
    for number, (commit, chance) in enumerate(cuts(seed=2)):
        older, before, after = trace[max(commit - 2, 0)], trace[commit - 1], trace[commit]
        found = found_after(cut(older.files, after.files, chance), tmp_path / str(number))
        lost += found not in (before.content, after.content)
    assert lost > CUTS // 10


def test_every_commit_is_synced(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / STORE_NAME)
    full = 2
    assert store._database.number("PRAGMA synchronous") == full
    mode = store._database.one("PRAGMA journal_mode")
    assert mode is not None
    assert mode[0] == "wal"
    store.close()
