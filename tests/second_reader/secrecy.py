"""Confidential content (section 5.1): opening what is for one's own station or group."""

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from . import options
from .bits import Dropped
from .hashing import u
from .identities import Fields, drill_of, without_option
from .sealed import SIGNATURE_BYTES

TAG_BYTES = 8
CONTENT_KEY_BYTES = 16
NONCE_FRAME_BYTES = 11


@dataclass(frozen=True, slots=True)
class Context:
    """What both ends know of a frame beside a secret."""

    root: bytes
    origin_key: bytes
    """The origin's public key, of its signatures."""
    recipient_id: bytes
    incarnation: int
    drill: int

    def key(self, secret: bytes, label: bytes) -> bytes:
        rest = self.origin_key + self.recipient_id + u(self.incarnation, 2) + u(self.drill, 4)
        return HKDF(algorithm=SHA256(), length=32, salt=self.root, info=label + rest).derive(secret)


def expand(key: bytes, label: bytes) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=CONTENT_KEY_BYTES, info=label).derive(key)


def open_to_stations(frame: bytes, said: Fields, context: Context, secret: bytes, place: int, homes: int) -> bytes:
    """The plaintext for the home station at `place` (from 0) of `homes`. Dropped: `not_decrypted`."""
    key = context.key(secret, b"bavn confidential 0")
    nonce, bare = _nonce(frame, said, context)
    wraps_bytes = CONTENT_KEY_BYTES * (homes - 1)
    wraps, sealed = said["body"][:wraps_bytes], said["body"][wraps_bytes:]
    content = expand(key, b"bavn content 0" + nonce)
    if place:
        wrap = wraps[CONTENT_KEY_BYTES * (place - 1) :][:CONTENT_KEY_BYTES]
        mask = expand(key, b"bavn wrap 0" + nonce)
        content = bytes(left ^ right for left, right in zip(wrap, mask, strict=False))
    return _open(content, nonce, sealed, bare + wraps)


def group_version(said: Fields) -> int:
    """Under which version of its group's secret a frame is written. Dropped: `not_decrypted`."""
    if not said["body"] or said["body"][0] & 7:
        raise Dropped("not_decrypted")
    return said["body"][0] >> 3


def open_to_group(frame: bytes, said: Fields, context: Context, secret: bytes) -> bytes:
    """The plaintext for a group. Dropped: `not_decrypted`."""
    version = group_version(said)
    key = context.key(secret, b"bavn confidential group 0" + u(version, 1))
    nonce, bare = _nonce(frame, said, context)
    return _open(expand(key, b"bavn content 0" + nonce), nonce, said["body"][1:], bare + said["body"][:1])


def open_comment(frame: bytes, said: Fields, context: Context, secret: bytes, message_fingerprint: bytes) -> bytes:
    """The comment of a confidential ACT, as from its station to the message's origin. Dropped: `not_decrypted`."""
    if not said["comment"]:
        raise Dropped("not_decrypted")
    key = context.key(secret, b"bavn confidential 0")
    count, sealed = said["comment"][:1], said["comment"][1:]
    nonce = u(context.incarnation, 2) + frame[:NONCE_FRAME_BYTES]
    before = frame[: len(frame) - SIGNATURE_BYTES - len(said["comment"])]
    content = expand(key, b"bavn comment 0" + count + nonce)
    return _open(content, nonce, sealed, before + message_fingerprint + count)


def context_of(root: bytes, origin_key: bytes, recipient_id: bytes, incarnation: int, said: Fields) -> Context:
    return Context(root, origin_key, recipient_id, incarnation, drill_of(said))


def _nonce(frame: bytes, said: Fields, context: Context) -> tuple[bytes, bytes]:
    bare = without_option(frame, said, options.SECOND_RELEASER)
    return u(context.incarnation, 2) + bare[:NONCE_FRAME_BYTES], bare


def _open(content: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    if len(content) != CONTENT_KEY_BYTES or len(sealed) < TAG_BYTES:
        raise Dropped("not_decrypted")
    try:
        return AESCCM(content, tag_length=TAG_BYTES).decrypt(nonce, sealed, bound)
    except InvalidTag:
        raise Dropped("not_decrypted") from None
