"""What a station keeps: one frozen row type per table of the store.

All `…_at` fields are station time in ms (see `moment`). Rows are replaced whole; the store adds nothing to them.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from protocol.frames import HoldState
from protocol.instants import Lifetime
from protocol.numbers import Address, Precedence, Reference

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
class Draft:
    """A message as far as it is written: words as typed, nothing of it checked."""

    id: int
    """Given by the store; 0 before that."""
    to: str
    text: str
    precedence: Precedence
    ack_wanted: bool
    reply_to: str
    author: str
    kept_at: int = 0
    kept_utc_ms: int | None = None
    confidential: bool | None = None
    """None: as is usual for the recipient."""


class StatementStanding(IntEnum):
    """What a kept statement is worth here."""

    BELIEVED = 0
    """Part of the roster."""
    CONTRADICTS = 1
    """Signed as well as what it contradicts, which was here first and stays in force: kept to be shown."""


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """A statement as it came, so that what was once believed survives a restart and any old roster file."""

    raw: bytes
    """Unique."""
    standing: StatementStanding
    is_news: bool
    """It came after the roster that this station began with: others may not have it."""
    kept_at: int
    kept_utc_ms: int | None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A signed frame that waits for the certificate of who signed it; nothing of it is believed."""

    id: int
    """Row number, given by the store; 0 before that."""
    payload: bytes
    """As heard, its age included."""
    claimed: Address
    """Who it says has signed it."""
    heard_at: int


@dataclass(frozen=True, slots=True)
class SentDraft:
    """What became of a draft that was sent."""

    draft_id: int
    item_id: int


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


class AlarmKind(StrEnum):
    """What a person must look into; the word is what the store keeps, so it never changes."""

    EMERGENCY_KEY = "emergency_key"
    """A break-glass key was opened. Subject: the number of the notice that told it; detail: the key's initials."""
    NUMBER_TWICE = "number_twice"
    """Another station used one number for two messages. Subject: the number."""
    REVOKED_KEY = "revoked_key"
    """Something signed with a revoked key came and was refused. Subject: the holder's code; detail: the station's."""
    OWN_KEY_REVOKED = "own_key_revoked"
    """The key of this station has ended: it sends nothing any more. Subject: its code."""
    STATEMENT_CONFLICT = "statement_conflict"
    """Two certificates, each well signed, contradict each other. Subject: the code in force."""
    LOG_CHANGED = "log_changed"
    """A station signed two states that one log cannot have had. Subject: its code; detail: entries before, and now."""
    GROUP_KEY_EXPOSED = "group_key_exposed"
    """Somebody has a group's key who should not any more. Subject: its code; detail: airtime of a new one, s."""
    GROUP_KEY_CONFLICT = "group_key_conflict"
    """Two secrets under one version of a group's key; the first is kept. Subject: its code."""
    RECEIVE_ONLY = "receive_only"
    """This station is not sure of its own count and sends nothing signed. Subject: its code. Detail: the doubt."""
    OWN_NUMBER_HEARD = "own_number_heard"
    """A sign of life with this station's number that it did not send. Subject: its code. Detail: the count in it."""
    MESSAGE_WITHDRAWN = "message_withdrawn"
    """A message of this station was not sent, for its number had been used. Subject: the number."""
    NUMBERS_LOW = "numbers_low"
    """Nine tenths of this station's numbers are used. Subject: its code. Detail: how many of how many."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person at this station must look into, until somebody silences it or it is over."""

    id: int
    """Given by the store; 0 before that."""
    kind: AlarmKind
    subject: str
    """What it is about: a code or a number, free of language. With the kind it names the alarm."""
    detail: str
    """Figures for the words; of the latest time."""
    raised_at: int
    raised_utc_ms: int | None
    last_at: int
    """When it was last seen to be so."""
    last_utc_ms: int | None
    times: int
    """How often it was seen, counted at most once a minute."""
    silenced_by: int = 0
    """Operator number; 0 = nobody has silenced it."""
    silenced_at: int = 0


@dataclass(frozen=True, slots=True)
class LogHead:
    """Where one chain of the log stands."""

    entries: int
    """0 in a new one."""
    hash: bytes
    """Of the last entry, 32 bytes; empty in a new one."""


@dataclass(frozen=True, slots=True)
class FunctionWord:
    """The latest word about a function: who took it or gave it up, where and when."""

    function: int
    operator: int
    station: int
    """Where the operator was on duty."""
    is_taken: bool
    is_unrelieved: bool
    """Given up since nobody came to take over."""
    incarnation: int
    """With the sequence: of the notice that said so, in its station's count."""
    sequence: int
    said_at: int
    """By the age with which it came."""
    said_utc_ms: int | None
    """By the time that was signed; None without a trusted clock there or here."""


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A message that leaves when a second person releases it: as it was written, without number and time."""

    id: int
    """Given by the store, never again; 0 before that."""
    author: int
    """0 = the station itself."""
    recipient: Address
    text: str
    precedence: Precedence
    ack_wanted: bool
    lifetime: Lifetime | None
    reply_to: Reference | None
    confidential: bool | None
    draft: int
    """The draft that it was; 0 = none."""
    asked_at: int
    asked_utc_ms: int | None
    form: bytes = b""
    """What it says instead of a text, as it will stand on the air; empty: it is a text."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A person on duty at this station: who began a shift and did not end it."""

    operator: int
    since_at: int
    since_utc_ms: int | None
    locked_at: int | None
    """Since when the key is locked; None while it is open."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where one chain of this station's log stood, signed by the station."""

    chain: int
    entries: int
    hash: bytes
    """Of the last of them."""
    at: int
    utc_ms: int | None
    signature: bytes
    """Of `log_heads.head_to_sign`, 64 bytes."""


@dataclass(frozen=True, slots=True)
class Witness:
    """Where a station's real log stood, as that station signed it in a digest."""

    station: int
    """Another's, or this one's own: what it said."""
    entries: int
    head: bytes
    """The first 16 bytes of the last entry's hash."""
    time: int
    """By that station's clock, in the 20 bits of `protocol.instants`."""
    heard_at: int
    heard_utc_ms: int | None
    sealed: bytes
    """The digest."""
