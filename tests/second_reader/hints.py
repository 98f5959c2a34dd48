"""BEACON, INVENTORY and REQUEST (section 9): nothing here proves anything."""

from collections.abc import Callable

from .bits import Bits
from .numbers import ESCAPE, STATION, WIDE_MAX, Address, is_holder, padded_reference, sequence, station, wide_number

MESSAGES, CERTIFICATES, FRAGMENTS, PROOFS, INVENTORIES, MARK, LOG_MARK, ROSTER = range(8)
ITEMS_MAX = 32
ANSWER_STATES = (0, 1, 2, 5)
"""A receipt's states by the two bits of a beacon's answer."""
LIST, SUMMARY = 0, 1
HASH_BYTES = {LIST: 3, SUMMARY: 2}
DEPTH_MAX = 8
SUMMARY_PARTS = 32


def read_beacon(bits: Bits) -> dict[str, object]:
    """A BEACON, whole."""
    bits.number(6)
    said: dict[str, object] = {"power": bits.number(2), "station": station(bits), "incarnation": bits.number(2)}
    said["manned"], said["clock_trusted"], said["hello"] = bits.flag(), bits.flag(), bits.flag()
    if bits.flag():
        said["answer"] = ANSWER_STATES[bits.number(2)], bits.number(22)
    else:
        said["last_sequence"], said["log_hint"] = bits.number(14), bits.number(10)
    said["roster_digest"], said["inventory_digest"] = bits.take(2), bits.take(2)
    bits.end()
    return said


def read_inventory(bits: Bits) -> dict[str, object]:
    """An INVENTORY, whole."""
    bits.number(6)
    said: dict[str, object] = {"precedence": bits.number(2), "station": station(bits), "incarnation": bits.number(2)}
    said["more"], said["part"] = bits.flag(), bits.number(3)
    said["groups"] = [_group(bits) for _ in range(bits.number(8))]
    bits.end()
    return said


def _group(bits: Bits) -> dict[str, object]:
    said: dict[str, object] = {"station": station(bits), "incarnation": bits.number(2)}
    count = bits.number(4)
    said["high"], said["complete"] = bits.number(14), bits.flag()
    bits.reserved(1)
    said["entries"] = [(sequence(bits), bits.number(2)) for _ in range(count)]
    return said


def read_request(bits: Bits) -> dict[str, object]:
    """A REQUEST, whole."""
    bits.number(6)
    said: dict[str, object] = {"precedence": bits.number(2), "asker": station(bits)}
    asked, kind = bits.number(10), bits.number(3)
    bits.demand(asked == 0 or is_holder(STATION, asked), "bad_number")
    of_several = bits.flag()
    bits.demand(kind == PROOFS or not of_several, "reserved_bits")
    said |= {"asked": asked, "kind": kind}
    if of_several:
        said["lacking"] = _items(bits, lambda bits: (padded_reference(bits), bits.number(64)))
    elif kind in (MESSAGES, PROOFS):
        said["references"] = _items(bits, padded_reference)
    elif kind == CERTIFICATES:
        said["holders"] = _items(bits, _holder)
    elif kind == FRAGMENTS:
        said["fragments"] = _items(bits, lambda bits: (padded_reference(bits), bits.number(32)))
    elif kind == ROSTER:
        said |= _roster(bits)
    bits.end()
    return said


def _items(bits: Bits, read_item: Callable[[Bits], object]) -> list[object]:
    """1 to 32 items up to the end of the frame."""
    items = [read_item(bits)]
    while bits.left():
        items.append(read_item(bits))
    bits.demand(len(items) <= ITEMS_MAX, "too_large")
    return items


def _holder(bits: Bits) -> Address:
    kind, number = bits.number(3), bits.number(11)
    bits.reserved(2)
    most = ESCAPE - 1
    if number == ESCAPE:
        number, most = wide_number(bits), WIDE_MAX
    bits.demand(is_holder(kind, number, most), "bad_number")
    return kind, number


def _roster(bits: Bits) -> dict[str, object]:
    form, depth, prefix = bits.number(4), bits.number(4), bits.number(8)
    if form not in (LIST, SUMMARY) or depth > (DEPTH_MAX if form == LIST else 0):
        bits.stop("bad_number")
    bits.demand(prefix & 0xFF >> depth == 0 and (form == LIST or prefix == 0), "bad_number")
    count, over = divmod(bits.left(), HASH_BYTES[form])
    bits.demand(over == 0, "bad_number")
    said = [bits.take(HASH_BYTES[form]) for _ in range(count)]
    bits.take(over)
    if form == SUMMARY:
        bits.demand(count == SUMMARY_PARTS, "digest_not_canonical")
        return {"form": form, "digests": said}
    is_in_part = all(one[0] & ~(0xFF >> depth) == prefix for one in said)
    bits.demand(is_in_part and said == sorted(set(said)), "digest_not_canonical")
    return {"form": form, "depth": depth, "prefix": prefix, "hashes": said}
