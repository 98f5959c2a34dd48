"""A pouch as a file: its bytes, and what is left of a damaged one."""

from hashlib import sha256

import pytest

from node.store.pouch_file import FILE_BYTES_MAX, NotAPouch, PouchFile, bytes_in_file, pouch_bytes, read_pouch

FRAMES = (b"first", bytes(range(231)), b"third")
MADE_MS = 1_790_000_000_000


def test_file_comes_back_as_written() -> None:
    for made in (MADE_MS, None):
        assert read_pouch(pouch_bytes(FRAMES, made)) == PouchFile(FRAMES, made, is_whole=True)
    assert read_pouch(pouch_bytes((), None)) == PouchFile((), None, is_whole=True)


def test_bytes_are_those_that_the_document_gives() -> None:
    content = pouch_bytes((b"abc",), 1)
    assert content[:30].hex() == "4241564e50434831000000000000000100000001ba5603352441c2616263"
    assert len(content) == 30 + 32


def test_every_cut_leaves_the_frames_before_it() -> None:
    content = pouch_bytes(FRAMES, MADE_MS)
    for size in range(20, len(content)):
        read = read_pouch(content[:size])
        assert not read.is_whole
        assert read.made_utc_ms is None
        assert read.frames == FRAMES[: len(read.frames)]
    assert read_pouch(content[:-1]).frames == FRAMES


def test_every_flipped_byte_costs_at_most_the_frame_that_it_is_in() -> None:
    content = pouch_bytes(FRAMES, MADE_MS)
    for place in range(8, len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 0x55
        read = read_pouch(bytes(damaged))
        assert (read.is_whole, read.made_utc_ms) == (False, None)
        assert len(set(FRAMES) - set(read.frames)) <= 1
        assert set(read.frames) <= set(FRAMES)


@pytest.mark.parametrize("content", [b"", b"BAVN", bytes(5000), b"PK\x03\x04" * 99])
def test_what_does_not_begin_as_a_pouch_is_none(content: bytes) -> None:
    with pytest.raises(NotAPouch, match="no pouch"):
        read_pouch(content)


def test_newer_pouch_is_told_from_something_else() -> None:
    with pytest.raises(NotAPouch, match="newer"):
        read_pouch(b"BAVNPCH2" + bytes(100))


def test_room_is_counted_as_it_is_used() -> None:
    empty = len(pouch_bytes((), None))
    assert len(pouch_bytes(FRAMES, None)) == empty + sum(map(bytes_in_file, FRAMES))


def test_longest_file_without_a_single_frame_is_read_in_time() -> None:
    for filling in (bytes([231]), b"\xbaV"):
        worst = b"BAVNPCH1" + filling * ((FILE_BYTES_MAX - 8) // len(filling))
        assert read_pouch(worst) == PouchFile((), None, is_whole=False)


def test_anything_between_the_frames_makes_it_damaged_however_good_the_hash() -> None:
    body = pouch_bytes(FRAMES, MADE_MS)[:-32]
    slipped_in = body[:20] + b"between" + body[20:]
    read = read_pouch(slipped_in + sha256(slipped_in).digest())
    assert (read.frames, read.is_whole) == (FRAMES, False)
