"""ACT, DIGEST and RECEIPT (sections 6, 7)."""

from . import options
from .bits import Bits
from .numbers import reference, station

COMMENT_BYTES_MAX = 143
KIOSK_ACT = 5
STATES_MAX = 5
"""States 6 and 7 are reserved."""
ENTRY_BYTES = 6
ENTRIES_MAX, MARKED_ENTRIES_MAX = 26, 23


def read_act(bits: Bits) -> dict[str, object]:
    """An ACT up to its signature."""
    bits.number(6)
    said: dict[str, object] = {"precedence": bits.number(2), "station": station(bits), "incarnation": bits.number(2)}
    author, said["reference"], act = bits.number(11), reference(bits), bits.number(3)
    said["time"], extended = bits.number(20), bits.flag()
    said["codec"], said["confidential"] = bits.number(3), bits.flag()
    bits.reserved(3)
    raw = options.split(bits) if extended else []
    said["options"] = options.read(raw, bits)
    wide = said["options"].get("wide", {})
    is_allowed = all(option.number in (options.DRILL, options.WIDE) for option in raw)
    bits.demand(is_allowed and options.WIDE_RECIPIENT not in wide, "options_not_canonical")
    said["author"], said["act"] = options.author(author, wide, bits), act
    bits.demand(act > KIOSK_ACT or (author == 0) == (act == KIOSK_ACT), "bad_number")
    said["comment"] = bits.rest()
    bits.demand(len(said["comment"]) <= COMMENT_BYTES_MAX, "too_large")
    return said


def read_digest(bits: Bits) -> dict[str, object]:
    """A DIGEST up to its signature."""
    bits.number(6)
    said: dict[str, object] = {"precedence": bits.number(2), "station": station(bits), "incarnation": bits.number(2)}
    said["time"], said["manned"], marked = bits.number(20), bits.flag(), bits.flag()
    bits.reserved(6)
    said["log_mark"] = (bits.number(32), bits.take(16)) if marked else None
    bits.demand(not marked or said["log_mark"][0] != 0, "digest_not_canonical")
    if not marked and bits.left() < ENTRY_BYTES:
        bits.stop("truncated")
    entries = []
    while bits.left() >= ENTRY_BYTES:
        named, state = reference(bits), bits.number(3)
        bits.reserved(3)
        bits.demand(state <= STATES_MAX, "bad_number")
        entries.append((named, state, bits.take(2)))
    bits.end()
    bits.demand(len(entries) <= (MARKED_ENTRIES_MAX if marked else ENTRIES_MAX), "digest_not_canonical")
    bits.demand(entries == sorted(set(entries)), "digest_not_canonical")
    return said | {"entries": entries}


def read_receipt(bits: Bits) -> dict[str, object]:
    """A RECEIPT, whole."""
    bits.number(6)
    said: dict[str, object] = {"precedence": bits.number(2), "station": station(bits)}
    said["reference"], said["state"] = reference(bits), bits.number(3)
    bits.reserved(1)
    bits.demand(said["state"] <= STATES_MAX, "bad_number")
    said["mac"] = bits.take(4)
    bits.end()
    return said
