"""What a station wants done, as orders. They leave after the commit; each is safe to lose or to repeat."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from node.core.judging import Judged
from node.core.people_records import Draft
from node.core.pouch import PouchPage, PouchTaken
from protocol.numbers import Precedence


@dataclass(frozen=True, slots=True)
class SendFrame:
    """Hand a frame to the radio."""

    ticket: int
    """Names its `FrameOutcome` events."""
    payload: bytes
    hop_limit: int
    want_ack: bool
    """Ask the radio for its own repeats until somebody passes it on."""
    precedence: Precedence
    to_node: int | None = None
    """The number of the one radio it is for; None: it is broadcast on the channel."""
    is_text: bool = False
    """A text for the screen of a handheld."""


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Send `Woke` at this boot time; replaces the one before. None = no need."""

    boot_ms: int | None


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell subscribed clients that the change counter reached this."""

    change: int


@dataclass(frozen=True, slots=True)
class Stir:
    """Tell subscribed clients that the station's status is another one, though no message changed."""


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
    FUNCTION_UNKNOWN = "function_unknown"
    OTHER_AUTHORITY = "other_authority"
    NOT_THE_HOLDER = "not_the_holder"
    NOT_A_KIOSK = "not_a_kiosk"
    INITIALS_NEEDED = "initials_needed"
    NOTHING_WAITS = "nothing_waits"
    MAY_NOT_RELEASE = "may_not_release"
    NOTHING_OFFERED = "nothing_offered"
    NO_RIGHT = "no_right"
    NO_RIGHT_TO_REVOKE = "no_right_to_revoke"
    FORM_NOT_ALLOWED = "form_not_allowed"
    ALWAYS_OPEN = "always_open"
    """Everybody, an authority, a handheld, several: nobody has a key for them."""
    NO_EXCHANGE_KEY = "no_exchange_key"
    """One of the recipient's stations is not certified here, or all their keys are revoked."""
    NO_GROUP_KEY = "no_group_key"
    GROUP_KEY_EXPOSED = "group_key_exposed"
    """Somebody has it who should not any more."""
    NOT_GROUPS_AUTHORITY = "not_groups_authority"
    NOT_A_MEMBER = "not_a_member"
    """No member of the group is at home at this station."""
    MESSAGE_UNKNOWN = "message_unknown"
    NOT_FOR_US = "not_for_us"
    STORE_FULL = "store_full"
    NUMBERS_USED_UP = "numbers_used_up"
    DRAFT_UNKNOWN = "draft_unknown"
    DRAFT_TOO_LONG = "draft_too_long"
    DRAFTS_FULL = "drafts_full"
    ALARM_UNKNOWN = "alarm_unknown"
    ALREADY_COUNTERMANDED = "already_countermanded"
    OTHER_RECIPIENT = "other_recipient"
    """What cancels or corrects goes to whom the message went, and an exercise's stays in it."""
    MAY_NOT_COUNTERMAND = "may_not_countermand"
    ANSWER_BY_TOO_LATE = "answer_by_too_late"
    """The message would not live so long, or the time is none."""
    RECEIVE_ONLY = "receive_only"
    NOT_IN_DOUBT = "not_in_doubt"
    NEEDS_INCARNATION = "needs_incarnation"
    CLOCK_TRUSTED = "clock_trusted"
    """The machine's own clock is vouched for; nobody's word is needed."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The request is on disk."""

    item_id: int
    number: str
    """Human number of the message, `ODK-00041`."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The draft is on disk as it stands here."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Discarded:
    """The draft is gone."""


@dataclass(frozen=True, slots=True)
class Silenced:
    """The alarm is silenced."""


@dataclass(frozen=True, slots=True)
class MarkConfirmed:
    """The station numbers its messages again."""

    next_sequence: int


@dataclass(frozen=True, slots=True)
class Noted:
    """The note stands in the log."""

    number: int
    """Of the entry."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The request changed nothing."""

    refusal: Refusal
    detail: str = ""
    """Figures for the words: for TEXT_TOO_LONG "212/155" in bytes."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The message is kept and leaves when a second person releases it."""

    awaiting_id: int


@dataclass(frozen=True, slots=True)
class Done:
    """It is so, and on disk."""


@dataclass(frozen=True, slots=True)
class GroupKeyGiven:
    """A version of a group's key is queued for its stations."""

    version: int
    handed: tuple[int, ...]
    """Stations, ascending."""
    left_out: tuple[int, ...]
    """Stations that cannot be told: not certified here, or their key is revoked."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What became, or would become, of statements handed in, issuers first."""

    found: tuple[Judged, ...]


OfCourier = PouchPage | PouchTaken
"""What is answered about couriers."""
CarriedOut = (
    Weighed | GroupKeyGiven | Accepted | Kept | Discarded | Silenced | Waits | Done | MarkConfirmed | Noted | OfCourier
)


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer somebody's request."""

    request: int
    answer: CarriedOut | Refused


Effect = SendFrame | WakeAt | Announce | Stir | LogLine | Reply
