"""What happens to a station, in the past tense. The shell turns the world into these and hands in one at a time."""

from dataclasses import dataclass, field
from enum import Enum, auto

from node.core.people_records import Draft
from node.core.pouch import CourierStep
from node.core.shift_events import ShiftStep
from protocol.forms.packing import Form
from protocol.frames import ActKind
from protocol.instants import Lifetime
from protocol.numbers import Address, Precedence, Reference


@dataclass(frozen=True, slots=True)
class Started:
    """The process came up; the first event of each life."""

    statements: tuple[bytes, ...] = ()
    """What the roster file holds: judged like what comes over the air, since a stick may be old."""
    version: str = ""
    """Of the program."""
    configuration: str = ""
    """Names the settings it came up with: other settings, another name."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The process is about to end, as it was told to; the last event of a life that ends well."""


@dataclass(frozen=True, slots=True)
class Woke:
    """The instant asked for by the last `WakeAt` has come."""


@dataclass(frozen=True, slots=True)
class BearerUp:
    """The radio is configured and takes frames."""


@dataclass(frozen=True, slots=True)
class BearerDown:
    """The radio is gone; what was inside it must be assumed lost."""

    reason: str


@dataclass(frozen=True, slots=True)
class FrameHeard:
    """A payload arrived."""

    payload: bytes
    hops: int | None = None
    """Radio hops it took, None when the radio does not say."""
    from_node: int | None = None
    """The number of the radio it left first, a hint like all else; None: there is none to write to."""


@dataclass(frozen=True, slots=True)
class TextHeard:
    """A text from a plain handheld: whoever typed it, its number can be pretended."""

    text: bytes
    from_node: int
    packet_id: int
    is_for_us_alone: bool
    """Sent to this station's radio, and not to all on the handhelds' channel."""
    sender_key: bytes = b""
    """Public, 32 bytes: the radio decrypted the text with it; empty: it came under the channel's key."""
    hops: int | None = None
    snr_db: int = 0
    rssi_dbm: int = 0


@dataclass(frozen=True, slots=True)
class NodeHeard:
    """A sign that a radio is on."""

    from_node: int


class Outcome(Enum):
    """What the radio said of a frame; none of these is a receipt."""

    ACCEPTED = auto()
    """Queued inside the radio."""
    RELAYED = auto()
    """Some radio was overheard passing it on."""
    DELIVERED = auto()
    """The addressed radio has it."""
    REFUSED = auto()
    UNADDRESSABLE = auto()
    """The radio cannot write to that one alone; a broadcast still goes."""
    SILENT = auto()
    """Nobody was heard, or the radio said nothing in time."""


@dataclass(frozen=True, slots=True)
class FrameOutcome:
    """The radio's word on a frame sent earlier."""

    ticket: int
    outcome: Outcome
    retry_after_ms: int | None = None
    """With REFUSED: when the radio will take frames again, if it said so."""


@dataclass(frozen=True, slots=True)
class AirMeasured:
    """The radio's own figures, in hundredths of a percent."""

    channel_use_bp: int
    sent_hour_bp: int
    """Relaying included; counted since the radio's start, if that is less than an hour ago."""
    uptime_s: int | None = None
    """How long ago that was; None when the radio does not tell."""


@dataclass(frozen=True, slots=True)
class Composed:
    """Somebody on this station wants a message sent."""

    request: int
    """Names the `Reply` that answers it."""
    author: int
    """Operator number; 0 = the station itself (machine report or kiosk)."""
    to: Address
    text: str
    precedence: Precedence
    ack_wanted: bool = True
    lifetime: Lifetime | None = None
    """None = by precedence."""
    reply_to: Reference | None = None
    draft: int = 0
    """The draft that becomes this message; 0 = none."""
    confidential: bool | None = None
    """Only the recipient's stations may read it; None = as is usual for the recipient."""
    form: Form | None = None
    """What it says, instead of a text."""
    releaser: int = 0
    """The second operator who lets it go; 0 = nobody."""
    answer_by_min: int | None = None
    """Minutes within which an answer is asked for, 1 upwards; an act is wanted then in any case."""
    cancels: Reference | None = None
    """The message that it cancels; it goes to the same recipient."""
    supersedes: Reference | None = None
    """The message that it takes the place of; the same."""


@dataclass(frozen=True, slots=True)
class ActPerformed:
    """A person on this station did something about a message."""

    request: int
    author: int
    item_id: int
    act: ActKind
    comment: str = ""


@dataclass(frozen=True, slots=True)
class DraftKept:
    """Somebody on this station writes; what there is shall not get lost."""

    request: int
    draft: Draft


@dataclass(frozen=True, slots=True)
class DraftDiscarded:
    """Somebody on this station does not want a draft any more."""

    request: int
    draft_id: int


@dataclass(frozen=True, slots=True)
class DutyChanged:
    """An operator logged in or out; the signer knows who is on duty."""


@dataclass(frozen=True, slots=True)
class AlarmSilenced:
    """An operator has taken note of an alarm and looks into it."""

    request: int
    alarm_id: int
    operator: int


@dataclass(frozen=True, slots=True)
class GroupKeyAsked:
    """An operator makes a group's key, or hands the newest to those who lack it."""

    request: int
    author: int
    group: int
    secret: bytes = field(default=b"", repr=False)
    """32 fresh bytes for a new version; empty: there is to be none."""


@dataclass(frozen=True, slots=True)
class StatementsHandedIn:
    """Somebody brings a roster file, or a revocation out of the safe."""

    request: int
    statements: tuple[bytes, ...]
    operator: int
    """Who releases revocations; 0 = whoever on duty may."""
    dry_run: bool
    """Only say what would change."""


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """Somebody on this station writes into its log."""

    request: int
    author: int
    """Operator number; 0 = the station itself."""
    text: str
    channel: str = ""
    """How it came, a word of the program; empty: it is a note of one's own."""
    caller: str = ""
    called: str = ""
    written_utc_ms: int | None = None
    """When it was written on paper, if it was."""


@dataclass(frozen=True, slots=True)
class LogHandedOut:
    """Somebody takes a copy of the log."""

    request: int


Written = Composed | ActPerformed | DraftKept | DraftDiscarded | NoteWritten | LogHandedOut
"""What people write."""


@dataclass(frozen=True, slots=True)
class MarkVouchedFor:
    """An operator vouches that no other machine runs with this station's key, and for how far it had counted."""

    request: int
    operator: int
    above: int = 0
    """The highest of the station's numbers that anybody has seen; 0 = none is known."""


@dataclass(frozen=True, slots=True)
class ClockSet:
    """An operator on duty says what time it is."""

    request: int
    operator: int
    utc_ms: int
    uncertainty_ms: int
    """At most `WORD_UNCERTAINTY_MS_MAX`."""


Asked = AlarmSilenced | GroupKeyAsked | StatementsHandedIn | MarkVouchedFor | ClockSet
"""What people ask of the station itself."""

Request = Written | Asked | ShiftStep | CourierStep
"""What somebody on this station waits to have answered."""

Event = (
    Started
    | Stopped
    | Woke
    | BearerUp
    | BearerDown
    | FrameHeard
    | TextHeard
    | NodeHeard
    | FrameOutcome
    | AirMeasured
    | DutyChanged
    | Request
)
