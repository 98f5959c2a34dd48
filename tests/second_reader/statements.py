"""STATEMENT (section 10): certificates, memberships, revocations, sections."""

import re

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from .bits import Bits, Dropped
from .numbers import (
    AUTHORITY,
    FUNCTION,
    HANDHELD,
    OPERATOR,
    STATION,
    WIDE_MAX,
    is_holder,
    padded_reference,
    short_number,
    station,
)

HEADER_BYTES = 15
STATEMENT_BYTES_MAX = 200
CLASS_NAMES = {1: "authority", 2: "station", 3: "operator", 4: "function", 5: "group", 6: "handheld", 7: "membership",
               8: "revocation", 9: "section"}  # fmt: skip
KIND_OF_CLASS = {1: 1, 2: 0, 3: 3, 4: 2, 5: 4, 6: 5, 7: 4, 9: 1}
"""In whose space of section 2.2 a class's `number` stands; a revocation says it itself."""
CODE = re.compile(r"[A-Z0-9ÆØÅ]{1,5}")
CODE_BYTES_MAX = 10
NAME_BYTES_MAX = 40
HOMES_MAX = 4
MEMBERS_MAX = 50
NODE_NUMBER_EVERYBODY = 0xFFFFFFFF
MARKS_MAX = 20
MARKS_OF_AUTHORITY_MAX = 10
MALFORMED = "statement_malformed"
REASONS = (0, 1, 2, 3, 4, 5, 15)
PRE_SIGNED = 15
OPEN_FROM, OPEN_UNTIL = 0, 65535
SECOND_HOLDER_BYTES = 66
INVISIBLE = [(0x00, 0x1F), (0x7F, 0x9F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF)]


def read(bits: Bits) -> dict[str, object]:
    """A STATEMENT up to its signature."""
    bits.number(6)
    said: dict[str, object] = {"precedence": bits.number(2)}
    statement_class, said["exercise"] = bits.number(4), bits.flag()
    if statement_class not in CLASS_NAMES:
        bits.stop("type_not_supported")
    said["class"] = CLASS_NAMES[statement_class]
    bits.reserved(3)
    said["issuer"], said["number"], said["renewal"] = bits.number(16), bits.number(16), bits.number(8)
    said["valid_from"], said["valid_until"], said["birth"] = bits.number(16), bits.number(16), bits.take(4)
    bits.demand(said["valid_from"] <= said["valid_until"], MALFORMED)
    if statement_class in KIND_OF_CLASS:
        bits.demand(is_holder(KIND_OF_CLASS[statement_class], said["number"], WIDE_MAX), "bad_number")
    return said | _body(bits, statement_class, said)


def _body(bits: Bits, statement_class: int, said: dict) -> dict[str, object]:
    """What a class says; a length that does not fit its layout is `statement_malformed` too."""
    body = bits.within(bits.rest())
    try:
        read = _BODIES[statement_class](body, said)
    except Dropped as dropped:
        raise Dropped(*dropped.reasons[:-1], MALFORMED) from None
    bits.demand(body.left() == 0, MALFORMED)
    return read


def _authority(bits: Bits, _: dict) -> dict[str, object]:
    return {"public_key": bits.take(32)} | _code_and_name(bits)


def _station(bits: Bits, _: dict) -> dict[str, object]:
    said: dict[str, object] = {"public_key": bits.take(32), "exchange_key": bits.take(32)}
    bits.demand(not is_of_small_order(said["exchange_key"]), MALFORMED)
    said["incarnation"] = bits.number(16)
    bits.demand(said["incarnation"] != 0, "bad_number")
    bits.reserved(6)
    said["flash_needs_second"], said["kiosk"] = bits.flag(), bits.flag()
    return said | _code_and_name(bits)


def _operator(bits: Bits, _: dict) -> dict[str, object]:
    said: dict[str, object] = {"public_key": bits.take(32)}
    bits.reserved(1)
    said["rights"], said["home"] = bits.number(7), station(bits, 16)
    return said | _code_and_name(bits)


def _function(bits: Bits, _: dict) -> dict[str, object]:
    count = bits.number(8)
    bits.demand(1 <= count <= HOMES_MAX, MALFORMED)
    homes = [station(bits, 16) for _ in range(count)]
    bits.demand(len(set(homes)) == count, MALFORMED)
    return {"homes": homes, "deputy": bits.number(16)} | _code_and_name(bits)


def _group(bits: Bits, _: dict) -> dict[str, object]:
    kind = bits.number(8)
    bits.demand(kind <= 1, MALFORMED)
    return {"group_kind": kind} | _code_and_name(bits)


def _handheld(bits: Bits, _: dict) -> dict[str, object]:
    said = {"node_number": bits.number(32), "home": station(bits, 16), "radio_key": bits.take(32)}
    bits.demand(0 < said["node_number"] < NODE_NUMBER_EVERYBODY, "bad_number")
    return said | _code_and_name(bits)


def _membership(bits: Bits, said: dict) -> dict[str, object]:
    version = _version(bits, 16, said)
    members: list[tuple[int, int]] = []
    while bits.left() or not members:
        kind, number = bits.number(3), bits.number(11)
        bits.reserved(2)
        bits.demand(kind in (STATION, FUNCTION, OPERATOR, HANDHELD) and is_holder(kind, number), "bad_number")
        members.append((kind, number))
    bits.demand(len(members) <= MEMBERS_MAX and members == sorted(set(members)), MALFORMED)
    return {"version": version, "members": members}


def _revocation(bits: Bits, said: dict) -> dict[str, object]:
    kind, key, reason = bits.number(8), bits.take(8), bits.number(8)
    issued, count = bits.number(32), bits.number(8)
    bits.demand(kind in (STATION, AUTHORITY, OPERATOR) and reason in REASONS, MALFORMED)
    bits.demand(is_holder(kind, said["number"], WIDE_MAX), "bad_number")
    bits.demand((said["valid_from"], said["valid_until"]) == (OPEN_FROM, OPEN_UNTIL), MALFORMED)
    bits.demand(count <= (MARKS_OF_AUTHORITY_MAX if kind == AUTHORITY else MARKS_MAX), MALFORMED)
    marks = [padded_reference(bits) for _ in range(count)]
    counts = [mark[:2] for mark in marks]
    bits.demand(counts == sorted(set(counts)), MALFORMED)
    revoked: dict[str, object] = {"kind": kind, "key_fingerprint": key, "reason": reason, "issued": issued}
    revoked["marks"] = marks
    return revoked | _second_holder(bits) if kind == AUTHORITY else revoked


def _second_holder(bits: Bits) -> dict[str, object]:
    bits.demand(bits.number(3) == AUTHORITY, MALFORMED)
    number = short_number(bits, AUTHORITY)
    bits.demand(bits.number(2) == 0, MALFORMED)
    return {"second_holder": number, "second_signature": bits.take(64)}


def _section(bits: Bits, said: dict) -> dict[str, object]:
    return {"version": _version(bits, 32, said), "section_digest": bits.take(32)}


def _version(bits: Bits, width: int, said: dict) -> int:
    """A version that orders statements, of which `renewal` is the lowest eight bits."""
    version = bits.number(width)
    bits.demand(version != 0, "bad_number")
    bits.demand(said["renewal"] == version & 0xFF, MALFORMED)
    return version


def _code_and_name(bits: Bits) -> dict[str, object]:
    length = bits.number(8)
    bits.demand(1 <= length <= CODE_BYTES_MAX, MALFORMED)
    code, name = _utf8(bits, bits.take(length)), bits.rest()
    bits.demand(CODE.fullmatch(code) is not None and 1 <= len(name) <= NAME_BYTES_MAX, MALFORMED)
    text = _utf8(bits, name)
    is_hiding = any(first <= ord(letter) <= last for letter in text for first, last in INVISIBLE)
    bits.demand(text == text.strip(" ") and not is_hiding, MALFORMED)
    return {"code": code, "name": text}


def _utf8(bits: Bits, coded: bytes) -> str:
    try:
        return coded.decode("utf-8")
    except UnicodeDecodeError:
        bits.demand(False, MALFORMED)
        return ""


def is_of_small_order(exchange_key: bytes) -> bool:
    """Whether a key gives the same nothing with every other: X25519 then answers with zeros, which is refused."""
    try:
        X25519PrivateKey.from_private_bytes(bytes(32)).exchange(X25519PublicKey.from_public_bytes(exchange_key))
    except ValueError:
        return True
    return False


_BODIES = {1: _authority, 2: _station, 3: _operator, 4: _function, 5: _group, 6: _handheld, 7: _membership,
           8: _revocation, 9: _section}  # fmt: skip
