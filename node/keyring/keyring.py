"""The signer of one station: its own keys always, its operators' while they are on duty."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from node.keyring.errors import KeyFileError, KeyRevoked
from node.keyring.keyfile import Holder, KeyFile, Keys, file_name, read_key_file
from protocol import confidential
from protocol.bodies import Body
from protocol.certificates import AuthorityBody, OperatorBody, StationBody
from protocol.confidential import Between
from protocol.numbers import Address, Kind
from protocol.receipts import receipt_key
from protocol.roster import Roster

STATION_KEYS_MAX: Final = 256
"""Keys kept for reading confidential messages again: 40 kB; the oldest is derived anew when it is needed."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An operator's open key on its way to `Keyring.admit`."""

    operator: int
    keys: Keys = field(repr=False)


class Keyring:
    """Implements `node.core.ports.Signer`; used on one thread, but for `opened`."""

    def __init__(self, directory: Path, number: int, roster: Roster) -> None:
        """Open the station's keys.

        Args:
            directory: holds the station's key file and its operators'.
            number: the station's.
            roster: certifies them.

        Raises:
            KeyFileError: the station's key file cannot be used, or is of another key than the roster certifies.
        """
        self._directory = directory
        self._number = number
        self._roster = roster
        file = self._certified(Holder.STATION, number, roster)
        self._station: Keys = file.open()
        self._operators: dict[int, Keys] = {}
        self._receipt_keys: dict[tuple[int, int], bytes] = {}
        """At most two for each station of the roster."""
        self._station_keys: dict[tuple[bytes, Between], bytes] = {}

    def use_roster(self, roster: Roster) -> Sequence[int]:
        """Go by a newer roster of the same network; the operators whom it puts off duty, ascending."""
        self._roster = roster
        self._receipt_keys.clear()
        self._station_keys.clear()
        leaving = [number for number, keys in sorted(self._operators.items()) if not self._is_certified(number, keys)]
        for number in leaving:
            self.lock(number)
        return leaving

    def unlock(self, operator: int, passphrase: str) -> None:
        """Put an operator on duty; takes about a second on a Raspberry Pi.

        Raises:
            KeyFileError: the operator has no usable key file here.
            WrongPassphrase: the passphrase does not open it.
            KeyringError: the child that derives did not answer.
        """
        self.admit(self.opened(operator, passphrase))

    def opened(self, operator: int, passphrase: str) -> Unlocked:
        """Open an operator's key and change nothing: the slow half of `unlock`, for any thread.

        Raises:
            KeyFileError: the operator has no usable key file here.
            WrongPassphrase: the passphrase does not open it.
            KeyringError: the child that derives did not answer.
        """
        return Unlocked(operator, self._certified(Holder.OPERATOR, operator, self._roster).open(passphrase))

    def admit(self, unlocked: Unlocked) -> bool:
        """Put an operator on duty whose key is open: the quick half of `unlock`.

        Returns:
            Whether it was done: while the key was opened its end may have come.
        """
        is_certified = self._is_certified(unlocked.operator, unlocked.keys)
        if is_certified:
            self._operators[unlocked.operator] = unlocked.keys
        return is_certified

    def lock(self, operator: int) -> None:
        """Take an operator off duty; nothing happens when he was not on."""
        self._operators.pop(operator, None)

    def sign_as_station(self, message: bytes) -> bytes:
        """Sign with the station's key."""
        return self._station.signing.sign(message)

    def sign_as_operator(self, operator: int, message: bytes) -> bytes:
        """Sign with the key of an operator on duty.

        Raises:
            KeyError: that operator is not on duty.
        """
        return self._operators[operator].signing.sign(message)

    def operators(self) -> Sequence[int]:
        """Who is on duty, ascending."""
        return sorted(self._operators)

    def receipt_key(self, issuer: int, origin: int) -> bytes | None:
        """The key for receipts between this station and another; None without a certificate."""
        known = self._receipt_keys.get((issuer, origin))
        if known is not None:
            return known
        issuing, receiving = self._roster.station(issuer), self._roster.station(origin)
        if issuing is None or receiving is None or self._station.exchange is None:
            return None
        peer = receiving if issuer == self._number else issuing
        key = receipt_key(
            self._station.exchange,
            peer.body.exchange_key,
            root=self._roster.root,
            issuer_public=issuing.body.public_key,
            origin_public=receiving.body.public_key,
        )
        self._receipt_keys[issuer, origin] = key
        return key

    def public_key(self, *, exercise: bool) -> bytes | None:
        """The public half of the station's key; no exercise key is open here."""
        return None if exercise else self._station.signing.public_key().public_bytes_raw()

    def station_key(self, peer_exchange: bytes, between: Between) -> bytes | None:
        """The key of confidential content between this station and another; None for an exercise's."""
        if between.drill or self._station.exchange is None:
            return None
        known = self._station_keys.get((peer_exchange, between))
        if known is not None:
            return known
        if len(self._station_keys) >= STATION_KEYS_MAX:
            del self._station_keys[next(iter(self._station_keys))]
        key = confidential.station_key(self._station.exchange, peer_exchange, between)
        self._station_keys[peer_exchange, between] = key
        return key

    def _is_certified(self, operator: int, keys: Keys) -> bool:
        address, key = Address(Kind.OPERATOR, operator), keys.public_keys()[0]
        is_ended = self._roster.revocation_of(address, key) is not None
        return key in self._roster.keys(Kind.OPERATOR, operator) and not is_ended

    def _certified(self, holder: Holder, number: int, roster: Roster) -> KeyFile:
        """The key file of somebody at this station, if the roster says that it is theirs.

        Raises:
            KeyFileError: it is missing, damaged, open to others, or not certified.
        """
        path = self._directory / file_name(holder, number)
        file = read_key_file(path)
        kind = Kind.STATION if holder is Holder.STATION else Kind.OPERATOR
        certified = [_public_keys(renewal.body) for renewal in roster.renewals(Address(kind, number))]
        is_ended = roster.revocation_of(Address(kind, number), file.public_key) is not None
        if is_ended and holder is Holder.OPERATOR:
            raise KeyRevoked(f"{path} is a key that has been revoked: its authority certifies a new one")
        if (file.public_key, file.exchange_key) in certified:
            return file
        if certified:
            raise KeyFileError(f"{path} is not the key that the roster certifies: use the newest of both")
        raise KeyFileError(f"the roster knows no {holder} {number}, whose key is {path}: use a newer roster")


def _public_keys(body: Body) -> tuple[bytes, bytes]:
    match body:
        case StationBody():
            return body.public_key, body.exchange_key
        case OperatorBody() | AuthorityBody():
            return body.public_key, b""
        case _:
            return b"", b""
