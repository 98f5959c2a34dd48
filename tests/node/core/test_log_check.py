"""A log checked with public keys: what was changed, cut, left out, slipped in or written anew is named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from node.core.log_check import FaultKind, LogCheck, LogFault, LogVerdict
from node.core.log_entries import REAL, LogEntry, LogKind, beginning, decode_entry, hash_of
from node.core.log_evidence import Evidence, Frame, Heading, WrittenEntry, evidence_of
from node.core.log_heads import head_to_sign
from node.core.log_records import Checkpoint, LogHead, Witness
from node.core.logbook import frame_hash
from protocol.numbers import Address, Kind, Precedence
from protocol.roster import Roster
from protocol.signatures import ED25519
from tests.support.mesh import Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, RELAY, STAFF, signing_key, small_network

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


@dataclass(frozen=True, slots=True)
class Logs:
    """The crisis staff's log after some hours, as handed out, and what its neighbour kept of it."""

    roster: Roster
    evidence: tuple[Evidence, ...]
    witnesses: tuple[Witness, ...]
    """Kept by the relay."""

    @property
    def entries(self) -> list[WrittenEntry]:
        return [one for one in self.evidence if isinstance(one, WrittenEntry)]

    @property
    def others(self) -> list[Evidence]:
        return [one for one in self.evidence if not isinstance(one, WrittenEntry)]

    def check(self, entries: Sequence[WrittenEntry], *, witnesses: bool = False, station: int = STAFF) -> LogVerdict:
        return self.check_all([*entries, *self.others], witnesses=witnesses, station=station)

    def check_all(self, evidence: Sequence[Evidence], *, witnesses: bool = False, station: int = STAFF) -> LogVerdict:
        check = LogCheck(Heading(self.roster.root, station, "0"), self.roster, ED25519)
        for one in evidence:
            check.take(one)
        for witness in self.witnesses if witnesses else ():
            check.take(witness, RELAY)
        return check.verdict()


@pytest.fixture(scope="module")
def logs() -> Logs:
    network = small_network()
    network.log_in(STAFF, KHJ)
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    mesh.run_for(30)
    for number in range(6):
        message = mesh.compose(CARE, TO_STAFF, f"nr. {number}", Precedence.FLASH)
        mesh.run_until(lambda message=message: mesh.has(STAFF, message), within_s=600)
        mesh.act(STAFF, message, KHJ)
        mesh.compose(STAFF, Address(Kind.STATION, CARE), f"svar {number}", author=KHJ)
        mesh.run_for(700)
    node = mesh.nodes[STAFF]
    assert node.station is not None
    kept = tuple(mesh.nodes[RELAY].store.witnesses(STAFF))
    assert len(kept) > 3
    return Logs(network.roster, tuple(evidence_of(node.store)), kept)


def rehashed(entry: WrittenEntry, changed: LogEntry) -> WrittenEntry:
    raw = changed.encode()
    return replace(entry, number=changed.number, raw=raw, hash=hash_of(raw))


def chained_anew(entries: Sequence[WrittenEntry]) -> list[WrittenEntry]:
    """The same content with numbers and links that hold: what whoever may write the file can do."""
    previous = beginning(small_network().roster.root, STAFF, entries[0].chain)
    made: list[WrittenEntry] = []
    for number, written in enumerate(entries, start=1):
        made.append(rehashed(written, replace(decode_entry(written.raw), number=number, previous=previous)))
        previous = made[-1].hash
    return made


def with_note(entry: WrittenEntry) -> WrittenEntry:
    """The entry as somebody would rather have it."""
    return rehashed(entry, replace(decode_entry(entry.raw), kind=LogKind.NOTE, details=(("text", "intet skete"),)))


def signed_by_root_user(entries: Sequence[WrittenEntry]) -> Checkpoint:
    """A checkpoint of a log that was written anew, with the station's own key."""
    key = signing_key(f"station {STAFF}")
    root, public = small_network().roster.root, key.public_key().public_bytes_raw()
    head = LogHead(entries[-1].number, entries[-1].hash)
    return Checkpoint(REAL, head.entries, head.hash, 0, None, key.sign(head_to_sign(root, public, REAL, head)))


def first(verdict: LogVerdict) -> tuple[FaultKind, int]:
    assert verdict.faults
    return verdict.faults[0].kind, verdict.faults[0].first


def test_a_log_as_written_has_no_fault_and_is_vouched_for(logs: Logs) -> None:
    verdict = logs.check(logs.entries, witnesses=True)
    assert verdict.faults == ()
    (chain,) = verdict.chains
    assert chain.entries == len(logs.entries)
    assert 0 < chain.signed_to <= chain.entries
    assert chain.witnessed_to == max(one.entries for one in logs.witnesses)
    assert verdict.not_checked == ()


def test_every_byte_of_every_entry_names_the_entry(logs: Logs) -> None:
    entries = logs.entries
    for index, entry in enumerate(entries):
        for place in range(index % 7, len(entry.raw), 1 if index == 8 else 43):
            raw = bytearray(entry.raw)
            raw[place] ^= 1 << place % 8
            changed = [*entries[:index], replace(entry, raw=bytes(raw)), *entries[index + 1 :]]
            assert first(logs.check(changed)) == (FaultKind.ALTERED, entry.number), (index, place)


@pytest.mark.parametrize("index", [1, 7, 20])
def test_an_entry_with_a_new_hash_is_named_by_its_neighbours(logs: Logs, index: int) -> None:
    entries = logs.entries
    entries[index] = with_note(entries[index])
    assert first(logs.check(entries)) == (FaultKind.ALTERED, index + 1)


@pytest.mark.parametrize("index", [1, 7, 20])
def test_an_entry_whose_link_was_changed_is_named_and_not_the_one_before(logs: Logs, index: int) -> None:
    entries = logs.entries
    changed = replace(decode_entry(entries[index].raw), previous=bytes(32))
    entries[index] = rehashed(entries[index], changed)
    assert first(logs.check(entries)) == (FaultKind.ALTERED, index + 1)


def test_a_deleted_entry_is_named(logs: Logs) -> None:
    entries = logs.entries
    del entries[10:13]
    verdict = logs.check(entries)
    assert verdict.faults[0] == LogFault(REAL, 11, 13, FaultKind.MISSING)


def test_the_first_entries_left_out_are_named(logs: Logs) -> None:
    assert logs.check(logs.entries[4:]).faults[0] == LogFault(REAL, 1, 4, FaultKind.MISSING)


def test_an_entry_slipped_in_is_named(logs: Logs) -> None:
    entries = logs.entries
    entries.insert(10, with_note(entries[9]))
    assert first(logs.check(entries)) == (FaultKind.INSERTED, 10)


def test_a_tail_cut_off_is_named_by_the_stations_own_signature(logs: Logs) -> None:
    entries = logs.entries
    kept = entries[: len(entries) - 12]
    verdict = logs.check(kept)
    assert first(verdict) in ((FaultKind.CUT, len(kept) + 1), (FaultKind.FRAME_ALTERED, 0))
    (cut,) = [fault for fault in verdict.faults if fault.kind is FaultKind.CUT]
    assert cut.first == len(kept) + 1


def test_a_log_chained_anew_without_the_stations_key_is_shown_by_its_checkpoints(logs: Logs) -> None:
    entries = logs.entries
    entries[20] = with_note(entries[20])
    verdict = logs.check(chained_anew(entries))
    (fault,) = [fault for fault in verdict.faults if fault.kind is FaultKind.REWRITTEN]
    assert fault.first <= 21 <= fault.last


def test_a_log_rewritten_by_the_root_user_with_the_stations_key_is_shown_by_a_neighbour_alone(logs: Logs) -> None:
    entries = logs.entries
    entries[20] = with_note(entries[20])
    rewritten = chained_anew(entries)
    frames = [one for one in logs.others if isinstance(one, Frame)]
    forged: list[Evidence] = [*rewritten, *frames, signed_by_root_user(rewritten)]
    alone = logs.check_all(forged)
    assert [fault.kind for fault in alone.faults if fault.kind is FaultKind.REWRITTEN] == []
    (seen,) = [one for one in logs.check_all(forged, witnesses=True).faults if one.kind is FaultKind.REWRITTEN]
    assert seen.detail == "BRS"
    assert seen.first <= 21 <= seen.last


def test_an_entry_left_out_by_the_root_user_is_shown_by_a_neighbour_alone(logs: Logs) -> None:
    index = next(i for i, one in enumerate(logs.entries) if decode_entry(one.raw).kind == LogKind.ACTED)
    entries = logs.entries
    del entries[index]
    rewritten = chained_anew(entries)
    evidence: list[Evidence] = [*rewritten, signed_by_root_user(rewritten)]
    kinds = {fault.kind for fault in logs.check_all(evidence, witnesses=True).faults}
    assert FaultKind.REWRITTEN in kinds


def test_a_tail_cut_off_by_the_root_user_is_shown_by_a_neighbour_alone(logs: Logs) -> None:
    kept = logs.entries[:15]
    forged: list[Evidence] = [*kept, signed_by_root_user(kept)]
    assert not [one for one in logs.check_all(forged).faults if one.kind is FaultKind.CUT]
    (cut,) = [one for one in logs.check_all(forged, witnesses=True).faults if one.kind is FaultKind.CUT]
    assert (cut.first, cut.detail) == (16, "BRS")


def test_a_log_does_not_pass_for_another_stations(logs: Logs) -> None:
    assert first(logs.check(logs.entries, station=CARE)) == (FaultKind.FOREIGN, 1)


def test_entries_of_an_exercise_do_not_pass_for_real(logs: Logs) -> None:
    drill = [replace(one, chain=77) for one in logs.entries]
    drill = [rehashed(one, replace(decode_entry(one.raw), chain=77)) for one in drill]
    previous = beginning(logs.roster.root, STAFF, 77)
    exercise: list[WrittenEntry] = []
    for one in drill:
        exercise.append(rehashed(one, replace(decode_entry(one.raw), previous=previous)))
        previous = exercise[-1].hash
    assert not [one for one in logs.check_all(exercise).faults if one.kind is not FaultKind.FRAME_MISSING]
    assert first(logs.check_all([replace(one, chain=REAL) for one in exercise])) == (FaultKind.ALTERED, 1)
    renamed = [rehashed(replace(one, chain=REAL), replace(decode_entry(one.raw), chain=REAL)) for one in exercise]
    assert first(logs.check_all(renamed)) == (FaultKind.FOREIGN, 1)


def test_a_message_changed_in_the_store_is_named_by_its_entry(logs: Logs) -> None:
    index = next(i for i, one in enumerate(logs.evidence) if isinstance(one, Frame))
    frame = logs.evidence[index]
    assert isinstance(frame, Frame)
    changed = Frame(frame.sealed[:20] + bytes([frame.sealed[20] ^ 1]) + frame.sealed[21:])
    verdict = logs.check_all([*logs.evidence[:index], changed, *logs.evidence[index + 1 :]])
    assert {fault.kind for fault in verdict.faults} == {FaultKind.FRAME_MISSING, FaultKind.FRAME_ALTERED}
    (entry,) = [one for one in logs.entries if one.number == verdict.faults[0].first]
    assert decode_entry(entry.raw).kind in (LogKind.ACCEPTED, LogKind.COMPOSED)


def test_a_message_that_nobody_signed_is_named(logs: Logs) -> None:
    """Whoever may write the file can enter a message that its author never wrote, but not sign it."""
    index = next(i for i, one in enumerate(logs.evidence) if isinstance(one, Frame))
    frame = logs.evidence[index]
    assert isinstance(frame, Frame)
    invented = Frame(frame.sealed[:-1] + bytes([frame.sealed[-1] ^ 1]))
    entries = logs.entries
    place = next(
        i for i, one in enumerate(entries) if decode_entry(one.raw).detail("frame") == frame_hash(frame.sealed)
    )
    told = decode_entry(entries[place].raw)
    details = tuple(sorted({**dict(told.details), "frame": frame_hash(invented.sealed)}.items()))
    entries[place] = rehashed(entries[place], replace(told, details=details))
    kept = {frame_hash(frame.sealed)}
    frames = [one for one in logs.others if isinstance(one, Frame) and frame_hash(one.sealed) not in kept]
    verdict = logs.check_all([*chained_anew(entries), *frames, invented])
    assert (FaultKind.UNSIGNED, place + 1) in [(fault.kind, fault.first) for fault in verdict.faults]


def test_a_checkpoint_of_another_key_vouches_for_nothing(logs: Logs) -> None:
    checkpoint = next(one for one in logs.others if isinstance(one, Checkpoint))
    forged = replace(checkpoint, signature=bytes(64))
    assert first(logs.check_all([*logs.entries, forged])) == (FaultKind.HEAD_UNSIGNED, checkpoint.entries)


def test_a_witness_whose_signature_does_not_hold_is_counted_and_convicts_nobody(logs: Logs) -> None:
    witness = logs.witnesses[-1]
    sealed = witness.sealed[:-1] + bytes([witness.sealed[-1] ^ 1])
    check = LogCheck(Heading(logs.roster.root, STAFF, "0"), logs.roster, ED25519)
    for one in (*logs.entries[:3], replace(witness, sealed=sealed)):
        check.take(one, RELAY)
    verdict = check.verdict()
    assert verdict.not_checked == (("bad_signature", 1),)
    assert not [fault for fault in verdict.faults if fault.kind is FaultKind.CUT]


def test_numbers_far_apart_cost_no_memory(logs: Logs) -> None:
    far = rehashed(logs.entries[0], replace(decode_entry(logs.entries[0].raw), number=4_000_000_000))
    verdict = logs.check_all([logs.entries[0], far])
    assert verdict.faults[0] == LogFault(REAL, 2, 3_999_999_999, FaultKind.MISSING)
