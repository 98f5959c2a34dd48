"""The prime and tables of the text codecs, read from the installed package: 3 MB that daemons and `bavn wire` need."""

from importlib.resources import files
from typing import Final

from protocol.codec import Codecs
from protocol.mixing.tables import Tables

_FOLDER: Final = files("protocol") / "tables"


def loaded() -> Codecs:
    """Every codec of this version.

    Raises:
        TablesDamaged: the installation is broken.
        OSError: it is not complete.
    """
    return Codecs((_FOLDER / "prime-1.txt").read_bytes(), Tables((_FOLDER / "mixing-1.bin").read_bytes()))
