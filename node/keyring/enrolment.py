"""Making a network: root, authorities, stations, operators and functions, each with its key and its certificate.

The directory holds the public roster file and, under `keys`, one file per key. What a station needs is the roster, its
own key file and those of its operators. A key is on disk before its certificate, so a cut leaves at most a key that
nobody believes.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from node.keyring.entries import (
    newest_entries,
    refuse_names,
    refuse_number,
    refuse_taken_code,
    refuse_unknown_authority,
    refuse_unknown_stations,
)
from node.keyring.errors import KeyringError
from node.keyring.keyfile import Holder, KeyFile, file_name, make_key_file, read_key_file
from node.keyring.roster_file import NETWORK_NAME_MAX, RosterFile, is_network_name, read_roster_file
from node.keyring.wrapping import Entropy
from protocol.numbers import Address, Kind
from protocol.reasons import Dropped, LocalProtocolError
from protocol.roster import Roster
from protocol.statements import (
    ROOT,
    AuthorityBody,
    FunctionBody,
    OperatorBody,
    Right,
    Statement,
    StationBody,
    sign_statement,
)

ROSTER_NAME: Final = "roster.bavn"
KEYS_NAME: Final = "keys"
BIRTH_BYTES: Final = 4


class Enrolment:
    """A network being enrolled, in a directory of its own that belongs into the safe."""

    def __init__(self, directory: Path, entropy: Entropy = os.urandom) -> None:
        self._keys = directory / KEYS_NAME
        self._path = directory / ROSTER_NAME
        self._entropy = entropy

    def create(self, name: str, passphrase: str) -> RosterFile:
        """Draw the root key and begin an empty roster.

        Raises:
            KeyringError: there is a network in the directory already, or the name is no name.
        """
        if not is_network_name(name):
            raise KeyringError(f"a network's name has 1 to {NETWORK_NAME_MAX} printable characters")
        if self._path.exists() or (self._keys / file_name(Holder.ROOT, 0)).exists():
            raise KeyringError(f"{self._path.parent} holds a network already: choose another directory")
        root = make_key_file(Holder.ROOT, 0, self._entropy, passphrase)
        root.write(self._keys)
        roster, _ = Roster.build(root.public_key, ())
        file = RosterFile(name, roster)
        file.write(self._path)
        return file

    def add_authority(self, number: int, code: str, name: str, passphrase: str, root_passphrase: str) -> None:
        """Certify an authority by the root; its key is drawn here, under its own passphrase.

        Raises:
            KeyringError: it contradicts the roster, or the root's key does not open.
        """
        self._refuse(Address(Kind.AUTHORITY, number), code, name)
        key = make_key_file(Holder.AUTHORITY, number, self._entropy, passphrase)
        body = AuthorityBody(public_key=key.public_key, code=code, name=name)
        self._certify(self._statement(body, number, ROOT), root_passphrase, key)

    def add_station(self, authority: int, number: int, code: str, name: str, authority_passphrase: str) -> None:
        """Certify a station; its key lies open, since it signs without anybody present.

        Raises:
            KeyringError: it contradicts the roster, or the authority's key does not open.
        """
        self._refuse(Address(Kind.STATION, number), code, name)
        key = make_key_file(Holder.STATION, number, self._entropy)
        body = StationBody(
            public_key=key.public_key, exchange_key=key.exchange_key, incarnation=1, code=code, name=name
        )
        self._certify(self._statement(body, number, authority), authority_passphrase, key)

    def add_operator(
        self,
        authority: int,
        number: int,
        code: str,
        name: str,
        home: int,
        rights: Right,
        passphrase: str,
        authority_passphrase: str,
    ) -> None:
        """Certify a person; the key is under the person's own passphrase.

        Raises:
            KeyringError: it contradicts the roster, or the authority's key does not open.
        """
        self._refuse(Address(Kind.OPERATOR, number), code, name, (home,))
        key = make_key_file(Holder.OPERATOR, number, self._entropy, passphrase)
        body = OperatorBody(public_key=key.public_key, rights=rights, home_station=home, code=code, name=name)
        self._certify(self._statement(body, number, authority), authority_passphrase, key)

    def add_function(
        self, authority: int, number: int, code: str, name: str, homes: Sequence[int], authority_passphrase: str
    ) -> None:
        """Certify a function, which has no key of its own.

        Raises:
            KeyringError: it contradicts the roster, or the authority's key does not open.
        """
        self._refuse(Address(Kind.FUNCTION, number), code, name, homes)
        body = FunctionBody(home_stations=tuple(homes), deputy=0, code=code, name=name)
        self._certify(self._statement(body, number, authority), authority_passphrase, None)

    def roster_file(self) -> RosterFile:
        """The roster as it stands."""
        return read_roster_file(self._path)

    def hand_out(self, station: int, target: Path) -> tuple[Path, ...]:
        """Copy what one station needs: roster, its own key, the keys of the operators at home there; nobody else's.

        Returns:
            The files, all in `target`; what was there under these names is replaced.

        Raises:
            KeyringError: there is no such station, or a key is no longer here.
        """
        file = self.roster_file()
        refuse_unknown_stations(file.roster, (station,))
        operators = [
            file_name(Holder.OPERATOR, entry.number)
            for entry in newest_entries(file.roster)
            if isinstance(entry.body, OperatorBody) and entry.body.home_station == station
        ]
        keys = [read_key_file(self._keys / name) for name in (file_name(Holder.STATION, station), *operators)]
        file.write(target / ROSTER_NAME)
        return (target / ROSTER_NAME, *(key.write(target) for key in keys))

    def _refuse(self, address: Address, code: str, name: str, homes: Sequence[int] = ()) -> None:
        roster = self.roster_file().roster
        refuse_number(roster, address)
        refuse_names(code, name)
        refuse_taken_code(roster, address.kind, code)
        refuse_unknown_stations(roster, homes)

    def _statement(
        self, body: AuthorityBody | StationBody | OperatorBody | FunctionBody, number: int, issuer: int
    ) -> Statement:
        return Statement(body=body, number=number, issuer=issuer, renewal=0, birth=self._entropy(BIRTH_BYTES))

    def _certify(self, statement: Statement, issuer_passphrase: str, key: KeyFile | None) -> None:
        """Sign, check by the roster's own rules, then store key and roster, in this order."""
        file = self.roster_file()
        if statement.issuer != ROOT:
            refuse_unknown_authority(file.roster, statement.issuer)
        holder = Holder.ROOT if statement.issuer == ROOT else Holder.AUTHORITY
        issuer = read_key_file(self._keys / file_name(holder, statement.issuer))
        signing = issuer.open(issuer_passphrase).signing
        try:
            signed = sign_statement(statement, file.roster.root, issuer.public_key, signing.sign)
        except LocalProtocolError as error:
            raise KeyringError(f"not to be certified: {error}") from error
        roster = file.roster.with_statement(signed.encode())
        if isinstance(roster, Dropped):
            raise KeyringError(f"not to be certified: {roster}")
        if key is not None:
            path = self._keys / key.name
            if path.exists():
                raise KeyringError(f"{path} exists, but the roster does not know its key: move it away first")
            key.write(self._keys)
        RosterFile(file.name, roster).write(self._path)
