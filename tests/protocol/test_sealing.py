"""A frame holds by its author's word: the expanded form, keys in renewal, exercise against real, days."""

from dataclasses import replace

import pytest

from protocol.frames import Act, ActKind, Digest, DigestEntry, HoldState, Message, SignedOther
from protocol.instants import Lifetime
from protocol.numbers import EVERYBODY, Address, FrameType, Kind, Precedence
from protocol.options import Options, Recipient, Role
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.roster import Roster
from protocol.sealing import (
    ED25519,
    Verified,
    act_to_sign,
    digest_to_sign,
    fingerprint,
    message_to_sign,
    seal,
    seal_act,
    seal_digest,
    verify_act,
    verify_digest,
    verify_message,
)
from tests.support.identities import (
    KHJ,
    LEADER,
    MAP,
    ODK,
    ROOT_KEY,
    SVN,
    authority,
    operator,
    public,
    signed,
    signer,
    small_network,
    station,
)

DRILL = 0xD1
MESSAGE = Message(
    precedence=Precedence.PRIORITY,
    station=ODK.number,
    incarnation=1,
    sequence=41,
    author=KHJ.number,
    recipient=LEADER,
    time=1000,
    lifetime=Lifetime.ONE_DAY,
    body=b"Send 200 l diesel.",
)
ACT = Act(
    precedence=Precedence.PRIORITY,
    station=SVN.number,
    incarnation=1,
    author=MAP.number,
    about=MESSAGE.reference,
    act=ActKind.ACKNOWLEDGED,
    time=1010,
)
DIGEST = Digest(
    precedence=Precedence.PRIORITY,
    station=SVN.number,
    incarnation=1,
    time=1005,
    manned=True,
    entries=(DigestEntry(MESSAGE.reference, HoldState.AT_STATION, b"\x01\x02"),),
)
FINGERPRINT = bytes(range(32))


@pytest.fixture(scope="module")
def roster() -> Roster:
    return small_network().roster()


@pytest.fixture(scope="module")
def message(roster: Roster) -> Message:
    return seal(MESSAGE, roster, signer("KHJ"))


def reason(answer: Verified | Dropped) -> Reason:
    assert isinstance(answer, Dropped), answer
    return answer.reason


def test_a_sealed_message_verifies_and_tells_its_fingerprint(roster: Roster, message: Message) -> None:
    to_sign = message_to_sign(message, roster)
    assert isinstance(to_sign, bytes)
    assert verify_message(message, roster, ED25519, 300) == Verified(fingerprint(to_sign), 1, clock_checked=True)


def test_without_a_clock_no_validity_is_checked(roster: Roster, message: Message) -> None:
    verified = verify_message(message, roster, ED25519, None)
    assert isinstance(verified, Verified)
    assert not verified.clock_checked


def test_what_is_signed_is_the_string_of_the_specification(roster: Roster, message: Message) -> None:
    leader = roster.recipient_id(LEADER)
    assert leader is not None
    expected = (
        b"bavn sealed 0" + ROOT_KEY + public("ODK") + public("KHJ") + b"\x00\x01" + b"\x01" + leader + bytes(4)
    ) + message.encode()[:11]
    assert message_to_sign(message, roster) == expected + b"\x00" + MESSAGE.body


def test_the_string_of_an_act_holds_the_message(roster: Roster) -> None:
    act = seal_act(ACT, roster, FINGERPRINT, signer("MAP"))
    expected = b"bavn act 0" + ROOT_KEY + public("SVN") + public("MAP") + b"\x00\x01" + FINGERPRINT + bytes(4)
    assert act_to_sign(act, roster, FINGERPRINT) == expected + act.encode()[:-64]


def test_the_string_of_a_digest_names_no_author(roster: Roster) -> None:
    digest = seal_digest(DIGEST, roster, signer("SVN"))
    expected = b"bavn digest 0" + ROOT_KEY + public("SVN") + b"\x00\x01" + digest.encode()[:-64]
    assert digest_to_sign(digest, roster) == expected


def test_an_act_fits_its_message_only(roster: Roster) -> None:
    act = seal_act(ACT, roster, FINGERPRINT, signer("MAP"))
    assert isinstance(verify_act(act, roster, ED25519, FINGERPRINT, 300), Verified)
    assert reason(verify_act(act, roster, ED25519, bytes(32), 300)) is Reason.BAD_SIGNATURE


def test_a_digest_is_the_stations_word(roster: Roster) -> None:
    digest = seal_digest(DIGEST, roster, signer("SVN"))
    assert isinstance(verify_digest(digest, roster, ED25519, 300), Verified)
    with pytest.raises(LocalProtocolError, match="not the certified one"):
        seal_digest(DIGEST, roster, signer("MAP"))


def test_the_stations_own_report_is_signed_by_the_station(roster: Roster) -> None:
    report = seal(replace(MESSAGE, author=0), roster, signer("ODK"))
    assert isinstance(verify_message(report, roster, ED25519, 300), Verified)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"station": 77}, Reason.UNKNOWN_STATION),
        ({"incarnation": 2}, Reason.UNKNOWN_STATION),
        ({"author": 77}, Reason.UNKNOWN_AUTHOR),
        ({"recipient": Address(Kind.GROUP, 3)}, Reason.UNKNOWN_RECIPIENT),
        ({"author": MAP.number}, Reason.BAD_SIGNATURE),
        ({"station": SVN.number}, Reason.BAD_SIGNATURE),
        ({"recipient": SVN}, Reason.BAD_SIGNATURE),
        ({"recipient": EVERYBODY}, Reason.BAD_SIGNATURE),
        ({"options": Options(drill=DRILL)}, Reason.BAD_SIGNATURE),
    ],
)
def test_a_swapped_number_is_seen(
    roster: Roster, message: Message, change: dict[str, int | Address | Options], expected: Reason
) -> None:
    assert reason(verify_message(replace(message, **change), roster, ED25519, 300)) is expected


def test_one_unknown_among_several_recipients_is_seen(roster: Roster) -> None:
    several = Options(recipients=(Recipient(SVN), Recipient(Address(Kind.FUNCTION, 99), Role.COPY)))
    several_message = replace(MESSAGE, recipient=Address(Kind.SEVERAL, 2), options=several, signature=bytes(64))
    assert reason(verify_message(several_message, roster, ED25519, None)) is Reason.UNKNOWN_RECIPIENT


def test_another_network_with_the_same_keys_and_numbers_does_not_take_the_signature(message: Message) -> None:
    elsewhere = small_network("another root").roster()
    assert elsewhere.keys(Kind.OPERATOR, KHJ.number) == (public("KHJ"),)
    assert reason(verify_message(message, elsewhere, ED25519, None)) is Reason.BAD_SIGNATURE


def renewed(roster: Roster, *statements: bytes) -> Roster:
    for raw in statements:
        result = roster.with_statement(raw)
        assert isinstance(result, Roster), result
        roster = result
    return roster


def renewal_of_operator(key: str, renewal: int) -> bytes:
    return signed(replace(operator(KHJ.number, "KHJ", "Karen Holm Jensen", key, ODK.number), renewal=renewal))


def test_a_message_in_flight_survives_one_renewal_of_each_key(roster: Roster, message: Message) -> None:
    new_station = replace(station(ODK.number, "ODK", "Odense Kommune, kriserum", "ODK 2"), renewal=1)
    later = renewed(roster, renewal_of_operator("KHJ 2", 1), signed(new_station))
    before, after = verify_message(message, roster, ED25519, None), verify_message(message, later, ED25519, None)
    assert before == after
    assert isinstance(after, Verified)


def test_the_key_before_the_last_two_is_not_tried(roster: Roster, message: Message) -> None:
    later = renewed(roster, renewal_of_operator("KHJ 2", 1), renewal_of_operator("KHJ 3", 2))
    assert reason(verify_message(message, later, ED25519, None)) is Reason.BAD_SIGNATURE


def test_during_a_renewal_the_older_key_still_seals(roster: Roster) -> None:
    later = renewed(roster, renewal_of_operator("KHJ 2", 1))
    for key in ("KHJ", "KHJ 2"):
        assert isinstance(verify_message(seal(MESSAGE, later, signer(key)), later, ED25519, None), Verified)


def test_a_drill_is_signed_with_exercise_keys(roster: Roster) -> None:
    drill = seal(replace(MESSAGE, options=Options(drill=DRILL)), roster, signer("KHJ exercise"))
    assert isinstance(verify_message(drill, roster, ED25519, None), Verified)
    with pytest.raises(LocalProtocolError, match="not the certified one"):
        seal(replace(MESSAGE, options=Options(drill=DRILL)), roster, signer("KHJ"))


def swapped_contexts() -> Roster:
    """The small network as somebody sees it who holds each real certificate for an exercise one and the reverse."""
    swap = {False: "", True: " exercise"}
    statements = [signed(authority(), by="root")]
    for exercise in (False, True):
        suffix = swap[not exercise]
        mine = (
            station(ODK.number, "ODK", "Odense Kommune, kriserum", f"ODK{suffix}"),
            station(SVN.number, "SVN", "Svendborg brandstation", f"SVN{suffix}"),
            operator(KHJ.number, "KHJ", "Karen Holm Jensen", f"KHJ{suffix}", ODK.number),
        )
        statements += [signed(replace(one, exercise=exercise)) for one in mine]
    roster, dropped = Roster.build(ROOT_KEY, statements)
    assert not dropped
    return roster


@pytest.mark.parametrize("drill", [None, DRILL])
def test_a_frame_signed_by_keys_of_the_other_context_is_named(roster: Roster, drill: int | None) -> None:
    key = "KHJ" if drill else "KHJ exercise"
    to_all = replace(MESSAGE, recipient=EVERYBODY, options=Options(drill=drill))
    wrongly = seal(to_all, swapped_contexts(), signer(key))
    assert reason(verify_message(wrongly, roster, ED25519, None)) is Reason.WRONG_CONTEXT


def test_an_act_in_the_other_context_is_named(roster: Roster) -> None:
    act = replace(ACT, station=ODK.number, author=KHJ.number, drill=DRILL)
    wrongly = seal_act(act, swapped_contexts(), FINGERPRINT, signer("KHJ"))
    assert reason(verify_act(wrongly, roster, ED25519, FINGERPRINT, None)) is Reason.WRONG_CONTEXT


def test_a_drill_without_an_exercise_certificate_has_no_author(roster: Roster) -> None:
    drill = replace(MESSAGE, author=MAP.number, options=Options(drill=DRILL), signature=bytes(64))
    assert reason(verify_message(drill, roster, ED25519, None)) is Reason.UNKNOWN_AUTHOR


@pytest.mark.parametrize(("day", "is_good"), [(99, False), (100, True), (200, True), (201, False), (None, True)])
def test_a_certificate_covers_its_first_and_last_day(*, day: int | None, is_good: bool) -> None:
    limited = replace(
        operator(KHJ.number, "KHJ", "Karen Holm Jensen", "KHJ", ODK.number), valid_from=100, valid_until=200
    )
    network = small_network()
    others = [raw for raw in network.real if b"Karen" not in raw]
    roster = Roster.build(ROOT_KEY, [network.authority, *others, signed(limited)])[0]
    answer = verify_message(seal(MESSAGE, roster, signer("KHJ")), roster, ED25519, day)
    assert isinstance(answer, Verified) is is_good
    assert is_good or reason(answer) is Reason.CERTIFICATE_EXPIRED


def test_an_expired_authority_ends_what_it_certified(message: Message) -> None:
    ended = signed(replace(authority(), valid_until=200), by="root")
    roster = Roster.build(ROOT_KEY, [ended, *small_network().real])[0]
    assert isinstance(verify_message(message, roster, ED25519, 200), Verified)
    assert reason(verify_message(message, roster, ED25519, 201)) is Reason.CERTIFICATE_EXPIRED


@pytest.mark.parametrize(("version", "frame_type"), [(0, FrameType.NOTICE), (1, FrameType.MESSAGE), (2, 7)])
def test_a_frame_of_a_newer_kind_is_verified_by_its_header(roster: Roster, version: int, frame_type: int) -> None:
    fields = {name: getattr(MESSAGE, name) for name in ("precedence", "station", "incarnation", "sequence", "author")}
    other = SignedOther(
        **fields,
        version=version,
        type=frame_type,
        recipient=MESSAGE.recipient,
        time=MESSAGE.time,
        lifetime=MESSAGE.lifetime,
        body=b"something new",
    )
    to_sign = message_to_sign(other, roster)
    assert isinstance(to_sign, bytes)
    assert to_sign.startswith(f"bavn sealed {version}".encode())
    signed_other = replace(other, signature=signer("KHJ")(to_sign))
    assert isinstance(verify_message(signed_other, roster, ED25519, None), Verified)


def test_what_nobody_certifies_is_not_sealed(roster: Roster) -> None:
    with pytest.raises(LocalProtocolError, match="unknown_author"):
        seal(replace(MESSAGE, author=77), roster, signer("KHJ"))


def test_an_operator_with_a_wide_number_can_write_and_act(roster: Roster) -> None:
    wide = renewed(roster, signed(operator(5000, "XYZ", "Xenia Ydun", "XYZ", ODK.number)))
    message = seal(replace(MESSAGE, author=5000), wide, signer("XYZ"))
    act = seal_act(replace(ACT, author=5000), wide, FINGERPRINT, signer("XYZ"))
    assert isinstance(verify_message(message, wide, ED25519, None), Verified)
    assert isinstance(verify_act(act, wide, ED25519, FINGERPRINT, None), Verified)
