"""Reads the schemas that ship with Bavn: the `.toml` files in `protocol/forms`, one form each.

They stand where they do since they are part of the wire; the pure packages read no file, so they are read here.
"""

import tomllib
from pathlib import Path
from typing import Final

import protocol.forms
from protocol.forms.parsing import parse_schemas
from protocol.forms.schema import Schemas

FOLDER: Final = Path(protocol.forms.__file__).parent


def shipped_schemas() -> Schemas:
    """Every schema of this version, by number.

    Raises:
        SchemaMistake: a file was changed and is none any more.
        OSError, ValueError: it cannot be read, or is no TOML.
    """
    return parse_schemas([tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))])
