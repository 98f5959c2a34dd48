"""Revocations: who may say them, what they end, what stays good, and that nothing undoes them."""

from dataclasses import replace

import pytest

from protocol.acts import Act, ActKind
from protocol.instants import wire_time
from protocol.messages import Message
from protocol.numbers import Kind, Precedence, Reference
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.revocations import MARKS_MAX, SECOND_MARKS_MAX, RevocationBody, RevocationReason, SecondHolder, joined
from protocol.roster import Roster
from protocol.sealing import ED25519, Verified, seal, seal_act, verify_act, verify_message
from protocol.statements import STATEMENT_BYTES_MAX, Statement
from tests.support.identities import (
    AUTHORITY,
    KHJ,
    MAP,
    ODK,
    ROOT_KEY,
    SVN,
    authority,
    operator,
    public,
    revocation,
    seconded,
    signed,
    signer,
    small_network,
    station,
)
from tests.support.wire_cases import text_message

STOLEN = revocation(KHJ, "KHJ")


@pytest.fixture(scope="module")
def roster() -> Roster:
    return small_network().roster()


def taken(roster: Roster, *raws: bytes) -> Roster:
    for raw in raws:
        answer = roster.with_statement(raw)
        assert isinstance(answer, Roster), answer
        roster = answer
    return roster


def refused(roster: Roster, raw: bytes) -> Reason:
    answer = roster.with_statement(raw)
    assert isinstance(answer, Dropped), answer
    return answer.reason


def message(roster: Roster, sequence: int = 1, **changes: object) -> Message:
    return seal(replace(text_message("Kør til havnen"), sequence=sequence, **changes), roster, signer("KHJ"))


def verdict(roster: Roster, sealed: Message) -> Reason | None:
    answer = verify_message(sealed, roster, ED25519, None)
    return answer.reason if isinstance(answer, Dropped) else None


def test_a_revoked_authors_messages_are_refused_whatever_time_they_claim(roster: Roster) -> None:
    more = taken(roster, signed(STOLEN))
    backdated = message(roster, time=wire_time(1_767_225_600_000))
    assert verdict(roster, backdated) is None
    assert verdict(more, backdated) is Reason.REVOKED_KEY


def test_up_to_the_marks_messages_stay_good(roster: Roster) -> None:
    more = taken(roster, signed(revocation(KHJ, "KHJ", Reference(ODK.number, 1, 41))))
    assert [verdict(more, message(roster, sequence)) for sequence in (41, 42)] == [None, Reason.REVOKED_KEY]


def test_a_mark_of_another_station_or_incarnation_accepts_nothing(roster: Roster) -> None:
    for mark in (Reference(SVN.number, 1, 41), Reference(ODK.number, 2, 41)):
        more = taken(roster, signed(revocation(KHJ, "KHJ", mark)))
        assert verdict(more, message(roster, 41)) is Reason.REVOKED_KEY


def test_a_revoked_authors_acts_are_refused(roster: Roster) -> None:
    about = message(roster)
    held = verify_message(about, roster, ED25519, None)
    assert isinstance(held, Verified)
    act = Act(
        precedence=Precedence.PRIORITY,
        station=SVN.number,
        incarnation=1,
        author=MAP.number,
        about=about.reference,
        act=ActKind.ACKNOWLEDGED,
        time=about.time,
    )
    act = seal_act(act, roster, held.fingerprint, signer("MAP"))
    assert isinstance(verify_act(act, roster, ED25519, held.fingerprint, None), Verified)
    more = taken(roster, signed(revocation(MAP, "MAP", Reference(SVN.number, 1, 16383))))
    answer = verify_act(act, more, ED25519, held.fingerprint, None)
    assert isinstance(answer, Dropped)
    assert answer.reason is Reason.REVOKED_KEY


def test_a_revoked_station_carries_no_authors_word(roster: Roster) -> None:
    more = taken(roster, signed(revocation(ODK, "ODK")))
    assert verdict(more, message(roster)) is Reason.REVOKED_KEY


def test_a_new_key_of_a_revoked_person_signs_again(roster: Roster) -> None:
    renewed = replace(operator(KHJ.number, "KHJ", "Karen Holm Jensen", "KHJ new", ODK.number), renewal=1)
    more = taken(roster, signed(STOLEN), signed(renewed))
    assert verdict(more, seal(text_message("Ny nøgle"), more, signer("KHJ new"))) is None
    assert verdict(more, message(roster)) is Reason.REVOKED_KEY


def test_a_renewal_without_a_new_key_undoes_nothing(roster: Roster) -> None:
    renewed = replace(operator(KHJ.number, "KHJ", "Karen Holm Jensen", "KHJ", ODK.number), renewal=1)
    more = taken(roster, signed(STOLEN), signed(renewed))
    assert verdict(more, message(more)) is Reason.REVOKED_KEY


def test_the_order_of_revocation_and_certificate_does_not_matter(roster: Roster) -> None:
    statements = (*roster.statements(), signed(STOLEN))
    for order in (statements, tuple(reversed(statements))):
        built, dropped = Roster.build(ROOT_KEY, order)
        assert not dropped
        assert verdict(built, message(roster)) is Reason.REVOKED_KEY


@pytest.mark.parametrize(
    ("statement", "by", "expected"),
    [
        (STOLEN, "KHJ", Reason.BAD_SIGNATURE),
        (STOLEN, "root", Reason.BAD_SIGNATURE),
        (replace(STOLEN, issuer=2), "second", Reason.BAD_ISSUER),
        (replace(STOLEN, issuer=3), "third", Reason.BAD_ISSUER),
    ],
    ids=["by the person", "by the root under an authority's number", "by another authority", "by nobody known"],
)
def test_nobody_else_revokes(roster: Roster, statement: Statement, by: str, expected: Reason) -> None:
    more = taken(roster, signed(authority("second", 2), "root"))
    assert refused(more, signed(statement, by)) is expected


def test_the_root_revokes_anybodys_key(roster: Roster) -> None:
    more = taken(roster, signed(replace(STOLEN, issuer=0), "root"))
    assert verdict(more, message(roster)) is Reason.REVOKED_KEY


def test_a_replayed_revocation_is_a_duplicate_and_names_one_key_only(roster: Roster) -> None:
    more = taken(roster, signed(STOLEN))
    assert more.with_statement(signed(STOLEN)) is more
    assert more.revocation_of(MAP, public("MAP")) is None
    assert more.revocation_of(MAP, public("KHJ")) is None


def test_several_revocations_of_a_key_join_in_any_order(roster: Roster) -> None:
    presigned = signed(revocation(KHJ, "KHJ"))
    later = signed(revocation(KHJ, "KHJ", Reference(ODK.number, 1, 3), renewal=1))
    for order in ((presigned, later), (later, presigned)):
        more = taken(roster, *order)
        assert [verdict(more, message(roster, sequence)) for sequence in (3, 4)] == [None, Reason.REVOKED_KEY]
    assert len(more.revocations()) == 2


def test_joining_keeps_the_reason_that_is_known() -> None:
    known = RevocationBody(
        subject=Kind.OPERATOR, key_fingerprint=bytes(8), reason=RevocationReason.STOLEN, issued=7, marks=()
    )
    presigned = replace(known, reason=RevocationReason.PRESIGNED, issued=0)
    for order in ((known, presigned), (presigned, known)):
        assert (joined(order).reason, joined(order).issued) == (RevocationReason.STOLEN, 7)


def test_what_an_exercise_revokes_counts_in_exercises_only(roster: Roster) -> None:
    more = taken(roster, signed(replace(revocation(KHJ, "KHJ"), exercise=True)))
    assert verdict(more, message(roster)) is None
    real = taken(roster, signed(revocation(KHJ, "KHJ exercise")))
    assert real.revocation_of(KHJ, public("KHJ exercise"), exercise=True) is not None


def test_an_authority_whose_key_ends_leaves_nothing_standing(roster: Roster) -> None:
    ended = signed(seconded(revocation(AUTHORITY, "authority", issuer=0), "authority"), "root")
    more = taken(roster, ended)
    assert more.operator(KHJ.number) is None
    assert more.authority(1) is not None
    assert refused(more, signed(operator(21, "NEW", "Nanna Ewald", "NEW", ODK.number))) is Reason.REVOKED_KEY


def test_signed_anew_by_the_authoritys_next_key_the_section_stands_again(roster: Roster) -> None:
    ended = signed(seconded(revocation(AUTHORITY, "authority", issuer=0), "authority"), "root")
    renewed = signed(replace(authority("authority new"), renewal=1), "root")
    people = signed(replace(operator(KHJ.number, "KHJ", "Karen Holm Jensen", "KHJ", 5), renewal=1), "authority new")
    place = signed(replace(station(5, "ODK", "Odense Kommune, kriserum", "ODK"), renewal=1), "authority new")
    for order in ((ended, renewed, people, place), (renewed, people, place, ended)):
        more = taken(roster, *order)
        assert more.operator(KHJ.number) is not None
        assert more.operator(MAP.number) is None


@pytest.mark.parametrize(
    ("issuer", "by", "second", "second_by", "expected"),
    [
        (0, "root", 1, "KHJ", Reason.BAD_SIGNATURE),
        (0, "root", 9, "authority", Reason.UNKNOWN_ISSUER),
        (0, "second", 1, "authority", Reason.BAD_SIGNATURE),
        (2, "second", 2, "second", Reason.BAD_ISSUER),
        (2, "second", 1, "authority", Reason.BAD_ISSUER),
        (1, "authority", 2, "second", Reason.BAD_ISSUER),
    ],
    ids=["forged second", "unknown second", "not the root", "one alone", "with the holder", "by the holder"],
)
def test_an_authority_falls_by_two_holders_only(
    roster: Roster, issuer: int, by: str, second: int, second_by: str, expected: Reason
) -> None:
    more = taken(roster, signed(authority("second", 2), "root"))
    statement = revocation(AUTHORITY, "authority", issuer=issuer)
    assert isinstance(statement.body, RevocationBody)
    statement = replace(statement, body=replace(statement.body, second=SecondHolder(second)))
    assert refused(more, signed(seconded(statement, second_by), by)) is expected


def test_two_other_authorities_bring_one_down_without_the_root(roster: Roster) -> None:
    more = taken(roster, signed(authority("second", 2), "root"), signed(authority("third", 3), "root"))
    statement = revocation(AUTHORITY, "authority", issuer=2)
    assert isinstance(statement.body, RevocationBody)
    statement = replace(statement, body=replace(statement.body, second=SecondHolder(3)))
    assert taken(more, signed(seconded(statement, "third"), "second")).operator(KHJ.number) is None


def test_the_largest_revocations_are_one_frame() -> None:
    marks = tuple(Reference(station, 1, 16383) for station in range(1, MARKS_MAX + 1))
    assert len(signed(revocation(KHJ, "KHJ", *marks))) == 174 < STATEMENT_BYTES_MAX
    two = seconded(revocation(AUTHORITY, "authority", *marks[:SECOND_MARKS_MAX], issuer=0), "authority")
    assert len(signed(two, "root")) == 200 == STATEMENT_BYTES_MAX


@pytest.mark.parametrize(
    "body",
    [
        RevocationBody(subject=Kind.FUNCTION, key_fingerprint=bytes(8), reason=RevocationReason.LOST),
        RevocationBody(subject=Kind.AUTHORITY, key_fingerprint=bytes(8), reason=RevocationReason.LOST),
        RevocationBody(subject=Kind.OPERATOR, key_fingerprint=bytes(7), reason=RevocationReason.LOST),
        RevocationBody(
            subject=Kind.OPERATOR,
            key_fingerprint=bytes(8),
            reason=RevocationReason.LOST,
            marks=(Reference(5, 1, 2), Reference(5, 1, 3)),
        ),
        RevocationBody(
            subject=Kind.OPERATOR, key_fingerprint=bytes(8), reason=RevocationReason.LOST, marks=(Reference(5, 1, 0),)
        ),
    ],
    ids=["a function", "an authority by one", "short fingerprint", "one origin twice", "no sequence"],
)
def test_what_a_revocation_cannot_be(body: RevocationBody) -> None:
    with pytest.raises(LocalProtocolError):
        replace(STOLEN, body=body).unsigned_bytes()


def test_a_revocation_never_expires() -> None:
    with pytest.raises(LocalProtocolError, match="never expires"):
        replace(STOLEN, valid_until=900).unsigned_bytes()


def test_a_revocation_goes_before_other_statements() -> None:
    assert STOLEN.precedence is Precedence.FLASH
