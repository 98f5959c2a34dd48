"""The public roster file: which network this is and every statement believed in it. It holds no secret."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.keyring.errors import RosterFileError
from node.keyring.files import write_whole
from node.keyring.packing import Packable, PackingError, pack, unpack
from protocol.roster import Roster
from protocol.signatures import PUBLIC_KEY_BYTES
from protocol.statements import Statement, decode_statement

FORMAT: Final = 1
FILE_BYTES_MAX: Final = 4 << 20
"""4096 statements of 200 bytes, five times over."""
NETWORK_NAME_MAX: Final = 40


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A roster with the network's name, which is for people and not signed: the root key is the network."""

    name: str
    roster: Roster

    def write(self, path: Path) -> None:
        """Store it; anybody may read it."""
        statements: list[Packable] = list(self.roster.statements())
        fields: Packable = {"format": FORMAT, "name": self.name, "root": self.roster.root, "statements": statements}
        write_whole(path, pack(fields), mode=0o644)


def is_network_name(name: str) -> bool:
    """Whether it can be shown on one line."""
    return 1 <= len(name) <= NETWORK_NAME_MAX and name.isprintable()


@dataclass(frozen=True, slots=True)
class Offer:
    """What lies in a file that somebody brings, read and not yet believed."""

    name: str
    """Of the network; empty in a file of one statement."""
    root: bytes
    """Empty in a file of one statement."""
    statements: tuple[bytes, ...]


def read_roster_file(path: Path) -> RosterFile:
    """Read a roster; every statement is verified anew.

    Raises:
        RosterFileError: missing, damaged, foreign, or with a statement that has no chain to its root.
    """
    offer = _decoded(_content(path))
    if offer is None:
        raise RosterFileError(f"{path} is damaged or no roster file: copy it again from another station")
    roster, dropped = Roster.build(offer.root, offer.statements)
    if dropped:
        reasons = ", ".join(sorted({str(drop.reason) for drop in dropped}))
        raise RosterFileError(f"{path}: {len(dropped)} statements are not to be believed ({reasons}); copy it again")
    return RosterFile(offer.name, roster)


def read_offer(path: Path) -> Offer:
    """Read what somebody brings: a roster, or one statement such as a revocation out of the safe.

    Raises:
        RosterFileError: missing, damaged, or neither.
    """
    content = _content(path)
    if isinstance(decode_statement(content), Statement):
        return Offer("", b"", (content,))
    offer = _decoded(content)
    if offer is None:
        raise RosterFileError(f"{path} is damaged or no roster file: have it exported again, onto another stick")
    return offer


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        raise RosterFileError(
            f"{path} is missing: copy your network's there, or make one with  bavn roster create"
        ) from None
    except OSError as error:
        raise RosterFileError(f"{path} cannot be read: {error.strerror}") from error


def _decoded(content: bytes) -> Offer | None:
    try:
        fields = unpack(content, FILE_BYTES_MAX)
    except PackingError:
        return None
    match fields:
        case {
            "format": 1,
            "name": str(name),
            "root": bytes(root),
            "statements": list(listed),
        } if len(root) == PUBLIC_KEY_BYTES and is_network_name(name):
            return Offer(name, root, tuple(raw for raw in listed if isinstance(raw, bytes)))
        case _:
            return None
