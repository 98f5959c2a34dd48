"""LONG and FRAGMENT (section 8): a coded text cut into pieces, of whose frames the first is signed."""

from .bits import Bits, Dropped
from .hashing import sha256, u
from .numbers import sequence, station

FRAGMENTS_MAX = 19
FRAGMENT_BYTES_MAX = 226
WHOLE_BYTES = 16
FRAGMENT_HASH_BYTES = 6


def read_body(bits: Bits) -> dict[str, object]:
    """A LONG's body: how the coded text is cut, and its first piece."""
    total, fragments = bits.number(12) + 1, bits.number(5)
    bits.reserved(7)
    whole = bits.take(WHOLE_BYTES)
    hashes = [bits.take(FRAGMENT_HASH_BYTES) for _ in range(fragments)]
    piece = bits.rest()
    bits.demand(1 <= fragments <= FRAGMENTS_MAX, "bad_number")
    lengths = fragment_lengths(total - len(piece), fragments)
    bits.demand(total - len(piece) >= fragments, "trailing_bytes")
    bits.demand(all(length <= FRAGMENT_BYTES_MAX for length in lengths), "too_large")
    bits.demand(all(length >= 1 for length in lengths), "bad_number")
    return {"total_bytes": total, "whole": whole, "hashes": hashes, "piece": piece}


def fragment_lengths(rest: int, fragments: int) -> list[int]:
    """How long each fragment is: all alike, the last one what remains."""
    if fragments == 0:
        return []
    each = -(-rest // fragments)
    return [max(0, min(each, rest - index * each)) for index in range(fragments)]


def read_fragment(bits: Bits) -> dict[str, object]:
    """A FRAGMENT, whole."""
    bits.number(6)
    said: dict[str, object] = {"precedence": bits.number(2), "station": station(bits), "incarnation": bits.number(2)}
    said["sequence"], said["index"] = sequence(bits), bits.number(5)
    bits.reserved(1)
    bits.demand(said["index"] < FRAGMENTS_MAX, "bad_number")
    said["data"] = bits.take(max(1, bits.left()))
    return said


def fragment_hash(station_key: bytes, incarnation: int, said: dict[str, object]) -> bytes:
    """What the LONG names a fragment by; `station_key` and the whole incarnation are the origin's."""
    where = station_key + u(incarnation, 2) + u(said["sequence"], 2) + u(said["index"], 1)
    return sha256(b"bavn fragment 0" + where + said["data"], FRAGMENT_HASH_BYTES)


def joined(first: dict[str, object], fragments: list[dict[str, object]], station_key: bytes, incarnation: int) -> bytes:
    """The whole coded text of a verified LONG, from all its fragments in order. Dropped: `bad_fragment`."""
    lengths = fragment_lengths(first["total_bytes"] - len(first["piece"]), len(first["hashes"]))
    for index, (said, named, length) in enumerate(zip(fragments, first["hashes"], lengths, strict=True)):
        is_named = fragment_hash(station_key, incarnation, said) == named and said["index"] == index
        if not is_named or len(said["data"]) != length:
            raise Dropped("bad_fragment")
    coded = first["piece"] + b"".join(said["data"] for said in fragments)
    if sha256(b"bavn long 0" + coded, WHOLE_BYTES) != first["whole"]:
        raise Dropped("bad_fragment")
    return coded
