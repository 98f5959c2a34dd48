"""The signer of one station: its own keys always, its operators' while they are on duty."""

from collections.abc import Sequence
from pathlib import Path

from node.keyring.errors import KeyFileError
from node.keyring.keyfile import Holder, Keys, file_name, read_key_file
from protocol.numbers import Kind
from protocol.receipts import receipt_key
from protocol.roster import Roster


class Keyring:
    """Implements `node.core.ports.Signer`."""

    def __init__(self, directory: Path, number: int, roster: Roster) -> None:
        """Open the station's keys.

        Raises:
            KeyFileError: the station's key file cannot be used, or is of another key than the roster certifies.
        """
        self._directory = directory
        self._number = number
        self._roster = roster
        path = directory / file_name(Holder.STATION, number)
        file = read_key_file(path)
        if file.public_key not in roster.keys(Kind.STATION, number):
            raise KeyFileError(f"{path} is not the key that the roster certifies: renew one of them")
        self._station: Keys = file.open()
        self._operators: dict[int, Keys] = {}
        self._receipt_keys: dict[tuple[int, int], bytes] = {}

    def unlock(self, operator: int, passphrase: str) -> None:
        """Put an operator on duty.

        Raises:
            KeyFileError: the operator has no usable key file here.
            WrongPassphrase: the passphrase does not open it.
        """
        file = read_key_file(self._directory / file_name(Holder.OPERATOR, operator))
        if file.public_key not in self._roster.keys(Kind.OPERATOR, operator):
            raise KeyFileError(f"{file.name} is not the key that the roster certifies: renew one of them")
        self._operators[operator] = file.open(passphrase)

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
