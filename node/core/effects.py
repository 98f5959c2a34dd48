"""What a station wants done, as orders. They leave after the commit; each is safe to lose or to repeat."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from protocol.numbers import Precedence


@dataclass(frozen=True, slots=True)
class SendFrame:
    """Hand a frame to the radio, as a channel broadcast."""

    ticket: int
    """Names its `FrameOutcome` events."""
    payload: bytes
    hop_limit: int
    want_ack: bool
    """Ask the radio for its own repeats until somebody passes it on."""
    precedence: Precedence


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Send `Woke` at this boot time; replaces the one before. None = no need."""

    boot_ms: int | None


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell subscribed clients that the change counter reached this."""

    change: int


class Level(Enum):
    """How loud a log line is: ERROR = a person must act."""

    DEBUG = 10
    INFO = 20
    WARNING = 30
    ERROR = 40


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line for the journal: ids, never message text or keys."""

    level: Level
    text: str


class Refusal(StrEnum):
    """Why a request was not accepted. The shell adds the words and the remedy."""

    UNKNOWN_RECIPIENT = "unknown_recipient"
    NO_HOME_STATION = "no_home_station"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_EMPTY = "text_empty"
    NOT_ON_DUTY = "not_on_duty"
    NO_RIGHT = "no_right"
    MESSAGE_UNKNOWN = "message_unknown"
    NOT_FOR_US = "not_for_us"
    STORE_FULL = "store_full"
    NUMBERS_USED_UP = "numbers_used_up"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The request is on disk."""

    item_id: int
    number: str
    """Human number of the message, `ODK-00041`."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The request changed nothing."""

    refusal: Refusal
    detail: str = ""
    """Figures for the words: for TEXT_TOO_LONG "212/155" in bytes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer a `Composed` or `ActPerformed`."""

    request: int
    answer: Accepted | Refused


Effect = SendFrame | WakeAt | Announce | LogLine | Reply
