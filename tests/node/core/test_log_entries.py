"""The bytes of the log's entries: one form for one content, each chained to the one before."""

from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.core.log_entries import (
    ENTRY_BYTES_MAX,
    REAL,
    EntryUnreadable,
    LogEntry,
    LogKind,
    beginning,
    decode_entry,
    hash_of,
)
from node.core.records import ItemKey
from protocol.numbers import Address, Kind

ROOT = bytes(range(32))
ENTRY = LogEntry(
    chain=REAL,
    number=7,
    kind=LogKind.NOTE,
    at=123_456,
    utc_ms=1_790_000_000_000,
    uncertainty_ms=40,
    boot_id="boot-1",
    who=Address(Kind.OPERATOR, 2),
    key=b"key of 2",
    subject=ItemKey(1, 1, 41),
    about=bytes(32),
    details=(("channel", "phone"), ("text", "Vandværket ringer: pumpen er i gang igen.")),
    previous=beginning(ROOT, 1, REAL),
)

words = st.text(alphabet="abcdefghij", min_size=1, max_size=12)
entries = st.builds(
    LogEntry,
    chain=st.integers(0, 2**32 - 1),
    number=st.integers(1, 2**32 - 1),
    kind=st.integers(1, 255),
    at=st.integers(-(2**62), 2**62),
    utc_ms=st.none() | st.integers(0, 2**62),
    uncertainty_ms=st.integers(0, 2**32 - 1),
    boot_id=st.text(alphabet="abc-0123456789", max_size=36),
    who=st.builds(Address, st.sampled_from(Kind), st.integers(0, 65535)),
    key=st.binary(min_size=8, max_size=8),
    subject=st.none() | st.builds(ItemKey, st.integers(1, 1022), st.integers(1, 65535), st.integers(1, 16383)),
    about=st.just(b"") | st.binary(min_size=32, max_size=32),
    details=st.dictionaries(words, st.text(max_size=40), max_size=5).map(lambda made: tuple(sorted(made.items()))),
    previous=st.binary(min_size=32, max_size=32),
)


@given(entries)
def test_an_entry_comes_back_as_written(entry: LogEntry) -> None:
    assert decode_entry(entry.encode()) == entry


@given(entries, st.data())
def test_changed_bytes_are_an_entry_in_its_one_form_or_refused(entry: LogEntry, data: st.DataObject) -> None:
    raw = bytearray(entry.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with suppress(EntryUnreadable):
        assert decode_entry(bytes(raw)).encode() == raw


@given(entries, st.data())
def test_every_byte_is_under_the_hash(entry: LogEntry, data: st.DataObject) -> None:
    raw = entry.encode()
    place = data.draw(st.integers(0, len(raw) - 1))
    changed = raw[:place] + bytes([raw[place] ^ data.draw(st.integers(1, 255))]) + raw[place + 1 :]
    assert hash_of(changed) != entry.hash


def test_the_bytes_are_those_that_the_document_gives() -> None:
    """By which another implementation of node/LOG.md checks itself."""
    assert ENTRY.encode().hex() == (
        "0009" + "00000000" + "00000007" + "000000000001e240" + "01" + "000001a0c4506c00" + "00000028"
        "06626f6f742d31" + "03" + "0002" + "6b6579206f662032" + "0001" + "0001" + "0029" + "20" + "00" * 32 + "02"
        "076368616e6e656c"
        + "000570686f6e65"
        + "0474657874"
        + "002a"
        + "Vandværket ringer: pumpen er i gang igen.".encode().hex()
        + sha256(b"bavn log begin 0" + ROOT + bytes.fromhex("0001" + "00000000")).hexdigest()
    )
    assert ENTRY.hash == sha256(b"bavn log entry 0" + ENTRY.encode()).digest()


@pytest.mark.parametrize("cut", [0, 1, 30, 60, -1])
def test_bytes_that_end_too_early_are_no_entry(cut: int) -> None:
    with pytest.raises(EntryUnreadable):
        decode_entry(ENTRY.encode()[:cut])


def test_details_in_another_order_are_no_entry() -> None:
    with pytest.raises(EntryUnreadable, match="by name"):
        decode_entry(replace(ENTRY, details=tuple(reversed(ENTRY.details))).encode())


def test_more_bytes_than_an_entry_has_are_not_read() -> None:
    with pytest.raises(EntryUnreadable, match="more than"):
        decode_entry(bytes(ENTRY_BYTES_MAX + 1))


def test_no_chain_begins_like_another() -> None:
    begins = {beginning(ROOT, 1, 0), beginning(ROOT, 2, 0), beginning(ROOT, 1, 5), beginning(bytes(32), 1, 0)}
    assert len(begins) == 4
