"""Frames are found in whatever arrives; memory stays bounded; nothing raises."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.stream import HEADER_BYTES, MARK, MESSAGE_BYTES_MAX, STALL_S_MAX, FrameReader, frame
from tests.hardware import recordings

MESSAGES = st.lists(st.binary(max_size=MESSAGE_BYTES_MAX), max_size=6)


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    bounds = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[start:end] for start, end in itertools.pairwise(bounds)]


@settings(deadline=None)  # a busy machine is no failure
@given(MESSAGES, st.lists(st.integers(0, 10_000), max_size=20))
def test_messages_come_out_as_they_went_in_however_the_stream_is_cut(messages: list[bytes], places: list[int]) -> None:
    reader = FrameReader()
    stream = b"".join(frame(message) for message in messages)
    assert [found for chunk in cut(stream, places) for found in reader.feed(chunk, 0.0)] == messages
    assert reader.noise_bytes == 0


@settings(deadline=None)  # a busy machine is no failure
@given(st.lists(st.binary(max_size=2000) | st.just(MARK * 300) | st.just(b"\x94\xc3\x02\x00"), max_size=20))
def test_any_bytes_are_taken_in_bounded_memory_and_accounted_for(chunks: list[bytes]) -> None:
    reader = FrameReader()
    framed = 0
    for chunk in chunks:
        framed += sum(HEADER_BYTES + len(message) for message in reader.feed(chunk, 0.0))
        assert len(reader._kept) < HEADER_BYTES + MESSAGE_BYTES_MAX
    assert framed + reader.noise_bytes + len(reader._kept) == sum(map(len, chunks))


@settings(deadline=None)  # a busy machine is no failure
@given(st.binary(max_size=600), st.binary(max_size=MESSAGE_BYTES_MAX))
def test_frame_after_garbage_is_found_once_the_garbage_stops_growing(garbage: bytes, message: bytes) -> None:
    reader = FrameReader()
    reader.feed(garbage, 0.0)
    assert message in reader.feed(frame(message), 2 * STALL_S_MAX)


@pytest.mark.parametrize(
    "garbage",
    [
        b"[INFO] log text\r\n",
        b"\x94",
        b"\x94\x94",
        b"\x94\xc3\x02\x58",
        b"\x94\xc3\x02\x01",
        b"\xc3",
        b"\x94\x94\xc3\xff",
    ],
)
def test_frame_right_behind_garbage_is_found(garbage: bytes) -> None:
    reader = FrameReader()
    assert reader.feed(garbage + frame(b"here"), 0.0) == [b"here"]
    assert reader.noise_bytes == len(garbage)


def test_frame_cut_short_swallows_only_what_follows_at_once() -> None:
    reader = FrameReader()
    assert reader.feed(frame(bytes(40))[:14], 0.0) == []
    assert reader.feed(frame(b"swallowed"), 0.5 * STALL_S_MAX) == []
    assert reader.feed(frame(b"found"), 2 * STALL_S_MAX) == [b"found"]
    assert reader.frames_cut == 1


def test_slow_frame_is_kept_while_it_grows() -> None:
    reader = FrameReader()
    stream = frame(b"slow but steady")
    found = [message for place in range(len(stream)) for message in reader.feed(stream[place : place + 1], place * 0.9)]
    assert found == [b"slow but steady"]


def test_message_beyond_the_limit_is_our_own_mistake() -> None:
    assert frame(bytes(MESSAGE_BYTES_MAX))[:HEADER_BYTES] == b"\x94\xc3\x02\x00"
    with pytest.raises(ValueError, match="512"):
        frame(bytes(MESSAGE_BYTES_MAX + 1))


@pytest.mark.parametrize("name", recordings.names())
def test_recorded_streams_are_read_without_noise(name: str) -> None:
    reader = FrameReader()
    frames = [line.raw for line in recordings.read(name) if line.direction == "from"]
    assert reader.feed(b"".join(frames), 0.0) == [raw[HEADER_BYTES:] for raw in frames]
    assert reader.noise_bytes == 0
