"""MESSAGE, LONG, NOTICE and the reserved signed types (sections 4, 5, 8, 11): one header of 12 bytes."""

from . import long_texts, options
from .bits import Bits
from .numbers import SEVERAL, STATION, is_holder, sequence, station

SIGNATURE_BYTES = 64
HEADER_BYTES = 12
MESSAGE, LONG, NOTICE = 0, 3, 4


def read(bits: Bits) -> dict[str, object]:
    """All that a sealed frame says, up to its signature."""
    version, frame_type = bits.number(2), bits.number(4)
    said: dict[str, object] = {"version": version, "type": frame_type, "precedence": bits.number(2)}
    said["station"], said["incarnation"], said["sequence"] = station(bits), bits.number(2), sequence(bits)
    author, kind, number = bits.number(11), bits.number(3), bits.number(11)
    said["time"], said["lifetime"] = bits.number(20), bits.number(3)
    extended, said["confidential"], said["ack_wanted"] = bits.flag(), bits.flag(), bits.flag()
    said["codec"], said["age"] = bits.number(3), bits.number(8)

    bits.demand(kind <= SEVERAL, "bad_number")
    said["raw_options"] = options.split(bits) if extended else []
    said["options"] = options.read(said["raw_options"], bits)
    said["author"] = options.author(author, said["options"].get("wide", {}), bits)
    said["recipient"] = _recipient(kind, number, said["options"], bits)
    said["body"] = bits.rest()
    if (version, frame_type) == (0, LONG):
        said |= long_texts.read_body(bits.within(said["body"]))
    return said


def _recipient(kind: int, number: int, said: dict[str, object], bits: Bits) -> tuple[int, int]:
    """Whom the header names; when several, as many as option 5 lists."""
    listed = said.get("recipients", [])
    whole = options.recipient(kind, number, said.get("wide", {}), bits)
    if kind == SEVERAL:
        bits.demand(1 <= number <= options.RECIPIENTS_MAX, "bad_number")
        bits.demand(number == len(listed), "options_not_canonical")
    else:
        bits.demand(listed == [], "options_not_canonical")
        is_good = (kind, number) == (STATION, 0) or whole != number or is_holder(kind, number)
        bits.demand(is_good, "bad_number")
    return kind, whole
