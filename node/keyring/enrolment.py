"""Making a network step by step: each adds one holder to the folder, with its key and its certificate."""

import os
from collections.abc import Sequence
from pathlib import Path

from node.keyring.errors import KeyringError
from node.keyring.folder import KEYS_NAME, ROSTER_NAME, NetworkFolder
from node.keyring.handing import hand_out
from node.keyring.keyfile import Holder, make_key_file
from node.keyring.registrar import Registrar
from node.keyring.roster_file import NETWORK_NAME_MAX, RosterFile, is_network_name
from node.keyring.sitting import Sitting
from node.keyring.wrapping import USUAL_COST, Cost, Entropy
from protocol.roster import Roster
from protocol.statements import ROOT, Right

__all__ = ["KEYS_NAME", "ROSTER_NAME", "Enrolment"]


class Enrolment:
    """A network being enrolled, in a directory of its own that belongs into the safe."""

    def __init__(self, directory: Path, entropy: Entropy = os.urandom, cost: Cost = USUAL_COST) -> None:
        self.folder = NetworkFolder(directory)
        self._entropy = entropy
        self._cost = cost

    def create(self, name: str, passphrase: str) -> RosterFile:
        """Draw the root key and begin an empty roster.

        Raises:
            KeyringError: there is a network in the directory already, or the name is no name.
        """
        if not is_network_name(name):
            raise KeyringError(f"a network's name has 1 to {NETWORK_NAME_MAX} printable characters")
        folder = self.folder
        if folder.roster_path.exists() or folder.has_key(Holder.ROOT, ROOT):
            raise KeyringError(f"{folder.directory} holds a network already: choose another directory")
        root = make_key_file(Holder.ROOT, ROOT, self._entropy, passphrase, cost=self._cost)
        root.write(folder.keys)
        roster, _ = Roster.build(root.public_key, ())
        file = RosterFile(name, roster)
        file.write(folder.roster_path)
        return file

    def sitting(self) -> Sitting:
        """Begin one, for several steps that are stored together.

        Raises:
            KeyringError: there is no usable network in the folder.
        """
        return Sitting(self.folder, self._entropy, self._cost)

    def add_authority(self, number: int, code: str, name: str, passphrase: str, root_passphrase: str) -> None:
        """Certify an authority by the root; its key is drawn here, under its own passphrase.

        Raises:
            KeyringError: it contradicts the roster, or the root's key does not open.
        """
        sitting = self._opened(ROOT, root_passphrase)
        Registrar(sitting).add_authority(number, code, name, passphrase)
        sitting.store()

    def add_station(self, authority: int, number: int, code: str, name: str, authority_passphrase: str) -> None:
        """Certify a station; its key lies open, since it signs without anybody present.

        Raises:
            KeyringError: it contradicts the roster, or the authority's key does not open.
        """
        sitting = self._opened(authority, authority_passphrase)
        Registrar(sitting).add_station(authority, number, code, name)
        sitting.store()

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
        sitting = self._opened(authority, authority_passphrase)
        Registrar(sitting).add_operator(authority, number, code, name, home, rights, passphrase)
        sitting.store()

    def add_function(
        self, authority: int, number: int, code: str, name: str, homes: Sequence[int], authority_passphrase: str
    ) -> None:
        """Certify a function, which has no key of its own.

        Raises:
            KeyringError: it contradicts the roster, or the authority's key does not open.
        """
        sitting = self._opened(authority, authority_passphrase)
        Registrar(sitting).add_function(authority, number, code, name, homes)
        sitting.store()

    def roster_file(self) -> RosterFile:
        """The roster as it stands."""
        return self.folder.roster_file()

    def hand_out(self, station: int, target: Path) -> tuple[Path, ...]:
        """Copy what one station needs: roster, its own keys, the keys of the operators at home there; nobody else's.

        Returns:
            The files, all in `target`; what was there under these names is replaced.

        Raises:
            KeyringError: there is no such station, or a key is no longer here.
        """
        return hand_out(self.folder, station, target)

    def _opened(self, issuer: int, passphrase: str) -> Sitting:
        sitting = self.sitting()
        sitting.open(issuer, passphrase)
        return sitting
