"""Long messages: what is cut comes together again, whatever the length, and nothing else does."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.decode import decode
from protocol.frames import Fragment, Long
from protocol.long_messages import (
    CODED_BYTES_MAX,
    FRAGMENT_DATA_MAX,
    FRAGMENTS_MAX,
    Plan,
    coded_bytes_max,
    fragment_hash,
    fragment_of,
    fragments_needed,
    joined,
    long_of,
    plan_of,
    split,
)
from protocol.messages import SEALED_BYTES_MIN
from protocol.numbers import DIRECT_FRAME_BYTES_MAX, FRAME_BYTES_MAX
from protocol.reasons import Dropped, LocalProtocolError, Reason
from tests.support.identities import public
from tests.support.wire_cases import text_message

ROOM = FRAME_BYTES_MAX - SEALED_BYTES_MIN
DIRECT_ROOM = DIRECT_FRAME_BYTES_MAX - SEALED_BYTES_MIN
KEY = public("ODK")


def long(coded: bytes) -> Long:
    return replace(long_of(text_message("")), body=coded, signature=bytes(64))


def plan(first: Long) -> Plan:
    found = plan_of(first.body)
    assert isinstance(found, Plan), found
    return found


@settings(max_examples=200, deadline=None)
@given(coded=st.binary(min_size=2, max_size=CODED_BYTES_MAX), room=st.integers(60, ROOM), is_direct=st.booleans())
def test_what_is_cut_comes_together_again(coded: bytes, room: int, is_direct: bool) -> None:
    most = DIRECT_FRAME_BYTES_MAX if is_direct else FRAME_BYTES_MAX
    if fragments_needed(len(coded), room, most) is None:
        return
    first, datas = split(long(coded), room, KEY, 1, most)
    assert joined(plan(first), datas) == coded
    assert len(first.body) <= room
    for index, data in enumerate(datas):
        frame = fragment_of(first, index, data).encode()
        assert len(frame) <= most
        assert decode(frame) == fragment_of(first, index, data)
        assert len(data) == plan(first).bytes_of(index)
        assert fragment_hash(KEY, 1, first.sequence, index, data) == plan(first).hashes[index]


def test_the_longest_text_takes_one_fragment_less_than_there_may_be() -> None:
    assert fragments_needed(CODED_BYTES_MAX, ROOM) == FRAGMENTS_MAX - 1
    assert coded_bytes_max(ROOM) == CODED_BYTES_MAX
    first, _ = split(long(bytes(CODED_BYTES_MAX)), ROOM, KEY, 1)
    assert len(first.encode()) <= FRAME_BYTES_MAX


def test_beyond_the_twelve_bits_nothing_is_cut() -> None:
    assert fragments_needed(CODED_BYTES_MAX + 1, ROOM) is None
    with pytest.raises(LocalProtocolError):
        split(long(bytes(CODED_BYTES_MAX + 1)), ROOM, KEY, 1)


def test_direct_messages_carry_almost_as_much() -> None:
    assert fragments_needed(4076, DIRECT_ROOM, DIRECT_FRAME_BYTES_MAX) == FRAGMENTS_MAX
    assert fragments_needed(4077, DIRECT_ROOM, DIRECT_FRAME_BYTES_MAX) is None


def test_large_options_leave_room_for_less() -> None:
    assert coded_bytes_max(ROOM - 68) < CODED_BYTES_MAX
    assert fragments_needed(coded_bytes_max(ROOM - 68), ROOM - 68) is not None
    assert fragments_needed(coded_bytes_max(ROOM - 68) + 1, ROOM - 68) is None


def test_another_text_with_the_same_fragment_hashes_is_not_the_signed_one() -> None:
    first, datas = split(long(bytes(range(250))), ROOM, KEY, 1)
    other = replace(plan(first), piece=b"!" + plan(first).piece[1:])
    dropped = joined(other, datas)
    assert isinstance(dropped, Dropped)
    assert dropped.reason is Reason.BAD_FRAGMENT


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.TRUNCATED),
        (bytes(18), Reason.TRUNCATED),
        (b"\x0c\x70\x80" + bytes(16), Reason.TRUNCATED),  # one fragment, its hash missing
        (b"\x0c\x70\x81" + bytes(22), Reason.RESERVED_BITS),
        (b"\x0c\x70\x00" + bytes(16), Reason.BAD_NUMBER),  # no fragment
        (b"\xff\xfa\x00" + bytes(16 + 6 * 20), Reason.BAD_NUMBER),  # twenty
        (b"\xff\xf0\x80" + bytes(22), Reason.TOO_LARGE),  # 4096 bytes in one
        (b"\x00\x10\x80" + bytes(24), Reason.TRAILING_BYTES),  # two bytes in all, and two stand here
        (b"\x00\x43\x80" + bytes(16 + 42), Reason.TRAILING_BYTES),  # five bytes in seven
        (b"\x00\x93\x80" + bytes(16 + 42), Reason.BAD_NUMBER),  # ten bytes in seven: two each, the last two empty
    ],
)
def test_a_first_frame_that_cannot_be_is_refused_by_reason(body: bytes, reason: Reason) -> None:
    answer = decode(long(body).encode())
    assert isinstance(answer, Dropped)
    assert answer.reason is reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x22\x01\x50\x29\x00", Reason.TRUNCATED),
        (b"\x22\x01\x50\x29\x01!", Reason.RESERVED_BITS),
        (b"\x22\x01\x50\x29\xfe!", Reason.BAD_NUMBER),  # index 31
        (b"\x22\x00\x10\x29\x00!", Reason.BAD_NUMBER),  # station 0
        (b"\x22\x01\x50\x00\x00!", Reason.BAD_NUMBER),  # sequence 0
    ],
)
def test_a_fragment_that_cannot_be_is_refused_by_reason(raw: bytes, reason: Reason) -> None:
    answer = decode(raw)
    assert isinstance(answer, Dropped)
    assert answer.reason is reason


def test_a_fragment_of_our_own_is_checked_too() -> None:
    for wrong in ({"index": FRAGMENTS_MAX}, {"data": b""}, {"sequence": 0}, {"data": bytes(FRAGMENT_DATA_MAX + 1)}):
        fragment = replace(fragment_of(long(b""), 0, b"!"), **wrong)
        assert isinstance(fragment, Fragment)
        with pytest.raises(LocalProtocolError):
            fragment.encode()
