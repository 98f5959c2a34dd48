"""A message as operators see it, on every screen and in every command the same."""

from dataclasses import dataclass
from enum import StrEnum

from node.api.answers import AnswerBy, Change
from node.api.forms import ShownForm
from node.api.functions import Holding
from node.api.handhelds import ShownText
from node.api.ladder import Ladder, ShownAct, ShownTime


class Precedence(StrEnum):
    """How urgent, the most urgent first."""

    FLASH = "flash"
    IMMEDIATE = "immediate"
    PRIORITY = "priority"
    ROUTINE = "routine"


class Lifetime(StrEnum):
    """How long a message is worth delivering."""

    HALF_HOUR = "30m"
    TWO_HOURS = "2h"
    SIX_HOURS = "6h"
    TWELVE_HOURS = "12h"
    ONE_DAY = "24h"
    THREE_DAYS = "72h"
    ONE_WEEK = "7d"
    THIRTY_DAYS = "30d"


class Box(StrEnum):
    """Which of the station's messages are meant."""

    INBOX = "inbox"
    """For this station."""
    OUTBOX = "outbox"
    """Written here."""
    CARRIED = "carried"
    """Held for others."""


class Standing(StrEnum):
    """What a message's signature is worth; one that does not hold is never shown as a message."""

    GOOD = "good"
    GOOD_UNDATED = "good_undated"
    """The signature holds; whether the certificates covered that day could not be checked without a trusted clock."""


class AuthorState(StrEnum):
    """What the key is worth today that a message was signed with: it was good when the message was stored here."""

    GOOD = "good"
    EXPIRED = "expired"
    """No certificate of it covered the day, which was found out when the clock could be trusted again."""
    REVOKED = "revoked"
    """The key has ended since, and the message is not among those that stay good everywhere. One of this station that
    is still in the queue stays there; stations that know of the end refuse it."""
    UNCHECKED = "unchecked"
    """No trusted clock has told yet whether the certificates covered the day."""


class Legibility(StrEnum):
    """Whether the text could be read."""

    READABLE = "readable"
    CONFIDENTIAL = "confidential"
    """For the recipient's stations alone, and this is none of them."""
    LOCKED = "locked"
    """Confidential, written here or for here, and yet no key of this station reads it."""
    NEWER = "newer"
    """Written by a newer version: carried, not understood."""
    DAMAGED = "damaged"
    """Signed as it is, and yet not text."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message can be sent to."""

    kind: str
    """`station`, `function`, `operator`, `group` or `handheld`."""
    number: int
    code: str
    name: str
    holding: Holding | None = None
    """Of a function: who holds it now."""


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """One message and all that is known of its way."""

    id: int
    """Row in the station's store; never leaves the station."""
    number: str
    """`ODK-00041`, the number people use."""
    change: int
    """The station's change counter when this message last changed."""
    box: Box
    station: str
    """Code of the origin."""
    station_name: str
    author: str
    """Initials; empty: the station itself, by a machine or a kiosk."""
    author_name: str
    to: Recipient
    precedence: Precedence
    written: ShownTime | None
    """By the author's clock; None when that could not be trusted."""
    received: ShownTime | None
    """When it was stored here; None when our clock could not be trusted."""
    expires: ShownTime | None
    age_s: int
    """Counted along the way and here, whatever the clocks say."""
    text: str
    """Empty unless readable. Not made harmless: who shows it does that."""
    legibility: Legibility
    confidential: bool
    """Encrypted for the recipient's stations; else everybody who hears it can read it."""
    standing: Standing
    ack_wanted: bool
    unacknowledged: bool
    """In the inbox: an act is wanted and nobody at this station has done one."""
    drill: int
    """0 = real, else the exercise it belongs to."""
    reply_to: str
    """Number of the message it answers; empty when it answers none."""
    sealed_bytes: int
    """As on the air."""
    ladders: tuple[Ladder, ...]
    """By station."""
    acts: tuple[ShownAct, ...]
    """In the order in which they became known here."""
    releaser: str = ""
    """Initials of the second person who signed its release; empty: it has none."""
    releaser_name: str = ""
    author_state: AuthorState = AuthorState.GOOD
    """Of its author's key, or its station's."""
    key_ended: ShownTime | None = None
    """Of a revoked one: when, as its revocation tells; None also where that was signed in advance."""
    form: ShownForm | None = None
    """The fields of a form that could be read; `text` says the same in the station's language."""
    age_unsure: bool = False
    """It is at least `age_s` old: it was held while the station was off, and nobody knows how long that was."""
    courier: ShownTime | None = None
    """When a courier took it along, the latest time: that proves nothing of its arrival."""
    answer: AnswerBy | None = None
    """By when an answer is asked for; None when none is, or it is carried for others."""
    changes: Change | None = None
    """That it cancels or corrects another, or would."""
    changed_by: tuple[Change, ...] = ()
    """What cancels or corrects it, or would, in the order they came."""
    texted: ShownText | None = None
    """How far it got towards the screen of a handheld that this station texts with; None of any other message."""
    as_deputy: str = ""
    """Code of the function that it is here for as a deputy's; empty: it was sent here."""
