"""A log handed out, as a file: MessagePack arrays one behind the other, each a piece of evidence (node/LOG.md).

Read a piece at a time, so that a log of any length needs little memory; a piece has a bound.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgpack

from node.core.log_evidence import Evidence, Frame, Heading, Statement, WrittenEntry
from node.core.log_records import Checkpoint, Witness

FORMAT: Final = 1
PIECE_BYTES_MAX: Final = 65_536
"""An entry has at most 16 kB, everything else much less."""
END: Final = "end"
_READ_ERRORS: Final = (ValueError, TypeError, RecursionError, msgpack.UnpackException)


class LogFileError(Exception):
    """The file is no log, or ends where it should not; the text says which and what to do."""


def piece(evidence: Evidence) -> bytes:
    """One piece as it stands in a file."""
    match evidence:
        case Heading(root, station, version):
            fields: list[object] = ["log", FORMAT, root, station, version]
        case Statement(raw):
            fields = ["statement", raw]
        case WrittenEntry(chain, number, raw, kept):
            fields = ["entry", chain, number, raw, kept]
        case Frame(sealed):
            fields = ["frame", sealed]
        case Checkpoint(chain, entries, kept, at, utc_ms, signature):
            fields = ["checkpoint", chain, entries, kept, at, utc_ms, signature]
        case Witness(station, entries, head, time, heard_at, heard_utc_ms, sealed):
            fields = ["witness", station, entries, head, time, heard_at, heard_utc_ms, sealed]
    packed: bytes = msgpack.packb(fields)
    return packed


def end_piece() -> bytes:
    """The last piece of a file that is whole."""
    packed: bytes = msgpack.packb([END])
    return packed


def read_log_file(path: Path) -> Iterator[Evidence]:
    """The pieces of a file in order, the heading first.

    Raises:
        LogFileError: it is no log; or, after what could be read of it, it is damaged or not whole.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        unpacker = msgpack.Unpacker(file, max_buffer_size=PIECE_BYTES_MAX, raw=False)
        count = 0
        while True:
            fields = _next(unpacker, path, count)
            if fields == [END] and count:
                return
            evidence = _piece_of(fields)
            if evidence is None or (count == 0) != isinstance(evidence, Heading):
                raise LogFileError(_damaged(path, count))
            count += 1
            yield evidence


def _next(unpacker: "msgpack.Unpacker", path: Path, count: int) -> object:
    try:
        fields: object = unpacker.unpack()
    except msgpack.OutOfData:
        raise LogFileError(_damaged(path, count, "it ends too early")) from None
    except _READ_ERRORS:
        raise LogFileError(_damaged(path, count)) from None
    return fields


def _damaged(path: Path, count: int, what: str = "it cannot be read on") -> str:
    if count == 0:
        return f"{path} is no log: name a file that  bavn log export  wrote"
    return f"{path} is damaged after {count} pieces ({what}): export the log again, or copy the file again"


def _piece_of(fields: object) -> Evidence | None:
    match fields:
        case ["log", 1, bytes(root), int(station), str(version)]:
            return Heading(root, station, version)
        case ["statement", bytes(raw)]:
            return Statement(raw)
        case ["entry", int(chain), int(number), bytes(raw), bytes(kept)]:
            return WrittenEntry(chain, number, raw, kept)
        case ["frame", bytes(sealed)]:
            return Frame(sealed)
        case ["checkpoint", int(chain), int(entries), bytes(kept), int(at), int() | None as utc_ms, bytes(signature)]:
            if not 0 <= chain < 1 << 32 or not 0 < entries < 1 << 32:
                return None
            return Checkpoint(chain, entries, kept, at, utc_ms, signature)
        case ["witness", int(station), int(entries), bytes(head), int(time), int(at), utc_ms, bytes(sealed)] if (
            utc_ms is None or isinstance(utc_ms, int)
        ):
            return Witness(station, entries, head, time, at, utc_ms, sealed)
        case _:
            return None
