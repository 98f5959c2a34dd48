"""A stick of ten thousand messages: how long each batch keeps the station, and how much memory they take."""

import sys
import time
import tracemalloc
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from node.core.pouch import PouchHandedIn, PouchTaken, batches
from node.store.sqlite import SqliteStore
from protocol.decode import decode
from protocol.expanded import Expansion, expand_message
from protocol.frames import Message
from protocol.numbers import Address, Kind
from tests.bench.extent import IS_FULL, PATIENCE
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import CARE, CRISIS_STAFF, STAFF, signing_key, small_network

FRAMES = 10_000 if IS_FULL else 640
BATCH_MS = 60 * PATIENCE
"""Of CPU on a desktop machine: another event waits no longer, on a Raspberry Pi 4 a quarter of a second."""
MEMORY_BYTES_MAX = 8_000_000


def messages(mesh: Mesh, count: int) -> list[bytes]:
    """So many of the care home for the crisis staff, each well signed."""
    first = decode(mesh.compose(CARE, Address(Kind.FUNCTION, CRISIS_STAFF)).sealed)
    assert isinstance(first, Message)
    sign, roster = signing_key(f"station {CARE}").sign, mesh.network.roster
    frames = []
    for sequence in range(1, count + 1):
        bare = replace(first, sequence=sequence, signature=b"")
        expansion = expand_message(bare, roster)
        assert isinstance(expansion, Expansion)
        readings = expansion.signers(roster, exercise=False)
        assert isinstance(readings, tuple)
        frames.append(replace(bare, signature=sign(expansion.to_sign(readings[0]))).encode())
    return frames


def crisis_staff(store: SqliteStore) -> Mesh:
    """Alone with its store on disk."""
    mesh = Mesh(small_network(), links=((CARE, STAFF),))
    mesh.nodes[STAFF].store = store
    mesh.links.clear()
    mesh.start()
    return mesh


def take(mesh: Mesh, frames: list[bytes]) -> list[float]:
    """Hand all in; CPU time of each batch, ms."""
    took_ms, new = [], 0
    for some in batches(frames):
        at = time.process_time()
        mesh.happen(STAFF, PouchHandedIn(1, some, UTC_MS))
        took_ms.append((time.process_time() - at) * 1000)
        answer = mesh.nodes[STAFF].replies.pop()
        assert isinstance(answer, PouchTaken)
        new += answer.new
    assert new == len(frames)
    return took_ms


@pytest.mark.bench
def test_large_pouch_is_taken_in_short_steps(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        mesh = crisis_staff(store)
        took_ms = sorted(take(mesh, messages(mesh, FRAMES)))
    median, longest = took_ms[len(took_ms) // 2], took_ms[-1]
    figures = f"{sum(took_ms) / 1000:.1f} s, a batch {median:.0f} ms, at most {longest:.0f} ms"
    sys.stdout.write(f"{FRAMES} messages of a courier: {figures}\n")
    assert median < BATCH_MS


@pytest.mark.bench
def test_large_pouch_is_taken_in_bounded_memory(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        mesh = crisis_staff(store)
        frames = messages(mesh, FRAMES)
        tracemalloc.start()
        take(mesh, frames)
        _, peak_bytes = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    sys.stdout.write(f"{FRAMES} messages of a courier: {peak_bytes / 1e6:.1f} MB beside their file\n")
    assert peak_bytes < MEMORY_BYTES_MAX
