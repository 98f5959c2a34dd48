"""The roster believes what has a chain to the root, keeps two renewals, and never rolls back."""

import random
from dataclasses import replace

import pytest

from protocol.chains import REVOCATIONS_OF_ONE_MAX, STATEMENTS_MAX, STATEMENTS_OF_ONE_MAX, Held, settle
from protocol.numbers import EVERYBODY, Address, Kind
from protocol.reasons import Dropped, Reason
from protocol.roster import Roster
from protocol.signatures import ED25519
from protocol.statements import HEADER as STATEMENT_HEADER
from protocol.statements import Statement, decode_statement
from tests.support.identities import (
    AUTHORITY,
    KHJ,
    LEADER,
    MAP,
    ODK,
    ROOT_KEY,
    SVN,
    authority,
    function,
    group,
    membership,
    operator,
    public,
    revocation,
    seconded,
    signed,
    small_network,
    station,
)

OPERATOR = operator(21, "NEW", "Nanna Ewald", "NEW", ODK.number)


@pytest.fixture(scope="module")
def roster() -> Roster:
    return small_network().roster()


def refused(roster: Roster, raw: bytes) -> Reason:
    answer = roster.with_statement(raw)
    assert isinstance(answer, Dropped), answer
    return answer.reason


def taken(roster: Roster, *raws: bytes) -> Roster:
    for raw in raws:
        answer = roster.with_statement(raw)
        assert isinstance(answer, Roster), answer
        roster = answer
    return roster


def test_a_new_operator_is_taken_and_the_old_roster_stays_as_it_was(roster: Roster) -> None:
    more = taken(roster, signed(OPERATOR))
    assert more.operator(21) is not None
    assert roster.operator(21) is None
    assert more.digest() != roster.digest()


def test_a_known_statement_changes_nothing(roster: Roster) -> None:
    assert roster.with_statement(roster.statements()[0]) is roster


def test_a_roster_is_rebuilt_from_its_statements_in_any_order(roster: Roster) -> None:
    again, dropped = Roster.build(ROOT_KEY, reversed(roster.statements()))
    assert not dropped
    assert (again.statements(), again.digest()) == (roster.statements(), roster.digest())


def test_bytes_that_are_no_statement_are_told(roster: Roster) -> None:
    assert refused(roster, b"\x34") is Reason.TRUNCATED
    assert [one.reason for one in Roster.build(ROOT_KEY, [b"\x34"])[1]] == [Reason.TRUNCATED]


@pytest.mark.parametrize(
    ("statement", "by", "expected"),
    [
        (OPERATOR, "KHJ", Reason.BAD_SIGNATURE),
        (OPERATOR, "root", Reason.BAD_SIGNATURE),
        (replace(OPERATOR, issuer=2), "authority", Reason.UNKNOWN_ISSUER),
        (replace(OPERATOR, issuer=0), "root", Reason.BAD_ISSUER),
        (replace(authority(number=2), issuer=1), "authority", Reason.BAD_ISSUER),
        (authority(number=2), "authority", Reason.BAD_SIGNATURE),
    ],
)
def test_a_chain_has_two_steps(roster: Roster, statement: Statement, by: str, expected: Reason) -> None:
    assert refused(roster, signed(statement, by)) is expected


def test_an_authority_does_not_sign_for_anothers_number(roster: Roster) -> None:
    both = taken(roster, signed(authority("other", 2), "root"))
    theirs = replace(operator(KHJ.number, "KHJ", "Karen?", "other KHJ", 5), issuer=2, renewal=1)
    assert refused(both, signed(theirs, "other")) is Reason.BAD_ISSUER


def test_an_exercise_authority_signs_for_exercises_only(roster: Roster) -> None:
    both = taken(roster, signed(replace(authority("play", 3), exercise=True), "root"))
    player = replace(OPERATOR, issuer=3)
    assert refused(both, signed(player, "play")) is Reason.BAD_ISSUER
    assert taken(both, signed(replace(player, exercise=True), "play")).operator(21) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(operator(KHJ.number, "KHJ", "Karen Holm", "KHJ", ODK.number)),
        replace(operator(KHJ.number, "KHJ", "Karen Holm Jensen", "KHJ 2", ODK.number), birth=bytes(4), renewal=1),
    ],
    ids=["same renewal, other content", "another birth"],
)
def test_the_first_of_two_that_contradict_each_other_stays(roster: Roster, other: Statement) -> None:
    assert refused(roster, signed(other)) is Reason.STATEMENT_CONFLICT
    assert roster.name_of(KHJ) == "Karen Holm Jensen"


def test_a_contradiction_that_nobody_signed_raises_no_alarm(roster: Roster) -> None:
    forged = operator(KHJ.number, "KHJ", "Karen Holm", "KHJ", ODK.number)
    assert refused(roster, signed(forged, "KHJ")) is Reason.BAD_SIGNATURE


def renewal(number: int, key: str = "KHJ") -> bytes:
    return signed(replace(operator(KHJ.number, "KHJ", f"Karen {number}", key, ODK.number), renewal=number))


def test_the_two_newest_renewals_count_in_whatever_order_they_come(roster: Roster) -> None:
    upwards = taken(roster, renewal(1, "KHJ 1"), renewal(2, "KHJ 2"))
    downwards = taken(roster, renewal(2, "KHJ 2"), renewal(1, "KHJ 1"))
    assert upwards.statements() == downwards.statements()
    assert upwards.keys(Kind.OPERATOR, KHJ.number) == (public("KHJ 2"), public("KHJ 1"))
    assert upwards.name_of(KHJ) == "Karen 2"


def test_an_old_stick_rolls_nothing_back(roster: Roster) -> None:
    newer = taken(roster, renewal(1), renewal(2))
    first = signed(operator(KHJ.number, "KHJ", "Karen Holm Jensen", "KHJ", ODK.number))
    assert refused(newer, first) is Reason.DUPLICATE
    assert [one.reason for one in Roster.build(ROOT_KEY, (*newer.statements(), first))[1]] == [Reason.DUPLICATE]


def test_the_same_statement_twice_is_a_duplicate() -> None:
    raw = signed(authority(), "root")
    assert [one.reason for one in Roster.build(ROOT_KEY, [raw, raw])[1]] == [Reason.DUPLICATE]


def renewed_authority(number: int) -> bytes:
    return signed(replace(authority(f"authority {number}"), renewal=number), "root")


def test_an_authoritys_renewal_keeps_what_its_former_key_signed(roster: Roster) -> None:
    later = taken(roster, renewed_authority(1))
    assert later.station(ODK.number) == roster.station(ODK.number)
    assert isinstance(later.with_statement(signed(OPERATOR, "authority 1")), Roster)


def test_two_renewals_of_an_authoritys_key_let_go_what_was_not_signed_anew(roster: Roster) -> None:
    resigned = signed(replace(station(ODK.number, "ODK", "Odense", "ODK"), renewal=1), "authority 1")
    later = taken(roster, renewed_authority(1), resigned, renewed_authority(2))
    assert later.station(SVN.number) is None
    assert later.code_of_station(ODK.number) == "ODK"
    again, dropped = Roster.build(ROOT_KEY, later.statements())
    assert (again.statements(), dropped) == (later.statements(), ())


class AnySignature:
    """Takes every signature for good, where thousands would have to be made."""

    def verify(self, public_key: bytes, signature: bytes, data: bytes) -> bool:
        return True


def many(count: int, issuer: int, first: int = 1) -> list[bytes]:
    """Functions that differ in nothing but their number, bytes 4 and 5."""
    one = signed(replace(function(1, "FKT", "Funktion", (ODK.number,)), issuer=issuer))
    return [one[:4] + number.to_bytes(2, "big") + one[6:] for number in range(first, first + count)]


FOUR = tuple(signed(authority(f"authority {number}", number), "root") for number in (1, 2, 3, 4))


def test_an_authority_fills_half_of_a_roster_at_most() -> None:
    full, dropped = Roster.build(ROOT_KEY, (*FOUR, *many(STATEMENTS_OF_ONE_MAX + 2, 1)), AnySignature())
    assert len(full.statements()) == len(FOUR) + STATEMENTS_OF_ONE_MAX
    assert [one.reason for one in dropped] == [Reason.QUOTA, Reason.QUOTA]
    assert refused(full, signed(OPERATOR)) is Reason.QUOTA
    taken(full, signed(replace(OPERATOR, issuer=2)))


def test_a_roster_has_a_limit_and_still_takes_renewals_and_ends_of_keys() -> None:
    each = STATEMENTS_OF_ONE_MAX - len(FOUR) // 2
    filling = [*many(each, 3), *many(each - 1, 4, first=10_000)]
    full, dropped = Roster.build(ROOT_KEY, (*FOUR, *filling, signed(OPERATOR)), AnySignature())
    assert (len(full.statements()), dropped) == (STATEMENTS_MAX, ())
    assert refused(full, signed(function(9_000, "NY", "Ny", (ODK.number,)))) is Reason.QUOTA
    ended = taken(full, signed(revocation(OPERATOR.address, "NEW")))
    assert ended.revocation_of(OPERATOR.address, public("NEW")) is not None


def test_who_fills_a_roster_brings_no_revoked_key_back() -> None:
    ends = signed(revocation(OPERATOR.address, "NEW"))
    believed = (*FOUR, signed(OPERATOR), ends)
    filled, dropped = Roster.build(
        ROOT_KEY, (*believed, *many(STATEMENTS_MAX, 3), *many(STATEMENTS_MAX, 4, first=10_000)), AnySignature()
    )
    assert {one.reason for one in dropped} == {Reason.QUOTA}
    assert ends in filled.statements()


def test_revocations_of_one_issuer_have_a_limit_and_leave_others_theirs() -> None:
    one = signed(revocation(OPERATOR.address, "NEW", issuer=3))
    at = STATEMENT_HEADER.size + 1
    ends = [one[:at] + number.to_bytes(8, "big") + one[at + 8 :] for number in range(REVOCATIONS_OF_ONE_MAX + 1)]
    full, dropped = Roster.build(ROOT_KEY, (*FOUR, *ends), AnySignature())
    assert len(full.revocations()) == REVOCATIONS_OF_ONE_MAX
    assert [one.reason for one in dropped] == [Reason.QUOTA]
    more = taken(full, signed(OPERATOR), signed(revocation(OPERATOR.address, "NEW")))
    assert more.revocation_of(OPERATOR.address, public("NEW")) is not None


def pool() -> list[bytes]:
    """Statements of all sorts, which renew, contradict and end each other."""
    people = [
        replace(operator(number, "AB", f"N{number}", "NEW", 1), issuer=issuer) for number in (1, 2) for issuer in (1, 2)
    ]
    renewed = [replace(one, renewal=renewal) for one in people for renewal in range(4)]
    others = [replace(one, birth=b"born") for one in people[:2]]
    exercises = [replace(one, exercise=True) for one in people]
    ends = [revocation(one.address, "NEW", issuer=issuer) for one in people[::2] for issuer in (1, 2, 0)]
    members = [membership(1, one.address, version=version) for one in people[::2] for version in (1, 2, 3)]
    said = [*people, *renewed, *others, *exercises, *ends, *members, group(1, "GRP", "Gruppe")]
    names = {0: "root", 1: "authority", 2: "other authority"}
    authorities = [(replace(authority(names[n], n), renewal=renewal), "root") for n in (1, 2) for renewal in (0, 1)]
    second = replace(authority("new authority", 1), renewal=2)
    signed_by = [(one, names[one.issuer]) for one in said] + [*authorities, (second, "root")]
    signed_by += [(people[0], "new authority"), (ends[0], "new authority"), (people[0], "nobody")]
    ended = revocation(AUTHORITY, "authority", issuer=0)
    return [signed(one, by) for one, by in signed_by] + [signed(seconded(ended, "authority"), "root")]


@pytest.mark.parametrize("seed", range(30))
def test_one_statement_more_is_judged_as_if_all_were_settled_anew(seed: int) -> None:
    order = random.Random(seed)
    offered = [raw for _ in range(3) for raw in order.sample(sorted(set(pool())), 40)]
    roster, _ = Roster.build(ROOT_KEY, ())
    for raw in offered:
        statement = decode_statement(raw)
        assert isinstance(statement, Statement)
        before = [held for renewals in roster._held.values() for held in renewals]
        anew = settle(ROOT_KEY, [*before, Held(statement, raw)], ED25519)
        answer = roster.with_statement(raw)
        refusals = [dropped for held, dropped in anew.dropped if held.raw == raw]
        if raw in roster.statements():
            assert answer is roster
        elif isinstance(answer, Dropped):
            assert refusals == [answer]
        else:
            assert (refusals, list(answer._held.items())) == ([], list(anew.held.items()))
            roster = answer


class CountingSignatures:
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def verify(self, public_key: bytes, signature: bytes, data: bytes) -> bool:
        self.asked += 1
        return ED25519.verify(public_key, signature, data)


def test_what_was_verified_is_not_verified_again() -> None:
    network, signatures = small_network(), CountingSignatures()
    roster = Roster.build(ROOT_KEY, (network.authority, *network.real), signatures)[0]
    before = signatures.asked
    taken(roster, signed(OPERATOR))
    assert signatures.asked - before == 1


def test_incarnations_are_the_newest_certified_with_their_two_bits(roster: Roster) -> None:
    def restored(incarnation: int, renewal: int, *, exercise: bool = False) -> bytes:
        old = station(ODK.number, "ODK", "Odense", "ODK")
        body = replace(old.body, incarnation=incarnation)
        return signed(replace(old, body=body, renewal=renewal, exercise=exercise))

    later = taken(roster, restored(5, 1), restored(6, 2), restored(11, 3, exercise=True))
    assert [later.full_incarnation(ODK.number, low) for low in range(4)] == [None, 5, 6, None]
    assert roster.full_incarnation(77, 1) is None
    same_bits = taken(roster, restored(2, 1), restored(6, 2))
    assert same_bits.full_incarnation(ODK.number, 2) == 6


def test_an_exercise_certificate_is_asked_for_by_name(roster: Roster) -> None:
    assert roster.keys(Kind.STATION, ODK.number) == (public("ODK"),)
    assert roster.keys(Kind.STATION, ODK.number, exercise=True) == (public("ODK exercise"),)
    assert roster.operator(MAP.number, exercise=True) is None
    assert roster.keys(Kind.FUNCTION, LEADER.number) == ()


def test_certificates_have_the_type_of_their_class(roster: Roster) -> None:
    codes = [
        certificate.body.code
        for certificate in (
            roster.authority(AUTHORITY.number),
            roster.station(ODK.number),
            roster.operator(MAP.number),
            roster.function(LEADER.number),
        )
        if certificate is not None
    ]
    assert codes == ["ODN", "ODK", "MAP", "KRL"]


@pytest.mark.parametrize(
    ("address", "homes", "name"),
    [
        (ODK, (5,), "Odense Kommune, kriserum"),
        (MAP, (9,), "Mads Petersen"),
        (LEADER, (9, 5), "Kriseleder"),
        (AUTHORITY, (5, 9), "Odense Kommune"),
        (EVERYBODY, (5, 9), "*"),
        (Address(Kind.FUNCTION, 99), (), "?99"),
    ],
)
def test_who_is_reached_where(roster: Roster, address: Address, homes: tuple[int, ...], name: str) -> None:
    assert (roster.home_stations(address), roster.name_of(address)) == (homes, name)


def test_a_chain_is_all_that_somebody_needs_to_believe_a_holder(roster: Roster) -> None:
    chain = roster.chain_of(KHJ)
    stranger, dropped = Roster.build(ROOT_KEY, chain)
    assert (len(chain), dropped, stranger.name_of(KHJ)) == (2, (), "Karen Holm Jensen")
    assert len(roster.chain_of(AUTHORITY)) == 1
    assert roster.chain_of(Address(Kind.OPERATOR, 99)) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("KRL", (LEADER,)),
        ("krl", (LEADER,)),
        (" svn ", (SVN,)),
        ("kri", (LEADER,)),
        ("Svend", (SVN,)),
        ("od", (ODK, AUTHORITY)),
        ("k", (LEADER, KHJ)),
        ("11", (KHJ,)),
        ("3", (LEADER,)),
        ("", ()),
        ("xyz", ()),
    ],
)
def test_a_person_finds_a_recipient_by_letters_or_number(roster: Roster, text: str, found: tuple[Address, ...]) -> None:
    assert roster.find(text) == found


def test_a_code_that_others_begin_with_is_exact(roster: Roster) -> None:
    more = taken(roster, signed(function(8, "KR", "Kredsråd", (ODK.number,))))
    assert more.find("kr") == (Address(Kind.FUNCTION, 8),)
