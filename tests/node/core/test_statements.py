"""The roster of a station: what was once believed survives restarts and old sticks, and contradictions are told."""

from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.events import FrameHeard, Started
from node.core.trust_records import StatementStanding
from protocol.certificates import OperatorBody, Right
from protocol.numbers import Address, Kind
from protocol.reasons import Reason
from protocol.sections import SectionBody
from protocol.statements import Statement, decode_statement
from tests.support.mesh import Mesh
from tests.support.network import (
    CARE,
    KHJ,
    MLA,
    MUNICIPALITY,
    RELAY,
    SmallNetwork,
    authority_statement,
    operator_statement,
    signed,
    signing_key,
)

NEWCOMER = 7


@pytest.fixture
def mesh(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=((CARE, RELAY),))
    mesh.start()
    return mesh


def newcomer(renewal: int = 0, birth: bytes = b"new7", issuer: int = MUNICIPALITY, name: str = "Nye Niels") -> bytes:
    key = signing_key("newcomer").public_key().public_bytes_raw()
    body = OperatorBody(public_key=key, rights=Right.FLASH, home_station=CARE, code="NNI", name=name)
    statement = Statement(body=body, number=NEWCOMER, issuer=issuer, renewal=renewal, birth=birth)
    return signed(statement, f"authority {issuer}")


def name_at(mesh: Mesh, number: int, operator: int = NEWCOMER) -> str:
    return mesh.roster(number).name_of(Address(Kind.OPERATOR, operator))


def standings(mesh: Mesh, number: int) -> list[StatementStanding]:
    return [kept.standing for kept in mesh.nodes[number].store.statements()]


def test_roster_of_the_first_start_is_kept_and_no_news(mesh: Mesh) -> None:
    kept = mesh.nodes[CARE].store.statements()
    assert {one.raw for one in kept} == set(mesh.network.statements)
    assert not any(one.is_news for one in kept)


def test_certificate_from_the_air_survives_a_restart(mesh: Mesh) -> None:
    mesh.happen(CARE, FrameHeard(newcomer()))
    mesh.cut_power(CARE)
    mesh.start(CARE)
    assert name_at(mesh, CARE) == "Nye Niels"
    (kept,) = [one for one in mesh.nodes[CARE].store.statements() if one.raw == newcomer()]
    assert kept.is_news


def test_certificate_of_a_turn_whose_commit_failed_is_stored_with_the_next(mesh: Mesh) -> None:
    node = mesh.nodes[CARE]
    assert node.station is not None
    effects = node.station.handle(FrameHeard(newcomer()), mesh.moment(node))
    node.store.rollback()
    node.station.withdraw(effects)
    mesh.happen(CARE, FrameHeard(b"anything"))
    assert newcomer() in {one.raw for one in node.store.statements()}


def test_old_roster_file_rolls_nothing_back_and_is_told(mesh: Mesh) -> None:
    for renewal in (1, 2):
        mesh.happen(CARE, FrameHeard(operator_statement(MLA, renewal)))
    mesh.cut_power(CARE)
    mesh.start(CARE)
    mesh.happen(CARE, Started(mesh.network.statements))
    renewals = mesh.roster(CARE).renewals(Address(Kind.OPERATOR, MLA))
    assert [one.renewal for one in renewals] == [2, 1]
    assert any("older than what this station knows" in line for line in mesh.nodes[CARE].log)


def test_store_forgets_what_the_roster_lets_go(mesh: Mesh) -> None:
    for renewal in (1, 2):
        mesh.happen(CARE, FrameHeard(operator_statement(MLA, renewal)))
    kept = {one.raw for one in mesh.nodes[CARE].store.statements()}
    assert operator_statement(MLA, 0) not in kept
    assert len(kept) == len(mesh.network.statements) + 1


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (newcomer(name="Anden Niels"), Reason.STATEMENT_CONFLICT),
        (newcomer(renewal=1, birth=b"twin"), Reason.STATEMENT_CONFLICT),
        (newcomer(issuer=2), Reason.BAD_ISSUER),
    ],
)
def test_contradiction_is_kept_beside_what_stays_in_force_and_alarms(mesh: Mesh, other: bytes, reason: Reason) -> None:
    mesh.happen(CARE, FrameHeard(authority_statement(2, "BRF", "Brand Fyn")))
    mesh.happen(CARE, FrameHeard(newcomer()))
    for _ in range(3):
        mesh.happen(CARE, FrameHeard(other))
    assert name_at(mesh, CARE) == "Nye Niels"
    assert standings(mesh, CARE).count(StatementStanding.CONTRADICTS) == 1
    (alarm,) = mesh.nodes[CARE].store.alarms()
    assert (alarm.kind, alarm.subject) == (AlarmKind.STATEMENT_CONFLICT, "NNI")
    station = mesh.nodes[CARE].station
    assert station is not None
    assert station.snapshot(mesh.moment(mesh.nodes[CARE])).drops[reason] == 3


def section(digest: bytes, version: int = 1) -> bytes:
    body = SectionBody(version=version, digest=digest)
    return signed(
        Statement(body=body, number=MUNICIPALITY, issuer=MUNICIPALITY, renewal=version, birth=b"aut1"), "authority 1"
    )


def test_two_contents_of_one_version_of_a_section_alarm_and_the_first_stays(mesh: Mesh) -> None:
    for digest in (b"a" * 32, b"b" * 32):
        mesh.happen(CARE, FrameHeard(section(digest)))
    kept = {one.raw: one.standing for one in mesh.nodes[CARE].store.statements()}
    assert kept[section(b"a" * 32)] is StatementStanding.BELIEVED
    assert kept[section(b"b" * 32)] is StatementStanding.CONTRADICTS
    (alarm,) = mesh.nodes[CARE].store.alarms()
    assert (alarm.kind, alarm.subject) == (AlarmKind.STATEMENT_CONFLICT, "ASK")


def test_contradiction_survives_a_restart_and_stays_without_force(mesh: Mesh) -> None:
    mesh.happen(CARE, FrameHeard(newcomer()))
    mesh.happen(CARE, FrameHeard(newcomer(name="Anden Niels")))
    mesh.cut_power(CARE)
    mesh.start(CARE)
    assert name_at(mesh, CARE) == "Nye Niels"
    assert StatementStanding.CONTRADICTS in standings(mesh, CARE)


def test_forged_certificate_is_no_contradiction(mesh: Mesh) -> None:
    mesh.happen(CARE, FrameHeard(newcomer()))
    forged = bytearray(newcomer(name="Anden Niels"))
    forged[-1] ^= 1
    mesh.happen(CARE, FrameHeard(bytes(forged)))
    assert StatementStanding.CONTRADICTS not in standings(mesh, CARE)


def test_signer_learns_of_a_certificate_at_once(mesh: Mesh) -> None:
    mesh.happen(CARE, FrameHeard(newcomer()))
    assert mesh.network.signer(CARE).roster.operator(NEWCOMER) is not None


def test_operator_whose_key_is_renewed_twice_is_off_duty_at_once(mesh: Mesh) -> None:
    mesh.network.log_in(CARE, MLA)
    for renewal in (1, 2):
        mesh.happen(CARE, FrameHeard(renewed_key(renewal)))
    assert mesh.network.signer(CARE).operators() == []
    assert any(f"operator {MLA} is off duty" in line for line in mesh.nodes[CARE].log)


def renewed_key(renewal: int) -> bytes:
    first = decode_statement(operator_statement(MLA))
    assert isinstance(first, Statement)
    key = signing_key(f"key of {renewal}").public_key().public_bytes_raw()
    return signed(
        replace(first, body=replace(first.body, public_key=key), renewal=renewal, signature=b""), "authority 1"
    )


def test_nobody_else_goes_off_duty(mesh: Mesh) -> None:
    mesh.network.log_in(CARE, KHJ)
    mesh.happen(CARE, FrameHeard(renewed_key(1)))
    assert mesh.network.signer(CARE).operators() == [KHJ]
