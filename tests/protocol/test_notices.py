"""What a notice says reads back, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.notices import (
    AnswerOverdue,
    DrillNotice,
    DrillStep,
    EmergencyKey,
    FunctionDuty,
    GroupSecret,
    HighWaterMark,
    LastWord,
    LogHead,
    NoticeBody,
    decode_notice,
    encode_notice,
)
from protocol.numbers import Reference
from protocol.reasons import Dropped, LocalProtocolError, Reason

numbers = st.integers(1, 2046)
words = st.integers(0, (1 << 32) - 1)
bodies: st.SearchStrategy[NoticeBody] = st.one_of(
    st.builds(FunctionDuty, numbers, numbers, st.booleans()),
    st.builds(DrillNotice, st.integers(1, (1 << 32) - 1), st.just(DrillStep.START), words, st.binary(max_size=40)),
    st.builds(DrillNotice, st.integers(1, (1 << 32) - 1), st.sampled_from(list(DrillStep)[1:]), words),
    st.builds(LastWord, st.integers(0, (1 << 20) - 1), st.integers(0, 255)),
    st.builds(HighWaterMark, st.builds(Reference, st.integers(1, 1022), st.integers(0, 3), st.integers(0, 16383))),
    st.builds(
        GroupSecret,
        numbers,
        st.integers(0, 31),
        st.binary(min_size=4, max_size=4),
        st.binary(min_size=32, max_size=32),
    ),
    st.builds(EmergencyKey, numbers),
    st.builds(AnswerOverdue, st.builds(Reference, st.integers(1, 1022), st.integers(0, 3), st.integers(1, 16383))),
    st.builds(LogHead, words, st.binary(min_size=32, max_size=32)),
)


@given(body=bodies)
def test_a_notice_reads_back(body: NoticeBody) -> None:
    assert decode_notice(encode_notice(body)) == body


@given(raw=st.binary(max_size=50))
def test_any_bytes_have_an_answer_that_encodes_to_them(raw: bytes) -> None:
    read = decode_notice(raw)
    assert isinstance(read, Dropped) or encode_notice(read) == raw


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", Reason.TRUNCATED),
        (b"\x00", Reason.TYPE_NOT_SUPPORTED),
        (b"\x07", Reason.TRUNCATED),
        (b"\x07\x00\x21", Reason.BAD_NUMBER),
        (b"\xff", Reason.TYPE_NOT_SUPPORTED),
        (b"\x01\x00\x20", Reason.TRUNCATED),
        (b"\x01\x00\x60\x16\x00", Reason.TRAILING_BYTES),
        (b"\x01\x00\x60\x17", Reason.BAD_NUMBER),
        (b"\x01\x00\x00\x16", Reason.BAD_NUMBER),
        (b"\x02" + bytes(9), Reason.BAD_NUMBER),
        (b"\x02\x00\x00\x00\x01\x04" + bytes(4), Reason.BAD_NUMBER),
        (b"\x02\x00\x00\x00\x01\x02" + bytes(4) + b"name", Reason.BAD_NUMBER),
        (b"\x05\x00\x20" + bytes(35), Reason.TRUNCATED),
        (b"\x05\x00\x20" + bytes(37), Reason.TRAILING_BYTES),
        (b"\x05" + bytes(38), Reason.BAD_NUMBER),
        (b"\x08\x00\x40\x0a", Reason.TRUNCATED),
        (b"\x08\x00\x40\x00\x00", Reason.BAD_NUMBER),
        (b"\x08\x00\x40\x0a\x41", Reason.BAD_NUMBER),
        (b"\x08\x00\x40\x0a\x40\x00", Reason.TRAILING_BYTES),
    ],
)
def test_what_is_no_notice_is_told_by_reason(raw: bytes, expected: Reason) -> None:
    read = decode_notice(raw)
    assert isinstance(read, Dropped)
    assert read.reason is expected


def test_a_group_secret_shows_in_no_text() -> None:
    assert "secret" not in repr(GroupSecret(3, 1, b"hhhh", b"s" * 32))
    assert b"s" * 32 not in repr(GroupSecret(3, 1, b"hhhh", b"s" * 32)).encode()


def test_what_nobody_could_read_is_not_written() -> None:
    with pytest.raises(LocalProtocolError):
        encode_notice(FunctionDuty(2047, 1, is_taken=True))
