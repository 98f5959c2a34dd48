"""Which fields a frame has, by its type (protocol/SPEC.md, sections 4 to 12)."""

from collections.abc import Callable, Mapping
from typing import Final

from node.cli.wire_cutting_statements import cut_statement
from node.cli.wire_fields import LEFT_OVER, Cutter, Field
from protocol import (
    acts,
    bundles,
    custody,
    hints,
    long_messages,
    messages,
    notices,
    option_layout,
    requests,
    roster_parts,
    sheaves,
)
from protocol.codec import Codec
from protocol.layout import Layout
from protocol.numbers import ESCAPE, SIGNATURE_BYTES, FrameType, WideType
from protocol.requests import RequestKind
from protocol.roster_parts import LIST_FORM, SUMMARY_FORM

FIRST: Final = Layout(2, 4, 2)
FIRST_NAMES: Final = "version|type|precedence"
TEST_FRAME: Final = 0xFC
_REFERENCE: Final = Layout(10, 2, 14, 6)
_REFERENCE_NAMES: Final = "origin|incarnation|sequence|reserved"
_LONG: Final = Layout(12, 5, 7)
_ANSWERS_AT: Final = 2
"""The byte of a beacon whose last bit says whether it answers."""
_BEACON_NAMES: Final = "version|type|power|station|incarnation|manned|clock trusted|hello|answers"
_BEACON: Final = Layout(2, 4, 2, 10, 2, 1, 1, 1, 1, 14, 10, 16, 16)
_ANSWERING: Final = Layout(2, 4, 2, 10, 2, 1, 1, 1, 1, 2, 22, 16, 16)
_LACKING: Final = Layout(64)
_MESSAGE_NAMES: Final = (
    f"{FIRST_NAMES}|station|incarnation|sequence|author|kind|number|time|lifetime"
    "|extended|confidential|ack wanted|codec|age"
)
_OPTIONS: Final[Mapping[int, tuple[str, Layout | None, str]]] = {
    0: ("drill", Layout(32), "drill id"),
    1: ("reply to", _REFERENCE, _REFERENCE_NAMES),
    2: ("answer by", Layout(16), "minutes"),
    3: ("cancels", _REFERENCE, _REFERENCE_NAMES),
    4: ("supersedes", _REFERENCE, _REFERENCE_NAMES),
    5: ("recipients", None, ""),
    6: ("second releaser", None, ""),
    7: ("wide number", Layout(8, 32), "field|full number"),
    8: ("written at", Layout(4, 20), "reserved|time"),
    9: ("logical clock", Layout(16), "counter"),
}
_NOTICES: Final[Mapping[int, str]] = {
    1: "function|operator|taken|unrelieved",
    2: "drill id|step|until",
    3: "time|reserved|held here",
    5: "group|version of secret|holders",
    6: "entries|head",
    7: "operator|reserved",
}


def fields_of(raw: bytes) -> list[Field]:
    """Every field of a frame, in order, as far as its type is known."""
    cutter = Cutter(raw, len(raw))
    if not raw:
        return []
    version, frame_type = raw[0] >> 6, FrameType(raw[0] >> 2 & 15)
    if raw[0] == TEST_FRAME:
        _cut_test(cutter)
    elif version in messages.VERSIONS_CARRIED and frame_type in _MESSAGE_TYPES:
        _signed(cutter, lambda one: _cut_message(one, frame_type, version))
    elif version == 0 and frame_type in _SIGNED:
        _signed(cutter, _SIGNED[frame_type])
    elif version == 0 and frame_type in _UNSIGNED:
        _UNSIGNED[frame_type](cutter)
    else:
        cutter.layout(FIRST, FIRST_NAMES)
    cutter.rest(LEFT_OVER)
    return cutter.fields


def _signed(cutter: Cutter, cut: Callable[[Cutter], None]) -> None:
    """All before the last 64 bytes, then these; a frame too short for them is cut without."""
    if len(cutter.raw) > SIGNATURE_BYTES:
        cutter.end -= SIGNATURE_BYTES
    cut(cutter)
    cutter.rest(LEFT_OVER)
    cutter.end = len(cutter.raw)
    cutter.rest("signature")


def _cut_message(cutter: Cutter, frame_type: FrameType, version: int) -> None:
    header = cutter.layout(messages.HEADER, _MESSAGE_NAMES)
    if not header or (header["extended"] and not _cut_options(cutter)):
        return
    if version == 0 and frame_type is FrameType.LONG:
        _cut_long(cutter)
    elif version == 0 and not header["confidential"]:
        if frame_type is FrameType.NOTICE:
            _cut_notice(cutter)
        elif header["codec"] == Codec.FORM:
            cutter.layout(Layout(10, 6), "schema|version of schema")
    cutter.rest("body")


def _cut_options(cutter: Cutter) -> bool:
    """Cut options; whether the last one was found."""
    for _ in range(cutter.left):
        header = cutter.layout(option_layout.OPTION_HEADER, "more|option|length", "option")
        if not header:
            return False
        size = header["length"]
        if size == option_layout.LENGTH_FOLLOWS:
            length = cutter.layout(Layout(8), "length", "option")
            if not length:
                return False
            size = length["length"]
        if cutter.left < size:
            cutter.rest("cut off", "option")
            return False
        _cut_value(cutter, header["option"], size)
        if not header["more"]:
            return True
    return False


def _cut_value(cutter: Cutter, number: int, size: int) -> None:
    name, layout, names = _OPTIONS.get(number, (f"option {number}", None, ""))
    inner = Cutter(cutter.raw, cutter.at + size, cutter.at, cutter.fields)
    if number == option_layout.OptionNumber.RECIPIENTS:
        while inner.left:
            inner.layout(option_layout.RECIPIENT, "kind|number|role", name)
    elif number == option_layout.OptionNumber.RELEASER:
        inner.layout(option_layout.OPERATOR, "reserved|operator", name)
    elif layout is not None:
        inner.layout(layout, names, name)
    inner.rest("value", name)
    cutter.at = inner.at


def _cut_long(cutter: Cutter) -> None:
    header = cutter.layout(_LONG, "total - 1|fragments|reserved")
    if header:
        cutter.octets("whole", long_messages.WHOLE_HASH_BYTES)
    for number in range(header.get("fragments", 0)):
        cutter.octets("hash", long_messages.FRAGMENT_HASH_BYTES, f"fragment {number}")


def _cut_notice(cutter: Cutter) -> None:
    kind = cutter.layout(Layout(8), "notice").get("notice", 0)
    if kind in (notices.NoticeKind.HIGH_WATER, notices.NoticeKind.ANSWER_OVERDUE):
        cutter.layout(_REFERENCE, _REFERENCE_NAMES)
    elif kind in _NOTICES:
        cutter.layout(notices.LAYOUTS[notices.NoticeKind(kind)], _NOTICES[kind])


def _cut_act(cutter: Cutter) -> None:
    names = f"{FIRST_NAMES}|station|incarnation|author|about|act|time|extended|codec|confidential|reserved"
    header = cutter.layout(acts.HEADER, names)
    if header and (not header["extended"] or _cut_options(cutter)):
        cutter.rest("comment")


def _cut_digest(cutter: Cutter) -> None:
    names = f"{FIRST_NAMES}|station|incarnation|time|manned|log mark follows|reserved"
    header = cutter.layout(custody.DIGEST_HEADER, names)
    if header.get("log mark follows"):
        cutter.layout(custody.LOG_MARK, "entries|head", "log mark")
    number = 0
    while header and cutter.left >= custody.DIGEST_ENTRY.size:
        number += 1
        cutter.layout(custody.DIGEST_ENTRY, "about|state|reserved|fingerprint", f"entry {number}")


def _cut_receipt(cutter: Cutter) -> None:
    if cutter.layout(custody.RECEIPT_FIELDS, f"{FIRST_NAMES}|station|about|state|reserved"):
        cutter.octets("MAC", custody.MAC_BYTES)


def _cut_beacon(cutter: Cutter) -> None:
    is_answer = len(cutter.raw) > cutter.at + _ANSWERS_AT and cutter.raw[cutter.at + _ANSWERS_AT] & 1
    layout, said = (_ANSWERING, "answer|MAC") if is_answer else (_BEACON, "last sequence|log hint")
    cutter.layout(layout, f"{_BEACON_NAMES}|{said}|roster digest|inventory digest")


def _cut_inventory(cutter: Cutter) -> None:
    header = cutter.layout(hints.INVENTORY_HEADER, f"{FIRST_NAMES}|station|incarnation|more|part|groups")
    for number in range(1, header.get("groups", 0) + 1):
        part = f"group {number}"
        group = cutter.layout(hints.GROUP_HEADER, "origin|incarnation|count|high|complete|reserved", part)
        for _ in range(group.get("count", 0)):
            cutter.layout(hints.ENTRY, "sequence|held", part)
        if not cutter.left:
            return


def _cut_request(cutter: Cutter) -> None:
    header = cutter.layout(requests.HEADER, f"{FIRST_NAMES}|asker|asked|request|of several")
    kind = header.get("request", -1)
    if kind == RequestKind.PROOFS and header["of several"]:
        number = 0
        while cutter.left:
            number += 1
            if cutter.layout(_REFERENCE, _REFERENCE_NAMES, f"item {number}"):
                cutter.layout(_LACKING, "bitmap", f"item {number}")
    elif kind == RequestKind.ROSTER:
        _cut_roster_part(cutter)
    elif kind in _CUT_ITEM:
        number = 0
        while cutter.left:
            number += 1
            _CUT_ITEM[kind](cutter, f"item {number}")


def _cut_reference(cutter: Cutter, part: str) -> None:
    cutter.layout(_REFERENCE, _REFERENCE_NAMES, part)


def _cut_bitmap(cutter: Cutter, part: str) -> None:
    if cutter.layout(_REFERENCE, _REFERENCE_NAMES, part):
        cutter.layout(Layout(32), "bitmap", part)


def _cut_address(cutter: Cutter, part: str) -> None:
    if cutter.layout(requests.ADDRESS, "kind|number|reserved", part).get("number") == ESCAPE:
        cutter.layout(Layout(32), "full number", part)


_CUT_ITEM: Final[Mapping[int, Callable[[Cutter, str], None]]] = {
    RequestKind.MESSAGES: _cut_reference,
    RequestKind.PROOFS: _cut_reference,
    RequestKind.FRAGMENTS: _cut_bitmap,
    RequestKind.CERTIFICATES: _cut_address,
}


def _cut_roster_part(cutter: Cutter) -> None:
    form = cutter.layout(roster_parts.PART_HEADER, "form|depth|prefix").get("form")
    name, size = ("hash", roster_parts.HASH_BYTES) if form == LIST_FORM else ("digest", roster_parts.DIGEST_BYTES)
    number = 0
    while form in (LIST_FORM, SUMMARY_FORM) and cutter.left >= size:
        number += 1
        cutter.octets(name, size, f"item {number}")


def _cut_fragment(cutter: Cutter) -> None:
    if cutter.layout(long_messages.FRAGMENT_HEADER, f"{FIRST_NAMES}|station|incarnation|sequence|index|reserved"):
        cutter.rest("data")


def _cut_bundle(cutter: Cutter) -> None:
    header = cutter.layout(FIRST, "version|type|riders - 1")
    for number in range(header.get("riders - 1", -1) + 1):
        part = f"rider {number + 1}"
        rider = cutter.layout(bundles.RIDER, "sequence|form|MAC", part)
        if not rider:
            return
        if rider["form"] == bundles.NAMED and not cutter.layout(bundles.RIDER_NAMED, "origin|state|reserved", part):
            return
    if cutter.left and cutter.raw[cutter.at] >> 2 & 15 not in _OF_FRAMES:
        _cut_frame(cutter, cutter.left, "frame")


def _cut_sheaf(cutter: Cutter) -> None:
    header = cutter.layout(sheaves.SHEAF_HEADER, "version|type|digests - 2|wide type")
    if header.get("wide type") != WideType.SHEAF:
        return
    count = header["digests - 2"] + sheaves.SHEAF_MIN
    size = cutter.left // count
    for number in range(1, count + 1):
        if size and cutter.raw[cutter.at] >> 2 & 15 not in _OF_FRAMES:
            _cut_frame(cutter, size, f"digest {number}")


def _cut_frame(cutter: Cutter, size: int, name: str) -> None:
    """A frame inside another."""
    at = cutter.at
    for one in fields_of(cutter.raw[at : at + size]):
        part = f"{name}, {one.part}" if one.part else name
        cutter.fields.append(Field(one.name, one.at + at * 8, one.bits, one.value, part))
    cutter.at = at + size


def _cut_test(cutter: Cutter) -> None:
    names = "test frame|test kind|hop limit|session|test number|count|heard|SNR min|SNR median|hops max"
    if cutter.layout(Layout(8, 4, 4, 32, 8, 8, 8, 8, 8, 8), names):
        cutter.rest("zeros")


_MESSAGE_TYPES: Final = (FrameType.MESSAGE, *messages.CARRIED_TYPES)
_SIGNED: Final[Mapping[FrameType, Callable[[Cutter], None]]] = {
    FrameType.ACT: _cut_act,
    FrameType.DIGEST: _cut_digest,
    FrameType.STATEMENT: cut_statement,
}
_UNSIGNED: Final[Mapping[FrameType, Callable[[Cutter], None]]] = {
    FrameType.RECEIPT: _cut_receipt,
    FrameType.BEACON: _cut_beacon,
    FrameType.INVENTORY: _cut_inventory,
    FrameType.REQUEST: _cut_request,
    FrameType.FRAGMENT: _cut_fragment,
    FrameType.BUNDLE: _cut_bundle,
    FrameType.ESCAPE: _cut_sheaf,
}
_OF_FRAMES: Final = (FrameType.BUNDLE, FrameType.ESCAPE)
"""Frames that hold frames: none inside another, so that cutting ends."""
