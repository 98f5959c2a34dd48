"""The methods of the API: what is asked and what is answered, each as one dataclass.

A conversation: the station speaks first with `Greeting`; the client's first request is `HELLO`. Every request is
answered once, by its answer or a `Fault`; `Changed` comes unasked after `SUBSCRIBE`, and so does `STIRRED`. No method
waits for the radio.
"""

from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from node.api.alarms import Silence
from node.api.answers import Cancel
from node.api.clock import ClockPage, SetClock
from node.api.counting import Vouch, Vouched
from node.api.couriers import GivePouch, HandInPouch, PackPouch, PouchOutcome, PouchPart
from node.api.drafts import Discard, Draft, Drafts, KeptDraft
from node.api.faults import FaultCode
from node.api.forms import FilledForm
from node.api.functions import Functions, GiveUp, Take
from node.api.groups import AskGroup, GiveKey, GivenKey, ShownGroup
from node.api.handhelds import HandheldPage, TextTray
from node.api.handover import AcceptShift, HandOver, HandOverPage
from node.api.ladder import Step
from node.api.log import HandOut, ListLog, LoggedEntries, LogPart, NotedEntry, WriteNote
from node.api.messages import Box, Lifetime, Precedence, Recipient, ShownMessage
from node.api.releases import Release, WaitingReleases, WithdrawRelease
from node.api.statements import StatementsTaken, TakeStatements
from node.api.status import Person, Status

API_VERSION: Final = 5
"""Grows with every change that the other end would notice; both ends must have the same."""

LIST_MAX: Final = 100
"""Messages in one answer: some 100 kB, a tenth of what a client may owe us."""

LIST_USUAL: Final = 50
"""Two screens of them."""

FIND_MAX: Final = 20
"""Recipients in one answer: what a person can choose from."""

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class Method(Generic[AskT, AnswerT]):
    """A name on the wire and the shapes that belong to it."""

    name: str
    ask: type[AskT]
    answer: type[AnswerT]


@dataclass(frozen=True, slots=True)
class Greeting:
    """The first thing a client hears."""

    api: int
    """The station's `API_VERSION`."""
    version: str
    """Of the program."""
    station: str
    """Code."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Something changed up to this point of the counter: a hint to list again."""

    change: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """No arguments, or no answer beyond "done"."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Who calls."""

    api: int
    """The client's `API_VERSION`."""
    program: str
    """For the station's log."""


@dataclass(frozen=True, slots=True)
class Login:
    """Unlock an operator's key for a shift."""

    operator: str
    """Initials or number; with `emergency` empty for the station's own."""
    passphrase: str = field(repr=False)
    emergency: bool = False
    """Break glass: open the station's emergency key, which alarms everybody."""


@dataclass(frozen=True, slots=True)
class Logout:
    """Lock a key again."""

    operator: str = ""
    """Initials or number; empty: everybody's."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Lock a key and stay on duty: the passphrase opens it again, by `Login`."""

    operator: str = ""
    """Initials or number; empty: everybody's."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on duty now."""

    people: tuple[Person, ...]
    """Whose keys are open: who can write and act."""
    locked: tuple[Person, ...] = ()
    """On duty with the key locked."""


@dataclass(frozen=True, slots=True)
class Send:
    """Write, sign and queue a message."""

    to: str
    """Code, number, `kind:number`, or the beginning of a code or name."""
    text: str
    precedence: Precedence = Precedence.ROUTINE
    ack_wanted: bool = True
    lifetime: Lifetime | None = None
    """None: by precedence."""
    reply_to: str = ""
    """Number of the message it answers."""
    author: str = ""
    """Initials or number of an operator on duty; `-` for the station itself; empty: the one who is on duty."""
    draft: int = 0
    """The draft that becomes this message, both in one commit. Asked again, for instance since the answer was lost, the
    station queues nothing more and answers as the first time. 0: there is none."""
    confidential: bool | None = None
    """Only the recipient's stations may read it. None: as is usual for the recipient; `Price` tells beforehand."""
    form: FilledForm | None = None
    """What it says, instead of a text."""
    answer_by_min: int | None = None
    """Minutes within which an answer is asked for."""
    corrects: str = ""
    """Number of the message that it takes the place of; `to` may then be empty, and is the same recipient anyway."""


@dataclass(frozen=True, slots=True)
class Queued:
    """The message, or the act about it, is on disk: not yet sent."""

    id: int
    number: str
    """Of the message."""
    awaiting: int = 0
    """It is not queued and has no number: it waits under this one for a second person. 0: it is queued."""


@dataclass(frozen=True, slots=True)
class AskPrice:
    """What would a message cost?"""

    to: str
    text: str
    precedence: Precedence = Precedence.ROUTINE
    reply_to: str = ""
    """Number of the message it answers: the reference takes some bytes."""
    confidential: bool | None = None
    """As in `Send`."""
    form: FilledForm | None = None
    """As in `Send`."""
    answer_by_min: int | None = None
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """The cost of a message before it is sent."""

    to: Recipient
    text_bytes: int
    """As coded: the room that it takes, for ordinary text a third of its characters or less."""
    text_bytes_max: int
    """Coded bytes that so many packets carry; what fits at most when it is too long."""
    packets: int
    """1, and more for a long text; 0: it does not fit."""
    sealed_bytes: int
    """Of all its packets."""
    airtime_ms: int
    """Of one transmission of all its packets, one hop."""
    hop_limit: int
    """Relays may repeat it this often."""
    hour_share_bp: int
    """That it adds to this station's hour."""
    hour_used_bp: int
    ahead: int
    """Deliveries that go before it."""
    wait_ms: int
    """Time on the air of what goes before it: the least that it waits."""
    confidential: bool = False
    """Only the recipient's stations will be able to read it."""
    open_because: FaultCode | None = None
    """Why everybody who hears it could read it: nothing else is possible. None also where its sender wants it open."""


@dataclass(frozen=True, slots=True)
class ListBox:
    """What is in a box?"""

    box: Box
    since: int = 0
    """Only what changed after this point of the change counter."""
    limit: int = LIST_USUAL
    """At most `LIST_MAX`."""
    skip: int = 0
    """Leave out so many from the top: the next page of a long box."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A box: what is unsettled first, by precedence; then the latest change first."""

    messages: tuple[ShownMessage, ...]
    change: int
    """Where the counter stood: ask again from here."""
    count: int
    """Messages in all that fit the question, on this page or another."""


@dataclass(frozen=True, slots=True)
class Show:
    """One message with its whole ladder."""

    number: str
    """`ODK-00041`, or the row number."""


@dataclass(frozen=True, slots=True)
class Perform:
    """Do something about a message, as a person on duty."""

    number: str
    act: Step = Step.ACKNOWLEDGED
    """`ACKNOWLEDGED`, `ACCEPTED`, `DECLINED`, `DONE` or `READ_BACK`."""
    comment: str = ""
    author: str = ""
    initials: str = ""
    """At a kiosk, by whoever does not log in: acknowledges, and the station signs; letters and digits, at most ten."""


@dataclass(frozen=True, slots=True)
class Find:
    """Whom could be meant?"""

    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """Who fits equally well, at most `FIND_MAX`."""

    recipients: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Tell me of changes."""

    since: int = 0
    """If something changed after this, a `Changed` comes at once."""


HELLO: Final = Method("hello", Hello, Nothing)
STATUS: Final = Method("status", Nothing, Status)
LOGIN: Final = Method("login", Login, Duty)
LOGOUT: Final = Method("logout", Logout, Duty)
LOCK: Final = Method("lock", Lock, Duty)
PRESENT: Final = Method("present", Nothing, Duty)
"""Somebody is at a screen and pressed a key, so keys do not lock by themselves; a console says so once a minute."""
FUNCTIONS: Final = Method("functions", Nothing, Functions)
TAKE: Final = Method("take", Take, Functions)
HAND_OVER_PAGE: Final = Method("hand_over_page", Nothing, HandOverPage)
HAND_OVER: Final = Method("hand_over", HandOver, HandOverPage)
ACCEPT_SHIFT: Final = Method("accept_shift", AcceptShift, HandOverPage)
RELEASES: Final = Method("releases", Nothing, WaitingReleases)
RELEASE: Final = Method("release", Release, Queued)
WITHDRAW_RELEASE: Final = Method("withdraw_release", WithdrawRelease, WaitingReleases)
GIVE_UP: Final = Method("give_up", GiveUp, Functions)
SEND: Final = Method("send", Send, Queued)
CANCEL: Final = Method("cancel", Cancel, Queued)
PREVIEW: Final = Method("preview", AskPrice, Price)
LIST: Final = Method("list", ListBox, Listed)
SHOW: Final = Method("show", Show, ShownMessage)
ACK: Final = Method("ack", Perform, Queued)
FIND: Final = Method("find", Find, Found)
SUBSCRIBE: Final = Method("subscribe", Subscribe, Changed)
KEEP: Final = Method("keep", Draft, KeptDraft)
DRAFTS: Final = Method("drafts", Nothing, Drafts)
DISCARD: Final = Method("discard", Discard, Nothing)
GROUP: Final = Method("group", AskGroup, ShownGroup)
GROUP_KEY: Final = Method("group_key", GiveKey, GivenKey)
SILENCE: Final = Method("silence", Silence, Nothing)
TAKE_STATEMENTS: Final = Method("take_statements", TakeStatements, StatementsTaken)
VOUCH: Final = Method("vouch", Vouch, Vouched)
CLOCK: Final = Method("clock", Nothing, ClockPage)
SET_CLOCK: Final = Method("set_clock", SetClock, ClockPage)
LOG: Final = Method("log", ListLog, LoggedEntries)
NOTE: Final = Method("note", WriteNote, NotedEntry)
HAND_OUT: Final = Method("hand_out", HandOut, LogPart)
PACK_POUCH: Final = Method("pack_pouch", PackPouch, PouchPart)
GIVE_POUCH: Final = Method("give_pouch", GivePouch, Nothing)
HAND_IN_POUCH: Final = Method("hand_in_pouch", HandInPouch, PouchOutcome)
HANDHELDS: Final = Method("handhelds", Nothing, HandheldPage)
TRAY: Final = Method("tray", Nothing, TextTray)

GREETING: Final = "greeting"
CHANGED: Final = "changed"
STIRRED: Final = "stirred"
"""A notice without content: the status is another one, though no message changed: radio, duty, power, a neighbour."""
REFUSAL: Final = "refusal"
"""A `Fault` outside any request; the station closes after it."""
