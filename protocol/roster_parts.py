"""What a station has of the roster, said so compactly that only what differs travels (SPEC.md, section 9).

```
REQUEST of kind 7   form 4 | depth 4 | prefix 8, then
  form 0 list       depth 0-8: of the statements whose hash begins with the `depth` first bits of `prefix`, all that the
                    asker has, 3 bytes of hash each, ascending, 0-75
  form 1 summary    depth 0, prefix 0: 32 digests of 2 bytes, for the hashes that begin with the bits 00000, 00001, ...
```
A hash is SHA-256 over the whole frame of the newest statement of its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from protocol.layout import Layout
from protocol.reasons import Dropped, Reason

PART_HEADER: Final = Layout(4, 4, 8)
LIST_FORM: Final = 0
SUMMARY_FORM: Final = 1
HASH_BYTES: Final = 3
"""Two of 2000 statements share one with a chance of an eighth; such a one still comes when its holder is asked for."""
LISTED_MAX: Final = 75
"""What fits into a frame of 231 bytes beside 6 of headers."""
DEPTH_MAX: Final = 8
"""A part of a full roster of 4096 statements holds 16 then."""
SUMMARY_DEPTH: Final = 5
DIGEST_BYTES: Final = 2


@dataclass(frozen=True, slots=True)
class RosterList:
    """Everything that a station has in one part of the roster."""

    depth: int
    """How many bits name the part: 0 is the whole."""
    prefix: int
    """One byte that begins with these bits and is 0 after them."""
    hashes: tuple[bytes, ...]
    """Ascending, none twice, each of `HASH_BYTES`."""

    def encode(self) -> bytes:
        """The items of the request."""
        return PART_HEADER.pack(LIST_FORM, self.depth, self.prefix) + b"".join(self.hashes)

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if not 0 <= self.depth <= DEPTH_MAX or self.prefix & 0xFF >> self.depth:
            return Dropped(Reason.BAD_NUMBER, f"part of depth {self.depth}")
        if len(self.hashes) > LISTED_MAX:
            return Dropped(Reason.TOO_LARGE, f"{len(self.hashes)} hashes")
        is_ascending = list(self.hashes) == sorted(set(self.hashes))
        is_ours = all(len(one) == HASH_BYTES and is_in_part(one, self.depth, self.prefix) for one in self.hashes)
        if not is_ascending or not is_ours:
            return Dropped(Reason.DIGEST_NOT_CANONICAL, "hashes")
        return None


@dataclass(frozen=True, slots=True)
class RosterSummary:
    """A digest for each of 32 parts, for a roster whose list fits no frame."""

    digests: tuple[bytes, ...]

    def encode(self) -> bytes:
        """The items of the request."""
        return PART_HEADER.pack(SUMMARY_FORM, 0, 0) + b"".join(self.digests)

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if len(self.digests) != 1 << SUMMARY_DEPTH or any(len(one) != DIGEST_BYTES for one in self.digests):
            return Dropped(Reason.DIGEST_NOT_CANONICAL, "summary")
        return None


RosterPart = RosterList | RosterSummary


def statement_hash(raw: bytes) -> bytes:
    """The bytes that a list names a statement by."""
    return sha256(raw).digest()[:HASH_BYTES]


def is_in_part(statement: bytes, depth: int, prefix: int) -> bool:
    """Whether a hash begins with the bits that name the part."""
    return statement[0] >> DEPTH_MAX - depth == prefix >> DEPTH_MAX - depth


def lists_of(statements: Iterable[bytes], depth: int, prefix: int) -> tuple[RosterList, ...]:
    """All that a station has in a part, in as many lists as it takes.

    Args:
        statements: the newest of every place.
        depth: of the part.
        prefix: of the part.
    """
    hashes = sorted({one for one in map(statement_hash, statements) if is_in_part(one, depth, prefix)})
    return _divided(hashes, depth, prefix)


def summary_of(statements: Iterable[bytes]) -> RosterSummary:
    """A digest for each part of `SUMMARY_DEPTH` bits, over the whole hashes in it."""
    parts: list[list[bytes]] = [[] for _ in range(1 << SUMMARY_DEPTH)]
    for whole in sorted(sha256(raw).digest() for raw in statements):
        parts[whole[0] >> DEPTH_MAX - SUMMARY_DEPTH].append(whole)
    return RosterSummary(tuple(sha256(b"".join(part)).digest()[:DIGEST_BYTES] for part in parts))


def decode_roster_part(raw: bytes) -> RosterPart | Dropped:
    """Read the items of a request of kind 7."""
    if len(raw) < PART_HEADER.size:
        return Dropped(Reason.TRUNCATED, "roster part")
    form, depth, prefix = PART_HEADER.unpack(raw[: PART_HEADER.size])
    rest = raw[PART_HEADER.size :]
    if form == LIST_FORM and len(rest) % HASH_BYTES == 0:
        part: RosterPart = RosterList(depth, prefix, _cut(rest, HASH_BYTES))
    elif form == SUMMARY_FORM and len(rest) % DIGEST_BYTES == 0 and depth == prefix == 0:
        part = RosterSummary(_cut(rest, DIGEST_BYTES))
    else:
        return Dropped(Reason.BAD_NUMBER, f"roster part of form {form}, {len(rest)} bytes")
    return part.fault() or part


def _divided(hashes: list[bytes], depth: int, prefix: int) -> tuple[RosterList, ...]:
    if len(hashes) <= LISTED_MAX or depth == DEPTH_MAX:
        return (RosterList(depth, prefix, tuple(hashes[:LISTED_MAX])),)
    upper = prefix | 0x80 >> depth
    halves = ([one for one in hashes if one[0] < upper], [one for one in hashes if one[0] >= upper])
    return (*_divided(halves[0], depth + 1, prefix), *_divided(halves[1], depth + 1, upper))


def _cut(raw: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(raw[at : at + size] for at in range(0, len(raw), size))
