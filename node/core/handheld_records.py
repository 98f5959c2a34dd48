"""What a station keeps of the plain handhelds that text with it: texts out, when each was heard, texts of strangers.

Fields as in `records`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from protocol.numbers import Precedence


class TextState(IntEnum):
    """How far a text out got; a plain handheld proves no more."""

    WAITING = 0
    """Not all of it is with the handheld."""
    ON_HANDHELD = 1
    """Its radio acknowledged every part: nobody need have read it."""
    ACKNOWLEDGED = 2
    """Somebody there texted KVIT, and so on: witnessed, never signed."""
    DONE = 3
    DECLINED = 4
    EXPIRED = 5
    """It outlived its life before it was with the handheld."""
    OVERFLOW = 6
    """More wait for this handheld than it will ever read: it was not texted."""
    WITHDRAWN = 7
    """The message was cancelled or corrected before it was with the handheld."""


class Trouble(IntEnum):
    """Why a text waits."""

    NONE = 0
    SILENT = 1
    """The handheld did not answer: it is off or out of reach. It is texted again when it is heard."""
    NO_KEY = 2
    """The station's radio does not have the handheld's key: `bavn radio setup` loads it."""


class TextKey(IntEnum):
    """Under which key a text came."""

    REGISTERED = 0
    """The handheld's, as its certificate has it."""
    CHANNEL = 1
    """The channel's: whoever has that could have used the number."""


class StrayReason(IntEnum):
    """Why a text became no message."""

    UNREGISTERED = 0
    OTHER_KEY = 1
    """The radio of that number has another key than was registered: reset, or somebody else's."""
    OTHER_HOME = 2
    """Another station texts with that handheld."""
    NOT_VALID = 3
    """Its certificate does not cover today."""


@dataclass(frozen=True, slots=True)
class HandheldText:
    """A message, or a reply, for the screen of one handheld."""

    id: int
    """Given by the store; 0 before that."""
    handheld: int
    number: int
    """Short, by which it is answered: 1 to `NUMBERS_MAX`; 0: a reply, forgotten once it has arrived."""
    item_id: int
    """The message; 0: a reply."""
    text: str
    """All of it, without number and exercise words."""
    drill: int
    precedence: Precedence
    state: TextState
    parts_sent: int
    """With the handheld, of as many as the text has."""
    attempts: int
    """At the next part."""
    trouble: Trouble
    next_at: int | None
    """When to text it, or again; None when it no longer waits."""
    expires_at: int
    state_at: int


@dataclass(frozen=True, slots=True)
class HandheldSeen:
    """How a handheld was last heard."""

    handheld: int
    heard_at: int
    heard_utc_ms: int | None
    hops: int | None
    snr_db: int
    rssi_dbm: int
    key: TextKey
    packets: tuple[int, ...]
    """Its latest packet numbers, the newest last."""
    text: str
    """Its latest text."""
    reply: str
    """What it was told."""


@dataclass(frozen=True, slots=True)
class StrayText:
    """A text that became no message."""

    id: int
    """Given by the store; 0 before that."""
    node: int
    reason: StrayReason
    text: str
    heard_at: int
    heard_utc_ms: int | None
    hops: int | None
    snr_db: int
    rssi_dbm: int


class HandheldStore(Protocol):
    """The part of a store that is about handhelds."""

    def add_handheld_text(self, text: HandheldText) -> HandheldText:
        """Keep a text and return it with its number; none comes twice."""

    def put_handheld_text(self, text: HandheldText) -> None:
        """Replace the one of that id; nothing happens when there is none."""

    def delete_handheld_text(self, text_id: int) -> None:
        """Forget one."""

    def handheld_text(self, text_id: int) -> HandheldText | None:
        """The text of that number."""

    def handheld_texts(self, handheld: int) -> Sequence[HandheldText]:
        """All of one handheld, by id."""

    def handheld_texts_waiting(self) -> Sequence[HandheldText]:
        """All that wait, whoever they are for, by precedence and id."""

    def put_handheld_seen(self, seen: HandheldSeen) -> None:
        """Insert or replace by handheld."""

    def handheld_seen(self, handheld: int) -> HandheldSeen | None:
        """How it was last heard; None: never."""

    def add_stray_text(self, text: StrayText, kept: int) -> None:
        """Keep a text of a stranger; of all such the latest `kept` stay."""

    def stray_texts(self) -> Sequence[StrayText]:
        """All that are kept, the latest first."""
