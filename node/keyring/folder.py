"""Where a network lies on disk, and in which order its files change, so that a cut leaves the old or the new state.

```
roster.bavn            who is who; public
keys/                  one file per key: root.key, authority-1.key, station-1.key, operator-1.exercise.key
revocations/           signed in advance, one file per key: whoever has one can end that key
slips/                 passphrases that were drawn, to print and delete
```

A new key is on disk before its certificate, so a cut leaves at most a key that nobody believes. A key that replaces
another waits beside it as `NAME.next` until the roster that certifies it is written; who comes next settles the rest.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from node.keyring.errors import KeyringError
from node.keyring.files import read_private, write_whole
from node.keyring.keyfile import FILE_BYTES_MAX, Holder, KeyFile, file_name, read_key_file
from node.keyring.roster_file import RosterFile, read_roster_file
from protocol.numbers import Address, Kind
from protocol.roster import Roster

ROSTER_NAME: Final = "roster.bavn"
KEYS_NAME: Final = "keys"
REVOCATIONS_NAME: Final = "revocations"
SLIPS_NAME: Final = "slips"
NEXT: Final = ".next"
KIND_OF: Final = {Holder.AUTHORITY: Kind.AUTHORITY, Holder.STATION: Kind.STATION, Holder.OPERATOR: Kind.OPERATOR}


class NetworkFolder:
    """The files of one network being enrolled, or of one authority's part of it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.keys = directory / KEYS_NAME
        self.revocations = directory / REVOCATIONS_NAME
        self.slips = directory / SLIPS_NAME
        self.roster_path = directory / ROSTER_NAME

    def roster_file(self) -> RosterFile:
        """The roster as it stands.

        Raises:
            RosterFileError: missing, damaged or foreign.
        """
        return read_roster_file(self.roster_path)

    def key(self, holder: Holder, number: int, *, exercise: bool = False) -> KeyFile:
        """A key that lies here.

        Raises:
            KeyFileError: missing, damaged, foreign or open to others.
        """
        return read_key_file(self.keys / file_name(holder, number, exercise=exercise))

    def has_key(self, holder: Holder, number: int, *, exercise: bool = False) -> bool:
        """Whether there is a file for it."""
        return (self.keys / file_name(holder, number, exercise=exercise)).exists()

    def store(
        self, file: RosterFile, new: Iterable[KeyFile], replacing: Iterable[KeyFile], presigned: Mapping[str, bytes]
    ) -> None:
        """Write what one sitting made: keys and revocations first, then the roster that makes them count.

        Raises:
            KeyringError: a new key's place is taken by a file that the roster knows nothing of.
            OSError: the disk did not take it.
        """
        fresh, replaced = list(new), list(replacing)
        for key in fresh:
            if (self.keys / key.name).exists():
                place = self.keys / key.name
                raise KeyringError(f"{place} exists, but the roster does not know its key: move it away first")
        for key in fresh:
            key.write(self.keys)
        for key in replaced:
            key.write(self.keys, key.name + NEXT)
        for name, raw in presigned.items():
            write_whole(self.revocations / name, raw)
        file.write(self.roster_path)
        for key in replaced:
            (self.keys / (key.name + NEXT)).rename(self.keys / key.name)

    def settle(self) -> None:
        """Finish or undo what a cut left half done: a key in waiting moves up once the roster certifies it.

        Raises:
            KeyringError: roster or key cannot be read.
        """
        waiting = sorted(self.keys.glob(f"*{NEXT}"))
        if not waiting:
            return
        roster = self.roster_file().roster
        for path in waiting:
            key = read_key_file(path)
            if _is_certified(roster, key):
                path.rename(path.with_name(key.name))
            else:
                path.unlink()

    def presigned(self) -> dict[str, bytes]:
        """The revocations that lie here, by the name of their file.

        Raises:
            KeyFileError: one is open to others: whoever reads it can end that key.
        """
        paths = sorted(self.revocations.glob("*.revocation"))
        return {path.name: read_private(path, FILE_BYTES_MAX) for path in paths}


def _is_certified(roster: Roster, key: KeyFile) -> bool:
    if key.holder is Holder.ROOT:
        return key.public_key == roster.root
    renewals = roster.renewals(Address(KIND_OF[key.holder], key.number), exercise=key.exercise)
    return any(renewal.public_key == key.public_key for renewal in renewals)
