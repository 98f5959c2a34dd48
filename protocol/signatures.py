"""Checking Ed25519 signatures, as an interface, so that a simulation of many stations may remember the answers."""

from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from protocol.numbers import SIGNATURE_BYTES

PUBLIC_KEY_BYTES: Final = 32


class Signatures(Protocol):
    """Something that can tell whether a signature is good; the answer depends on the arguments alone."""

    def verify(self, public_key: bytes, signature: bytes, data: bytes) -> bool:
        """Whether the holder of the key signed the bytes."""
        ...


class Ed25519Signatures:
    """The real one: RFC 8032, pure Ed25519."""

    __slots__ = ()

    def verify(self, public_key: bytes, signature: bytes, data: bytes) -> bool:
        """Whether the holder of the key signed the bytes; a key or signature of another length never fits."""
        if len(public_key) != PUBLIC_KEY_BYTES or len(signature) != SIGNATURE_BYTES:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
        except InvalidSignature:
            return False
        return True


ED25519: Final = Ed25519Signatures()
"""It has no state, so one serves all."""
