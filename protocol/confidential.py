"""Confidential content: only the recipient's stations, or a group's members, read it (SPEC.md, section 5.1).

The frame's signature covers what is encrypted, so that every relay verifies what it cannot read. The origin's key is
part of the content's key, and every field of the frame part of its nonce or its additional data: the same bytes signed
anew by somebody else, or put under another number, are readable for nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESCCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from protocol.certificates import HOME_STATIONS_MAX, FunctionBody, OperatorBody
from protocol.layout import Layout
from protocol.messages import AGE_AT, MessageLike
from protocol.notices import GROUP_VERSIONS
from protocol.numbers import EVERYBODY, Address, Kind
from protocol.options import wide_numbers
from protocol.reasons import Dropped, LocalProtocolError, Reason
from protocol.roster import Roster

KEY_BYTES: Final = 32
CONTENT_KEY_BYTES: Final = 16
"""AES-128, a fresh key for every message."""
TAG_BYTES: Final = 8
"""RFC 3610's M = 8: who guesses needs 2^63 frames on the air, and each with a certified signature."""
WRAP_BYTES: Final = CONTENT_KEY_BYTES
"""What every home station after the first costs."""
_VERSION: Final = Layout(5, 3)
_STATION_LABEL: Final = b"bavn confidential 0"
_GROUP_LABEL: Final = b"bavn confidential group 0"
_CONTENT_LABEL: Final = b"bavn content 0"
_WRAP_LABEL: Final = b"bavn wrap 0"

MessageT = TypeVar("MessageT", bound=MessageLike)


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Whose content a key is for: another value in any field makes another key."""

    root: bytes
    """The network."""
    origin: bytes
    """The origin station's public signing key; in an exercise its exercise key."""
    recipient: bytes
    """The 16 bytes of the recipient's id."""
    incarnation: int
    """The origin's, in full."""
    drill: int
    """0 = real."""

    def key(self, secret: bytes, label: bytes) -> bytes:
        """A key of 32 bytes from what only the two ends know."""
        numbers = self.incarnation.to_bytes(2, "big") + self.drill.to_bytes(4, "big")
        told = label + self.origin + self.recipient + numbers
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=self.root, info=told).derive(secret)


def station_key(own_exchange_private: X25519PrivateKey, peer_exchange_public: bytes, between: Between) -> bytes:
    """The key that an origin and one of the recipient's stations share; the same at both ends.

    Args:
        own_exchange_private: ours.
        peer_exchange_public: the other's, from its certificate, which a roster took only if an exchange succeeds.
        between: origin and recipient.
    """
    secret = own_exchange_private.exchange(X25519PublicKey.from_public_bytes(peer_exchange_public))
    return between.key(secret, _STATION_LABEL)


def group_key(secret: bytes, version: int, between: Between) -> bytes:
    """The key of an origin's messages to a group whose members share that version of a secret."""
    return between.key(secret, _GROUP_LABEL + bytes([version]))


def encrypt_for_stations(message: MessageT, keys: Sequence[bytes], incarnation: int) -> MessageT:
    """The message with its body encrypted for the recipient's home stations; it is signed afterwards.

    Args:
        message: unsigned, its body as coded.
        keys: of `station_key`, in the order of the recipient's home stations; 1 to `HOME_STATIONS_MAX`.
        incarnation: the origin's, in full.

    Raises:
        LocalProtocolError: nobody or too many could read it.
    """
    if not 1 <= len(keys) <= HOME_STATIONS_MAX:
        raise LocalProtocolError(f"encrypted for {len(keys)} stations, 1 to {HOME_STATIONS_MAX}")
    bare = _bare(message)
    nonce = _nonce(bare, incarnation)
    content = content_key(keys[0], _CONTENT_LABEL, nonce)
    wraps = b"".join(_xor(content, content_key(key, _WRAP_LABEL, nonce)) for key in keys[1:])
    return _with_body(bare, message, wraps + _encrypted(bare, content, nonce, wraps, message.body))


def decrypt_at_station(message: MessageLike, key: bytes, place: int, count: int, incarnation: int) -> bytes | Dropped:
    """The coded body of a message encrypted for home stations, of whom we are one; ask after its signature held.

    Args:
        message: verified.
        key: of `station_key`.
        place: which of the home stations we are, the first being 0.
        count: how many there are.
        incarnation: the origin's, in full.
    """
    wraps = message.body[: WRAP_BYTES * (count - 1)]
    bare = _bare(message)
    nonce = _nonce(bare, incarnation)
    if place == 0:
        content = content_key(key, _CONTENT_LABEL, nonce)
    else:
        wrap = wraps[WRAP_BYTES * (place - 1) : WRAP_BYTES * place]
        if len(wrap) < WRAP_BYTES:
            return Dropped(Reason.NOT_DECRYPTED, "shorter than its keys")
        content = _xor(wrap, content_key(key, _WRAP_LABEL, nonce))
    return _decrypted(bare, content, nonce, wraps, message.body)


def encrypt_for_group(message: MessageT, key: bytes, version: int, incarnation: int) -> MessageT:
    """The message with its body encrypted for a group, and the version of the group's secret before it.

    Args:
        message: unsigned, its body as coded.
        key: of `group_key`.
        version: of the secret.
        incarnation: the origin's, in full.

    Raises:
        LocalProtocolError: no secret has that version.
    """
    if not 0 <= version < GROUP_VERSIONS:
        raise LocalProtocolError(f"version {version} of a group's secret, 0 to {GROUP_VERSIONS - 1}")
    bare = _bare(message)
    nonce = _nonce(bare, incarnation)
    lead = _VERSION.pack(version, 0)
    content = content_key(key, _CONTENT_LABEL, nonce)
    return _with_body(bare, message, lead + _encrypted(bare, content, nonce, lead, message.body))


def group_version(message: MessageLike) -> int | None:
    """Which version of its group's secret opens a message; None when it names none that there can be."""
    version, reserved = _VERSION.unpack(message.body[:1]) if message.body else (0, 1)
    return None if reserved else version


def decrypt_in_group(message: MessageLike, key: bytes, incarnation: int) -> bytes | Dropped:
    """The coded body of a message encrypted for a group; ask after its signature held.

    Args:
        message: verified.
        key: of `group_key`, by the version that `group_version` says.
        incarnation: the origin's, in full.
    """
    bare = _bare(message)
    nonce = _nonce(bare, incarnation)
    return _decrypted(bare, content_key(key, _CONTENT_LABEL, nonce), nonce, message.body[:1], message.body)


def readers(roster: Roster, address: Address) -> tuple[tuple[int, ...], ...]:
    """The home stations that read what a recipient is sent: by its newest certificate, then by the one before.

    Empty for those whom no pair of stations reaches: everybody, authorities, groups, handhelds, several.
    """
    renewals = roster.renewals(address) or roster.renewals(address, exercise=True)
    lists: list[tuple[int, ...]] = []
    for statement in renewals:
        match statement.body:
            case FunctionBody(home_stations=homes):
                lists.append(homes)
            case OperatorBody(home_station=home):
                lists.append((home,))
            case _ if address.kind is Kind.STATION and address != EVERYBODY:
                lists.append((address.number,))
            case _:
                pass
    return tuple(dict.fromkeys(lists))


def confidential_bytes(stations: int) -> int:
    """What it costs to encrypt a body for so many home stations."""
    return TAG_BYTES + WRAP_BYTES * (stations - 1)


GROUP_CONFIDENTIAL_BYTES: Final = _VERSION.size + TAG_BYTES
"""What it costs to encrypt a body for a group."""


def content_key(key: bytes, label: bytes, nonce: bytes) -> bytes:
    """A key of 16 bytes for one frame."""
    return HKDFExpand(algorithm=SHA256(), length=CONTENT_KEY_BYTES, info=label + nonce).derive(key)


def encrypted(content: bytes, nonce: bytes, plain: bytes, additional: bytes) -> bytes:
    """AES-CCM with a tag of 8 bytes at its end."""
    return AESCCM(content, TAG_BYTES).encrypt(nonce, plain, additional)


def decrypted(content: bytes, nonce: bytes, raw: bytes, additional: bytes) -> bytes | Dropped:
    """What was encrypted, if nothing of it was changed."""
    if len(raw) < TAG_BYTES:
        return Dropped(Reason.NOT_DECRYPTED, "shorter than its tag")
    try:
        return AESCCM(content, TAG_BYTES).decrypt(nonce, raw, additional)
    except InvalidTag:
        return Dropped(Reason.NOT_DECRYPTED, "another key, or changed")


def _bare(message: MessageT) -> MessageT:
    """The frame that keys, nonce and additional data are made from: without body and second releaser, its age 0.

    A second releaser signs what is encrypted, so what is encrypted cannot depend on that signature.
    """
    wide = wide_numbers(message.author, message.recipient)
    options = replace(message.options, releaser=None, wide=wide)
    return replace(message, options=options, confidential=True, body=b"")


def _nonce(bare: MessageLike, incarnation: int) -> bytes:
    """The incarnation and the header: 13 bytes.

    The sequence in it never comes twice; should it once, against all rules, time and author differ still.
    """
    return incarnation.to_bytes(2, "big") + bare.unsigned_bytes()[:AGE_AT]


def _encrypted(bare: MessageLike, key: bytes, nonce: bytes, lead: bytes, plain: bytes) -> bytes:
    return encrypted(key, nonce, plain, bare.unsigned_bytes() + lead)


def _decrypted(bare: MessageLike, key: bytes, nonce: bytes, lead: bytes, body: bytes) -> bytes | Dropped:
    return decrypted(key, nonce, body[len(lead) :], bare.unsigned_bytes() + lead)


def _with_body(bare: MessageT, message: MessageT, body: bytes) -> MessageT:
    options = replace(bare.options, releaser=message.options.releaser)
    return replace(message, options=options, confidential=True, body=body)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
