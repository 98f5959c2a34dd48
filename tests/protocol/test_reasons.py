"""Every reason has bytes that lead to it, and the list is that of the specification."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import protocol
from protocol.acts import COMMENT_BYTES_MAX
from protocol.codec import TEXT_BYTES_MAX, decode_text, encode_text
from protocol.decode import decode
from protocol.frames import (
    Act,
    Beacon,
    Digest,
    Inventory,
    LogMark,
    Message,
    Receipt,
    Request,
    RequestKind,
    StatementFrame,
)
from protocol.numbers import FRAME_BYTES_MAX, Address, Kind, Reference
from protocol.options import Options, Recipient
from protocol.reasons import Dropped, LocalProtocolError, Reason
from tests.support.wire_cases import all_cases, text_message

FRAMES = {type(case.frame): case.frame.encode() for cases in reversed(all_cases().values()) for case in reversed(cases)}
"""The first golden frame of each class."""


def with_bits(raw: bytes, offset: int, width: int, value: int) -> bytes:
    """The same bytes with one field replaced; `offset` in bits from the start."""
    shift = len(raw) * 8 - offset - width
    mask = (1 << width) - 1 << shift
    return (int.from_bytes(raw, "big") & ~mask | value << shift).to_bytes(len(raw), "big")


def changed(cls: type, offset: int, width: int, value: int) -> bytes:
    return with_bits(FRAMES[cls], offset, width, value)


def with_options(raw_options: bytes) -> bytes:
    """The first golden message with these bytes as its options."""
    raw = with_bits(FRAMES[Message], 82, 1, 1)
    return raw[:12] + raw_options + raw[12:][-64:]


def option(number: int, value: bytes, *, more: int = 0) -> bytes:
    if len(value) < 7:
        return bytes([more << 7 | number << 3 | len(value)]) + value
    return bytes([more << 7 | number << 3 | 7, len(value)]) + value


REFERENCE = Reference(5, 1, 41)
REFERENCE_BYTES = (REFERENCE.bits << 6).to_bytes(4, "big")
MESSAGE, ACT, DIGEST = FRAMES[Message], FRAMES[Act], FRAMES[Digest]
RECEIPT, BEACON, INVENTORY = FRAMES[Receipt], FRAMES[Beacon], FRAMES[Inventory]
REQUEST, STATEMENT, ACT = FRAMES[Request], FRAMES[StatementFrame], FRAMES[Act]
RIDER = b"\x00\xa4" + bytes(3)
"""About message 41, at its station."""
GROUP_AT = 32
"""Where the first group of an inventory begins, in bits."""

LAYOUT_FAULTS: dict[str, tuple[bytes, Reason]] = {
    "nothing": (b"", Reason.EMPTY),
    "more than a radio carries": (MESSAGE + bytes(FRAME_BYTES_MAX), Reason.TOO_LARGE),
    "version 3": (changed(Message, 0, 2, 3), Reason.VERSION_UNKNOWN),
    "an act of version 1": (changed(Act, 0, 2, 1), Reason.VERSION_UNKNOWN),
    "a beacon of version 2": (changed(Beacon, 0, 2, 2), Reason.VERSION_UNKNOWN),
    "the escape of types": (changed(Message, 2, 4, 15), Reason.TYPE_NOT_SUPPORTED),
    # MESSAGE
    "a message without a whole signature": (MESSAGE[:75], Reason.TRUNCATED),
    "origin 0": (changed(Message, 8, 10, 0), Reason.BAD_NUMBER),
    "origin 1023": (changed(Message, 8, 10, 1023), Reason.BAD_NUMBER),
    "sequence 0": (changed(Message, 20, 14, 0), Reason.BAD_NUMBER),
    "an escaped author without option 7": (changed(Message, 34, 11, 2047), Reason.BAD_NUMBER),
    "kind 7": (changed(Message, 45, 3, 7), Reason.BAD_NUMBER),
    "function 0": (changed(Message, 48, 11, 0), Reason.BAD_NUMBER),
    "an escaped function without option 7": (changed(Message, 48, 11, 2047), Reason.BAD_NUMBER),
    "station 1023 as recipient": (with_bits(changed(Message, 45, 3, 0), 48, 11, 1023), Reason.BAD_NUMBER),
    "33 recipients": (with_bits(changed(Message, 45, 3, 6), 48, 11, 33), Reason.BAD_NUMBER),
    "several without a list": (with_bits(changed(Message, 45, 3, 6), 48, 11, 2), Reason.OPTIONS_NOT_CANONICAL),
    # BUNDLE: riders of 5 bytes, and of 7 whose form is 3
    "a bundle that ends in a rider": (b"\x38" + bytes(4), Reason.TRUNCATED),
    "a bundle that ends in a rider's origin": (b"\x38\x00\x07" + bytes(4), Reason.TRUNCATED),
    "a bundle of a rider alone": (b"\x38" + RIDER, Reason.TRUNCATED),
    "a bundle in a bundle": (b"\x38" + RIDER + b"\x38" + RIDER + BEACON, Reason.TYPE_NOT_SUPPORTED),
    "a rider on a receipt": (b"\x38" + RIDER + RECEIPT, Reason.TYPE_NOT_SUPPORTED),
    "a rider on a statement": (b"\x38" + RIDER + STATEMENT, Reason.TYPE_NOT_SUPPORTED),
    "a rider on what cannot be read": (b"\x38" + RIDER + BEACON[:8], Reason.TRUNCATED),
    "a rider on a beacon that does not name its origin": (b"\x38" + RIDER + BEACON, Reason.BAD_NUMBER),
    "a rider about sequence 0": (b"\x38\x00\x00" + bytes(3) + ACT, Reason.BAD_NUMBER),
    "a rider twice": (b"\x39" + RIDER + RIDER + ACT, Reason.BAD_NUMBER),
    "a rider that names whom the act is for": (b"\x38\x00\xa7" + bytes(3) + b"\x01\x40" + ACT, Reason.BAD_NUMBER),
    "a rider of state 6": (b"\x38\x00\xa7" + bytes(3) + b"\x01\x70" + ACT, Reason.BAD_NUMBER),
    "a reserved bit of a rider": (b"\x38\x00\xa7" + bytes(3) + b"\x01\x69" + ACT, Reason.RESERVED_BITS),
    # SHEAF: two digests, and a byte before them that says so
    "a sheaf of nothing": (b"\x3c\x10", Reason.TRUNCATED),
    "a sheaf that does not divide": (b"\x3c\x10" + DIGEST + DIGEST + b"\x00", Reason.TRAILING_BYTES),
    "a receipt in a sheaf": (b"\x3c\x10" + RECEIPT + RECEIPT, Reason.TYPE_NOT_SUPPORTED),
    "a digest twice in a sheaf": (b"\x3c\x10" + DIGEST + DIGEST, Reason.BAD_NUMBER),
    "a wider type that nobody knows": (b"\x3c\x11" + DIGEST, Reason.TYPE_NOT_SUPPORTED),
    "the escape alone": (b"\x3c", Reason.TYPE_NOT_SUPPORTED),
    "a request of several that asks for no proofs": (changed(Request, 31, 1, 1), Reason.RESERVED_BITS),
    # Options
    "extended, and nothing follows": (with_options(b""), Reason.TRUNCATED),
    "more promised than there is": (with_options(option(9, b"ab", more=1)), Reason.TRUNCATED),
    "a length byte missing": (with_options(b"\x67"), Reason.TRUNCATED),
    "a value cut off": (with_options(b"\x4aa"), Reason.TRUNCATED),
    "a short value with a length byte": (with_options(b"\x4f\x02ab"), Reason.OPTIONS_NOT_CANONICAL),
    "a value of another length": (with_options(option(9, b"abc")), Reason.OPTIONS_NOT_CANONICAL),
    "out of order": (with_options(option(9, b"ab", more=1) + option(2, b"ab")), Reason.OPTIONS_NOT_CANONICAL),
    "twice": (with_options(option(9, b"ab", more=1) + option(9, b"ab")), Reason.OPTIONS_NOT_CANONICAL),
    "nine options": (with_options(option(7, bytes(5), more=1) * 9), Reason.OPTIONS_NOT_CANONICAL),
    "drill 0": (with_options(option(0, bytes(4))), Reason.BAD_NUMBER),
    "a reference to nothing": (with_options(option(1, bytes(4))), Reason.BAD_NUMBER),
    "bits after a reference": (with_options(option(1, REFERENCE_BYTES[:3] + b"\x41")), Reason.RESERVED_BITS),
    "recipients that nobody asked for": (with_options(option(5, b"\x00\x24")), Reason.OPTIONS_NOT_CANONICAL),
    "half a recipient": (with_options(option(5, b"\x00")), Reason.OPTIONS_NOT_CANONICAL),
    "a recipient of kind 7": (with_options(option(5, b"\xe0\x24")), Reason.BAD_NUMBER),
    "a recipient with role 2": (with_options(option(5, b"\x00\x26")), Reason.BAD_NUMBER),
    "everybody in a list": (with_options(option(5, b"\x00\x00")), Reason.BAD_NUMBER),
    "a recipient twice": (with_options(option(5, b"\x00\x24\x00\x25")), Reason.OPTIONS_NOT_CANONICAL),
    "releaser 0": (with_options(option(6, bytes(66))), Reason.BAD_NUMBER),
    "bits before a releaser": (with_options(option(6, b"\x80\x01" + bytes(64))), Reason.RESERVED_BITS),
    "a wide station": (with_options(option(7, b"\x00\x00\x00\x13\x88")), Reason.BAD_NUMBER),
    "a wide number that is short": (with_options(option(7, b"\x01\x00\x00\x00\x0b")), Reason.BAD_NUMBER),
    "a wide number beyond statements": (with_options(option(7, b"\x01\x00\x01\x00\x00")), Reason.BAD_NUMBER),
    "a wide number without an escape": (
        with_options(option(7, b"\x01\x00\x00\x13\x88")),
        Reason.OPTIONS_NOT_CANONICAL,
    ),
    "wide numbers in descending order": (
        with_options(option(7, b"\x02\x00\x00\x13\x88", more=1) + option(7, b"\x01\x00\x00\x13\x88")),
        Reason.OPTIONS_NOT_CANONICAL,
    ),
    "bits before a time on paper": (with_options(option(8, b"\x10\x00\x01")), Reason.RESERVED_BITS),
    # ACT
    "an act cut off": (ACT[:74], Reason.TRUNCATED),
    "reserved bits of an act": (changed(Act, 84, 4, 1), Reason.RESERVED_BITS),
    "an act by nobody": (changed(Act, 20, 11, 0), Reason.BAD_NUMBER),
    "a kiosk with an author": (changed(Act, 57, 3, 5), Reason.BAD_NUMBER),
    "an act about nothing": (changed(Act, 43, 14, 0), Reason.BAD_NUMBER),
    "a comment too long": (ACT[:11] + bytes(COMMENT_BYTES_MAX + 1) + ACT[-64:], Reason.TOO_LARGE),
    "an act that replies": (
        with_bits(ACT, 80, 1, 1)[:11] + option(1, REFERENCE_BYTES) + ACT[-64:],
        Reason.OPTIONS_NOT_CANONICAL,
    ),
    # DIGEST and RECEIPT
    "a digest of none": (DIGEST[:6] + DIGEST[-64:], Reason.TRUNCATED),
    "half an entry more": (DIGEST[:12] + bytes(3) + DIGEST[-64:], Reason.TRAILING_BYTES),
    "reserved bits of a digest": (changed(Digest, 42, 6, 1), Reason.RESERVED_BITS),
    "reserved bits of an entry": (changed(Digest, 48 + 29, 3, 1), Reason.RESERVED_BITS),
    "a state of digests that is not known": (changed(Digest, 48 + 26, 3, 6), Reason.BAD_NUMBER),
    "an entry about nothing": (changed(Digest, 48, 26, 0), Reason.BAD_NUMBER),
    "half a log mark": (with_bits(DIGEST, 41, 1, 1), Reason.TRUNCATED),
    "a log mark of no entry": (with_bits(DIGEST[:6] + bytes(20) + DIGEST[-64:], 41, 1, 1), Reason.DIGEST_NOT_CANONICAL),
    "an entry twice": (DIGEST[:12] + DIGEST[6:], Reason.DIGEST_NOT_CANONICAL),
    "entries out of order": (with_bits(DIGEST[:12] + DIGEST[6:], 48 + 26, 3, 2), Reason.DIGEST_NOT_CANONICAL),
    "a receipt cut off": (RECEIPT[:9], Reason.TRUNCATED),
    "a receipt and a byte": (RECEIPT + b"\x00", Reason.TRAILING_BYTES),
    "the reserved bit of a receipt": (changed(Receipt, 47, 1, 1), Reason.RESERVED_BITS),
    "a state of receipts that is not known": (changed(Receipt, 44, 3, 6), Reason.BAD_NUMBER),
    "a receipt from station 0": (changed(Receipt, 8, 10, 0), Reason.BAD_NUMBER),
    # Hints
    "a beacon cut off": (BEACON[:8], Reason.TRUNCATED),
    "a beacon and a byte": (BEACON + b"\x00", Reason.TRAILING_BYTES),
    "a beacon from station 0": (changed(Beacon, 8, 10, 0), Reason.BAD_NUMBER),
    "an inventory cut off": (INVENTORY[:3], Reason.TRUNCATED),
    "a group missing": (changed(Inventory, 24, 8, 3), Reason.TRUNCATED),
    "an entry missing": (changed(Inventory, GROUP_AT + 12, 4, 15), Reason.TRUNCATED),
    "an inventory and a byte": (INVENTORY + b"\x00", Reason.TRAILING_BYTES),
    "the reserved bit of a group": (changed(Inventory, GROUP_AT + 31, 1, 1), Reason.RESERVED_BITS),
    "a group of station 0": (changed(Inventory, GROUP_AT, 10, 0), Reason.BAD_NUMBER),
    "sequence 0 in a group": (changed(Inventory, GROUP_AT + 32, 14, 0), Reason.BAD_NUMBER),
    "an inventory from station 0": (changed(Inventory, 8, 10, 0), Reason.BAD_NUMBER),
    "a request cut off": (REQUEST[:3], Reason.TRUNCATED),
    "a request for nothing": (REQUEST[:4], Reason.TRUNCATED),
    "half an item": (REQUEST + b"\x00", Reason.TRUNCATED),
    "33 items": (REQUEST[:4] + REQUEST[4:] * 33, Reason.TOO_LARGE),
    "a request of kind 7": (changed(Request, 28, 3, 7), Reason.BAD_NUMBER),
    "a request from station 0": (changed(Request, 8, 10, 0), Reason.BAD_NUMBER),
    "a request about nothing": (changed(Request, 32, 26, 0), Reason.BAD_NUMBER),
    "bits after a requested reference": (changed(Request, 58, 6, 1), Reason.RESERVED_BITS),
    "an inventory asked for with an item": (changed(Request, 28, 3, 4), Reason.TRAILING_BYTES),
    "half an address": (changed(Request, 28, 3, 1)[:5], Reason.TRUNCATED),
    "bits after an address": (changed(Request, 28, 3, 1)[:4] + b"\x00\x25", Reason.RESERVED_BITS),
    "an address of kind 6": (changed(Request, 28, 3, 1)[:4] + b"\xc0\x04", Reason.BAD_NUMBER),
    "the certificate of station 0": (changed(Request, 28, 3, 1)[:4] + b"\x00\x00", Reason.BAD_NUMBER),
    "an escaped address cut off": (changed(Request, 28, 3, 1)[:4] + b"\x7f\xfc\x00", Reason.TRUNCATED),
    "an escape that was not needed": (
        changed(Request, 28, 3, 1)[:4] + b"\x7f\xfc\x00\x00\x00\x0b",
        Reason.BAD_NUMBER,
    ),
    # STATEMENT
    "a statement cut off": (STATEMENT[:78], Reason.TRUNCATED),
    "a statement of 201 bytes": (STATEMENT + bytes(201 - len(STATEMENT)), Reason.TOO_LARGE),
    "a class of statements not known": (changed(StatementFrame, 8, 4, 10), Reason.TYPE_NOT_SUPPORTED),
    "reserved bits of a statement": (changed(StatementFrame, 13, 3, 1), Reason.RESERVED_BITS),
    "a statement about number 0": (changed(StatementFrame, 32, 16, 0), Reason.BAD_NUMBER),
    "a statement that ends before it begins": (
        changed(StatementFrame, 56, 32, 0x0002_0001),
        Reason.STATEMENT_MALFORMED,
    ),
    "a code longer than the statement": (changed(StatementFrame, 82 * 8, 8, 255), Reason.STATEMENT_MALFORMED),
}


@pytest.mark.parametrize(("raw", "reason"), LAYOUT_FAULTS.values(), ids=LAYOUT_FAULTS)
def test_a_fault_of_the_layout_is_named(raw: bytes, reason: Reason) -> None:
    answer = decode(raw)
    assert isinstance(answer, Dropped), answer
    assert answer.reason is reason


def listed_reasons() -> list[set[str]]:
    """The words of section 15 by who answers with them: decode, a codec, a station."""
    page = Path(protocol.__file__).with_name("SPEC.md").read_text()
    listed = page[page.index("Reasons a frame is dropped for") : page.index("## 16.")]
    return [{word for word in marked.split() if word != "decode"} for marked in re.findall(r"`([^`]+ [^`]+)`", listed)]


def test_the_words_are_those_of_the_specification() -> None:
    assert set().union(*listed_reasons()) == {reason.value for reason in Reason}


def test_decode_answers_with_every_reason_that_is_listed_for_it() -> None:
    assert {reason.value for _, reason in LAYOUT_FAULTS.values()} == listed_reasons()[0]


@pytest.mark.parametrize(
    ("codec", "body", "reason"),
    [
        (0, b"a" * (TEXT_BYTES_MAX + 1), Reason.TEXT_TOO_LONG),
        (0, b"\xc3", Reason.BAD_TEXT),
        (1, b"", Reason.TYPE_NOT_SUPPORTED),
        (7, b"\x09", Reason.TYPE_NOT_SUPPORTED),
    ],
)
def test_a_text_that_cannot_be_shown_has_a_reason(codec: int, body: bytes, reason: Reason) -> None:
    answer = decode_text(codec, body)
    assert isinstance(answer, Dropped)
    assert answer.reason is reason


@pytest.mark.parametrize("text", ["", "Send 200 l diesel.", "ÆØÅ æøå €", "å" * (TEXT_BYTES_MAX // 2)])
def test_a_text_comes_back_and_grows_by_nothing(text: str) -> None:
    codec, body = encode_text(text)
    assert decode_text(codec, body) == text
    assert len(body) <= len(text.encode()) + 1


@pytest.mark.parametrize("text", ["å" * (TEXT_BYTES_MAX // 2) + "a", "\ud800"])
def test_a_text_that_nobody_could_read_is_not_sent(text: str) -> None:
    with pytest.raises(LocalProtocolError):
        encode_text(text)


def test_our_own_mistakes_raise() -> None:
    signed = {"signature": bytes(64)}
    mistakes = [
        text_message("", sequence=0, **signed),
        text_message("", station=1023, **signed),
        text_message("", author=65536, **signed),
        text_message("a" * 156, **signed),
        text_message(""),
        text_message("", recipient=Address(Kind.STATION, 1023), **signed),
        text_message("", author=5000, **signed),
        text_message("", age_s=-1, **signed),
        text_message("", options=Options(recipients=(Recipient(Address(Kind.STATION, 9)),)), **signed),
        text_message("", options=Options(drill=1 << 32), **signed),
    ]
    for mistake in mistakes:
        with pytest.raises(LocalProtocolError):
            mistake.encode()


def test_a_request_holds_the_items_of_its_kind_only() -> None:
    request = decode(REQUEST)
    assert isinstance(request, Request)
    for mistake in (
        replace(request, kind=RequestKind.INVENTORY),
        replace(request, addresses=(Address(Kind.STATION, 9),)),
        replace(request, references=()),
        replace(request, references=request.references * 33),
    ):
        with pytest.raises(LocalProtocolError):
            mistake.encode()


def test_a_digest_has_room_for_23_entries_beside_a_log_mark() -> None:
    digest = decode(DIGEST)
    assert isinstance(digest, Digest)
    about = digest.entries[0].about
    entries = tuple(replace(digest.entries[0], about=replace(about, sequence=number)) for number in range(1, 25))
    marked = replace(digest, log_mark=LogMark(1, bytes(16)), entries=entries[:23])
    assert len(marked.encode()) == 228
    with pytest.raises(LocalProtocolError, match="digest_not_canonical"):
        replace(marked, entries=entries).encode()
