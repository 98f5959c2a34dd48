"""A secret under a passphrase: scrypt makes the key, ChaCha20-Poly1305 closes it and binds the public fields."""

import subprocess
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from node.keyring.errors import KeyringError, WrongPassphrase
from node.keyring.packing import pack

Entropy = Callable[[int], bytes]

SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
"""ChaCha20-Poly1305, RFC 8439."""
DERIVE_LIMIT_S: Final = 60
"""A Pi Zero takes about two seconds."""
PASSPHRASE_BYTES_MAX: Final = 1024
KEY_BYTES: Final = 32
_NOT_DERIVED: Final = "the passphrase could not be worked on; memory may be short: end something and try again"


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear a guess is; RFC 7914 names the parameters."""

    n: int = 1 << 15
    r: int = 8
    p: int = 1

    @property
    def is_bearable(self) -> bool:
        """Whether a file may ask for it: at most 128 MB and some seconds."""
        return 1 << 10 <= self.n <= 1 << 17 and self.n.bit_count() == 1 and 1 <= self.r <= 8 and 1 <= self.p <= 4


USUAL_COST: Final = Cost()
"""Of every key, unless a caller that makes a network for tests says otherwise; no command does."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A secret that a passphrase opens."""

    cost: Cost
    salt: bytes
    nonce: bytes
    sealed: bytes
    """The secret encrypted, and a tag."""

    @property
    def is_bearable(self) -> bool:
        """Whether its parts have their sizes and its cost can be borne."""
        return self.cost.is_bearable and (len(self.salt), len(self.nonce)) == (SALT_BYTES, NONCE_BYTES)


def wrap(secret: bytes, passphrase: str, public_fields: bytes, entropy: Entropy, cost: Cost = USUAL_COST) -> Wrapped:
    """Close a secret.

    Raises:
        WrongPassphrase: it is longer than any may be.
        KeyringError: the child that derives did not answer.
    """
    salt, nonce = entropy(SALT_BYTES), entropy(NONCE_BYTES)
    key = _derived(passphrase, salt, cost)
    return Wrapped(cost, salt, nonce, ChaCha20Poly1305(key).encrypt(nonce, secret, public_fields))


def unwrap(wrapped: Wrapped, passphrase: str, public_fields: bytes) -> bytes:
    """Open a secret.

    Raises:
        WrongPassphrase: it does not open; a file whose public fields were changed does not either.
        KeyringError: the file asks for more work than any of ours does, or the child that derives did not answer.
    """
    if not wrapped.is_bearable:
        raise KeyringError("the key file asks for an unbearable derivation: it is damaged or not ours")
    key = _derived(passphrase, wrapped.salt, wrapped.cost)
    try:
        return ChaCha20Poly1305(key).decrypt(wrapped.nonce, wrapped.sealed, public_fields)
    except InvalidTag:
        raise WrongPassphrase("wrong passphrase") from None


def _derived(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    # The same letters typed on another keyboard may arrive decomposed.
    encoded = unicodedata.normalize("NFC", passphrase).encode()
    if len(encoded) > PASSPHRASE_BYTES_MAX:
        raise WrongPassphrase(f"a passphrase has at most {PASSPHRASE_BYTES_MAX} bytes")
    # Isolated, so that neither the working directory nor the environment decides which code sees the passphrase.
    command = [sys.executable, "-I", "-m", "node.keyring.derive"]
    request = pack([encoded, salt, cost.n, cost.r, cost.p])
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module, nothing from outside
            command, input=request, capture_output=True, timeout=DERIVE_LIMIT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        raise KeyringError(_NOT_DERIVED) from None
    if child.returncode != 0 or len(child.stdout) != KEY_BYTES:
        raise KeyringError(_NOT_DERIVED)
    return child.stdout
