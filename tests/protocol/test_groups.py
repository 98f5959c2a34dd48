"""Groups, handhelds and sections: who is in them, where they are reached, and what shows that one is whole."""

from dataclasses import replace

import pytest

from protocol.groups import MEMBERS_MAX, MembershipBody
from protocol.handhelds import HandheldBody
from protocol.numbers import Address, Kind
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.roster import Roster
from protocol.statements import STATEMENT_BYTES_MAX, Statement, decode_statement
from tests.support.identities import (
    KHJ,
    LEADER,
    ODK,
    SVN,
    authority,
    group,
    handheld,
    membership,
    operator,
    section,
    signed,
    small_network,
)

WATER = group(7, "VAND", "Vandværkerne")
GROUP = Address(Kind.GROUP, 7)


@pytest.fixture(scope="module")
def roster() -> Roster:
    return small_network().roster()


def taken(roster: Roster, *raws: bytes) -> Roster:
    for raw in raws:
        answer = roster.with_statement(raw)
        assert isinstance(answer, Roster), answer
        roster = answer
    return roster


def test_a_group_is_reached_where_its_members_are(roster: Roster) -> None:
    more = taken(roster, signed(membership(7, ODK, LEADER)), signed(WATER))
    assert more.home_stations(GROUP) == (ODK.number, SVN.number)
    assert more.members(7) == (ODK, LEADER)
    assert more.find("vand") == (GROUP,)


def test_a_group_without_members_reaches_nobody(roster: Roster) -> None:
    more = taken(roster, signed(WATER))
    assert (more.members(7), more.home_stations(GROUP)) == ((), ())


def test_the_newest_version_of_a_membership_counts_beyond_255(roster: Roster) -> None:
    old, new = signed(membership(7, ODK, version=255)), signed(membership(7, SVN, version=256))
    for order in ((old, new), (new, old)):
        assert taken(roster, signed(WATER), *order).members(7) == (SVN,)


def test_two_memberships_of_one_version_contradict(roster: Roster) -> None:
    more = taken(roster, signed(WATER), signed(membership(7, ODK)))
    answer = more.with_statement(signed(membership(7, SVN)))
    assert isinstance(answer, Dropped)
    assert answer.reason is Reason.STATEMENT_CONFLICT
    assert more.members(7) == (ODK,)


def test_another_authority_does_not_say_who_is_in_a_group(roster: Roster) -> None:
    second = signed(replace(authority("second", 2), issuer=0), "root")
    more = taken(roster, second, signed(WATER))
    answer = more.with_statement(signed(replace(membership(7, ODK), issuer=2), "second"))
    assert isinstance(answer, Dropped)
    assert answer.reason is Reason.BAD_ISSUER


def test_a_handheld_is_reached_at_its_station_and_certifies_no_key(roster: Roster) -> None:
    more = taken(roster, signed(handheld(31, "FEL1", "Felt 1", ODK.number)))
    address = Address(Kind.HANDHELD, 31)
    certificate = more.handheld(31)
    assert certificate is not None
    assert more.home_stations(address) == (ODK.number,)
    assert more.keys(Kind.HANDHELD, 31) == ()
    assert certificate.body.node_number == 0x1000 + 31


def test_the_largest_membership_fits_its_limit() -> None:
    crowd = membership(7, *(Address(Kind.STATION, number) for number in range(1, MEMBERS_MAX + 1)))
    assert len(signed(crowd)) == 181 < STATEMENT_BYTES_MAX


@pytest.mark.parametrize(
    "statement",
    [
        membership(7),
        membership(7, Address(Kind.GROUP, 8)),
        membership(7, Address(Kind.OPERATOR, 2047)),
        membership(7, Address(Kind.STATION, 0)),
        membership(7, *(Address(Kind.STATION, number) for number in range(1, MEMBERS_MAX + 2))),
        replace(membership(7, ODK), body=MembershipBody(version=1, members=(SVN, ODK))),
        replace(membership(7, ODK), body=MembershipBody(version=0, members=(ODK,)), renewal=0),
        replace(membership(7, ODK, version=300), renewal=1),
        replace(
            handheld(31, "FEL1", "Felt 1", 5),
            body=HandheldBody(node_number=0xFFFFFFFF, home_station=5, radio_key=bytes(32), code="F", name="F"),
        ),
    ],
)
def test_what_a_group_or_a_handheld_cannot_be(statement: Statement) -> None:
    with pytest.raises(LocalProtocolError):
        statement.unsigned_bytes()


def test_what_others_write_of_members_is_checked_the_same() -> None:
    good = membership(7, ODK, SVN).unsigned_bytes()
    swapped = good[:17] + good[19:21] + good[17:19]
    for raw in (swapped, good[:-1], good[:-1] + b"\x01", good[:17]):
        answer = decode_statement(raw + bytes(64))
        assert isinstance(answer, Dropped), answer


def test_a_section_is_whole_only_with_all_that_it_was_signed_over(roster: Roster) -> None:
    assert roster.section(1).version == 0
    whole = taken(roster, signed(section(1, roster)))
    assert (whole.section(1).version, whole.section(1).is_whole) == (1, True)
    newer = taken(whole, signed(operator(21, "NEW", "Nanna Ewald", "NEW", ODK.number)))
    assert not newer.section(1).is_whole
    again = taken(newer, signed(section(2, newer)))
    assert (again.section(1).version, again.section(1).is_whole) == (2, True)


def test_one_version_of_a_section_with_other_content_is_a_conflict(roster: Roster) -> None:
    whole = taken(roster, signed(section(1, roster)))
    more = taken(roster, signed(operator(21, "NEW", "Nanna Ewald", "NEW", ODK.number)))
    answer = whole.with_statement(signed(section(1, more)))
    assert isinstance(answer, Dropped)
    assert answer.reason is Reason.STATEMENT_CONFLICT


def test_a_section_is_signed_by_its_own_authority(roster: Roster) -> None:
    second = signed(replace(authority("second", 2), issuer=0), "root")
    more = taken(roster, second)
    answer = more.with_statement(signed(replace(section(1, roster), issuer=2), "second"))
    assert isinstance(answer, Dropped)
    assert answer.reason is Reason.BAD_ISSUER


def test_the_digest_of_a_roster_knows_of_members(roster: Roster) -> None:
    assert KHJ.kind is Kind.OPERATOR
    one, other = (taken(roster, signed(WATER), signed(membership(7, who))) for who in (ODK, SVN))
    assert one.digest() != other.digest()
