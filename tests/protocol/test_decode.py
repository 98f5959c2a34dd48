"""Reading: what was written comes back, other bytes come back as they were or with a reason, nothing raises."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.decode import decode, sealed_bytes, with_age
from protocol.frames import Act, Beacon, Digest, Frame, Long, Message, MessageLike, Notice, Receipt, SignedOther
from protocol.instants import decode_age
from protocol.numbers import FRAME_BYTES_MAX, FrameType
from protocol.reasons import Dropped, LocalProtocolError
from protocol.statements import STATEMENT_BYTES_MAX, StatementFrame
from tests.support import wire_strategies as wire
from tests.support.wire_cases import all_cases

SHARED_MACHINE = [HealthCheck.too_slow]
"""How long a draw takes says more about the neighbours than about the strategy."""
EVERY_FRAME = {
    "message": wire.messages(),
    "long": wire.messages(Long),
    "fragment": wire.fragments,
    "notice": wire.messages(Notice),
    "signed other": wire.messages(SignedOther),
    "act": wire.acts(),
    "digest": wire.digests(),
    "receipt": wire.receipts,
    "beacon": wire.beacons,
    "beacon that answers": wire.answering_beacons,
    "bundle": wire.bundles(),
    "sheaf": wire.sheaves(),
    "inventory": wire.inventories,
    "request": wire.requests(),
    "statement": wire.statements(),
}


@pytest.mark.parametrize("name", list(EVERY_FRAME))
@settings(max_examples=60, deadline=None, suppress_health_check=SHARED_MACHINE)
@given(data=st.data())
def test_what_is_written_is_read(name: str, data: st.DataObject) -> None:
    frame = data.draw(EVERY_FRAME[name])
    raw = frame.encode()
    assert len(raw) <= FRAME_BYTES_MAX
    assert decode(raw) == frame


@settings(max_examples=300, deadline=None, suppress_health_check=SHARED_MACHINE)
@given(first=st.integers(0, 255), rest=st.binary(max_size=240))
def test_any_bytes_have_an_answer(first: int, rest: bytes) -> None:
    answer_is_canonical(bytes([first]) + rest)


@settings(max_examples=300, deadline=None, suppress_health_check=SHARED_MACHINE)
@given(
    frame=wire.frames,
    at=st.integers(0, FRAME_BYTES_MAX),
    turned=st.integers(1, 255),
    cut=st.integers(-3, 3),
)
def test_damaged_frames_have_an_answer(frame: Frame, at: int, turned: int, cut: int) -> None:
    raw = bytearray(frame.encode())
    raw[at % min(len(raw), 40)] ^= turned
    answer_is_canonical(bytes(raw))
    answer_is_canonical(bytes(raw[:cut]) if cut < 0 else bytes(raw) + bytes(cut))


def answer_is_canonical(raw: bytes) -> None:
    frame = decode(raw)
    if not isinstance(frame, Dropped):
        assert frame.encode() == raw


@settings(max_examples=100, deadline=None, suppress_health_check=SHARED_MACHINE)
@given(wire.statements())
def test_a_certificate_is_within_its_limit(frame: StatementFrame) -> None:
    assert len(frame.raw) <= STATEMENT_BYTES_MAX


@settings(max_examples=100, deadline=None, suppress_health_check=SHARED_MACHINE)
@given(message=wire.messages() | wire.messages(Long) | wire.messages(SignedOther), older_s=st.integers(0, 10_000_000))
def test_an_age_is_rewritten_in_place(message: MessageLike, older_s: int) -> None:
    raw = message.encode()
    older = decode(with_age(raw, message.age_s + older_s))
    assert isinstance(older, MessageLike)
    assert older.age_s >= min(message.age_s + older_s, decode_age(255))
    assert sealed_bytes(older) == sealed_bytes(message)


def golden(cls: type[Frame]) -> Frame:
    """The first golden frame of a class."""
    return next(case.frame for cases in all_cases().values() for case in cases if isinstance(case.frame, cls))


def test_a_message_does_not_become_younger() -> None:
    message = golden(Message)
    assert isinstance(message, Message)
    aged = with_age(sealed_bytes(message), 800)
    assert with_age(aged, 800) == aged
    with pytest.raises(LocalProtocolError, match="already"):
        with_age(aged, 400)


@pytest.mark.parametrize("cls", [Act, Digest, Receipt, Beacon, StatementFrame])
def test_only_a_message_has_an_age(cls: type[Frame]) -> None:
    with pytest.raises(LocalProtocolError, match="without an age"):
        with_age(golden(cls).encode(), 8)


@pytest.mark.parametrize(
    ("frame_type", "cls"),
    [
        (FrameType.MESSAGE, Message),
        (FrameType.ACT, Act),
        (FrameType.DIGEST, Digest),
        (FrameType.RECEIPT, Receipt),
        (FrameType.BEACON, Beacon),
        (FrameType.STATEMENT, StatementFrame),
    ],
)
def test_the_type_is_in_byte_0(frame_type: FrameType, cls: type[Frame]) -> None:
    assert golden(cls).encode()[0] >> 2 == frame_type
