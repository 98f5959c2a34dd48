"""A revocation at a station: who may release it, what it ends at once, what stays, and what people see."""

from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.effects import Refusal, Refused, Weighed
from node.core.events import FrameHeard, StatementsHandedIn
from node.core.judging import Change
from node.core.records import Item, Rung
from node.core.snapshot import RevokedUseSnapshot
from protocol.decode import decode
from protocol.frames import Beacon, Digest, Message
from protocol.numbers import Address, Kind, Reference
from protocol.reasons import Reason
from protocol.statements import Right
from tests.support.mesh import Mesh
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
    person_statement,
    signed,
    signing_key,
    small_network,
    station_statement,
)
from tests.support.town import read, revocation

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
SAFE = 30
"""An operator who may end keys."""


@pytest.fixture
def town() -> SmallNetwork:
    return small_network(person_statement(SAFE, "SIK", "Sikker Signe", Right.REVOCATIONS, STAFF))


@pytest.fixture
def mesh(town: SmallNetwork) -> Mesh:
    mesh = Mesh(town, links=((CARE, STAFF), (CARE, RELAY)))
    mesh.start()
    mesh.run_for(30)
    town.log_in(CARE, MLA)
    return mesh


def hand_in(mesh: Mesh, number: int, *statements: bytes, operator: int = 0, dry_run: bool = False) -> Weighed | Refused:
    mesh.happen(number, StatementsHandedIn(1, statements, operator, dry_run=dry_run))
    answer = mesh.nodes[number].replies[-1]
    assert isinstance(answer, Weighed | Refused)
    return answer


def changes(answer: Weighed | Refused) -> list[Change]:
    assert isinstance(answer, Weighed), answer
    return [one.change for one in answer.found]


def alarms(mesh: Mesh, number: int) -> list[tuple[AlarmKind, str, str]]:
    return [(one.kind, one.subject, one.detail) for one in mesh.nodes[number].store.alarms()]


def drops(mesh: Mesh, number: int) -> dict[Reason, int]:
    node = mesh.nodes[number]
    assert node.station is not None
    return node.station.snapshot(mesh.moment(node)).drops


def uses(mesh: Mesh, number: int) -> tuple[RevokedUseSnapshot, ...]:
    node = mesh.nodes[number]
    assert node.station is not None
    return node.station.snapshot(mesh.moment(node)).revoked_uses


def unheard(mesh: Mesh, author: int = MLA) -> Item:
    mesh.medium = lambda _from, _to, _payload: None
    return mesh.compose(CARE, TO_STAFF, author=author)


def reference(item: Item) -> Reference:
    frame = decode(item.sealed)
    assert isinstance(frame, Message)
    return frame.reference


def test_certificates_are_taken_in_by_anybody_issuers_first(mesh: Mesh) -> None:
    authority = authority_statement(2, "BRF", "Brand Fyn")
    person = signed(replace(read(newcomer_statement(8, CARE)), issuer=2, signature=b""), "authority 2")
    assert changes(hand_in(mesh, STAFF, person, authority, authority)) == [Change.NEW, Change.NEW]
    assert mesh.roster(STAFF).operator(8) is not None
    assert person in {one.raw for one in mesh.nodes[STAFF].store.statements()}


def test_dry_run_says_what_would_change_and_changes_nothing(mesh: Mesh) -> None:
    before = mesh.roster(STAFF).digest()
    brought = (newcomer_statement(8, CARE), revocation(operator_statement(MLA)), operator_statement(KHJ), b"garbage")
    told = changes(hand_in(mesh, STAFF, *brought, dry_run=True))
    assert sorted(told) == sorted([Change.NEW, Change.REVOKED, Change.KNOWN, Change.REFUSED])
    assert mesh.roster(STAFF).digest() == before
    assert len(mesh.nodes[STAFF].store.statements()) == len(mesh.network.statements)


def test_what_is_handed_in_reaches_the_neighbours(mesh: Mesh) -> None:
    hand_in(mesh, STAFF, newcomer_statement(8, CARE))
    mesh.run_until(lambda: mesh.roster(CARE).operator(8) is not None, within_s=180)


def test_a_key_is_ended_only_with_somebody_on_duty_who_may(mesh: Mesh, town: SmallNetwork) -> None:
    ended = revocation(operator_statement(MLA))
    assert hand_in(mesh, STAFF, ended) == Refused(Refusal.NOT_ON_DUTY)
    town.log_in(STAFF, KHJ)
    assert hand_in(mesh, STAFF, newcomer_statement(8, CARE), ended) == Refused(Refusal.NO_RIGHT_TO_REVOKE)
    assert mesh.roster(STAFF).operator(8) is None
    town.log_in(STAFF, SAFE)
    assert hand_in(mesh, STAFF, ended, operator=KHJ) == Refused(Refusal.NO_RIGHT_TO_REVOKE)
    assert changes(hand_in(mesh, STAFF, ended)) == [Change.REVOKED]
    assert changes(hand_in(mesh, STAFF, ended)) == [Change.KNOWN]


def test_operator_on_duty_is_locked_out_at_once(mesh: Mesh) -> None:
    mesh.happen(CARE, FrameHeard(revocation(operator_statement(MLA))))
    assert mesh.network.signer(CARE).operators() == []
    assert not mesh.nodes[CARE].store.on_duty()
    assert any(f"operator {MLA} is off duty" in line for line in mesh.nodes[CARE].log)


def test_later_message_of_a_revoked_author_is_refused_counted_and_told(mesh: Mesh) -> None:
    message = unheard(mesh)
    mesh.happen(STAFF, FrameHeard(revocation(operator_statement(MLA))))
    for _ in range(3):
        mesh.happen(STAFF, FrameHeard(message.sealed))
    assert not mesh.has(STAFF, message)
    assert drops(mesh, STAFF)[Reason.REVOKED_KEY] == 3
    assert uses(mesh, STAFF) == (RevokedUseSnapshot(CARE, MLA, 3),)
    assert alarms(mesh, STAFF) == [(AlarmKind.REVOKED_KEY, "MLA", "PLH")]


def test_what_was_stored_before_stays(mesh: Mesh) -> None:
    message = mesh.compose(CARE, TO_STAFF, author=MLA)
    mesh.run_until(lambda: mesh.has(STAFF, message), within_s=60)
    mesh.happen(STAFF, FrameHeard(revocation(operator_statement(MLA))))
    mesh.happen(STAFF, FrameHeard(message.sealed))
    assert mesh.has(STAFF, message)
    assert Reason.REVOKED_KEY not in drops(mesh, STAFF)


def test_message_within_the_marks_is_accepted_later(mesh: Mesh) -> None:
    within, beyond = unheard(mesh), unheard(mesh)
    mesh.happen(STAFF, FrameHeard(revocation(operator_statement(MLA), reference(within))))
    for message in (within, beyond):
        mesh.happen(STAFF, FrameHeard(message.sealed))
    assert mesh.has(STAFF, within)
    assert not mesh.has(STAFF, beyond)


def test_what_waits_here_of_a_revoked_author_stays_in_the_queue(mesh: Mesh) -> None:
    message = unheard(mesh)
    for number in (CARE, STAFF):
        mesh.happen(number, FrameHeard(revocation(operator_statement(MLA))))
    assert mesh.rung(CARE, message, STAFF) in (Rung.QUEUED, Rung.SENT)
    mesh.medium = lambda _from, _to, payload: payload
    mesh.run_for(600)
    assert mesh.rung(CARE, message, STAFF) is Rung.SENT
    assert uses(mesh, STAFF)[0].count > 0


def test_frame_in_quarantine_of_a_key_that_ends_meanwhile_is_refused(mesh: Mesh, town: SmallNetwork) -> None:
    mesh.happen(CARE, FrameHeard(newcomer_statement(7, CARE)))
    town.log_in(CARE, 7)
    message = unheard(mesh, author=7)
    mesh.happen(STAFF, FrameHeard(message.sealed))
    town.log_in(STAFF, SAFE)
    hand_in(mesh, STAFF, revocation(newcomer_statement(7, CARE)), newcomer_statement(7, CARE))
    mesh.happen(STAFF, FrameHeard(message.sealed))
    assert not mesh.has(STAFF, message)


def test_station_whose_key_ends_says_so_and_is_silent(mesh: Mesh) -> None:
    mesh.happen(CARE, FrameHeard(revocation(station_statement(CARE))))
    sent = len(mesh.nodes[CARE].sent)
    mesh.compose(CARE, TO_STAFF)
    mesh.run_for(600)
    assert len(mesh.nodes[CARE].sent) == sent
    assert (AlarmKind.OWN_KEY_REVOKED, "PLH", "") in alarms(mesh, CARE)


def contacts(mesh: Mesh, number: int) -> list[int]:
    node = mesh.nodes[number]
    assert node.station is not None
    return [one.station for one in node.station.snapshot(mesh.moment(node)).contacts if one.is_in_reach]


def test_beacon_of_a_revoked_station_makes_no_contact(mesh: Mesh) -> None:
    mesh.run_until(lambda: any(isinstance(decode(p), Beacon) for p in mesh.nodes[STAFF].sent), within_s=100)
    beacon = next(p for p in mesh.nodes[STAFF].sent if isinstance(decode(p), Beacon))
    mesh.medium = lambda _from, _to, _payload: None
    mesh.happen(RELAY, FrameHeard(revocation(station_statement(STAFF))))
    mesh.happen(RELAY, FrameHeard(beacon, hops=0))
    assert STAFF not in contacts(mesh, RELAY)
    assert drops(mesh, RELAY)[Reason.REVOKED_KEY] == 1


def test_digest_of_a_revoked_station_proves_nothing(mesh: Mesh, town: SmallNetwork) -> None:
    message = mesh.compose(CARE, TO_STAFF)
    mesh.run_until(lambda: any(isinstance(decode(p), Digest) for p in mesh.nodes[STAFF].sent), within_s=400)
    proof = next(p for p in mesh.nodes[STAFF].sent if isinstance(decode(p), Digest))
    mesh.medium = lambda _from, _to, _payload: None
    mesh.happen(RELAY, FrameHeard(message.sealed))
    mesh.happen(RELAY, FrameHeard(revocation(station_statement(STAFF))))
    mesh.happen(RELAY, FrameHeard(proof))
    assert mesh.rung(RELAY, message, STAFF) not in (Rung.AT_STATION, Rung.UNATTENDED)
    assert alarms(mesh, RELAY) == [(AlarmKind.REVOKED_KEY, "KRS", "KRS")]


def test_new_key_of_the_same_person_is_good_after_the_old_one_ended(mesh: Mesh) -> None:
    first = read(operator_statement(MLA))
    key = signing_key(f"operator {MLA}")
    old = replace(first, body=replace(first.body, public_key=signing_key("lost").public_key().public_bytes_raw()))
    mesh.happen(STAFF, FrameHeard(revocation(signed(replace(old, signature=b""), "authority 1"))))
    assert key.public_key().public_bytes_raw() in mesh.roster(STAFF).keys(Kind.OPERATOR, MLA)
    message = unheard(mesh)
    mesh.happen(STAFF, FrameHeard(message.sealed))
    assert mesh.has(STAFF, message)
