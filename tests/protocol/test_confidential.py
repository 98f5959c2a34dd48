"""Confidential content: its readers read it, and nobody else does, whatever is changed or signed anew."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import encode_text
from protocol.confidential import (
    GROUP_CONFIDENTIAL_BYTES,
    Between,
    confidential_bytes,
    decrypt_at_station,
    decrypt_in_group,
    encrypt_for_group,
    encrypt_for_stations,
    group_key,
    group_version,
    readers,
    station_key,
)
from protocol.decode import decode
from protocol.frames import Message
from protocol.numbers import EVERYBODY, FRAME_BYTES_MAX, SEQUENCE_MAX, SIGNATURE_BYTES, Address, Kind, Precedence
from protocol.options import Options, Releaser
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.sealing import ED25519, Verified, seal, verify_message
from tests.support.identities import (
    AUTHORITY,
    KHJ,
    LEADER,
    MAP,
    ODK,
    ROOT_KEY,
    SVN,
    exchange_key,
    exchange_public,
    function,
    public,
    signed,
    signer,
    small_network,
)
from tests.support.wire_cases import DRILL, WIDE, case_roster, text_message

ROSTER = case_roster()
TEXT = "Beboer på stue 4 skal flyttes."
PLAIN = TEXT.encode()
SECRET = bytes(range(32))


def between(to: Address = SVN, **changes: object) -> Between:
    recipient = ROSTER.recipient_id(to)
    assert recipient is not None
    base = Between(root=ROOT_KEY, origin=public("ODK"), recipient=recipient, incarnation=1, drill=0)
    return replace(base, **changes)


def pair(own: str, peer: str, who: Between) -> bytes:
    return station_key(exchange_key(own), exchange_public(peer), who)


TO_SVN = pair("ODK", "SVN", between())
AT_SVN = pair("SVN", "ODK", between())
PLAIN_MESSAGE = text_message(TEXT, recipient=SVN)
ENCRYPTED = encrypt_for_stations(PLAIN_MESSAGE, (TO_SVN,), 1)


def is_refused(answer: bytes | Dropped) -> bool:
    return isinstance(answer, Dropped) and answer.reason is Reason.NOT_DECRYPTED


def test_the_recipients_station_reads_what_the_origin_wrote() -> None:
    assert decrypt_at_station(ENCRYPTED, AT_SVN, 0, 1, 1) == PLAIN
    assert PLAIN not in ENCRYPTED.body


def test_the_origin_reads_its_own_message() -> None:
    assert decrypt_at_station(ENCRYPTED, TO_SVN, 0, 1, 1) == PLAIN


def test_non_text_is_at_most_84_bytes() -> None:
    for plain in ("", "a", TEXT):
        message = encrypt_for_stations(text_message(plain, recipient=SVN), (TO_SVN,), 1)
        sealed = seal(message, ROSTER, signer("KHJ")).encode()
        assert len(sealed) - len(plain.encode()) == 76 + confidential_bytes(1) == 84


@pytest.mark.parametrize(
    "key",
    [
        pair("KHJ", "ODK", between()),
        pair("SVN", "ODK", between(root=public("authority"))),
        pair("SVN", "ODK", between(origin=public("SVN"))),
        pair("SVN", "ODK", between(LEADER)),
        pair("SVN", "ODK", between(incarnation=2)),
        pair("SVN", "ODK", between(incarnation=5)),
        pair("SVN", "ODK", between(drill=DRILL)),
        pair("SVN exercise", "ODK", between()),
    ],
    ids=["third station", "network", "direction", "recipient", "incarnation", "same bits", "drill", "exercise keys"],
)
def test_another_key_does_not_fit(key: bytes) -> None:
    assert key != AT_SVN
    assert is_refused(decrypt_at_station(ENCRYPTED, key, 0, 1, 1))


def test_any_bit_changed_is_seen() -> None:
    raw = seal(ENCRYPTED, ROSTER, signer("KHJ")).encode()
    unsigned_bytes = len(raw) - SIGNATURE_BYTES
    for bit in range(unsigned_bytes * 8):
        changed = decode(raw[: bit // 8] + bytes([raw[bit // 8] ^ 0x80 >> bit % 8]) + raw[bit // 8 + 1 :])
        if isinstance(changed, Message) and changed.confidential and bit // 8 != 11:
            assert is_refused(decrypt_at_station(changed, AT_SVN, 0, 1, 1)), bit


@pytest.mark.parametrize(
    ("station", "author", "key"),
    [(SVN.number, MAP.number, "MAP"), (ODK.number, MAP.number, "MAP"), (ODK.number, 0, "ODK")],
    ids=["at another station", "a colleague", "the station itself"],
)
def test_re_signed_ciphertext_is_verified_and_does_not_decrypt(station: int, author: int, key: str) -> None:
    stolen = seal(replace(ENCRYPTED, station=station, author=author), ROSTER, signer(key))
    assert isinstance(verify_message(stolen, ROSTER, ED25519, None), Verified)
    for name in ("ODK", "SVN"):
        for origin in (public("ODK"), public("SVN")):
            tried = pair("SVN", name, between(origin=origin))
            assert is_refused(decrypt_at_station(stolen, tried, 0, 1, 1))


def test_every_home_station_of_a_function_reads_it_and_a_stranger_does_not() -> None:
    message = text_message(TEXT, recipient=LEADER)
    label = between(LEADER)
    keys = [pair("ODK", name, label) for name in ("SVN", "KHJ", "MAP")]
    encrypted = encrypt_for_stations(message, keys, 1)
    for place, name in enumerate(("SVN", "KHJ", "MAP")):
        assert decrypt_at_station(encrypted, pair(name, "ODK", label), place, 3, 1) == PLAIN
    assert is_refused(decrypt_at_station(encrypted, pair("ØÅ", "ODK", label), 1, 3, 1))
    assert is_refused(decrypt_at_station(encrypted, keys[1], 2, 3, 1))
    assert is_refused(decrypt_at_station(encrypted, keys[0], 0, 2, 1))
    assert len(encrypted.body) == len(PLAIN) + confidential_bytes(3) == len(PLAIN) + 40


def test_a_function_at_two_stations_shares_no_key_between_its_messages() -> None:
    label = between(LEADER)
    keys = [pair("ODK", name, label) for name in ("SVN", "KHJ")]
    one, other = (
        encrypt_for_stations(text_message(TEXT, recipient=LEADER, sequence=sequence), keys, 1) for sequence in (41, 42)
    )
    # Who read one of them learned its content key; with that wrap the other does not open.
    mixed = replace(other, body=one.body[:16] + other.body[16:])
    assert is_refused(decrypt_at_station(mixed, pair("KHJ", "ODK", label), 1, 2, 1))


def test_a_second_releaser_signs_what_is_encrypted_already() -> None:
    released = replace(ENCRYPTED, options=Options(releaser=Releaser(MAP.number, bytes(64))))
    assert decrypt_at_station(released, AT_SVN, 0, 1, 1) == PLAIN
    with_reply = encrypt_for_stations(
        replace(PLAIN_MESSAGE, options=Options(answer_by_min=90, releaser=Releaser(MAP.number, bytes(64)))),
        (TO_SVN,),
        1,
    )
    assert with_reply.options.releaser is not None
    assert decrypt_at_station(with_reply, AT_SVN, 0, 1, 1) == PLAIN
    assert is_refused(decrypt_at_station(replace(with_reply, options=Options()), AT_SVN, 0, 1, 1))


def test_a_wide_number_is_filled_in_before_it_is_encrypted() -> None:
    message = encrypt_for_stations(text_message(TEXT, author=WIDE.number, recipient=SVN), (TO_SVN,), 1)
    sealed = decode(seal(message, ROSTER, signer("ØÅ")).encode())
    assert isinstance(sealed, Message)
    assert decrypt_at_station(sealed, AT_SVN, 0, 1, 1) == PLAIN


def test_the_age_a_carrier_writes_changes_nothing() -> None:
    assert decrypt_at_station(replace(ENCRYPTED, age_s=8000), AT_SVN, 0, 1, 1) == PLAIN


@given(sequence=st.integers(1, SEQUENCE_MAX), precedence=st.sampled_from(Precedence), plain=st.binary(max_size=139))
def test_what_is_encrypted_comes_back_at_its_reader(sequence: int, precedence: Precedence, plain: bytes) -> None:
    message = text_message("", recipient=SVN, sequence=sequence, precedence=precedence, body=plain)
    encrypted = encrypt_for_stations(message, (TO_SVN,), 1)
    assert decrypt_at_station(encrypted, AT_SVN, 0, 1, 1) == plain
    assert is_refused(decrypt_at_station(replace(encrypted, sequence=sequence % SEQUENCE_MAX + 1), AT_SVN, 0, 1, 1))


@given(body=st.binary(max_size=60), stations=st.integers(1, 4), place=st.integers(0, 3))
def test_any_body_has_an_answer(body: bytes, stations: int, place: int) -> None:
    assert is_refused(decrypt_at_station(replace(ENCRYPTED, body=body), AT_SVN, min(place, stations - 1), stations, 1))
    assert is_refused(decrypt_in_group(replace(ENCRYPTED, body=body), AT_SVN, 1))


@pytest.mark.parametrize("count", [0, 5])
def test_more_readers_than_a_certificate_has_are_our_mistake(count: int) -> None:
    with pytest.raises(LocalProtocolError):
        encrypt_for_stations(PLAIN_MESSAGE, [TO_SVN] * count, 1)


def group_message(version: int = 3, secret: bytes = SECRET) -> tuple[Message, bytes]:
    key = group_key(secret, version, between())
    return encrypt_for_group(PLAIN_MESSAGE, key, version, 1), key


def test_a_member_reads_a_groups_message_by_the_version_it_names() -> None:
    message, key = group_message()
    assert group_version(message) == 3
    assert decrypt_in_group(message, key, 1) == PLAIN
    assert len(message.body) == len(PLAIN) + GROUP_CONFIDENTIAL_BYTES == len(PLAIN) + 9


@pytest.mark.parametrize(
    ("secret", "version", "changes"),
    [
        (SECRET, 2, {}),
        (bytes(32), 3, {}),
        (SECRET, 3, {"origin": public("SVN")}),
        (SECRET, 3, {"drill": DRILL}),
        (SECRET, 3, {"incarnation": 2}),
    ],
    ids=["another version", "another secret", "another origin", "an exercise", "another incarnation"],
)
def test_another_groups_key_does_not_fit(secret: bytes, version: int, changes: dict[str, object]) -> None:
    message, _ = group_message()
    assert is_refused(decrypt_in_group(message, group_key(secret, version, between(**changes)), 1))


def test_a_version_changed_on_the_way_does_not_decrypt() -> None:
    message, key = group_message()
    assert is_refused(decrypt_in_group(replace(message, body=b"\x10" + message.body[1:]), key, 1))


@pytest.mark.parametrize("body", [b"", b"\x01" + bytes(8), b"\x19" + bytes(8)])
def test_a_version_that_cannot_be_is_none(body: bytes) -> None:
    assert group_version(replace(ENCRYPTED, body=body)) is None


@pytest.mark.parametrize("version", [-1, 32])
def test_a_version_out_of_its_bits_is_our_mistake(version: int) -> None:
    with pytest.raises(LocalProtocolError):
        encrypt_for_group(PLAIN_MESSAGE, SECRET, version, 1)


def test_the_fullest_confidential_frame_fits() -> None:
    room = FRAME_BYTES_MAX - 84
    message = encrypt_for_stations(text_message("a" * room, recipient=SVN), (TO_SVN,), 1)
    assert len(seal(message, ROSTER, signer("KHJ")).encode()) == FRAME_BYTES_MAX
    assert encode_text("a" * room)[1] == b"a" * room


@pytest.mark.parametrize(
    ("to", "lists"),
    [
        (SVN, ((SVN.number,),)),
        (KHJ, ((ODK.number,),)),
        (LEADER, ((SVN.number, ODK.number),)),
        (EVERYBODY, ()),
        (AUTHORITY, ()),
        (Address(Kind.SEVERAL, 2), ()),
        (Address(Kind.STATION, 77), ()),
    ],
)
def test_who_reads_is_said_by_the_recipients_certificate(to: Address, lists: tuple[tuple[int, ...], ...]) -> None:
    assert readers(ROSTER, to) == lists


def test_after_a_renewal_the_home_stations_before_it_are_tried_too() -> None:
    moved = replace(function(LEADER.number, "KRL", "Kriseleder", (ODK.number,)), renewal=1)
    renewed = small_network().roster().with_statement(signed(moved))
    assert not isinstance(renewed, Dropped)
    assert readers(renewed, LEADER) == ((ODK.number,), (SVN.number, ODK.number))
