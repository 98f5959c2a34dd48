"""What a station keeps of what a person must look into."""

from dataclasses import dataclass
from enum import StrEnum


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
    CLOCK_DOUBTED = "clock_doubted"
    """Most other stations sign another time. Subject: this one's code. Detail: seconds that it is ahead, signed."""
    CLOCK_AHEAD = "clock_ahead"
    """A message had expired by this station's clock alone; it was taken in. Subject: this one's code. Detail: the
    message's number."""
    CLOCK_STEP = "clock_step"
    """The clock of this station jumped by more than clocks may be apart. Subject: its code. Detail: seconds, signed."""
    QUOTA_REACHED = "quota_reached"
    """More came from one station or operator than is taken in. Subject: its code. Detail: how many were taken."""
    ANSWER_OVERDUE = "answer_overdue"
    """No answer came in time. Subject: the message's number; detail: the code of whom it is for."""
    DEPUTY_ASKED = "deputy_asked"
    """A message was not answered in time and is this station's as a deputy's. Subject: its number; detail: the code
    of the deputy."""
    COUNTERMAND_REFUSED = "countermand_refused"
    """Somebody who may not would cancel or correct a message. Subject: its number; detail: that of what came."""


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
