"""The short code of a RECEIPT, which only the two stations that it concerns can make and check (SPEC.md, section 7).

It pauses the origin's sending and moves no rung beyond "reported at station".
"""

import hmac
from dataclasses import replace
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from protocol.bundles import RIDER_MAC_BYTES, Rider
from protocol.custody import MAC_BYTES, HoldState, Receipt
from protocol.hints import ANSWER_MAC_BITS, Answer
from protocol.numbers import Precedence, Reference
from protocol.reasons import Dropped, Reason

KEY_BYTES: Final = 32


def receipt_key(
    own_exchange_private: X25519PrivateKey,
    peer_exchange_public: bytes,
    root: bytes,
    issuer_public: bytes,
    origin_public: bytes,
) -> bytes:
    """The key that two stations share for the receipts that one of them issues; the same at both ends.

    Args:
        own_exchange_private: ours.
        peer_exchange_public: the other's, from its certificate, which a roster took only if an exchange succeeds.
        root: the network's root public key.
        issuer_public: the public signing key of the station that issues the receipts.
        origin_public: the public signing key of the station whose messages they are about.
    """
    secret = own_exchange_private.exchange(X25519PublicKey.from_public_bytes(peer_exchange_public))
    label = b"bavn receipt key 0" + issuer_public + origin_public
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=root, info=label).derive(secret)


def receipt_mac(key: bytes, receipt_first_six: bytes, fingerprint: bytes) -> bytes:
    """The four bytes at the end of a receipt: over its fields and the whole content of the message."""
    return hmac.new(key, b"bavn receipt 0" + receipt_first_six + fingerprint, sha256).digest()[:MAC_BYTES]


def make_receipt(fields: Receipt, key: bytes, fingerprint: bytes) -> Receipt:
    """The same receipt with its code.

    Args:
        fields: a receipt whose `mac` does not matter yet.
        key: of `receipt_key`, by us as the issuer.
        fingerprint: of the message as we verified it.

    Raises:
        LocalProtocolError: a number is outside its space.
    """
    return replace(fields, mac=receipt_mac(key, fields.authenticated_bytes(), fingerprint))


def brief_mac(issuer: int, about: Reference, state: HoldState, key: bytes, fingerprint: bytes) -> bytes:
    """The code of riders and answers before it is cut: that of the same receipt with precedence 0, which they lack."""
    same = Receipt(precedence=Precedence.FLASH, station=issuer, about=about, state=state, mac=b"")
    return receipt_mac(key, same.authenticated_bytes(), fingerprint)


def make_rider(issuer: int, about: Reference, state: HoldState, key: bytes, fingerprint: bytes) -> Rider:
    """A receipt that rides on one of the issuer's frames; the arguments as for a whole one."""
    mac = brief_mac(issuer, about, state, key, fingerprint)[:RIDER_MAC_BYTES]
    return Rider(about.station, about.sequence, state, mac)


def make_answer(issuer: int, about: Reference, state: HoldState, key: bytes, fingerprint: bytes) -> Answer:
    """A receipt in one of the issuer's beacons; the arguments as for a whole one."""
    mac = brief_mac(issuer, about, state, key, fingerprint)
    return Answer(state, int.from_bytes(mac, "big") >> 8 * MAC_BYTES - ANSWER_MAC_BITS)


def check_rider(rider: Rider, issuer: int, about: Reference, key: bytes, fingerprint: bytes) -> Dropped | None:
    """Why a rider about our own message is not believed, or None.

    Args:
        rider: as decoded.
        issuer: the station whose frame it rides on.
        about: our message, as the rider's numbers say in our newest incarnation, or our act's.
        key: of `receipt_key`, with us as the origin.
        fingerprint: of what we sent.
    """
    if hmac.compare_digest(make_rider(issuer, about, rider.state, key, fingerprint).mac, rider.mac):
        return None
    return Dropped(Reason.BAD_MAC, f"from station {issuer}")


def is_answer_to(answer: Answer, issuer: int, about: Reference, key: bytes, fingerprint: bytes) -> bool:
    """Whether a beacon of `issuer` answers one of our messages; that it does not is no fault, since it names none."""
    return make_answer(issuer, about, answer.state, key, fingerprint).code == answer.code


def check_receipt(receipt: Receipt, key: bytes, fingerprint: bytes) -> Dropped | None:
    """Why a receipt for our own message is not believed, or None; takes the same time for every wrong code.

    Args:
        receipt: as decoded.
        key: of `receipt_key`, with us as the origin.
        fingerprint: of the message that we sent under this reference.
    """
    if hmac.compare_digest(receipt_mac(key, receipt.authenticated_bytes(), fingerprint), receipt.mac):
        return None
    return Dropped(Reason.BAD_MAC, f"from station {receipt.station}")
