"""Reads the forms that ship with Bavn: the `.toml` files in `protocol/forms`, one schema each, and their common words.

They stand where they do since they are part of the wire; the pure packages read no file, so they are read here.
"""

import tomllib
from pathlib import Path
from typing import Final

import protocol.forms
from protocol.forms.book import FormBook, parse_book

FOLDER: Final = Path(protocol.forms.__file__).parent
COMMON: Final = "common"


def shipped_forms() -> FormBook:
    """Every schema of this version.

    Raises:
        SchemaMistake: a file was changed and is none any more.
        OSError, ValueError: it cannot be read, or is no TOML.
    """
    names = sorted(file.stem for file in FOLDER.glob("*.toml"))
    return parse_book([_table(name) for name in names if name != COMMON], _table(COMMON))


def _table(name: str) -> dict[str, object]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
