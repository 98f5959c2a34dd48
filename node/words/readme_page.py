"""What lies beside the files that leave the safe, in both languages: what they are, where they go, what to compare."""

from collections.abc import Sequence
from typing import Final

from node.words.catalogue import LANGUAGES, words
from node.words.page import COLUMNS, folded

_STATION: Final = "Station {code}, {name}, number {number}: all it needs to be one."
_AUTHORITY: Final = "Authority {code}, {name}, number {number}: what its clerk needs."
_SAFE: Final = "For the safe: the root of {name}."
_FILES: Final = "Files: {files}"
_COPY: Final = (
    "1. Copy roster.bavn and all .key files to the station, into the folders that [station] in"
    " /etc/bavn/bavn.toml names as roster and keys; number = {number}. Keys are for the station's user alone:"
    " chmod 600."
)
_COMPARE: Final = (
    "2. Run  bavn roster show roster.bavn  there. The root must be {root}; read it aloud to whoever enrolled the"
    " network."
)
_DELETE: Final = "3. Start the station, then empty this stick: whoever finds a station's key is that station."
_EXERCISE: Final = "Files with .exercise. in their names are for exercises only."
_CLERK: Final = (
    "1. Keep this folder on a machine without a network, or in a safe. With it and the authority's passphrase:"
    " bavn roster add-operator, renew, revoke --authority {number}, without the root."
)
_REVOCATIONS: Final = (
    "The files in revocations end a key each, for good:  bavn roster revoke ... --presigned FILE. Lock them up;"
    " they never lie at a station."
)
_EXCHANGE: Final = (
    "2. After each change take  bavn roster export  to the stations and to the other authorities, and import what"
    " they bring."
)
_ROOT_USE: Final = (
    "The root certifies authorities, and gives one a new key when its passphrase is lost. Print  bavn key sheet"
    " root.key and keep sheet and passphrase apart. Nobody can recover a forgotten root passphrase: then a new"
    " network is made."
)

TEXTS: Final = (
    _STATION,
    _AUTHORITY,
    _SAFE,
    _FILES,
    _COPY,
    _COMPARE,
    _DELETE,
    _EXERCISE,
    _CLERK,
    _REVOCATIONS,
    _EXCHANGE,
    _ROOT_USE,
)


def station_readme(code: str, name: str, number: int, root: str, files: Sequence[str]) -> str:
    """For a station's stick."""
    fields = _fields(code, name, number, root, files)
    return _page((_STATION, _FILES, _COPY, _COMPARE, _DELETE, _EXERCISE), fields)


def authority_readme(code: str, name: str, number: int, root: str, files: Sequence[str]) -> str:
    """For an authority's clerk."""
    fields = _fields(code, name, number, root, files)
    return _page((_AUTHORITY, _FILES, _CLERK, _EXCHANGE, _REVOCATIONS), fields)


def safe_readme(name: str, files: Sequence[str]) -> str:
    """For the safe of the whole network."""
    return _page((_SAFE, _FILES, _ROOT_USE, _REVOCATIONS), {"name": name, "files": ", ".join(files)})


def _fields(code: str, name: str, number: int, root: str, files: Sequence[str]) -> dict[str, str | int]:
    return {"code": code, "name": name, "number": number, "root": root, "files": ", ".join(files)}


def _page(texts: Sequence[str], fields: dict[str, str | int]) -> str:
    parts: list[str] = []
    for language in LANGUAGES:
        translated = words(language)
        parts += [line for text in texts for line in (*folded(translated(text).format(**fields), COLUMNS), "")]
        parts += ["-" * COLUMNS, ""]
    return "\n".join(parts[:-2])
