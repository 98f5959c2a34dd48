"""A roster said in parts: every statement is in exactly one, however many there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.numbers import FRAME_BYTES_MAX, Precedence
from protocol.reasons import Dropped, Reason
from protocol.requests import Request, RequestKind, decode_request
from protocol.roster_parts import (
    LISTED_MAX,
    RosterList,
    RosterPart,
    RosterSummary,
    decode_roster_part,
    is_in_part,
    lists_of,
    statement_hash,
    summary_of,
)


def statements(count: int) -> tuple[bytes, ...]:
    return tuple(b"statement %d" % number for number in range(count))


def request(part: RosterPart) -> Request:
    return Request(precedence=Precedence.PRIORITY, asker=1, asked=2, kind=RequestKind.ROSTER, roster=part)


@given(st.integers(0, 900))
def test_lists_hold_every_hash_once_and_fit_a_frame(count: int) -> None:
    lists = lists_of(statements(count), 0, 0)
    assert sorted(one for part in lists for one in part.hashes) == sorted(map(statement_hash, statements(count)))
    for part in lists:
        assert decode_request(request(part).encode()) == request(part)


@given(st.integers(0, 900))
def test_lists_of_a_whole_roster_cover_every_beginning_once(count: int) -> None:
    lists = lists_of(statements(count), 0, 0)
    for first in range(256):
        assert sum(is_in_part(bytes([first]), part.depth, part.prefix) for part in lists) == 1


def test_fullest_list_is_a_full_frame() -> None:
    (part,) = lists_of(statements(LISTED_MAX), 0, 0)
    assert len(request(part).encode()) == FRAME_BYTES_MAX


def test_summary_differs_in_the_part_of_what_differs() -> None:
    before, after = summary_of(statements(500)).digests, summary_of(statements(501)).digests
    (differs,) = [number for number in range(32) if before[number] != after[number]]
    assert differs == statement_hash(b"statement 500")[0] >> 3


@pytest.mark.parametrize(
    "part",
    [
        RosterList(9, 0, ()),
        RosterList(4, 0b1111_0001, ()),
        RosterList(1, 0x80, (b"\x00ab",)),
        RosterList(0, 0, (b"bbb", b"aaa")),
        RosterList(0, 0, (b"aaa", b"aaa")),
        RosterList(0, 0, (b"aa",)),
        RosterSummary((b"aa",) * 31),
        RosterSummary((b"a",) * 32),
    ],
)
def test_part_that_is_not_canonical_keeps_off_the_air(part: RosterPart) -> None:
    assert part.fault() is not None


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\x20\x00", b"\x00\x00a", b"\x15\x00" + bytes(64), b"\x10\x00a"])
def test_bytes_that_are_no_part_are_dropped(raw: bytes) -> None:
    assert isinstance(decode_roster_part(raw), Dropped)


def test_more_hashes_than_a_list_holds_are_too_large() -> None:
    hashes = tuple(sorted({bytes([number // 200, number % 200, 0]) for number in range(LISTED_MAX + 1)}))
    fault = RosterList(0, 0, hashes).fault()
    assert fault is not None
    assert fault.reason is Reason.TOO_LARGE
