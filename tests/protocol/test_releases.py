"""A second person's release holds for one message, of one author, by somebody who may, and for nothing else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from protocol.certificates import OperatorBody, Right, StationBody
from protocol.decode import decode
from protocol.frames import Message
from protocol.instants import Lifetime
from protocol.numbers import Precedence
from protocol.options import Options, Releaser
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.roster import Roster
from protocol.sealing import ED25519, Verified, seal, seal_released, verify_message
from protocol.statements import Statement, decode_statement
from tests.support.identities import (
    KHJ,
    LEADER,
    MAP,
    ODK,
    SVN,
    operator,
    signed,
    signer,
    small_network,
    station,
)

FLASH = Message(
    precedence=Precedence.FLASH,
    station=ODK.number,
    incarnation=1,
    sequence=41,
    author=KHJ.number,
    recipient=LEADER,
    time=1000,
    lifetime=Lifetime.ONE_DAY,
    body=b"Evakuer.",
)


@pytest.fixture
def roster() -> Roster:
    return small_network().roster()


def released(roster: Roster, message: Message = FLASH, by: str = "MAP") -> Message:
    return seal_released(message, roster, signer("KHJ"), MAP.number, signer(by))


def verdict(message: Message, roster: Roster, on_day: int | None = None) -> Reason | None:
    answer = verify_message(message, roster, ED25519, on_day)
    return answer.reason if isinstance(answer, Dropped) else None


def test_a_released_message_reads_back_and_holds(roster: Roster) -> None:
    sealed = released(roster)
    assert decode(sealed.encode()) == sealed
    assert isinstance(verify_message(sealed, roster, ED25519, 500), Verified)
    assert sealed.options.releaser is not None
    assert sealed.options.releaser.operator == MAP.number


def with_author_signing(message: Message, roster: Roster) -> Message:
    """The author alone, putting in whatever he likes."""
    return seal(replace(message, signature=b""), roster, signer("KHJ"))


@pytest.mark.parametrize(
    "change",
    [
        lambda m: replace(m, body=b"Evakuer ikke."),
        lambda m: replace(m, sequence=42),
        lambda m: replace(m, precedence=Precedence.IMMEDIATE),
        lambda m: replace(m, options=replace(m.options, answer_by_min=5)),
        lambda m: replace(m, options=replace(m.options, releaser=Releaser(KHJ.number, m.options.releaser.signature))),
        lambda m: replace(m, options=Options(releaser=Releaser(MAP.number, bytes(64)))),
    ],
    ids=["another text", "another number", "less urgent", "another option", "another person", "made up"],
)
def test_a_release_is_good_for_its_own_message_only(roster: Roster, change: Callable[[Message], Message]) -> None:
    assert verdict(with_author_signing(change(released(roster)), roster), roster) is Reason.BAD_SIGNATURE


def test_a_release_taken_out_breaks_the_authors_signature(roster: Roster) -> None:
    assert verdict(replace(released(roster), options=Options()), roster) is Reason.BAD_SIGNATURE


def test_nobody_releases_his_own(roster: Roster) -> None:
    with pytest.raises(LocalProtocolError):
        seal_released(FLASH, roster, signer("KHJ"), KHJ.number, signer("KHJ"))


def test_a_release_with_another_key_is_not_made(roster: Roster) -> None:
    with pytest.raises(LocalProtocolError):
        released(roster, by="SVN")


def test_a_releaser_nobody_knows_is_an_unknown_author(roster: Roster) -> None:
    unknown = replace(FLASH, options=Options(releaser=Releaser(77, bytes(64))))
    assert verdict(with_author_signing(unknown, roster), roster) is Reason.UNKNOWN_AUTHOR


def renewed(roster: Roster, renewal: int, rights: Right, **limits: int) -> Roster:
    body = operator(MAP.number, "MAP", "Mads Petersen", "MAP", SVN.number)
    assert isinstance(body.body, OperatorBody)
    made = roster.with_statement(
        signed(replace(body, renewal=renewal, body=replace(body.body, rights=rights), **limits))  # type: ignore[arg-type]
    )
    assert isinstance(made, Roster)
    return made


def test_who_has_not_the_right_releases_nothing(roster: Roster) -> None:
    sealed = released(roster)
    once = renewed(roster, 1, Right.FLASH)
    assert verdict(sealed, once) is None, "what is under way survives one renewal"
    assert verdict(sealed, renewed(once, 2, Right.FLASH)) is Reason.BAD_SIGNATURE


def test_a_releasers_certificate_covers_the_day(roster: Roster) -> None:
    sealed = released(roster)
    later = renewed(renewed(roster, 1, Right(63), valid_until=400), 2, Right(63), valid_until=400)
    assert verdict(sealed, later, on_day=500) is Reason.CERTIFICATE_EXPIRED
    assert verdict(sealed, later) is None


def test_the_stations_flag_reads_back() -> None:
    made = station(ODK.number, "ODK", "Odense Kommune, kriserum", "ODK")
    assert isinstance(made.body, StationBody)
    for kiosk, needed in ((False, True), (True, True), (True, False)):
        flagged = replace(made, body=replace(made.body, is_kiosk=kiosk, needs_releaser=needed))
        read = decode_statement(signed(flagged))
        assert isinstance(read, Statement)
        assert isinstance(read.body, StationBody)
        assert (read.body.is_kiosk, read.body.needs_releaser) == (kiosk, needed)
