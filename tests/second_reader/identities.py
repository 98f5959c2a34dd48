"""What is signed, and by whom (sections 3, 7, 8, 10): strings for signatures, fingerprints, MACs and digests."""

import hmac
from itertools import product

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import options, statements
from .bits import Dropped
from .hashing import sha256, u
from .numbers import AUTHORITY, OPERATOR, SEVERAL, STATION
from .sealed import HEADER_BYTES, SIGNATURE_BYTES

Fields = dict[str, object]
"""What `frames.read` gives for a frame."""
Candidate = tuple[bytes, bytes]
"""A key, and the string that its signature would be over."""
AGE_AT = HEADER_BYTES - 1
KIND_OF_CERTIFICATE = {"authority": 1, "station": 0, "operator": 3, "function": 2, "group": 4, "handheld": 5}


class Known:
    """The certificates that a receiver holds under one root key, as `frames.read` gives them."""

    def __init__(self, root: bytes, certificates: list[Fields]) -> None:
        self.root = root
        self.certificates = certificates

    def newest_two(self, kind: int, number: int, *, exercise: bool) -> list[Fields]:
        """The two newest certificates of a holder, newest first."""
        held = [
            certificate
            for certificate in self.certificates
            if (kind_of(certificate), certificate["number"], certificate["exercise"]) == (kind, number, exercise)
        ]
        return sorted(held, key=lambda certificate: certificate["renewal"], reverse=True)[:2]

    def keys(self, kind: int, number: int, *, exercise: bool) -> list[bytes]:
        """The keys to try for a holder, newest first."""
        held = self.newest_two(kind, number, exercise=exercise)
        return list(dict.fromkeys(certificate["public_key"] for certificate in held))

    def incarnation(self, station: int, low_bits: int) -> int:
        """The newest certified incarnation with these bits, the real one if any. Dropped: `unknown_station`."""
        held = self.newest_two(STATION, station, exercise=False) or self.newest_two(STATION, station, exercise=True)
        fitting = [certificate["incarnation"] for certificate in held if certificate["incarnation"] & 3 == low_bits]
        if not fitting:
            raise Dropped("unknown_station")
        return max(fitting)

    def recipient_id(self, kind: int, number: int) -> bytes:
        """Who is meant, whatever a renewal changes; real and exercise alike. Dropped: `unknown_recipient`."""
        if (kind, number) == (STATION, 0):
            return sha256(b"bavn everybody 0" + self.root, 16)
        held = self.newest_two(kind, number, exercise=False) or self.newest_two(kind, number, exercise=True)
        if not held:
            raise Dropped("unknown_recipient")
        immutable = u(kind, 1) + u(number, 4) + u(held[0]["issuer"], 4) + held[0]["birth"]
        return sha256(b"bavn creation 0" + self.root + immutable, 16)


def kind_of(statement: Fields) -> int | None:
    """Whose certificate a statement is, by the spaces of section 2.2; None for what certifies nobody."""
    return KIND_OF_CERTIFICATE.get(statement["class"])


def verifies(key: bytes, signature: bytes, signed: bytes) -> bool:
    """Ed25519, pure."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def drill_of(said: Fields) -> int:
    """A frame's drill, 0 for a real one."""
    return said["options"].get("drill_id", 0)


def recipients_of(said: Fields) -> list[tuple[int, int]]:
    """Whom a sealed frame is for, in the order of the frame."""
    if said["recipient"][0] == SEVERAL:
        return [address for address, _ in said["options"]["recipients"]]
    return [said["recipient"]]


def sealed_to_sign(
    root: bytes, station_key: bytes, author_key: bytes, incarnation: int, recipient_ids: list[bytes], drill: int,
    frame: bytes,
) -> bytes:  # fmt: skip
    """What the author of a MESSAGE, LONG, NOTICE or reserved type signs; `frame` whole."""
    unsigned = bytearray(frame[:-SIGNATURE_BYTES])
    unsigned[AGE_AT] = 0
    label = b"bavn sealed %d" % (frame[0] >> 6)
    who = root + station_key + author_key + u(incarnation, 2) + u(len(recipient_ids), 1) + b"".join(recipient_ids)
    return label + who + u(drill, 4) + bytes(unsigned)


def readings(known: Known, said: Fields, *, exercise: bool) -> list[tuple[bytes, bytes]]:
    """Station's and author's key of every certified reading, newest first; author 0 is the station itself.

    Dropped: `unknown_station`, `unknown_author`.
    """
    stations = known.keys(STATION, said["station"], exercise=exercise)
    if not stations:
        raise Dropped("unknown_station")
    if said["author"] == 0:
        return [(station, station) for station in stations]
    authors = known.keys(OPERATOR, said["author"], exercise=exercise)
    if not authors:
        raise Dropped("unknown_author")
    return list(product(stations, authors))


def sealed_candidates(known: Known, said: Fields, frame: bytes) -> list[Candidate]:
    """Each author's key to try with the string for it. Dropped: `unknown_station`, `_author`, `_recipient`."""
    drill = drill_of(said)
    incarnation = known.incarnation(said["station"], said["incarnation"])
    ids = [known.recipient_id(kind, number) for kind, number in recipients_of(said)]
    return [
        (author, sealed_to_sign(known.root, station, author, incarnation, ids, drill, frame))
        for station, author in readings(known, said, exercise=drill != 0)
    ]


def act_candidates(known: Known, said: Fields, frame: bytes, message_fingerprint: bytes) -> list[Candidate]:
    """Likewise for an ACT about a message that is held."""
    drill = drill_of(said)
    incarnation = known.incarnation(said["station"], said["incarnation"])
    tail = u(incarnation, 2) + message_fingerprint + u(drill, 4) + frame[:-SIGNATURE_BYTES]
    return [
        (author, b"bavn act 0" + known.root + station + author + tail)
        for station, author in readings(known, said, exercise=drill != 0)
    ]


def digest_candidates(known: Known, said: Fields, frame: bytes) -> list[Candidate]:
    """Likewise for a DIGEST, always with the station's real key."""
    tail = u(known.incarnation(said["station"], said["incarnation"]), 2) + frame[:-SIGNATURE_BYTES]
    stations = known.keys(STATION, said["station"], exercise=False)
    return [(station, b"bavn digest 0" + known.root + station + tail) for station in stations]


def statement_candidates(known: Known, said: Fields, frame: bytes) -> list[Candidate]:
    """Likewise for a STATEMENT; its issuer's real key may sign one of an exercise too. Dropped: `unknown_issuer`."""
    if said["issuer"] == 0:
        return [(known.root, statement_to_sign(known.root, known.root, frame))]
    issuers = known.keys(AUTHORITY, said["issuer"], exercise=False)
    if said["exercise"]:
        issuers += known.keys(AUTHORITY, said["issuer"], exercise=True)
    if not issuers:
        raise Dropped("unknown_issuer")
    return [(issuer, statement_to_sign(known.root, issuer, frame)) for issuer in issuers]


def statement_to_sign(root: bytes, issuer_key: bytes, frame: bytes) -> bytes:
    return b"bavn statement 0" + root + issuer_key + frame[:-SIGNATURE_BYTES]


def second_to_sign(root: bytes, second_key: bytes, frame: bytes) -> bytes:
    """What the second holder signs of an authority key's revocation (10.4)."""
    before = frame[: -SIGNATURE_BYTES - statements.SECOND_HOLDER_BYTES]
    return b"bavn second 0" + root + second_key + before


def signed_string(candidates: list[Candidate], signature: bytes) -> bytes:
    """The string that the signature holds for, of those to try. Dropped: `bad_signature`."""
    for key, signed in candidates:
        if verifies(key, signature, signed):
            return signed
    raise Dropped("bad_signature")


def without_option(frame: bytes, said: Fields, number: int) -> bytes:
    """A sealed frame up to the end of its options as it would be without one of them, the age byte as 0."""
    kept = [option for option in said["raw_options"] if option.number != number]
    head = bytearray(frame[:HEADER_BYTES])
    head[AGE_AT] = 0
    if not kept:
        head[AGE_AT - 1] &= 0b11011111
    return bytes(head) + options.joined(kept)


def release_to_sign(author_string: bytes, frame: bytes, said: Fields) -> bytes:
    """What the second releaser signs: the author's string, its frame without option 6 (section 4)."""
    before_frame = author_string[: len(author_string) - (len(frame) - SIGNATURE_BYTES)]
    return b"bavn release 0" + before_frame + without_option(frame, said, options.SECOND_RELEASER) + said["body"]


def receipt_key(root: bytes, own: X25519PrivateKey, theirs: bytes, issuer: bytes, origin: bytes) -> bytes:
    """The key of the receipts that one station gives another; both sides make it."""
    shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    label = b"bavn receipt key 0" + issuer + origin
    return HKDF(algorithm=SHA256(), length=32, salt=root, info=label).derive(shared)


def receipt_mac(key: bytes, first_six: bytes, fingerprint: bytes, size: int = 4) -> bytes:
    return hmac.new(key, b"bavn receipt 0" + first_six + fingerprint, "sha256").digest()[:size]


def roster_digest(frames: list[bytes]) -> bytes:
    """A beacon's two bytes over the newest statement of every place."""
    return sha256(b"bavn roster 0" + b"".join(sorted(map(sha256, frames))), 2)


def section_digest(frames: list[bytes]) -> bytes:
    """What a section says of all that its authority issued."""
    return sha256(b"bavn section 0" + b"".join(sorted(map(sha256, frames))))


def holders_hash(holders: list[tuple[int, int, bytes]]) -> bytes:
    """For whom a group's key was made: kind, number and public key of each."""
    listed = b"".join(u(kind, 1) + u(number, 2) + key for kind, number, key in sorted(holders))
    return sha256(b"bavn holders 0" + listed, 4)
