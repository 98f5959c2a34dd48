"""Why a station did not do what it was asked: a word that programs match and catalogues translate, and its figures."""

from dataclasses import dataclass
from enum import StrEnum

from node.api.messages import Recipient


class FaultCode(StrEnum):
    """Every reason; nothing was changed."""

    # The conversation.
    VERSION = "version"
    """The other end speaks another version of the API; detail: the station's, then the client's."""
    NOT_ALLOWED = "not_allowed"
    """The peer is neither the station's user, nor root, nor in the socket's group."""
    BUSY = "busy"
    """As many clients, or requests of this client, as the station serves."""
    BAD_REQUEST = "bad_request"
    """Detail: the field and what it must be."""
    UNKNOWN_METHOD = "unknown_method"
    STOPPING = "stopping"
    # The store.
    STORE_UNAVAILABLE = "store_unavailable"
    """Nothing can be written; detail: what the system says."""
    STORE_FULL = "store_full"
    NUMBERS_USED_UP = "numbers_used_up"
    # Whom.
    UNKNOWN_RECIPIENT = "unknown_recipient"
    """Detail: as asked for."""
    AMBIGUOUS_RECIPIENT = "ambiguous_recipient"
    """More than one fits; they come along."""
    NO_HOME_STATION = "no_home_station"
    ALWAYS_OPEN = "always_open"
    """Nothing to this recipient can be confidential; detail: as asked for."""
    NO_EXCHANGE_KEY = "no_exchange_key"
    """One of the recipient's stations is not certified here, or all their keys are revoked; detail: as asked for."""
    NO_GROUP_KEY = "no_group_key"
    """This station has no key of the group; detail: as asked for."""
    GROUP_KEY_EXPOSED = "group_key_exposed"
    """Somebody has the group's key who should not any more; detail: as asked for."""
    NOT_GROUPS_AUTHORITY = "not_groups_authority"
    """Only an operator of the group's authority with the right to revoke makes its key."""
    NOT_A_MEMBER = "not_a_member"
    """No member of the group is at home at this station; detail: as asked for."""
    # What.
    TEXT_EMPTY = "text_empty"
    TEXT_TOO_LONG = "text_too_long"
    """Detail: bytes and the most there may be, "212/155"."""
    FORM_UNKNOWN = "form_unknown"
    """Detail: as asked for."""
    FORM_FIELD_UNKNOWN = "form_field_unknown"
    """Detail: as asked for."""
    FORM_FIELD_MISSING = "form_field_missing"
    """Detail: the field and what may stand there."""
    FORM_FIELD_TWICE = "form_field_twice"
    """Detail: the field."""
    FORM_VALUE = "form_value"
    """Detail: the field with its value, and what may stand there, "power_h=200 (0-120)"."""
    FORM_TOO_LONG = "form_too_long"
    """Detail: bytes and the most there may be."""
    MESSAGE_UNKNOWN = "message_unknown"
    """Detail: as asked for."""
    NOT_FOR_US = "not_for_us"
    DRAFT_UNKNOWN = "draft_unknown"
    """It was sent or discarded, perhaps at another screen; detail: the number of the message it became, if it did."""
    DRAFT_TOO_LONG = "draft_too_long"
    """Detail: bytes and the most there may be."""
    DRAFTS_FULL = "drafts_full"
    """Detail: how many there may be."""
    ALARM_UNKNOWN = "alarm_unknown"
    """It is over, or never was; detail: as asked for."""
    ALREADY_COUNTERMANDED = "already_countermanded"
    """Detail: the message's number."""
    OTHER_RECIPIENT = "other_recipient"
    """What cancels or corrects a message goes to the same recipient."""
    MAY_NOT_COUNTERMAND = "may_not_countermand"
    """Neither the message's author nor somebody of its authority with the right to give orders."""
    ANSWER_BY_TOO_LATE = "answer_by_too_late"
    """Detail: minutes until the answer, and the minutes that the message lives."""
    RECEIVE_ONLY = "receive_only"
    """The station is not sure of its own count; detail: a `node.api.counting.Doubt`."""
    NOT_IN_DOUBT = "not_in_doubt"
    """There is nothing to vouch for."""
    NEEDS_INCARNATION = "needs_incarnation"
    CLOCK_TRUSTED = "clock_trusted"
    """No word ends this doubt, only another certificate; detail: the doubt."""
    # Who.
    NOT_ON_DUTY = "not_on_duty"
    """Nobody is logged in, or not this operator; detail: who was asked for."""
    KEY_LOCKED = "key_locked"
    """On duty, with the key locked; detail: whose."""
    FUNCTION_UNKNOWN = "function_unknown"
    """Detail: as asked for."""
    OTHER_AUTHORITY = "other_authority"
    """The function belongs to another authority than the operator; detail: the function."""
    NOT_THE_HOLDER = "not_the_holder"
    """The operator does not hold the function; detail: it."""
    NOTHING_WAITS = "nothing_waits"
    """Nothing waits for a second person under that number; detail: it."""
    MAY_NOT_RELEASE = "may_not_release"
    """Its author, or somebody without the right of a second releaser."""
    NOTHING_OFFERED = "nothing_offered"
    """No shift waits to be taken over."""
    NOT_A_KIOSK = "not_a_kiosk"
    """Only at a station certified as a kiosk are initials typed instead of logging in."""
    INITIALS_NEEDED = "initials_needed"
    """At a kiosk nobody is on duty: who acts types initials."""
    AUTHOR_NEEDED = "author_needed"
    """Several are on duty; detail: their initials."""
    UNKNOWN_OPERATOR = "unknown_operator"
    NO_RIGHT = "no_right"
    NO_RIGHT_TO_REVOKE = "no_right_to_revoke"
    FORM_NOT_ALLOWED = "form_not_allowed"
    """The author may not send this form; detail: its name."""
    NO_EMERGENCY_KEY = "no_emergency_key"
    """No operator certified for this station is marked as its break-glass key."""
    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105 - a word, no secret
    KEY_REVOKED = "key_revoked"
    """The operator's key has ended for good. Detail: whose; empty for the envelope's."""
    KEY_UNUSABLE = "key_unusable"
    """The operator's key file is missing, damaged or open to others; detail: what and the remedy."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One refusal."""

    code: FaultCode
    detail: str = ""
    candidates: tuple[Recipient, ...] = ()
    """With `AMBIGUOUS_RECIPIENT`."""


class Refused(Exception):
    """A request that the station did not carry out.

    Attributes:
        fault: why.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code}: {fault.detail}" if fault.detail else str(fault.code))
        self.fault = fault


def refused(code: FaultCode, detail: str = "") -> Refused:
    """Make a refusal from a word and its figures."""
    return Refused(Fault(code, detail))
