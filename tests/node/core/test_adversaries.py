"""Whoever tries to be believed without being entitled: each attempt is refused and counted, or shown for what it is.

Each test is one attempt at a running station; node/SECURITY.md names them in its table.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.events import FrameHeard, Started
from node.core.judging import Change, is_of_another_network, joined, judge
from node.core.records import Item, Rung
from protocol.decode import decode
from protocol.expanded import Expansion, expand_message
from protocol.frames import Digest, DigestEntry, HoldState, Message, Receipt
from protocol.instants import wire_time
from protocol.numbers import Address, Kind, Precedence, Reference
from protocol.options import Options
from protocol.reasons import Reason
from protocol.revocations import RevocationReason
from protocol.roster import Roster
from protocol.sealing import digest_to_sign, seal
from protocol.statements import Statement, sign_statement
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import (
    CARE,
    CRISIS_STAFF,
    KHJ,
    MLA,
    RELAY,
    STAFF,
    SmallNetwork,
    authority_statement,
    newcomer_statement,
    operator_statement,
    signed,
    signing_key,
    small_network,
    station_statement,
)
from tests.support.town import read, revocation

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
DRILL = 77
DAY_2025 = 10
"""Long before any test's today."""


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=((CARE, STAFF), (CARE, RELAY)))
    mesh.start()
    mesh.run_for(30)
    network.log_in(CARE, MLA)
    mesh.medium = lambda _from, _to, _payload: None
    return mesh


def drops(mesh: Mesh, number: int = STAFF) -> dict[Reason, int]:
    node = mesh.nodes[number]
    assert node.station is not None
    return node.station.snapshot(mesh.moment(node)).drops


def written(mesh: Mesh, author: int = MLA) -> Message:
    """A message of the care home that nobody has heard."""
    return frame_of(mesh.compose(CARE, TO_STAFF, author=author))


def frame_of(item: Item) -> Message:
    frame = decode(item.sealed)
    assert isinstance(frame, Message)
    return frame


def hear(mesh: Mesh, frame: Message) -> bool:
    """Whether the crisis staff's station takes it."""
    before = len(mesh.nodes[STAFF].store.items_changed_since(0, 99))
    mesh.happen(STAFF, FrameHeard(frame.encode()))
    return len(mesh.nodes[STAFF].store.items_changed_since(0, 99)) > before


def thief(name: str) -> Callable[[bytes], bytes]:
    """Whoever has got hold of a key."""
    return signing_key(name).sign


def another_root(raw: bytes) -> bytes:
    """The same statement of a network of somebody's own, down to every number."""
    key = signing_key("another root")
    statement = replace(read(raw), signature=b"")
    return sign_statement(
        statement, key.public_key().public_bytes_raw(), key.public_key().public_bytes_raw(), key.sign
    ).encode()


# Wrong root


def test_statement_under_another_root_is_refused(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(another_root(authority_statement(2, "BRF", "Brand Fyn"))))
    assert mesh.roster(STAFF).authority(2) is None
    assert drops(mesh)[Reason.BAD_SIGNATURE] == 1


def test_roster_file_of_another_network_is_seen_at_the_start(mesh: Mesh) -> None:
    root = signing_key("another root").public_key().public_bytes_raw()
    foreign, _ = Roster.build(root, (another_root(authority_statement(1, "ASK", "Assens Kommune")),))
    store = mesh.nodes[STAFF].store
    assert is_of_another_network(store, joined(store, foreign))
    assert not is_of_another_network(store, joined(store, mesh.network.roster))


# Expired


def expired_operator(mesh: Mesh) -> Message:
    old = newcomer_statement(7, CARE, valid_until=DAY_2025)
    for number in (CARE, STAFF):
        mesh.happen(number, FrameHeard(old))
    mesh.network.log_in(CARE, 7)
    return written(mesh, author=7)


def test_message_under_an_expired_certificate_is_refused_with_a_trusted_clock(mesh: Mesh) -> None:
    assert not hear(mesh, expired_operator(mesh))
    assert drops(mesh)[Reason.CERTIFICATE_EXPIRED] == 1


def test_without_a_trusted_clock_it_is_taken_and_not_said_to_be_checked(mesh: Mesh) -> None:
    message = expired_operator(mesh)
    mesh.nodes[STAFF].utc_offset_ms = None
    assert hear(mesh, message)
    (item,) = mesh.nodes[STAFF].store.items_changed_since(0, 99)
    assert item.accepted_utc_ms is None


# Swapped numbers


def test_signature_under_another_operators_number_is_refused(mesh: Mesh) -> None:
    assert not hear(mesh, replace(written(mesh), author=KHJ))
    assert drops(mesh)[Reason.BAD_SIGNATURE] == 1


def test_signature_under_another_stations_number_is_refused(mesh: Mesh) -> None:
    assert not hear(mesh, replace(written(mesh), station=RELAY))
    assert drops(mesh)[Reason.BAD_SIGNATURE] == 1


def test_message_turned_to_another_recipient_is_refused(mesh: Mesh) -> None:
    assert not hear(mesh, replace(written(mesh), recipient=Address(Kind.STATION, STAFF)))
    assert drops(mesh)[Reason.BAD_SIGNATURE] == 1


def test_certificate_under_another_number_is_refused(mesh: Mesh) -> None:
    stolen = replace(read(operator_statement(MLA)), number=9)
    mesh.happen(STAFF, FrameHeard(stolen.encode()))
    assert mesh.roster(STAFF).operator(9) is None
    assert drops(mesh)[Reason.BAD_SIGNATURE] == 1


# Revocations


def test_replayed_revocation_changes_nothing_and_goes_nowhere(mesh: Mesh) -> None:
    ended = revocation(operator_statement(MLA))
    mesh.happen(STAFF, FrameHeard(ended))
    mesh.run_for(60)
    digest, sent = mesh.roster(STAFF).digest(), mesh.nodes[STAFF].sent.count(ended)
    for _ in range(100):
        mesh.happen(STAFF, FrameHeard(ended))
        mesh.run_for(1)
    assert mesh.roster(STAFF).digest() == digest
    assert mesh.nodes[STAFF].sent.count(ended) == sent


def test_revocation_of_an_old_key_does_not_end_the_new_one(mesh: Mesh) -> None:
    lost = read(operator_statement(MLA))
    renewed = replace(
        lost,
        body=replace(lost.body, public_key=signing_key("new key").public_key().public_bytes_raw()),
        renewal=1,
        signature=b"",
    )
    for statement in (signed(renewed, "authority 1"), revocation(operator_statement(MLA))):
        mesh.happen(STAFF, FrameHeard(statement))
    address = Address(Kind.OPERATOR, MLA)
    keys = mesh.roster(STAFF).keys(address.kind, address.number)
    ended = [mesh.roster(STAFF).revocation_of(address, key) is not None for key in keys]
    assert ended == [False, True]


def test_revocation_by_an_authority_that_did_not_certify_the_key_is_refused(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(authority_statement(2, "BRF", "Brand Fyn")))
    mesh.happen(STAFF, FrameHeard(revocation(operator_statement(MLA), issuer=2)))
    assert not mesh.roster(STAFF).revocations()
    assert drops(mesh)[Reason.BAD_ISSUER] == 1


def test_revocation_signed_by_an_operator_is_refused(mesh: Mesh) -> None:
    genuine = read(revocation(operator_statement(MLA), reason=RevocationReason.LEFT))
    forged = replace(genuine, signature=signing_key(f"operator {KHJ}").sign(genuine.unsigned_bytes()))
    mesh.happen(STAFF, FrameHeard(forged.encode()))
    assert not mesh.roster(STAFF).revocations()
    assert drops(mesh)[Reason.BAD_SIGNATURE] == 1


def test_revocation_turned_to_another_key_is_refused(mesh: Mesh) -> None:
    mine = read(revocation(operator_statement(MLA)))
    theirs = read(revocation(operator_statement(KHJ)))
    turned = replace(mine, body=theirs.body, number=KHJ, birth=theirs.birth)
    mesh.happen(STAFF, FrameHeard(turned.encode()))
    assert not mesh.roster(STAFF).revocations()


def test_old_stick_brings_no_revoked_key_back(mesh: Mesh) -> None:
    ended = revocation(operator_statement(MLA))
    message = written(mesh)
    mesh.happen(STAFF, FrameHeard(ended))
    mesh.cut_power(STAFF)
    mesh.start(STAFF)
    mesh.happen(STAFF, Started(mesh.network.statements))
    assert ended in mesh.roster(STAFF).statements()
    assert not hear(mesh, message)
    assert drops(mesh)[Reason.REVOKED_KEY] == 1


def test_backdated_message_of_a_revoked_key_is_refused(mesh: Mesh) -> None:
    first, second = written(mesh), written(mesh)
    mesh.happen(STAFF, FrameHeard(revocation(operator_statement(MLA), first.reference)))
    backdated = replace(second, time=wire_time(UTC_MS - 30 * 86_400_000), age_s=0, signature=b"")
    forged = seal(backdated, mesh.network.roster, thief(f"operator {MLA}"))
    assert not hear(mesh, forged)
    assert drops(mesh)[Reason.REVOKED_KEY] == 1
    (alarm,) = mesh.nodes[STAFF].store.alarms()
    assert (alarm.kind, alarm.subject) == (AlarmKind.REVOKED_KEY, "MLA")


# Exercises


def exercise_network() -> SmallNetwork:
    return small_network(
        *(
            exercising(raw, name)
            for raw, name in (
                (station_statement(CARE), f"station {CARE}"),
                (operator_statement(MLA), f"operator {MLA}"),
            )
        )
    )


def exercising(raw: bytes, name: str) -> bytes:
    real = read(raw)
    key = signing_key(f"exercise {name}").public_key().public_bytes_raw()
    return signed(replace(real, body=replace(real.body, public_key=key), exercise=True, signature=b""), "authority 1")


def sealed_by(mesh: Mesh, message: Message, key: str, *, exercise: bool) -> Message:
    """Signed with a key whichever it is: what a program does that breaks the rules."""
    expansion = expand_message(message, mesh.network.roster)
    assert isinstance(expansion, Expansion)
    readings = expansion.signers(mesh.network.roster, exercise=exercise)
    assert isinstance(readings, tuple)
    return replace(message, signature=thief(key)(expansion.to_sign(readings[0])))


@pytest.mark.parametrize(
    ("drill", "key", "is_exercise_key"),
    [(DRILL, f"operator {MLA}", False), (None, f"exercise operator {MLA}", True)],
    ids=["a real key in an exercise", "an exercise key in earnest"],
)
def test_key_of_the_other_context_is_refused(drill: int | None, key: str, is_exercise_key: bool) -> None:
    mesh = Mesh(exercise_network(), links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(30)
    mesh.medium = lambda _from, _to, _payload: None
    bare = replace(frame_of(mesh.compose(CARE, TO_STAFF)), author=MLA, options=Options(drill=drill))
    forged = sealed_by(mesh, bare, key, exercise=is_exercise_key)
    assert not hear(mesh, forged)
    assert drops(mesh)[Reason.WRONG_CONTEXT] == 1
    right = sealed_by(mesh, bare, f"exercise operator {MLA}" if drill else f"operator {MLA}", exercise=bool(drill))
    assert hear(mesh, right)


def test_exercise_revocation_ends_no_real_key(mesh: Mesh) -> None:
    message = written(mesh)
    mesh.happen(STAFF, FrameHeard(revocation(operator_statement(MLA), exercise=True)))
    assert hear(mesh, message)


# Custody


def test_forged_receipts_free_no_custody(mesh: Mesh) -> None:
    item = mesh.compose(CARE, TO_STAFF, precedence=Precedence.FLASH)
    about = frame_of(item).reference
    for state in HoldState:
        mac = Receipt(precedence=Precedence.FLASH, station=STAFF, about=about, state=state, mac=b"\x01\x02\x03\x04")
        mesh.happen(CARE, FrameHeard(mac.encode()))
        mesh.happen(CARE, FrameHeard(forged_digest(mesh, item, about, state).encode()))
    assert mesh.rung(CARE, item, STAFF) in (Rung.QUEUED, Rung.SENT)
    assert drops(mesh, CARE)[Reason.BAD_SIGNATURE] == len(HoldState)


def forged_digest(mesh: Mesh, item: Item, about: Reference, state: HoldState) -> Digest:
    """In the recipient's name, signed by another station that is certified as well."""
    bare = Digest(
        precedence=Precedence.FLASH,
        station=STAFF,
        incarnation=1,
        time=wire_time(UTC_MS),
        manned=True,
        entries=(DigestEntry(about, state, item.fingerprint[:2]),),
    )
    to_sign = digest_to_sign(bare, mesh.network.roster)
    assert isinstance(to_sign, bytes)
    return replace(bare, signature=thief(f"station {RELAY}")(to_sign))


def test_digest_of_a_station_that_is_no_recipient_frees_no_custody(mesh: Mesh) -> None:
    item = mesh.compose(CARE, TO_STAFF)
    bare = replace(forged_digest(mesh, item, frame_of(item).reference, HoldState.AT_STATION), station=RELAY)
    to_sign = digest_to_sign(replace(bare, signature=b""), mesh.network.roster)
    assert isinstance(to_sign, bytes)
    genuine = replace(bare, signature=thief(f"station {RELAY}")(to_sign))
    mesh.happen(CARE, FrameHeard(genuine.encode()))
    assert mesh.rung(CARE, item, STAFF) in (Rung.QUEUED, Rung.SENT)


# Statements


def test_statement_of_an_authority_about_another_ones_holder_raises_an_alarm(mesh: Mesh) -> None:
    mesh.happen(STAFF, FrameHeard(authority_statement(2, "BRF", "Brand Fyn")))
    claimed: Statement = replace(read(operator_statement(MLA)), issuer=2, signature=b"")
    assert judge(mesh.roster(STAFF), signed(claimed, "authority 2")).change is Change.CONFLICT
    mesh.happen(STAFF, FrameHeard(signed(claimed, "authority 2")))
    assert mesh.roster(STAFF).renewals(Address(Kind.OPERATOR, MLA))[0].issuer == 1
    assert [alarm.subject for alarm in mesh.nodes[STAFF].store.alarms()] == ["MLA"]
