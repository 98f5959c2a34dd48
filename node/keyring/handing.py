"""What leaves the safe: to each station and each authority what it needs and nobody else's.

Everything is read before anything is written, so a missing key is told before a stick is half full.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.keyring.entries import newest_entries, refuse_unknown_stations
from node.keyring.files import write_whole
from node.keyring.folder import KEYS_NAME, REVOCATIONS_NAME, ROSTER_NAME, NetworkFolder
from node.keyring.keyfile import Holder, KeyFile
from node.keyring.roster_file import RosterFile
from node.keyring.sitting import revocation_name
from protocol.numbers import Kind
from protocol.roster import Roster
from protocol.statements import ROOT, AuthorityBody, OperatorBody, Statement, StationBody

README_NAME: Final = "README.txt"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One folder of a hand-out."""

    kind: Kind | None
    """A station's, an authority's, or the safe's."""
    number: int
    code: str
    name: str
    keys: tuple[KeyFile, ...]
    revocations: Mapping[str, bytes]
    """Signed in advance; never a station's."""

    @property
    def folder_name(self) -> str:
        """`station-PLH`, `authority-ASK`, `safe`."""
        return "safe" if self.kind is None else f"{self.kind.name.lower()}-{self.code}"

    @property
    def file_names(self) -> tuple[str, ...]:
        """What lies in it, beside its README."""
        revocations = (f"{REVOCATIONS_NAME}/",) if self.revocations else ()
        return (ROSTER_NAME, *(self._place(key) for key in self.keys), *revocations)

    def write(self, target: Path, file: RosterFile, readme: str) -> Path:
        """Write the folder; what is there under these names is replaced.

        Raises:
            OSError: the disk does not take it.
        """
        folder = target / self.folder_name
        file.write(folder / ROSTER_NAME)
        for key in self.keys:
            key.write((folder / self._place(key)).parent)
        for name, raw in self.revocations.items():
            write_whole(folder / REVOCATIONS_NAME / name, raw)
        write_whole(folder / README_NAME, readme.encode(), mode=0o644)
        return folder

    def _place(self, key: KeyFile) -> str:
        # A clerk's folder is one that `bavn roster` works in; a station's is copied to where its configuration says.
        return key.name if self.kind is Kind.STATION else f"{KEYS_NAME}/{key.name}"


def hand_out(folder: NetworkFolder, station: int, target: Path) -> tuple[Path, ...]:
    """Copy a station's roster, its own keys, and those of the operators at home there, with what is for exercises.

    Returns:
        The files, all in `target`; what was there under these names is replaced.

    Raises:
        KeyringError: there is no such station, or a key is no longer here.
    """
    file = folder.roster_file()
    refuse_unknown_stations(file.roster, (station,))
    keys = keys_at(folder, file.roster, station)
    file.write(target / ROSTER_NAME)
    return (target / ROSTER_NAME, *(key.write(target) for key in keys))


def parcels(folder: NetworkFolder, roster: Roster) -> tuple[Parcel, ...]:
    """A folder for every station and authority whose keys lie here, and one for the safe when the root's does.

    Raises:
        KeyringError: a key of a station or its people is no longer here.
    """
    presigned = folder.presigned()
    made: list[Parcel] = []
    for entry in newest_entries(roster):
        match entry.body:
            case StationBody(code=code, name=name) if not entry.exercise and _lies_here(folder, entry.issuer):
                keys = tuple(keys_at(folder, roster, entry.number))
                made.append(Parcel(Kind.STATION, entry.number, code, name, keys, {}))
            case AuthorityBody(code=code, name=name) if not entry.exercise and _lies_here(folder, entry.number):
                keys = (folder.key(Holder.AUTHORITY, entry.number),)
                ending = _revocations_by(roster, presigned, entry.number)
                made.append(Parcel(Kind.AUTHORITY, entry.number, code, name, keys, ending))
            case _:
                pass
    if folder.has_key(Holder.ROOT, ROOT):
        root = (folder.key(Holder.ROOT, ROOT),)
        made.append(Parcel(None, ROOT, "", "", root, _revocations_by(roster, presigned, ROOT)))
    return tuple(made)


def keys_at(folder: NetworkFolder, roster: Roster, station: int) -> list[KeyFile]:
    """Whose keys belong at a station: its own first.

    Raises:
        KeyringError: one is no longer here.
    """
    stations: list[KeyFile] = []
    operators: list[KeyFile] = []
    for entry in newest_entries(roster):
        match entry.body:
            case StationBody() if entry.number == station:
                stations.append(folder.key(Holder.STATION, station, exercise=entry.exercise))
            case OperatorBody(home_station=home) if home == station:
                operators.append(folder.key(Holder.OPERATOR, entry.number, exercise=entry.exercise))
            case _:
                pass
    return [*stations, *operators]


def _lies_here(folder: NetworkFolder, authority: int) -> bool:
    return folder.has_key(Holder.AUTHORITY, authority)


def _revocations_by(roster: Roster, presigned: Mapping[str, bytes], issuer: int) -> dict[str, bytes]:
    """Those of the keys in use that an issuer signed in advance."""
    holders: list[Statement] = [entry for entry in newest_entries(roster) if entry.issuer == issuer]
    keyed = [(entry.address, entry.public_key) for entry in holders if entry.public_key is not None]
    names = [revocation_name(address, key) for address, key in keyed]
    return {name: presigned[name] for name in names if name in presigned}
