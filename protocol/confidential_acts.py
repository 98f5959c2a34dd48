"""The comment of an act about a confidential message, for the message's origin alone (SPEC.md, section 5.1).

An act has no number of its own, so a count of the acts that its station made about the message stands before the
comment: two comments under one header are encrypted by two keys.
"""

from dataclasses import replace
from typing import Final

from protocol.acts import HEADER, Act
from protocol.confidential import TAG_BYTES, content_key, decrypted, encrypted
from protocol.reasons import Dropped, LocalProtocolError, Reason

COMMENT_CONFIDENTIAL_BYTES: Final = 1 + TAG_BYTES
COUNT_MAX: Final = 255
_CONTENT_LABEL: Final = b"bavn comment 0"


def encrypt_comment(act: Act, key: bytes, count: int, message_fingerprint: bytes, incarnation: int) -> Act:
    """The act with its comment encrypted; it is signed afterwards.

    Args:
        act: unsigned, its comment as coded.
        key: of `station_key`, from the act's station to the message's origin.
        count: of the acts that its station made about the message before; no two share it.
        message_fingerprint: of the message that it is about.
        incarnation: of the act's station, in full.

    Raises:
        LocalProtocolError: the station made too many acts about one message.
    """
    if not 0 <= count <= COUNT_MAX:
        raise LocalProtocolError(f"act {count} about one message, at most {COUNT_MAX}")
    lead = bytes([count])
    bare = replace(act, confidential=True, comment=b"").unsigned_bytes()
    nonce = _nonce(bare, incarnation)
    key = content_key(key, _CONTENT_LABEL + lead, nonce)
    return replace(
        act, confidential=True, comment=lead + encrypted(key, nonce, act.comment, bare + message_fingerprint + lead)
    )


def decrypt_comment(act: Act, key: bytes, message_fingerprint: bytes, incarnation: int) -> bytes | Dropped:
    """The coded comment of a confidential act; ask after its signature held.

    Args:
        act: verified.
        key: of `station_key`, from the act's station to the message's origin.
        message_fingerprint: of the message that it is about.
        incarnation: of the act's station, in full.
    """
    lead, rest = act.comment[:1], act.comment[1:]
    if not lead:
        return Dropped(Reason.NOT_DECRYPTED, "no count")
    bare = replace(act, comment=b"").unsigned_bytes()
    nonce = _nonce(bare, incarnation)
    return decrypted(content_key(key, _CONTENT_LABEL + lead, nonce), nonce, rest, bare + message_fingerprint + lead)


def _nonce(bare: bytes, incarnation: int) -> bytes:
    return incarnation.to_bytes(2, "big") + bare[: HEADER.size]
