"""The golden vectors: the code still makes them, still reads them, and their bits are those of the specification."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from protocol.codec import decode_text
from protocol.decode import decode
from protocol.frames import Message
from protocol.reasons import Dropped
from tests.support.wire_cases import LONG_TEXT
from tests.support.wire_vectors import FOLDER, files, plain

FILES = (
    *("messages.json", "long.json", "proofs.json", "hints.json"),
    *("riding.json", "statements.json", "confidential.json"),
)
Vector = dict[str, object]


def vectors(*names: str) -> list[Vector]:
    return [one for name in names for one in json.loads(Path(FOLDER / name).read_text())]


def of(vector: Vector, name: str) -> bytes:
    return bytes.fromhex(str(vector[name]))


def by_name(*names: str, having: str = "hex") -> pytest.MarkDecorator:
    found = [one for one in vectors(*names) if having in one]
    return pytest.mark.parametrize("vector", found, ids=[str(one["name"]) for one in found])


@pytest.mark.parametrize("name", [*FILES, "keys.json"])
def test_the_code_still_makes_the_golden_bytes(name: str) -> None:
    assert files()[name] == (FOLDER / name).read_text()


@by_name(*FILES)
def test_a_golden_frame_reads_back_with_all_its_fields(vector: Vector) -> None:
    frame = decode(of(vector, "hex"))
    assert not isinstance(frame, Dropped)
    assert (type(frame).__name__, plain(frame)) == (vector["frame"], vector["fields"])
    assert frame.encode() == of(vector, "hex")


@by_name("messages.json", having="text")
def test_the_text_of_a_golden_message_is_read(vector: Vector) -> None:
    frame = decode(of(vector, "hex"))
    assert isinstance(frame, Message)
    assert decode_text(frame.codec, frame.body) == vector["text"]


@by_name("messages.json", "long.json", "proofs.json", "confidential.json", having="to_sign")
def test_a_golden_signature_holds_without_our_code(vector: Vector) -> None:
    keys = [bytes.fromhex(key["signing_public"]) for key in json.loads((FOLDER / "keys.json").read_text())]
    # The author's key stands in the string: behind the root's and the station's, or as the station's in a digest.
    to_sign = of(vector, "to_sign")
    named = [key for key in keys if key in to_sign]
    author = max(named, key=to_sign.rindex)
    Ed25519PublicKey.from_public_bytes(author).verify(of(vector, "hex")[-64:], to_sign)


def bits(*fields: tuple[int, int]) -> bytes:
    """Lay values side by side as text, apart from the code under test."""
    text = "".join(f"{value:0{width}b}" for value, width in fields)
    assert len(text) % 8 == 0
    return bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))


def hex_of(name: str, file: str) -> bytes:
    return next(of(one, "hex") for one in vectors(file) if one["name"] == name)


TIME = (552296, 20)
REFERENCE = ((5, 10), (1, 2), (41, 14))


def test_the_header_of_a_message_has_the_bits_of_section_5() -> None:
    header = bits(
        *((0, 2), (0, 4), (2, 2), *REFERENCE, (11, 11), (2, 3), (3, 11), TIME, (4, 3)),
        *((0, 1), (0, 1), (0, 1), (0, 3), (0, 8)),
    )
    assert hex_of("text", "messages.json")[:12] == header


def test_options_have_the_bytes_of_section_4() -> None:
    several = hex_of("several recipients", "messages.json")[12:-64]
    listed = bits((0, 3), (9, 11), (0, 2), (2, 3), (3, 11), (0, 2), (3, 3), (12, 11), (1, 2))
    assert several == bits((0, 1), (5, 4), (6, 3)) + listed + b"M\xc3\xb8des kl. 14"
    releaser = hex_of("second releaser", "messages.json")[12:-64]
    assert releaser[:4] + releaser[68:] == bits((0, 1), (6, 4), (7, 3), (66, 8), (0, 5), (12, 11)) + b"Evakuer"
    wide = hex_of("wide author", "messages.json")
    assert wide[12:-64] == bits((0, 1), (7, 4), (5, 3), (1, 8), (5000, 32)) + b"Her er jeg"
    assert int.from_bytes(wide[:12], "big") >> (96 - 8 - 37) & 2047 == 2047


def test_a_long_message_has_the_bytes_of_section_8() -> None:
    vector = next(one for one in vectors("long.json") if one["name"] == "long, two packets")
    coded, body = of(vector, "coded"), of(vector, "hex")[12:-64]
    assert (len(coded), body[:3]) == (200, bits((199, 12), (1, 5), (0, 7)))
    assert body[3:19] == hashlib.sha256(b"bavn long 0" + coded).digest()[:16]
    fragment = hex_of("fragment 0 of two packets", "long.json")
    assert fragment[:5] == bits((0, 2), (8, 4), (2, 2), *REFERENCE, (0, 5), (0, 1))
    named = b"bavn fragment 0" + named_key("ODK", "signing_public") + b"\x00\x01" + b"\x00\x29" + b"\x00"
    assert body[19:25] == hashlib.sha256(named + fragment[5:]).digest()[:6]
    assert body[25:] + fragment[5:] == coded


@by_name("long.json", having="coded")
def test_fragments_of_a_golden_message_are_of_one_length_but_the_last(vector: Vector) -> None:
    name = str(vector["name"]).removeprefix("long, ")
    datas = [of(one, "hex")[5:] for one in vectors("long.json") if str(one["name"]).endswith(f" of {name}")]
    coded = of(vector, "coded")
    rest = sum(map(len, datas))
    assert coded.endswith(b"".join(datas))
    assert {len(data) for data in datas[:-1]} <= {-(-rest // len(datas))}
    assert len(datas[-1]) <= -(-rest // len(datas))


def test_a_confidential_long_message_is_encrypted_whole_and_then_cut() -> None:
    vector = next(one for one in vectors("long.json") if one["name"] == "long, confidential")
    raw, coded = of(vector, "hex"), of(vector, "coded")
    ours = X25519PrivateKey.from_private_bytes(named_key("SVN", "exchange_private"))
    theirs = X25519PublicKey.from_public_bytes(named_key("ODK", "exchange_public"))
    key = hkdf(
        ours.exchange(theirs),
        named_key("root", "signing_public"),
        b"bavn confidential 0" + told_to(recipient_in(vector)),
    )
    nonce = b"\x00\x01" + raw[:11]
    content = HKDFExpand(SHA256(), 16, b"bavn content 0" + nonce).derive(key)
    assert AESCCM(content, 8).decrypt(nonce, coded, raw[:12]).decode() == LONG_TEXT


def test_an_act_has_the_bits_of_section_6() -> None:
    header = bits(
        *((0, 2), (1, 4), (2, 2), (9, 10), (1, 2), (12, 11), *REFERENCE, (0, 3)),
        *((TIME[0] + 12, 20), (0, 1), (0, 3), (0, 4)),
    )
    assert hex_of("acknowledged", "proofs.json")[:-64] == header


def test_a_digest_and_a_receipt_have_the_bits_of_section_7() -> None:
    digest = hex_of("digest of one", "proofs.json")
    header = bits((0, 2), (2, 4), (2, 2), (9, 10), (1, 2), (TIME[0] + 2, 20), (1, 1), (0, 1), (0, 6))
    check = next(of(one, "fingerprint") for one in vectors("messages.json") if one["name"] == "text")[:2]
    assert digest[:-64] == header + bits(*REFERENCE, (0, 3), (0, 3)) + check
    mark = bits((4711, 32)) + bytes(range(0xA0, 0xB0))
    marked = hex_of("digest of one, with a log mark", "proofs.json")
    assert marked[:-64] == digest[:5] + bytes([digest[5] | 0x40]) + mark + digest[6:-64]
    assert hex_of("digest of a log mark alone", "proofs.json")[:-64] == marked[:26]
    receipt = hex_of("receipt", "proofs.json")
    assert receipt[:-4] == bits((0, 2), (9, 4), (2, 2), (9, 10), *REFERENCE, (1, 3), (0, 1))


def brief(vector: Vector) -> bytes:
    """The code of a rider or an answer before it is cut, made without our code."""
    issuer, origin = (next(one for one in vectors("keys.json") if one["name"] == name) for name in ("SVN", "ODK"))
    root = next(of(one, "signing_public") for one in vectors("keys.json") if one["name"] == "root")
    exchange = X25519PrivateKey.from_private_bytes(of(origin, "exchange_private"))
    secret = exchange.exchange(X25519PublicKey.from_public_bytes(of(issuer, "exchange_public")))
    label = b"bavn receipt key 0" + of(issuer, "signing_public") + of(origin, "signing_public")
    return hmac.digest(hkdf(secret, root, label), of(vector, "mac_over"), "sha256")


def test_a_bundle_has_the_bits_of_section_12() -> None:
    acknowledged, digest = hex_of("acknowledged", "proofs.json"), hex_of("digest of one", "proofs.json")
    cases = {str(one["name"]): one for one in vectors("riding.json")}
    short = cases["rider on an act for its origin"]
    assert of(short, "hex") == bits((0, 2), (14, 4), (0, 2), (41, 14), (0, 2)) + brief(short)[:3] + acknowledged
    named = cases["rider that names its origin, on a digest"]
    rider = bits((0, 2), (14, 4), (0, 2), (41, 14), (3, 2)) + brief(named)[:3] + bits((5, 10), (0, 3), (0, 3))
    assert of(named, "hex") == rider + digest
    beacon = cases["answer in a beacon"]
    code = int.from_bytes(brief(beacon)[:3], "big") >> 2
    said = bits((0, 2), (10, 4), (0, 2), (9, 10), (1, 2), (1, 1), (1, 1), (0, 1), (1, 1), (1, 2), (code, 22))
    assert of(beacon, "hex") == said + b"\x12\x34\xab\xcd"


def test_the_hints_have_the_bits_of_section_9() -> None:
    beacon = bits(
        *((0, 2), (10, 4), (2, 2), (1022, 10), (3, 2), (1, 1), (0, 1), (1, 1), (0, 1)),
        *((16383, 14), (0xA0A1 >> 6, 10), (0x1234, 16), (0xABCD, 16)),
    )
    assert hex_of("beacon", "hints.json") == beacon
    inventory = bits(
        *((0, 2), (11, 4), (3, 2), (9, 10), (1, 2), (1, 1), (7, 3), (2, 8)),
        *((5, 10), (1, 2), (2, 4), (41, 14), (0, 1), (0, 1), (40, 14), (0, 2), (41, 14), (3, 2)),
        *((9, 10), (2, 2), (0, 4), (0, 14), (1, 1), (0, 1)),
    )
    assert hex_of("inventory", "hints.json") == inventory
    certificates = bits(
        *((0, 2), (12, 4), (0, 2), (9, 10), (5, 10), (1, 3), (0, 1)),
        *((0, 3), (9, 11), (0, 2), (3, 3), (2047, 11), (0, 2), (5000, 32)),
    )
    assert hex_of("request for certificates", "hints.json") == certificates


def test_a_statement_has_the_bits_of_section_10() -> None:
    raw = hex_of("function 3, real", "statements.json")
    header = bits((0, 2), (13, 4), (3, 2), (4, 4), (0, 1), (0, 3), (1, 16), (3, 16), (0, 8), (0, 16), (65535, 16))
    body = b"\x02\x00\x09\x00\x05\x00\x00" + b"\x03KRL" + b"Kriseleder"
    assert (raw[:11], raw[15:-64]) == (header, body)


def hkdf(secret: bytes, salt: bytes, told: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, told).derive(secret)


def named_key(name: str, part: str) -> bytes:
    return next(of(one, part) for one in vectors("keys.json") if one["name"] == name)


def confidential(name: str) -> Vector:
    return next(one for one in vectors("confidential.json") if one["name"] == name)


def told_to(recipient: bytes, drill: int = 0, exercise: str = "") -> bytes:
    """What stands in the key's derivation after the label: origin, recipient, incarnation, drill."""
    origin = named_key(f"ODK{exercise}", "signing_public")
    return origin + recipient + b"\x00\x01" + drill.to_bytes(4, "big")


def recipient_in(vector: Vector) -> bytes:
    """The first recipient's id in the string that is signed: behind label, three keys, incarnation and count."""
    at = len("bavn sealed 0") + 3 * 32 + 3
    return of(vector, "to_sign")[at : at + 16]


@pytest.mark.parametrize("exercise", ["", " exercise"], ids=["real", "exercise"])
def test_a_confidential_body_is_made_as_section_5_1_says(exercise: str) -> None:
    vector = confidential("in an exercise" if exercise else "to a station")
    raw = of(vector, "hex")
    ours = X25519PrivateKey.from_private_bytes(named_key(f"SVN{exercise}", "exchange_private"))
    theirs = X25519PublicKey.from_public_bytes(named_key(f"ODK{exercise}", "exchange_public"))
    drill = 0xB4AF0001 if exercise else 0
    told = b"bavn confidential 0" + told_to(recipient_in(vector), drill, exercise)
    key = hkdf(ours.exchange(theirs), named_key("root", "signing_public"), told)
    bare = raw[: 12 + (5 if exercise else 0)]
    nonce = b"\x00\x01" + raw[:11]
    content = HKDFExpand(SHA256(), 16, b"bavn content 0" + nonce).derive(key)
    assert AESCCM(content, 8).decrypt(nonce, raw[len(bare) : -64], bare) == of(vector, "plaintext")


def test_a_second_home_station_reads_by_its_wrap() -> None:
    vector = confidential("to a function at two stations")
    raw, keys = of(vector, "hex"), vector["keys"]
    assert isinstance(keys, list)
    nonce = b"\x00\x01" + raw[:11]
    pad = HKDFExpand(SHA256(), 16, b"bavn wrap 0" + nonce).derive(bytes.fromhex(keys[1]))
    content = bytes(a ^ b for a, b in zip(raw[12:28], pad, strict=True))
    assert AESCCM(content, 8).decrypt(nonce, raw[28:-64], raw[:28]) == of(vector, "plaintext")


def test_the_second_releasers_option_is_in_neither_nonce_nor_additional_data() -> None:
    vector = confidential("with options")
    raw, keys = of(vector, "hex"), vector["keys"]
    assert isinstance(keys, list)
    # Answer by stands alone: its chain ends where the releaser's 68 bytes began.
    bare = raw[:12] + bytes([raw[12] & 0x7F]) + raw[13:15]
    nonce = b"\x00\x01" + raw[:11]
    content = HKDFExpand(SHA256(), 16, b"bavn content 0" + nonce).derive(bytes.fromhex(keys[0]))
    assert AESCCM(content, 8).decrypt(nonce, raw[12 + 3 + 68 : -64], bare) == of(vector, "plaintext")


def test_a_groups_body_begins_with_the_version_of_its_secret() -> None:
    vector = confidential("by a group's secret")
    raw = of(vector, "hex")
    told = b"bavn confidential group 0\x03" + told_to(recipient_in(vector))
    key = hkdf(bytes(range(32)), named_key("root", "signing_public"), told)
    nonce = b"\x00\x01" + raw[:11]
    content = HKDFExpand(SHA256(), 16, b"bavn content 0" + nonce).derive(key)
    assert raw[12:13] == bits((3, 5), (0, 3))
    assert AESCCM(content, 8).decrypt(nonce, raw[13:-64], raw[:13]) == of(vector, "plaintext")


def test_a_confidential_comment_is_made_as_section_5_1_says() -> None:
    raw = hex_of("accepted, with a confidential comment", "proofs.json")
    message = next(one for one in vectors("messages.json") if one["name"] == "text")
    ours = X25519PrivateKey.from_private_bytes(named_key("ODK", "exchange_private"))
    theirs = X25519PublicKey.from_public_bytes(named_key("SVN", "exchange_public"))
    recipient = hashlib.sha256(
        b"bavn creation 0" + named_key("root", "signing_public") + station_creation("station 5, real")
    ).digest()[:16]
    told = b"bavn confidential 0" + named_key("SVN", "signing_public") + recipient + b"\x00\x01" + bytes(4)
    key = hkdf(ours.exchange(theirs), named_key("root", "signing_public"), told)
    header, count = raw[:11], raw[11:12]
    assert (count, raw[10] & 0x0F) == (b"\x02", 0x08)
    nonce = b"\x00\x01" + header
    content = HKDFExpand(SHA256(), 16, b"bavn comment 0" + count + nonce).derive(key)
    additional = header + of(message, "fingerprint") + count
    assert AESCCM(content, 8).decrypt(nonce, raw[12:-64], additional) == b"kommer"


def station_creation(name: str) -> bytes:
    """Kind, number, issuer and birth of a golden statement."""
    raw = hex_of(name, "statements.json")
    issuer, number, birth = raw[2:4], raw[4:6], raw[11:15]
    return b"\x00" + bytes(2) + number + bytes(2) + issuer + birth
