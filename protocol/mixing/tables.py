"""The trained tables of codec 3 as one file, checked once when it is loaded (SPEC.md, section 5, has the layout)."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from struct import Struct, error
from sys import byteorder
from typing import Final
from zlib import crc32

from protocol.mixing.contexts import CASE_SOURCES, SOURCES
from protocol.mixing.units import Alphabet
from protocol.reasons import ProtocolError

MAGIC: Final = b"BavnMix1"
TABLES_BYTES_MAX: Final = 4 * 1024 * 1024
"""What codec 3 may take of a small computer's memory."""
LEVELS: Final = 12
"""Steps in which a count is felt."""
LANGUAGES: Final = 4
SETS_BY_FOUND: Final = 4 * 6
SETS_BY_NODE: Final = LANGUAGES * 128
SETS_BY_DEPTH: Final = 64
UNIT_ROW: Final = SOURCES + 1
"""A weight for each source and one for the bias."""
CASE_ROW: Final = CASE_SOURCES + 1
CASE_SETS: Final = 8
SQUASH: Final = 4096

_HEADER: Final = Struct("<8sBBBB")
Found = tuple[bytes, tuple[int, ...]]
"""The units seen after a context, by rank, and how often those before each were, in all; one number more than units."""
Rows = tuple[Sequence[int], ...]
"""Arrays, since a tuple would hold an object for each number."""
NOTHING: Final[Found] = (b"", (0,))
_KEPT_UNITS: Final = 6
_KEPT_MAX: Final = 1024
"""Contexts with many successors are kept unpacked, and forgotten together: the few hundred common ones come back."""


class TablesDamaged(ProtocolError):
    """The file is not tables of this version."""


@dataclass(frozen=True, slots=True)
class Node:
    """A fork of the code: units below `split` one way, the others the other way."""

    split: int
    below: int
    """The next fork for bit 0, or ~rank of the only unit there."""
    above: int
    """For bit 1."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each source counts, by situation; 65536 is one."""

    by_found: Rows
    by_node: Rows
    by_depth: Rows
    case: Rows


class Tables:
    """What usually follows, and how far to believe it."""

    __slots__ = ("_buckets", "_counts", "_kept", "_mask", "_records", "alphabet", "levels", "maps", "nodes", "squash",
                 "weights")  # fmt: skip

    def __init__(self, raw: bytes | memoryview) -> None:
        """Read a file, which must not change as long as the tables are used.

        Raises:
            TablesDamaged: it is not of this layout.
        """
        if len(raw) > TABLES_BYTES_MAX:
            raise TablesDamaged(f"{len(raw)} bytes, at most {TABLES_BYTES_MAX}")
        try:
            magic, size, bucket_bits, _, _ = _HEADER.unpack_from(raw)
            if magic != MAGIC or not 3 <= size <= 0x7B:
                raise TablesDamaged("not the tables of codec 3")
            at = _HEADER.size
            characters, at = _numbers(raw, at, "I", size)
            lengths, at = _numbers(raw, at, "B", size)
            counts, at = _numbers(raw, at, "I", 256)
            levels, at = _numbers(raw, at, "B", 256)
            squash, at = _numbers(raw, at, "H", SQUASH)
            maps, at = _numbers(raw, at, "h", (SOURCES + CASE_SOURCES) * LEVELS * LEVELS)
            by_found, at = _numbers(raw, at, "i", SETS_BY_FOUND * UNIT_ROW)
            by_node, at = _numbers(raw, at, "i", SETS_BY_NODE * UNIT_ROW)
            by_depth, at = _numbers(raw, at, "i", SETS_BY_DEPTH * UNIT_ROW)
            case, at = _numbers(raw, at, "i", CASE_SETS * CASE_ROW)
            buckets, at = _numbers(raw, at, "I", (1 << bucket_bits) + 1)
        except error as fault:
            raise TablesDamaged(str(fault)) from fault
        self.alphabet = Alphabet.of(characters)
        self.nodes = tree(lengths)
        self.levels = bytes(levels)
        self.squash = squash
        self.maps = _rows(maps, LEVELS * LEVELS)
        self.weights = Weights(
            _rows(by_found, UNIT_ROW), _rows(by_node, UNIT_ROW), _rows(by_depth, UNIT_ROW), _rows(case, CASE_ROW)
        )
        self._counts = counts
        self._buckets = buckets
        self._records = memoryview(raw)[at:]
        self._mask = (1 << bucket_bits) - 1
        self._kept: dict[bytes, Found] = {}
        if len(self._records) != buckets[-1]:
            raise TablesDamaged(f"{len(self._records)} bytes of records, not {buckets[-1]}")

    def find(self, key: bytes) -> Found:
        """What was seen after a context."""
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        code = crc32(key)
        bucket = code & self._mask
        records, buckets = self._records, self._buckets
        at, end = buckets[bucket], buckets[bucket + 1]
        low, high = code >> 16 & 0xFF, code >> 24
        while at < end:
            size = records[at + 2]
            if records[at] == low and records[at + 1] == high:
                at += 3
                units = bytes(records[at : at + size])
                counts = self._counts
                found = (units, tuple(accumulate([counts[n] for n in records[at + size : at + 2 * size]], initial=0)))
                if size >= _KEPT_UNITS:
                    if len(self._kept) >= _KEPT_MAX:
                        self._kept.clear()
                    self._kept[key] = found
                return found
            at += 3 + 2 * size
        return NOTHING

    def level(self, count: int) -> int:
        """The step in which a count is felt."""
        return self.levels[count] if count < 256 else LEVELS - 1


def tree(lengths: Sequence[int]) -> tuple[Node, ...]:
    """The forks of the canonical code of these lengths, which do not fall; the first is the root.

    Raises:
        TablesDamaged: no complete code has these lengths.
    """
    nodes: list[Node | None] = []

    def fork(first: int, depth: int) -> tuple[int, int]:
        # The subtree at this depth that begins with unit `first`, and the unit after it.
        if first >= len(lengths) or lengths[first] < depth:
            raise TablesDamaged("the code lengths fit no code")
        if lengths[first] == depth:
            return ~first, first + 1
        here = len(nodes)
        nodes.append(None)
        below, split = fork(first, depth + 1)
        above, after = fork(split, depth + 1)
        nodes[here] = Node(split, below, above)
        return here, after

    if fork(0, 0)[1] != len(lengths):
        raise TablesDamaged("the code lengths fit no code")
    return tuple(node for node in nodes if node is not None)


def _numbers(raw: bytes | memoryview, at: int, kind: str, count: int) -> "tuple[array[int], int]":
    numbers = array(kind)
    end = at + count * numbers.itemsize
    if end > len(raw):
        raise TablesDamaged("cut short")
    numbers.frombytes(raw[at:end])
    if byteorder == "big":
        numbers.byteswap()
    return numbers, end


def _rows(numbers: "array[int]", width: int) -> Rows:
    return tuple(numbers[at : at + width] for at in range(0, len(numbers), width))
