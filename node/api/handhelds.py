"""Plain handhelds at a station: when each was heard, what it is texted, and texts of strangers."""

from dataclasses import dataclass
from enum import StrEnum

from node.api.ladder import ShownTime


class TextStep(StrEnum):
    """How far a text to a handheld got; none of these is a receipt of a person but by a witnessed word."""

    WAITING = "waiting"
    ON_HANDHELD = "on_handheld"
    """Its radio has every part: nobody need have read it."""
    ACKNOWLEDGED = "acknowledged"
    """Somebody there texted so; likewise the next two."""
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"
    OVERFLOW = "overflow"
    """More wait for it than it will ever read: it was not texted."""
    WITHDRAWN = "withdrawn"


class TextTrouble(StrEnum):
    """Why a text waits."""

    NONE = "none"
    SILENT = "silent"
    NO_KEY = "no_key"
    """The station's radio does not have the handheld's key."""


class TextKey(StrEnum):
    """Under which key a handheld texted last."""

    REGISTERED = "registered"
    CHANNEL = "channel"
    """Only the channel's: whoever has that could have used the number."""


class StrayReason(StrEnum):
    """Why a text became no message."""

    UNREGISTERED = "unregistered"
    OTHER_KEY = "other_key"
    OTHER_HOME = "other_home"
    NOT_VALID = "not_valid"


@dataclass(frozen=True, slots=True)
class ShownText:
    """A message on its way to the screen of a handheld."""

    number: int
    """Short, by which it is answered."""
    message: str
    """Number of the message."""
    step: TextStep
    at: ShownTime
    """When the step was reached."""
    trouble: TextTrouble
    parts_sent: int
    parts: int


@dataclass(frozen=True, slots=True)
class ShownHandheld:
    """A handheld of this network."""

    number: int
    code: str
    name: str
    home: str
    """Code of the station that texts with it."""
    is_ours: bool
    """This station is its home: of others it knows no more than that."""
    node: str
    """The radio's number, `!a1b2c3d4`."""
    heard: ShownTime | None
    """When it last texted here; None: never."""
    hops: int | None
    snr_db: int
    rssi_dbm: int
    key: TextKey
    texts: tuple[ShownText, ...]
    """The latest, at most `TEXTS_SHOWN_MAX`."""


TEXTS_SHOWN_MAX = 10
"""Of one handheld: what a person looks through."""
HANDHELDS_SHOWN_MAX = 200
"""In one answer: some 200 kB at most."""


@dataclass(frozen=True, slots=True)
class HandheldPage:
    """All that are registered, this station's first."""

    handhelds: tuple[ShownHandheld, ...]


@dataclass(frozen=True, slots=True)
class ShownStray:
    """A text that became no message."""

    node: str
    reason: StrayReason
    text: str
    """Not made harmless: who shows it does that."""
    heard: ShownTime
    hops: int | None
    snr_db: int
    rssi_dbm: int


@dataclass(frozen=True, slots=True)
class TextTray:
    """Those that are kept, the latest first."""

    strays: tuple[ShownStray, ...]
