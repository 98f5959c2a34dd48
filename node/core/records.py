"""What a station keeps of the items in its custody: one frozen row type per table of the store.

All `…_at` fields are station time in ms (see `moment`). Rows are replaced whole; the store adds nothing to them.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from protocol.frames import HoldState
from protocol.numbers import Address, Precedence

EVERYONE: Final = 0
"""In place of a destination station: spread to whoever lacks it, and no receipt is owed."""


class ItemKind(IntEnum):
    """What travels with custody and receipts."""

    MESSAGE = 0
    ACT = 1
    NOTICE = 2
    """What stations tell each other for their own use: carried and receipted as a message, never shown as one."""


class Rung(IntEnum):
    """How far one item got towards one station; SPEC section 13 says what proves each."""

    QUEUED = 0
    SENT = 1
    HEARD_BY_RADIO = 2
    REPORTED = 3
    AT_STATION = 4
    UNATTENDED = 5
    EXPIRED = 6
    CANCELLED = 7
    """Cancelled or corrected before it was known to have arrived: it is sent no more."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more is sent for it."""
        return self >= Rung.AT_STATION


@dataclass(frozen=True, slots=True)
class ItemKey:
    """Names a message on the network: never used twice."""

    station: int
    incarnation: int
    """In full, not the two bits of the air."""
    sequence: int


@dataclass(frozen=True, slots=True)
class Item:
    """A sealed message, or a sealed act about one, as accepted."""

    id: int
    """Row number, given by the store; 0 before that."""
    kind: ItemKind
    key: ItemKey
    """Of the message; for an act, of the message it is about."""
    fingerprint: bytes
    """32 bytes: the hash of what was signed. Unique."""
    sealed: bytes
    """The frame as it goes on the air, with age 0."""
    precedence: Precedence
    recipient: Address
    """For an act: the station of the message's origin."""
    issuer: int
    """The station it was sealed at."""
    author: int
    """Operator number, 0 = the station itself."""
    drill: int
    """0 = real."""
    born_at: int
    """Acceptance less the age it came with: age is now less this."""
    expires_at: int
    accepted_at: int
    accepted_utc_ms: int | None
    is_mine: bool
    """Sealed at this station."""
    is_for_me: bool
    """This station is one of its destinations."""
    changed: int
    """The change counter when this row, its deliveries or acts last changed."""
    act_wanted: bool
    """Its author asks a person at each destination for an act; never of an act itself."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The state of one item towards one destination station."""

    item_id: int
    station: int
    rung: Rung
    attempts: int
    """Transmissions handed to a bearer."""
    next_at: int | None
    """When to consider it again; None once final."""
    rung_at: int
    """When the rung was reached."""


@dataclass(frozen=True, slots=True)
class Custodian:
    """Another station that told us it holds an item for its destination."""

    item_id: int
    station: int
    since_at: int


@dataclass(frozen=True, slots=True)
class ReceiptOwed:
    """A receipt that this station still has to send."""

    item_id: int
    state: HoldState
    to_station: int
    """Who waits for it: the item's issuer."""
    mac_at: int | None
    """When the short MAC receipt goes; None once sent or not wanted."""
    digest_at: int | None
    """When it must go in a signed digest at the latest; None once sent."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A signed digest of another station, kept while a message it speaks of is."""

    item_id: int
    station: int
    """Who signed it."""
    sealed: bytes
    heard_at: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Replay memory of one origin and incarnation: every sequence accepted, never pruned."""

    station: int
    incarnation: int
    high: int
    """Largest sequence accepted, 0 = none."""
    accepted: int
    """Bitmap: bit i set = sequence i was accepted; bit 0 is never set. At most 16384 bits."""


@dataclass(frozen=True, slots=True)
class Arriving:
    """A long message of which fragments are missing: not receipted, not carried on, its text not shown."""

    key: ItemKey
    sealed: bytes
    """Its first frame, verified, with age 0."""
    precedence: Precedence
    is_for_me: bool
    born_at: int
    """As of an item."""
    expires_at: int
    heard_at: int
    """When something new of it came last."""
