"""Comments about confidential messages: both ends read them, nothing else does, no two share a key."""

from dataclasses import replace

import pytest

from protocol.acts import COMMENT_BYTES_MAX
from protocol.confidential_acts import COMMENT_CONFIDENTIAL_BYTES, COUNT_MAX, decrypt_comment, encrypt_comment
from protocol.decode import decode
from protocol.frames import Act, ActKind
from protocol.instants import NO_TIME
from protocol.numbers import SIGNATURE_BYTES, Precedence, Reference
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.sealing import seal_act
from tests.support.identities import MAP, ODK, SVN, signer
from tests.support.wire_cases import case_roster, confidential_comment_key

ROSTER = case_roster()
KEY = confidential_comment_key(ROSTER)
MARK = bytes(range(32))
PLAIN = Act(
    precedence=Precedence.PRIORITY,
    station=SVN.number,
    incarnation=1,
    author=MAP.number,
    about=Reference(ODK.number, 1, 41),
    act=ActKind.READ_BACK,
    time=NO_TIME,
    comment=b"Stue 4 flyttes kl. 14",
)
ENCRYPTED = encrypt_comment(PLAIN, KEY, 0, MARK, 1)


def is_refused(answer: bytes | Dropped) -> bool:
    return isinstance(answer, Dropped) and answer.reason is Reason.NOT_DECRYPTED


def test_a_comment_comes_back_and_costs_nine_bytes() -> None:
    assert decrypt_comment(ENCRYPTED, KEY, MARK, 1) == PLAIN.comment
    assert len(ENCRYPTED.comment) == len(PLAIN.comment) + COMMENT_CONFIDENTIAL_BYTES == len(PLAIN.comment) + 9


def test_any_bit_of_the_act_changed_is_seen() -> None:
    raw = seal_act(ENCRYPTED, ROSTER, MARK, signer("MAP")).encode()
    for bit in range((len(raw) - SIGNATURE_BYTES) * 8):
        changed = decode(raw[: bit // 8] + bytes([raw[bit // 8] ^ 0x80 >> bit % 8]) + raw[bit // 8 + 1 :])
        if isinstance(changed, Act) and changed.confidential:
            assert is_refused(decrypt_comment(changed, KEY, MARK, 1)), bit


@pytest.mark.parametrize(("key", "mark", "incarnation"), [(bytes(32), MARK, 1), (KEY, bytes(32), 1), (KEY, MARK, 2)])
def test_another_key_message_or_incarnation_does_not_fit(key: bytes, mark: bytes, incarnation: int) -> None:
    assert is_refused(decrypt_comment(ENCRYPTED, key, mark, incarnation))


def test_two_comments_under_one_header_are_encrypted_by_two_keys() -> None:
    zeros = replace(PLAIN, comment=bytes(20))
    one, other = (encrypt_comment(zeros, KEY, count, MARK, 1).comment[1:] for count in (0, 1))
    assert one != other


@pytest.mark.parametrize("comment", [b"", b"\x00", b"\x00" + bytes(7), b"\x00" + bytes(8)])
def test_any_comment_has_an_answer(comment: bytes) -> None:
    assert is_refused(decrypt_comment(replace(ENCRYPTED, comment=comment), KEY, MARK, 1))


@pytest.mark.parametrize("count", [-1, COUNT_MAX + 1])
def test_a_count_out_of_its_byte_is_our_mistake(count: int) -> None:
    with pytest.raises(LocalProtocolError):
        encrypt_comment(PLAIN, KEY, count, MARK, 1)


def test_the_longest_comment_still_fits() -> None:
    longest = replace(PLAIN, comment=bytes(COMMENT_BYTES_MAX - COMMENT_CONFIDENTIAL_BYTES))
    sealed = seal_act(encrypt_comment(longest, KEY, 0, MARK, 1), ROSTER, MARK, signer("MAP"))
    assert isinstance(decode(sealed.encode()), Act)
