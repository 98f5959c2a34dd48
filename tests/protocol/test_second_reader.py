"""A second reader, written from SPEC.md alone, reads the golden vectors and agrees on frames good and broken."""

import json
from collections.abc import Iterator
from itertools import takewhile
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import HealthCheck, Phase, given, seed, settings

from protocol.decode import decode
from protocol.frames import Frame
from protocol.instants import decode_age, encode_age, instant_ms, wire_time
from protocol.notices import decode_notice
from protocol.reasons import Dropped as DroppedByCode
from protocol.reasons import Reason
from tests.second_reader import frames, identities, instants, long_texts, notices, secrecy
from tests.second_reader.bits import Dropped
from tests.support.mutations import mutated, random_bytes
from tests.support.second_reader_fields import CODE_NAMES, as_fields, listed
from tests.support.wire_strategies import frames as good_frames
from tests.support.wire_vectors import FOLDER, plain

FILES = ("messages.json", "proofs.json", "hints.json", "statements.json", "confidential.json", "long.json",
         "riding.json")  # fmt: skip
Vector = dict[str, object]
SEED = 2026
BROKEN_FRAMES = 10_000
GOOD_FRAMES = 600
INSTANTS = 2_000
EXERCISE = " exercise"
NOTICE_BYTES = {1: 3, 2: 9, 3: 4, 4: 4, 5: 38, 6: 36, 7: 2, 8: 4, 9: 5}
"""What follows each kind, without an exercise's name; 8 is unknown."""


def vectors(*names: str) -> list[Vector]:
    return [one for name in names for one in json.loads((FOLDER / name).read_text())]


def raw_of(vector: Vector, name: str = "hex") -> bytes:
    return bytes.fromhex(str(vector[name]))


def by_name(*names: str, having: str = "hex") -> pytest.MarkDecorator:
    found = [one for one in vectors(*names) if having in one]
    return pytest.mark.parametrize("vector", found, ids=[str(one["name"]) for one in found])


KEYS = {str(key.pop("name")): {part: raw_of(key, part) for part in key} for key in vectors("keys.json")}
ROOT = KEYS["root"]["signing_public"]
KNOWN = identities.Known(ROOT, [frames.read(raw_of(one)) for one in vectors("statements.json")])
MESSAGE = vectors("messages.json")[0]
"""The one that all golden proofs are about."""


def exchanged(own: str, theirs: str) -> bytes:
    private = X25519PrivateKey.from_private_bytes(KEYS[own]["exchange_private"])
    return private.exchange(X25519PublicKey.from_public_bytes(KEYS[theirs]["exchange_public"]))


@by_name(*FILES)
def test_a_golden_frame_says_the_same_to_the_second_reader(vector: Vector) -> None:
    said = frames.read(raw_of(vector))
    assert CODE_NAMES.get(str(said["frame"]), "SignedOther") == vector["frame"]
    assert as_fields(said, raw_of(vector)) == vector["fields"]


def candidates(said: identities.Fields, raw: bytes) -> list[identities.Candidate]:
    match said["frame"]:
        case "ACT":
            return identities.act_candidates(KNOWN, said, raw, raw_of(MESSAGE, "fingerprint"))
        case "DIGEST":
            return identities.digest_candidates(KNOWN, said, raw)
        case "STATEMENT":
            return identities.statement_candidates(KNOWN, said, raw)
        case _:
            return identities.sealed_candidates(KNOWN, said, raw)


@by_name("messages.json", "proofs.json", "confidential.json", "long.json", having="to_sign")
def test_a_golden_frame_is_signed_as_the_page_says(vector: Vector) -> None:
    said = frames.read(raw_of(vector))
    signed = identities.signed_string(candidates(said, raw_of(vector)), said["signature"])
    assert signed == raw_of(vector, "to_sign")
    assert identities.sha256(signed) == raw_of(vector, "fingerprint")


@pytest.mark.parametrize(
    ("file", "name"), [("messages.json", "second releaser"), ("confidential.json", "with options")]
)
def test_a_golden_release_is_signed_as_the_page_says(file: str, name: str) -> None:
    (vector,) = [one for one in vectors(file) if one["name"] == name]
    said = frames.read(raw_of(vector))
    operator, signature = said["options"]["second_releaser"]
    (key,) = KNOWN.keys(3, operator, exercise=False)
    signed = identities.release_to_sign(raw_of(vector, "to_sign"), raw_of(vector), said)
    assert identities.verifies(key, signature, signed)


@by_name("statements.json")
def test_a_golden_statement_is_signed_as_the_page_says(vector: Vector) -> None:
    raw = raw_of(vector)
    said = frames.read(raw)
    assert identities.signed_string(candidates(said, raw), said["signature"])
    if "second_holder" in said:
        (key,) = KNOWN.keys(1, said["second_holder"], exercise=False)
        assert identities.verifies(key, said["second_signature"], identities.second_to_sign(ROOT, key, raw))


@by_name("messages.json", having="text")
def test_the_uncoded_text_of_a_golden_message_is_read(vector: Vector) -> None:
    said = frames.read(raw_of(vector))
    assert said["codec"] == 0
    assert said["body"].decode() == vector["text"]


def test_the_golden_receipt_is_the_recipients_word_to_the_origin() -> None:
    (vector,) = [one for one in vectors("proofs.json") if one["frame"] == "Receipt"]
    raw = raw_of(vector)
    issuer, origin = KEYS["SVN"], KEYS["ODK"]
    own = X25519PrivateKey.from_private_bytes(origin["exchange_private"])
    key = identities.receipt_key(
        ROOT, own, issuer["exchange_public"], issuer["signing_public"], origin["signing_public"]
    )
    assert identities.receipt_mac(key, raw[:6], raw_of(MESSAGE, "fingerprint")) == frames.read(raw)["mac"]


def readers_of(vector: Vector) -> Iterator[bytes]:
    """What each reader of a golden confidential frame makes of it, by the keys of `keys.json`."""
    raw = raw_of(vector)
    said = frames.read(raw)
    suffix = EXERCISE if identities.drill_of(said) else ""
    origin = KEYS[f"ODK{suffix}"]["signing_public"]
    incarnation = KNOWN.incarnation(said["station"], said["incarnation"])
    context = secrecy.context_of(ROOT, origin, KNOWN.recipient_id(*said["recipient"]), incarnation, said)
    if "group" in str(vector["name"]):
        yield secrecy.open_to_group(raw, said, context, bytes(range(32)))
        return
    homes = ["SVN", "ODK"] if said["recipient"][0] == 2 else [f"SVN{suffix}"]
    for place, home in enumerate(homes):
        yield secrecy.open_to_stations(raw, said, context, exchanged(home, f"ODK{suffix}"), place, len(homes))


@by_name("confidential.json")
def test_a_golden_confidential_frame_opens_for_each_of_its_readers(vector: Vector) -> None:
    assert set(readers_of(vector)) == {raw_of(vector, "plaintext")}


def fragments_of(vector: Vector) -> list[identities.Fields]:
    """What follows a golden LONG in its file, up to the next one."""
    listed = vectors("long.json")
    after = listed[listed.index(vector) + 1 :]
    return [frames.read(raw_of(one)) for one in takewhile(lambda one: one["frame"] == "Fragment", after)]


@by_name("long.json", having="coded")
def test_a_golden_long_text_is_joined_from_its_fragments(vector: Vector) -> None:
    first = frames.read(raw_of(vector))
    key = KEYS[f"ODK{EXERCISE if identities.drill_of(first) else ''}"]["signing_public"]
    fragments = fragments_of(vector)
    assert long_texts.joined(first, fragments, key, 1) == raw_of(vector, "coded")
    fragments[-1] |= {"data": fragments[-1]["data"][:-1] + b"\0"}
    with pytest.raises(Dropped, match="bad_fragment"):
        long_texts.joined(first, fragments, key, 1)


def test_the_golden_confidential_long_text_opens_whole() -> None:
    (vector,) = [one for one in vectors("long.json") if one["name"] == "long, confidential"]
    raw = raw_of(vector)
    said = frames.read(raw) | {"body": raw_of(vector, "coded")}
    context = secrecy.context_of(ROOT, KEYS["ODK"]["signing_public"], KNOWN.recipient_id(0, 9), 1, said)
    text = secrecy.open_to_stations(raw, said, context, exchanged("SVN", "ODK"), 0, 1).decode()
    assert text.startswith("1. Plejehjemmet Havblik")


def test_a_golden_confidential_comment_opens_for_the_messages_origin() -> None:
    (vector,) = [one for one in vectors("proofs.json") if one["name"] == "accepted, with a confidential comment"]
    raw = raw_of(vector)
    said = frames.read(raw)
    told = KNOWN.recipient_id(0, said["reference"][0])
    context = secrecy.context_of(ROOT, KEYS["SVN"]["signing_public"], told, 1, said)
    opened = secrecy.open_comment(raw, said, context, exchanged("ODK", "SVN"), raw_of(MESSAGE, "fingerprint"))
    assert opened == b"kommer"


def test_what_was_encrypted_for_another_is_not_opened() -> None:
    vector = vectors("confidential.json")[0]
    raw = raw_of(vector)
    said = frames.read(raw)
    context = secrecy.context_of(ROOT, KEYS["ODK"]["signing_public"], KNOWN.recipient_id(0, 5), 1, said)
    with pytest.raises(Dropped, match="not_decrypted"):
        secrecy.open_to_stations(raw, said, context, exchanged("SVN", "ODK"), 0, 1)


def assert_alike(raw: bytes, ours: Frame | DroppedByCode) -> bool:
    """Both readers say the same of a frame; whether it was good.

    Of several faults each may name another, so the code's reason is one of all that the second reader found.
    """
    try:
        said = frames.read(raw)
    except Dropped as dropped:
        assert isinstance(ours, DroppedByCode), f"only the code reads {raw.hex()}: {dropped.reasons}"
        assert str(ours.reason) in dropped.reasons, raw.hex()
        return False
    assert not isinstance(ours, DroppedByCode), f"the code drops {raw.hex()}: {ours}"
    assert as_fields(said, raw) == plain(ours), raw.hex()
    return True


@pytest.mark.parametrize("part", range(4))
def test_broken_frames_are_refused_alike(part: int) -> None:
    chance = Random(SEED + part)
    good = [raw_of(one) for one in vectors(*FILES)]
    read = 0
    for _ in range(BROKEN_FRAMES // 4):
        raw = random_bytes(chance) if chance.randrange(3) == 0 else mutated(good, chance)
        read += assert_alike(raw, decode(raw))
    assert read > BROKEN_FRAMES // 40, "hardly any frame was good: the changes are too coarse to show anything"


@seed(SEED)
@settings(
    max_examples=GOOD_FRAMES, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(good_frames)
def test_good_frames_say_the_same_to_both(frame: Frame) -> None:
    raw = frame.encode()
    assert assert_alike(raw, frame)


def flat(value: object) -> list[object]:
    """The values of a plain object, one after the other."""
    return [one for part in value.values() for one in flat(part)] if isinstance(value, dict) else [value]


def test_notices_are_read_alike_or_refused_alike() -> None:
    chance = Random(SEED)
    read = 0
    for _ in range(BROKEN_FRAMES // 2):
        kind, size = chance.choice(tuple(NOTICE_BYTES.items()))
        body = bytes([kind]) + chance.choice((bytes(size), chance.randbytes(size)))
        body = mutated([body], chance) if chance.randrange(2) else body
        ours = decode_notice(body)
        try:
            said = notices.read(body)
        except Dropped as dropped:
            assert isinstance(ours, DroppedByCode), body.hex()
            assert str(ours.reason) in dropped.reasons, body.hex()
            continue
        if said is None:
            assert isinstance(ours, DroppedByCode)
            assert ours.reason is Reason.TYPE_NOT_SUPPORTED
            continue
        assert not isinstance(ours, DroppedByCode), body.hex()
        assert listed(said)[1:] == flat(plain(ours)), body.hex()
        read += 1
    assert read > BROKEN_FRAMES // 50


def test_ages_and_instants_are_the_same_to_both() -> None:
    assert [instants.age_s(code) for code in range(256)] == [decode_age(code) for code in range(256)]
    chance = Random(SEED)
    for _ in range(INSTANTS):
        age = chance.randrange(1 << chance.randrange(1, 24))
        assert instants.age_code(age) == encode_age(age)
        near = instants.EPOCH_UNIX_S + chance.randrange(1 << 30)
        assert instants.time_code(near) == wire_time(1000 * near)
        time = chance.choice((chance.randrange(instants.CIRCLE), (instants.time_code(near) + instants.CIRCLE // 2)))
        ours = instant_ms(time % instants.CIRCLE, 1000 * near)
        theirs = instants.instant_unix_s(time % instants.CIRCLE, near - near % instants.UNIT_S)
        assert (theirs is None) == (ours is None)
        assert theirs is None or ours == 1000 * theirs
