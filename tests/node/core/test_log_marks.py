"""Where a log stands goes to the neighbours under the station's signature, and two marks of no one log are seen."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from node.core.alarm_records import AlarmKind
from node.core.events import FrameHeard
from node.core.log_entries import REAL, LogKind
from node.core.log_heads import contradict, head_to_sign, is_later
from node.core.log_records import LogHead, Witness
from node.core.notary import CHECKPOINT_MS, MARK_ALONE_MS, MARK_MS, WITNESSES_KEPT
from node.core.witnesses import ASK_AGAIN_MS
from protocol.custody import MARKED_ENTRIES_MAX
from protocol.decode import decode
from protocol.frames import Beacon, Digest, LogMark, Request, RequestKind
from protocol.hints import log_hint
from protocol.instants import NO_TIME, TIMES, wire_time
from protocol.numbers import Address, Kind, Precedence
from protocol.sealing import ED25519, seal_digest, verify_digest
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, RELAY, STAFF, SmallNetwork, signing_key

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
SEEN = Witness(CARE, 40, b"a" * 16, 1000, 0, None, b"")


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    """Two stations that hear each other, KHJ on duty at the crisis staff."""
    mesh = Mesh(network, links=((CARE, STAFF),))
    network.log_in(STAFF, KHJ)
    mesh.start()
    mesh.run_for(30)
    return mesh


def marks_sent(mesh: Mesh, number: int) -> list[Digest]:
    frames = map(decode, mesh.nodes[number].sent)
    return [frame for frame in frames if isinstance(frame, Digest) and frame.log_mark is not None]


def digest_of(mesh: Mesh, number: int, mark: LogMark, at_ms: int | None = 0) -> bytes:
    """A digest of a mark alone, signed with the station's real key: what its root user can make at any time."""
    time = NO_TIME if at_ms is None else wire_time(UTC_MS + mesh.now_ms + at_ms)
    bare = Digest(
        precedence=Precedence.ROUTINE, station=number, incarnation=1, time=time, manned=False, entries=(), log_mark=mark
    )
    return seal_digest(bare, mesh.network.roster, signing_key(f"station {number}").sign).encode()


def test_the_first_digest_after_an_entry_carries_where_the_log_stands(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_until(lambda: bool(marks_sent(mesh, STAFF)), within_s=60)
    mark = marks_sent(mesh, STAFF)[0].log_mark
    assert mark is not None
    entries = mesh.nodes[STAFF].store.log_entries(REAL, 1, 99)
    assert mark.head == entries[mark.entries - 1].hash[:16]
    assert any(entry.about == message.fingerprint for entry in entries[: mark.entries])


def test_a_neighbour_keeps_the_signed_mark(mesh: Mesh) -> None:
    mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_for(60)
    (kept,) = mesh.nodes[CARE].store.witnesses(STAFF)
    digest = decode(kept.sealed)
    assert isinstance(digest, Digest)
    assert digest.log_mark == LogMark(kept.entries, kept.head)
    assert not hasattr(verify_digest(digest, mesh.network.roster, ED25519, None), "reason")


def test_marks_are_ten_minutes_apart(mesh: Mesh) -> None:
    for _ in range(6):
        mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
        mesh.run_for(180)
    sent = [kept.heard_at for kept in mesh.nodes[STAFF].store.witnesses(STAFF)]
    assert len(sent) == 2
    assert sent[1] - sent[0] >= MARK_MS


def test_a_station_that_owes_no_receipt_sends_a_mark_alone(mesh: Mesh) -> None:
    mesh.run_for(MARK_ALONE_MS / 1000 - 120)
    assert not marks_sent(mesh, CARE)
    mesh.run_for(600)
    (alone,) = marks_sent(mesh, CARE)
    assert alone.entries == ()
    mesh.run_for(2 * MARK_ALONE_MS / 1000)
    assert len(marks_sent(mesh, CARE)) == 1  # The log has not moved since.
    assert [kept.entries for kept in mesh.nodes[STAFF].store.witnesses(CARE)] == [alone.log_mark.entries]


def test_who_missed_the_mark_learns_of_it_from_a_beacon_and_asks_once(mesh: Mesh) -> None:
    lost: list[bytes] = []

    def lossy(sender: int, _to: int, payload: bytes) -> bytes | None:
        if sender == STAFF and isinstance(decode(payload), Digest) and not lost:
            lost.append(payload)
            return None
        return payload

    mesh.medium = lossy
    mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH, ack_wanted=False)
    mesh.run_until(lambda: bool(lost), within_s=60)
    mesh.unlink(CARE, STAFF)
    mesh.run_for(5)
    mesh.link(CARE, STAFF)
    mesh.run_until(lambda: bool(mesh.nodes[CARE].store.witnesses(STAFF)), within_s=900)
    asked = [frame for frame in map(decode, mesh.nodes[CARE].sent) if isinstance(frame, Request)]
    assert sum(frame.kind is RequestKind.LOG_MARK for frame in asked) <= 1
    newest = mesh.nodes[STAFF].store.last_witness(STAFF)
    assert newest is not None
    hints = [frame.log_hint for frame in map(decode, mesh.nodes[STAFF].sent) if isinstance(frame, Beacon)]
    assert log_hint(newest.head) in hints


def test_a_hint_that_nobody_can_prove_is_asked_about_once_an_hour(mesh: Mesh) -> None:
    beacon = next(frame for frame in map(decode, mesh.nodes[STAFF].sent) if isinstance(frame, Beacon))
    for number in range(1, 60):
        mesh.happen(CARE, FrameHeard(replace(beacon, log_hint=number).encode()))
        mesh.run_for(ASK_AGAIN_MS / 1000 / 60)
    asked = [frame for frame in map(decode, mesh.nodes[CARE].sent) if isinstance(frame, Request)]
    assert sum(frame.kind is RequestKind.LOG_MARK for frame in asked) == 1


@pytest.mark.parametrize(
    ("later", "is_seen"),
    [
        (replace(SEEN, head=b"b" * 16), True),
        (replace(SEEN, head=b"b" * 16, time=NO_TIME), True),
        (replace(SEEN, entries=39, time=1001), True),
        (replace(SEEN, entries=39, time=999), False),
        (replace(SEEN, entries=39, time=NO_TIME), False),
        (replace(SEEN, entries=41, head=b"b" * 16, time=1001), False),
        (SEEN, False),
    ],
)
def test_marks_that_no_one_log_had_are_told_apart(later: Witness, *, is_seen: bool) -> None:
    assert contradict(SEEN, later) is is_seen


def test_time_of_the_air_wraps() -> None:
    assert is_later(3, TIMES - 2)
    assert not is_later(TIMES - 2, 3)


@pytest.mark.parametrize("change", [lambda mark: LogMark(mark.entries, b"x" * 16), lambda _mark: LogMark(1, b"x" * 16)])
def test_a_mark_that_contradicts_an_earlier_one_alarms_once_and_is_kept(
    mesh: Mesh, change: Callable[[LogMark], LogMark]
) -> None:
    mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    mesh.run_for(60)
    first = marks_sent(mesh, STAFF)[0].log_mark
    assert first is not None
    forged = digest_of(mesh, STAFF, change(first), at_ms=60_000)
    for _ in range(3):
        mesh.happen(CARE, FrameHeard(forged))
    (alarm,) = mesh.nodes[CARE].store.alarms()
    assert (alarm.kind, alarm.subject) == (AlarmKind.LOG_CHANGED, "KRS")
    assert len(mesh.nodes[CARE].store.witnesses(STAFF)) == 2
    told = [entry for entry in mesh.nodes[CARE].store.log_entries(REAL, 1, 999) if entry.kind == LogKind.ALARM]
    assert [entry.detail("alarm") for entry in told] == ["log_changed"]


def test_an_old_digest_carried_late_alarms_nobody(mesh: Mesh) -> None:
    marks = [LogMark(count, bytes([count]) * 16) for count in (10, 20)]
    old, new = digest_of(mesh, STAFF, marks[0], -60_000), digest_of(mesh, STAFF, marks[1])
    for payload in (new, old, new):
        mesh.happen(CARE, FrameHeard(payload))
    assert not mesh.nodes[CARE].store.alarms()
    assert [kept.entries for kept in mesh.nodes[CARE].store.witnesses(STAFF)] == [20]


def test_of_a_station_the_first_and_the_latest_marks_are_kept(mesh: Mesh) -> None:
    for count in range(1, WITNESSES_KEPT + 40):
        mesh.happen(CARE, FrameHeard(digest_of(mesh, STAFF, LogMark(1000 + count, count.to_bytes(16, "big")))))
    kept = [one.entries for one in mesh.nodes[CARE].store.witnesses(STAFF)]
    assert len(kept) == WITNESSES_KEPT + 1
    assert (kept[0], kept[-1]) == (1001, 1000 + WITNESSES_KEPT + 39)


def test_a_mark_with_a_bad_signature_is_not_kept(mesh: Mesh) -> None:
    forged = digest_of(mesh, STAFF, LogMark(10, bytes(16)))
    mesh.happen(CARE, FrameHeard(forged[:-1] + bytes([forged[-1] ^ 1])))
    assert not mesh.nodes[CARE].store.witnesses(STAFF)


def test_checkpoints_are_signed_ten_minutes_apart_and_hold(mesh: Mesh) -> None:
    for _ in range(6):
        mesh.compose(CARE, TO_STAFF)
        mesh.run_for(300)
    made = mesh.nodes[CARE].store.checkpoints(REAL)
    assert 2 <= len(made) <= 4
    assert all(later.at - before.at >= CHECKPOINT_MS for before, later in pairwise(made))
    key = mesh.network.roster.keys(Kind.STATION, CARE)[0]
    entries = mesh.nodes[CARE].store.log_entries(REAL, 1, 999)
    for checkpoint in made:
        assert checkpoint.hash == entries[checkpoint.entries - 1].hash
        to_sign = head_to_sign(mesh.network.roster.root, key, REAL, LogHead(checkpoint.entries, checkpoint.hash))
        assert ED25519.verify(key, checkpoint.signature, to_sign)


def test_a_digest_of_many_leaves_room_for_its_mark(network: SmallNetwork) -> None:
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start(RELAY, STAFF)
    mesh.start(CARE)
    mesh.run_for(60)
    for number in range(MARKED_ENTRIES_MAX + 6):
        mesh.compose(CARE, TO_STAFF, f"nr. {number}", Precedence.IMMEDIATE)
    mesh.run_for(1200)
    sent = [frame for frame in map(decode, mesh.nodes[STAFF].sent) if isinstance(frame, Digest)]
    assert any(frame.log_mark is not None for frame in sent)
    assert all(len(frame.entries) <= MARKED_ENTRIES_MAX for frame in sent if frame.log_mark is not None)
