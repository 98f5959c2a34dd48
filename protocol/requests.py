"""REQUEST: what one station asks another to send (SPEC.md, section 9).

```
REQUEST    byte 0 | asker 10 | asked 10 (0 anyone) | kind 3 | of several 1, then items
  kind     0 messages, 3 proofs: reference 4 each     1 certificates: address 14 | 0 2 each, and u32 behind an escape
           2 fragments: reference 4, bitmap 4 each    4 inventory, 5 high-water mark,
           6 log mark: no item                          7 roster: see `protocol.roster_parts`
           3 of several: reference 4, bitmap 8 each: whose proofs are lacking
```
"""

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from protocol.framing import fitting
from protocol.layout import Layout
from protocol.numbers import (
    ESCAPE,
    SHORT_NUMBER_MAX,
    Address,
    FrameType,
    Kind,
    Precedence,
    Reference,
    is_station,
)
from protocol.option_layout import REFERENCE, pack_reference, unpack_reference
from protocol.reasons import Dropped, Reason, refuse_ours
from protocol.roster_parts import RosterPart, decode_roster_part

HEADER: Final = Layout(2, 4, 2, 10, 10, 3, 1)
ADDRESS: Final = Layout(3, 11, 2)
WIDE_BYTES: Final = 4
"""A number above `SHORT_NUMBER_MAX`, behind an address that says so."""
BITMAP_BYTES: Final = 4
LACKING_BYTES: Final = 8
"""Of the bitmap for a message to several: more recipients than a membership has members."""
ITEMS_MAX: Final = 32
"""Bounds what one unsigned frame can make a station look up and send."""


class RequestKind(IntEnum):
    """What is asked for."""

    MESSAGES = 0
    CERTIFICATES = 1
    FRAGMENTS = 2
    PROOFS = 3
    INVENTORY = 4
    HIGH_WATER = 5
    """The asker's own high-water mark, answered by a notice."""
    LOG_MARK = 6
    """The newest digest with a log mark that the asked one signed."""
    ROSTER = 7
    """What differs from the asker's roster, of which it says what it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one station asks another, or anyone, to send; only the items of its kind are filled."""

    precedence: Precedence
    asker: int
    asked: int
    """0 for anyone."""
    kind: RequestKind
    references: tuple[Reference, ...] = ()
    """For messages and proofs."""
    addresses: tuple[Address, ...] = ()
    """For certificates; one holder each."""
    bitmaps: tuple[tuple[Reference, int], ...] = ()
    """For fragments: those missing, fragment 0 in the lowest of 32 bits."""
    roster: RosterPart | None = None
    """For the roster: what the asker has of it."""
    lacking: tuple[tuple[Reference, int], ...] = ()
    """For proofs of messages to several: whose are lacking, the recipient station with the lowest number in bit 0."""

    def encode(self) -> bytes:
        """The whole frame.

        Raises:
            LocalProtocolError: the items do not fit, or the other end would drop it.
        """
        refuse_ours(self.fault())
        of_several = bool(self.lacking)
        parts = [HEADER.pack(0, FrameType.REQUEST, self.precedence, self.asker, self.asked, self.kind, of_several)]
        parts += map(pack_reference, self.references)
        parts += map(_pack_address, self.addresses)
        parts += [pack_reference(about) + bitmap.to_bytes(BITMAP_BYTES, "big") for about, bitmap in self.bitmaps]
        parts += [self.roster.encode()] if self.roster is not None else []
        parts += [pack_reference(about) + bitmap.to_bytes(LACKING_BYTES, "big") for about, bitmap in self.lacking]
        return fitting(b"".join(parts))

    def fault(self) -> Dropped | None:
        """What keeps these values off the air, at this end and at the other."""
        if not is_station(self.asker) or (self.asked != 0 and not is_station(self.asked)):
            return Dropped(Reason.BAD_NUMBER, "asker or asked")
        if not all(address.is_certifiable for address in self.addresses):
            return Dropped(Reason.BAD_NUMBER, "address")
        items = (
            len(self.references),
            len(self.addresses),
            len(self.bitmaps),
            int(self.roster is not None),
            len(self.lacking),
        )
        if sum(items) > ITEMS_MAX:
            return Dropped(Reason.TOO_LARGE, f"{sum(items)} items")
        place = _LACKING if self.lacking and self.kind is RequestKind.PROOFS else _place(self.kind)
        own = 0 if place is None else items[place]
        if own != sum(items):
            return Dropped(Reason.TRAILING_BYTES, "items of another kind")
        if place is not None and own == 0:
            return Dropped(Reason.TRUNCATED, "no item")
        return None if self.roster is None else self.roster.fault()


def decode_request(raw: bytes) -> Request | Dropped:
    """Read a REQUEST of version 0; the caller has looked at byte 0."""
    if len(raw) < HEADER.size:
        return Dropped(Reason.TRUNCATED, "request")
    _, _, precedence, asker, asked, kind, of_several = HEADER.unpack(raw[: HEADER.size])
    if of_several and kind != RequestKind.PROOFS:
        return Dropped(Reason.RESERVED_BITS, "request")
    bare = Request(precedence=Precedence(precedence), asker=asker, asked=asked, kind=RequestKind(kind))
    request = _of_several(bare, raw[HEADER.size :]) if of_several else _with_items(bare, raw[HEADER.size :])
    return request if isinstance(request, Dropped) else request.fault() or request


_LACKING: Final = 4
"""The place of what is lacking among the items."""
Addresses = tuple[Address, ...]
Bitmaps = tuple[tuple[Reference, int], ...]


def _place(kind: RequestKind) -> int | None:
    """Which of references, addresses, bitmaps and roster the kind has."""
    match kind:
        case RequestKind.MESSAGES | RequestKind.PROOFS:
            return 0
        case RequestKind.CERTIFICATES:
            return 1
        case RequestKind.FRAGMENTS:
            return 2
        case RequestKind.ROSTER:
            return 3
        case RequestKind.INVENTORY | RequestKind.HIGH_WATER | RequestKind.LOG_MARK:
            return None


def _of_several(bare: Request, raw: bytes) -> Request | Dropped:
    lacking = _decode_bitmaps(raw, LACKING_BYTES)
    if isinstance(lacking, Dropped):
        return lacking
    return replace(bare, lacking=lacking) if lacking else Dropped(Reason.TRUNCATED, "no item")


def _with_items(bare: Request, raw: bytes) -> Request | Dropped:
    match bare.kind:
        case RequestKind.MESSAGES | RequestKind.PROOFS:
            bitmaps = _decode_bitmaps(raw, 0)
            if isinstance(bitmaps, Dropped):
                return bitmaps
            return replace(bare, references=tuple(about for about, _ in bitmaps))
        case RequestKind.CERTIFICATES:
            addresses = _decode_addresses(raw)
            return addresses if isinstance(addresses, Dropped) else replace(bare, addresses=addresses)
        case RequestKind.FRAGMENTS:
            bitmaps = _decode_bitmaps(raw, BITMAP_BYTES)
            return bitmaps if isinstance(bitmaps, Dropped) else replace(bare, bitmaps=bitmaps)
        case RequestKind.ROSTER:
            roster = decode_roster_part(raw)
            return roster if isinstance(roster, Dropped) else replace(bare, roster=roster)
        case RequestKind.INVENTORY | RequestKind.HIGH_WATER | RequestKind.LOG_MARK:
            return Dropped(Reason.TRAILING_BYTES, "items") if raw else bare


def _decode_bitmaps(raw: bytes, bitmap_bytes: int) -> Bitmaps | Dropped:
    """Read references, each followed by so many bytes of bitmap."""
    size = REFERENCE.size + bitmap_bytes
    if len(raw) % size:
        return Dropped(Reason.TRUNCATED, "item")
    bitmaps: list[tuple[Reference, int]] = []
    for at in range(0, len(raw), size):
        about = unpack_reference(raw[at : at + REFERENCE.size])
        if isinstance(about, Dropped):
            return about
        bitmaps.append((about, int.from_bytes(raw[at + REFERENCE.size : at + size], "big")))
    return tuple(bitmaps)


def _pack_address(address: Address) -> bytes:
    wide = address.number.to_bytes(WIDE_BYTES, "big") if address.number > SHORT_NUMBER_MAX else b""
    return ADDRESS.pack(address.kind, address.short_number, 0) + wide


def _decode_addresses(raw: bytes) -> Addresses | Dropped:
    addresses: list[Address] = []
    place = 0
    while place < len(raw):
        if len(raw) - place < ADDRESS.size:
            return Dropped(Reason.TRUNCATED, "address")
        kind, number, rest = ADDRESS.unpack(raw[place : place + ADDRESS.size])
        place += ADDRESS.size
        if rest:
            return Dropped(Reason.RESERVED_BITS, "address")
        if number == ESCAPE:
            wide = raw[place : place + WIDE_BYTES]
            number = int.from_bytes(wide, "big")
            place += WIDE_BYTES
            if len(wide) < WIDE_BYTES:
                return Dropped(Reason.TRUNCATED, "address")
            if number <= SHORT_NUMBER_MAX:
                return Dropped(Reason.BAD_NUMBER, "an escape that was not needed")
        if kind >= Kind.SEVERAL:
            return Dropped(Reason.BAD_NUMBER, f"kind {kind}")
        addresses.append(Address(Kind(kind), number))
    return tuple(addresses)
