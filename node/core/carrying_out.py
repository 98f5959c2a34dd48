"""What somebody on this station asks for, handed to the machine that does it."""

from node.core import events
from node.core.alarms import Alarms
from node.core.clocks import Clocks
from node.core.composer import Composer
from node.core.courier import Courier
from node.core.drafts import Drafts
from node.core.effects import Accepted, CarriedOut, Done, Refused, Waits, Weighed
from node.core.events import (
    ActPerformed,
    AlarmSilenced,
    ClockSet,
    Composed,
    DraftDiscarded,
    DraftKept,
    GroupKeyAsked,
    LogHandedOut,
    MarkVouchedFor,
    NoteWritten,
    StatementsHandedIn,
)
from node.core.functions import Functions
from node.core.group_keying import GroupKeying
from node.core.handovers import HandOvers
from node.core.intake import Intake
from node.core.marks import Marks
from node.core.pouch import CourierStep
from node.core.releases import Releases
from node.core.scribe import Scribe
from node.core.shift_events import (
    FunctionGivenUp,
    FunctionTaken,
    HandOverAccepted,
    HandOverAlone,
    HandOverOffered,
    Locked,
    LoggedIn,
    LoggedOut,
    Present,
    ReleaseGiven,
    ReleaseWithdrawn,
    ShiftStep,
)
from node.core.shifts import Shifts
from node.core.surroundings import Surroundings
from node.core.trust import Trust
from node.core.turn import Turn


class CarryingOut:
    """Knows which machine answers which request."""

    def __init__(
        self,
        here: Surroundings,
        alarms: Alarms,
        clocks: Clocks,
        composer: Composer,
        courier: Courier,
        drafts: Drafts,
        functions: Functions,
        group_keying: GroupKeying,
        handovers: HandOvers,
        intake: Intake,
        marks: Marks,
        releases: Releases,
        scribe: Scribe,
        shifts: Shifts,
        trust: Trust,
    ) -> None:
        self._here = here
        self._alarms = alarms
        self._clocks = clocks
        self._composer = composer
        self._courier = courier
        self._drafts = drafts
        self._functions = functions
        self._group_keying = group_keying
        self._handovers = handovers
        self._intake = intake
        self._marks = marks
        self._releases = releases
        self._scribe = scribe
        self._shifts = shifts
        self._trust = trust

    def carry_out(self, request: events.Request, turn: Turn) -> CarriedOut | Refused:
        """Do it, or say why not; writes to the store and does not commit."""
        if isinstance(request, ShiftStep):
            return self._stepped(request, turn)
        if isinstance(request, CourierStep):
            return self._courier.step(request, turn)
        match request:
            case Composed() | ActPerformed():
                return self._said(request, turn)
            case DraftKept():
                return self._drafts.keep(request, turn)
            case DraftDiscarded():
                return self._drafts.discard(request)
            case AlarmSilenced():
                return self._alarms.silence(request, turn)
            case StatementsHandedIn():
                return self._handed_in(request, turn)
            case GroupKeyAsked():
                return self._group_keying.give(request, turn)
            case MarkVouchedFor():
                return self._marks.vouched_for(request, turn)
            case ClockSet():
                return self._clocks.said(request, turn)
            case NoteWritten() | LogHandedOut():
                return self._scribe.write(request, turn)

    def _handed_in(self, request: StatementsHandedIn, turn: Turn) -> Weighed | Refused:
        answer, let_go = self._trust.handed_in(request, turn)
        for frame in let_go:
            self._intake.heard_at_last(frame, turn)
        return answer

    def _stepped(self, request: ShiftStep, turn: Turn) -> CarriedOut | Refused:
        match request:
            case LoggedIn() | LoggedOut() | Locked() | Present():
                return self._shifts.step(request, turn)
            case ReleaseGiven() | ReleaseWithdrawn():
                return self._released(request, turn)
            case FunctionTaken() | FunctionGivenUp():
                return self._functions.step(request, turn)
            case HandOverOffered() | HandOverAccepted() | HandOverAlone():
                return self._handovers.step(request, turn)

    def _released(self, request: ReleaseGiven | ReleaseWithdrawn, turn: Turn) -> Accepted | Waits | Done | Refused:
        if isinstance(request, ReleaseWithdrawn):
            return self._releases.withdraw(request, turn)
        composed = self._releases.composed(request)
        if isinstance(composed, Refused):
            return composed
        answer = self._said(composed, turn)
        if isinstance(answer, Accepted):
            self._releases.released(request, answer, turn)
            self._trust.spoke(request.operator, composed.precedence, turn)
        return answer

    def _said(self, request: Composed | ActPerformed, turn: Turn) -> Accepted | Waits | Refused:
        """A person says or does something: whoever may not know that person hears the certificate ahead of it."""
        if isinstance(request, Composed):
            answer = self._composer.compose(request, turn)
        else:
            answer = self._composer.perform(request, turn)
        item = self._here.store.item(answer.item_id) if isinstance(answer, Accepted) else None
        if item is not None and request.author:
            self._trust.spoke(request.author, item.precedence, turn)
        return answer
