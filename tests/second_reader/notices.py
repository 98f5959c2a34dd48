"""The body of a NOTICE (section 11), read after its frame was verified and kept."""

from .bits import Bits
from .numbers import FUNCTION, GROUP, OPERATOR, short_number, station

FUNCTION_TAKEN, DRILL, LAST_WORD, HIGH_MARK, GROUP_KEY, LOG_HEAD, EMERGENCY, OVERDUE = range(1, 9)
START, STEPS = 0, 4
NAME_BYTES_MAX = 40


def read(body: bytes) -> dict[str, object] | None:
    """What a notice says; None for a kind that is not known. Dropped: `truncated`, `trailing_bytes`, `bad_number`."""
    bits = Bits(body)
    kind = bits.number(8)
    if kind not in _READERS:
        return None
    said = {"notice": kind} | _READERS[kind](bits)
    bits.end()
    bits.judge()
    return said


def _function_taken(bits: Bits) -> dict[str, object]:
    said: dict[str, object] = {"function": short_number(bits, FUNCTION)}
    said["operator"], said["taken"] = short_number(bits, OPERATOR), bits.flag()
    said["unrelieved"] = bits.flag()
    bits.demand(not (said["taken"] and said["unrelieved"]), "bad_number")
    return said


def _drill(bits: Bits) -> dict[str, object]:
    said: dict[str, object] = {"drill_id": bits.number(32), "step": bits.number(8), "until": bits.number(32)}
    bits.demand(said["drill_id"] != 0 and said["step"] < STEPS, "bad_number")
    said["exercise_name"] = bits.rest()
    bits.demand(len(said["exercise_name"]) <= (NAME_BYTES_MAX if said["step"] == START else 0), "bad_number")
    return said


def _last_word(bits: Bits) -> dict[str, object]:
    said: dict[str, object] = {"back_at": bits.number(20)}
    _zeros(bits, 4)
    return said | {"held_here": bits.number(8)}


def _high_mark(bits: Bits) -> dict[str, object]:
    said: dict[str, object] = {"station": station(bits), "incarnation": bits.number(2)}
    said["sequence"] = bits.number(14)
    _zeros(bits, 6)
    return said


def _group_key(bits: Bits) -> dict[str, object]:
    said: dict[str, object] = {"group": short_number(bits, GROUP), "version": bits.number(5)}
    return said | {"holders_hash": bits.take(4), "secret": bits.take(32)}


def _log_head(bits: Bits) -> dict[str, object]:
    return {"entries": bits.number(32), "head": bits.take(32)}


def _emergency(bits: Bits) -> dict[str, object]:
    said: dict[str, object] = {"operator": short_number(bits, OPERATOR)}
    _zeros(bits, 5)
    return said


def _overdue(bits: Bits) -> dict[str, object]:
    said = _high_mark(bits)
    bits.demand(said["sequence"] != 0, "bad_number")
    return said


def _zeros(bits: Bits, count: int) -> None:
    """In a notice a bit that must be 0 counts as a value that may not be."""
    bits.demand(bits.number(count) == 0, "bad_number")


_READERS = {FUNCTION_TAKEN: _function_taken, DRILL: _drill, LAST_WORD: _last_word, HIGH_MARK: _high_mark,
            GROUP_KEY: _group_key, LOG_HEAD: _log_head, EMERGENCY: _emergency,
            OVERDUE: _overdue}  # fmt: skip
