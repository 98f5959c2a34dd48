"""The prime and the tables of the text codecs, from the installed package: 3 MB that only a daemon needs.

The tables are mapped, not read: a station that says little holds little of them, and the kernel may drop what it holds.
"""

from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

import protocol
from protocol.codec import Codecs
from protocol.mixing.tables import Tables

FOLDER: Final = Path(protocol.__file__).parent / "tables"


def loaded() -> Codecs:
    """Every codec of this version.

    Raises:
        TablesDamaged: the installation is broken.
        OSError: it is not complete.
        ValueError: a file is empty.
    """
    with (FOLDER / "mixing-1.bin").open("rb") as file:
        tables = Tables(memoryview(mmap(file.fileno(), 0, access=ACCESS_READ)))
    return Codecs((FOLDER / "prime-1.txt").read_bytes(), tables)
