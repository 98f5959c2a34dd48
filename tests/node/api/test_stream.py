"""Frames are found in whatever pieces a socket gives, and what is none ends the conversation."""

import contextlib
import itertools

import msgpack  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.api.faults import Fault, FaultCode
from node.api.methods import Changed, Show
from node.api.packing import Malformed, pack, unpack
from node.api.stream import Answer, FrameReader, Notice, Request, encode

FRAMES = (
    Request(7, "show", Show("ODK-00041")),
    Answer(7, Fault(FaultCode.MESSAGE_UNKNOWN, "ODK-00041"), None),
    Answer(8, None, Changed(3)),
    Notice("changed", Changed(9)),
)
WIRE = b"".join(encode(frame) for frame in FRAMES)


@given(cuts=st.lists(st.integers(0, len(WIRE)), max_size=6))
def test_frames_are_found_in_any_pieces(cuts: list[int]) -> None:
    reader = FrameReader(1000)
    edges = [0, *sorted(cuts), len(WIRE)]
    found = [frame for start, end in itertools.pairwise(edges) for frame in reader.feed(WIRE[start:end])]
    request, fault, answer, notice = found
    assert isinstance(request, Request)
    assert unpack(Show, request.ask) == Show("ODK-00041")
    assert fault == FRAMES[1]
    assert answer == Answer(8, None, pack(Changed(3)))
    assert notice == Notice("changed", pack(Changed(9)))


@given(st.binary(max_size=300))
def test_garbage_is_malformed_or_waits_but_never_passes(garbage: bytes) -> None:
    reader = FrameReader(100)
    with contextlib.suppress(Malformed):
        assert list(reader.feed(garbage)) == []


def test_what_is_unfinished_is_bounded() -> None:
    reader = FrameReader(1000)
    with pytest.raises(Malformed, match="more bytes"):
        for _ in range(11):
            assert list(reader.feed(b"\xc5\x03\xe7" + b"x" * 100)) == []


@pytest.mark.parametrize(
    "value", [1, [], [0, 1, "x"], [0, -1, "x", [{}]], [0, 1, 2, [{}]], [3, 1, None, None], [2, "x", []], [1, 1, {}, 0]]
)
def test_what_is_no_frame_is_malformed(value: object) -> None:
    with pytest.raises(Malformed):
        list(FrameReader(1000).feed(msgpack.packb(value)))


def test_nesting_ends_somewhere() -> None:
    with pytest.raises(Malformed):
        list(FrameReader(30_000).feed(b"\x91" * 20_000))
