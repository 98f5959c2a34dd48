"""What a station keeps of the people at it: what they write, what waits for a second one, who is on duty.

Fields as in `records`.
"""

from dataclasses import dataclass

from protocol.instants import Lifetime
from protocol.numbers import Address, Precedence, Reference


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
    answer_by_min: int | None = None
    corrects: str = ""
    """As typed: the number of the message that it takes the place of."""


@dataclass(frozen=True, slots=True)
class SentDraft:
    """What became of a draft that was sent."""

    draft_id: int
    item_id: int


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
    answer_by_min: int | None = None
    cancels: Reference | None = None
    supersedes: Reference | None = None


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A person on duty at this station: who began a shift and did not end it."""

    operator: int
    since_at: int
    since_utc_ms: int | None
    locked_at: int | None
    """Since when the key is locked; None while it is open."""
