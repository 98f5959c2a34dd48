"""What a person at the station must look into."""

from dataclasses import dataclass
from enum import StrEnum

from node.api.ladder import ShownTime


class AlarmKind(StrEnum):
    """Every kind; the words are in `node.words.alarm_phrases`."""

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
    """This station is not sure of its own count and sends nothing signed. Subject: its code. Detail: a `Doubt`."""
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
    """One that stands."""

    id: int
    kind: AlarmKind
    subject: str
    """What it is about: a code or a number; empty: several more, too many to be told apart."""
    detail: str
    """Figures, by kind."""
    raised: ShownTime
    last: ShownTime
    """When it was last seen to be so."""
    times: int
    """How often it was seen, counted at most once a minute."""
    silenced_by: str
    """Initials of who looks into it; empty: nobody does yet."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Take note of an alarm and look into it."""

    alarm: int
    author: str = ""
    """Initials or number of an operator on duty; empty: the one who is on duty."""
