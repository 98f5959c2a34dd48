"""One key file: who it belongs to, its public keys, and its secret, plain for a station and wrapped for a person.

A msgpack map. A station must sign without anybody present, so its secret lies open to its own user; everybody else's is
under a passphrase. An exercise key stands beside the real one, in a file of its own that its label binds to exercises.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from node.keyring.errors import KeyFileError, WrongPassphrase
from node.keyring.files import read_private, write_whole
from node.keyring.packing import Packable, PackingError, pack, unpack
from node.keyring.wrapping import TAG_BYTES, USUAL_COST, Cost, Entropy, Wrapped, unwrap, wrap
from protocol.numbers import NUMBER_MAX

FORMAT: Final = 1
FILE_BYTES_MAX: Final = 4096
SEED_BYTES: Final = 32


class Holder(StrEnum):
    """Whose key it is."""

    ROOT = "root"
    AUTHORITY = "authority"
    STATION = "station"
    OPERATOR = "operator"


_FORGOTTEN: Final = {
    Holder.ROOT: "nobody can recover a forgotten one, its sheet has the same: then a new network is made",
    Holder.AUTHORITY: "if it is forgotten, the root gives a new key:  bavn roster renew-authority DIR N --resign",
    Holder.STATION: "a station's key has none",
    Holder.OPERATOR: "if it is forgotten, the authority gives a new key:  bavn roster renew DIR operator N --new-key",
}
"""What to do, as nobody can open a key without it."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key file as read; the secret shows in no text of it."""

    holder: Holder
    number: int
    public_key: bytes
    exchange_key: bytes
    """Public X25519 key of a station, empty for others."""
    _secret: bytes | Wrapped = field(repr=False)
    exercise: bool = False
    """It signs exercise frames only."""

    @property
    def name(self) -> str:
        """The file's usual name."""
        return file_name(self.holder, self.number, exercise=self.exercise)

    @property
    def wrapped(self) -> Wrapped | None:
        """The secret as it lies under its passphrase; None of a station's, which lies open."""
        return self._secret if isinstance(self._secret, Wrapped) else None

    def open(self, passphrase: str | None = None) -> "Keys":
        """The private keys.

        Raises:
            WrongPassphrase: the passphrase does not open it, or none was given.
            KeyFileError: the secret is not of the public key.
            KeyringError: the child that derives did not answer.
        """
        keys = Keys(self._opened(passphrase or ""))
        if keys.public_keys() != (self.public_key, self.exchange_key):
            raise KeyFileError(
                f"{self.name}: the secret does not belong to the public key; take the file from a backup"
            )
        return keys

    def write(self, directory: Path, name: str | None = None) -> Path:
        """Store it under its usual name, or another."""
        path = directory / (name or self.name)
        write_whole(path, pack(self._fields()))
        return path

    def with_passphrase(self, old: str, new: str, entropy: Entropy) -> "KeyFile":
        """The same key under another passphrase.

        Raises:
            KeyFileError: it is a station's, which has none, or the secret is not of the public key.
            WrongPassphrase: the old one does not open it.
            KeyringError: the child that derives did not answer.
        """
        if self.wrapped is None:
            raise KeyFileError(f"{self.name} has no passphrase: a station signs without anybody present")
        secret = self.open(old).signing.private_bytes_raw()
        return replace(self, _secret=wrap(secret, new, self._public_fields(), entropy))

    def _opened(self, passphrase: str) -> bytes:
        if not isinstance(self._secret, Wrapped):
            return self._secret
        try:
            return unwrap(self._secret, passphrase, self._public_fields())
        except WrongPassphrase as error:
            raise WrongPassphrase(f"{error} for {self.name}: try again; {_FORGOTTEN[self.holder]}") from None

    def _fields(self) -> dict[str, Packable]:
        if isinstance(self._secret, Wrapped):
            cost = self._secret.cost
            secret: Packable = [cost.n, cost.r, cost.p, self._secret.salt, self._secret.nonce, self._secret.sealed]
        else:
            secret = self._secret
        return {
            "format": FORMAT,
            "holder": str(self.holder),
            "number": self.number,
            "public": self.public_key,
            "exchange": self.exchange_key,
            "secret": secret,
            **({"exercise": True} if self.exercise else {}),
        }

    def _public_fields(self) -> bytes:
        return _public_fields(self.holder, self.number, self.public_key, exercise=self.exercise)


class Keys:
    """Private keys in memory."""

    __slots__ = ("exchange", "signing")

    def __init__(self, secret: bytes) -> None:
        self.signing = Ed25519PrivateKey.from_private_bytes(secret[:SEED_BYTES])
        rest = secret[SEED_BYTES:]
        self.exchange = X25519PrivateKey.from_private_bytes(rest) if rest else None

    def public_keys(self) -> tuple[bytes, bytes]:
        """For signatures, and for a station for exchanges; that is empty for others."""
        exchange = b"" if self.exchange is None else self.exchange.public_key().public_bytes_raw()
        return self.signing.public_key().public_bytes_raw(), exchange


def make_key_file(
    holder: Holder,
    number: int,
    entropy: Entropy,
    passphrase: str | None = None,
    *,
    exercise: bool = False,
    cost: Cost = USUAL_COST,
) -> KeyFile:
    """Draw new keys; without a passphrase the secret lies open, which only a station's may.

    Args:
        holder: whose they are.
        number: the holder's.
        entropy: draws the secret, then salt and nonce.
        passphrase: opens the file.
        exercise: for drills alone.
        cost: of a guess, if not the usual one: a network made for tests opens its keys a hundred times.
    """
    secret = entropy(2 * SEED_BYTES if holder is Holder.STATION else SEED_BYTES)
    public_key, exchange_key = Keys(secret).public_keys()
    closed: bytes | Wrapped = secret
    if passphrase is not None:
        public_fields = _public_fields(holder, number, public_key, exercise=exercise)
        closed = wrap(secret, passphrase, public_fields, entropy, cost)
    return KeyFile(holder, number, public_key, exchange_key, closed, exercise)


def read_key_file(path: Path) -> KeyFile:
    """Read a key file.

    Raises:
        KeyFileError: missing, damaged, foreign or open to others.
    """
    content = read_private(path, FILE_BYTES_MAX)
    try:
        fields = unpack(content, FILE_BYTES_MAX)
    except PackingError:
        fields = None
    exercise = isinstance(fields, dict) and fields.get("exercise") is True
    match fields:
        case {
            "format": 1,
            "holder": "root" | "authority" | "station" | "operator" as holder,
            "number": int(number),
            "public": bytes(public_key),
            "exchange": bytes(exchange_key),
            "secret": stored,
        } if 0 <= number <= NUMBER_MAX and len(public_key) == SEED_BYTES:
            secret = _secret_of(Holder(holder), stored)
            if secret is not None:
                return KeyFile(Holder(holder), number, public_key, exchange_key, secret, exercise)
    raise KeyFileError(f"{path} is damaged or no key file of this version: take it from the backup in the safe")


def _secret_of(holder: Holder, stored: object) -> bytes | Wrapped | None:
    """What a station's file holds open and everybody else's wrapped; None when it is neither."""
    match stored:
        case bytes(secret) if holder is Holder.STATION and len(secret) == 2 * SEED_BYTES:
            return secret
        case [int(n), int(r), int(p), bytes(salt), bytes(nonce), bytes(sealed)]:
            wrapped = Wrapped(Cost(n, r, p), salt, nonce, sealed)
            is_ours = wrapped.is_bearable and len(sealed) == SEED_BYTES + TAG_BYTES
            return wrapped if is_ours and holder is not Holder.STATION else None
        case _:
            return None


def file_name(holder: Holder, number: int, *, exercise: bool = False) -> str:
    """`station-3.key`, `station-3.exercise.key`; the root has no number and takes part in no exercise."""
    if holder is Holder.ROOT:
        return "root.key"
    return f"{holder}-{number}.exercise.key" if exercise else f"{holder}-{number}.key"


def _public_fields(holder: Holder, number: int, public_key: bytes, *, exercise: bool) -> bytes:
    context = "exercise " if exercise else ""
    return f"bavn key {FORMAT} {context}{holder} {number} ".encode() + public_key
