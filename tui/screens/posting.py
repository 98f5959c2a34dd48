"""What is asked of the station while a message is written: keep it, send it, throw it away; and what comes of that.

Every answer may be lost on its way. What is asked next is decided in `tui.writing`; here it is asked, and told.
"""

from dataclasses import dataclass, replace
from typing import Final

from node.api.drafts import Discard, Draft, Drafts, KeptDraft
from node.api.faults import FaultCode
from node.api.methods import DISCARD, DRAFTS, KEEP, SEND, Nothing, Queued, Send
from node.words.harmless import harmless
from node.words.phrases import clock_text
from tui.console import Failure
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.screens.question import ask
from tui.writing import KeepDraft, LookForDraft, SendDraft, Writing

_KEPT: Final = "draft kept {time}"
_NOT_KEPT: Final = "draft NOT kept yet"
_ABSENT: Final = "draft NOT kept: no station"
_SENDING: Final = "Sending ..."
_UNKNOWN: Final = "The station went away before it answered. It is asked again when it is back; nothing goes twice."
_UNSURE: Final = "The station went away before it answered. Look into the outbox before you send again."
_WAS_SENT: Final = "This draft was sent as {number}, perhaps at another screen. Sending makes a second message."
_LEAVE_SENDING: Final = "The station was asked to send it and has not answered. Leave? Then look into the outbox later."
_LOSE: Final = "The station does not keep this draft now. Leave and lose what you wrote?"
TEXTS: Final = (_KEPT, _NOT_KEPT, _ABSENT, _SENDING, _UNKNOWN, _UNSURE, _WAS_SENT, _LEAVE_SENDING, _LOSE)


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of what was written; of neither a number nor a second person: the draft is kept."""

    number: str = ""
    """Of the message, which is queued."""
    awaits_release: bool = False
    """It is sent once a second person lets it go."""


class PostingScreen(Frame[Posted | None]):
    """Ends with what became of it; with None when nothing is kept, or is known.

    Args:
        draft: to go on with; without an id it is new.
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._writing = Writing(draft)
        self._kept_at = ""
        self._author = ""
        self._is_leaving = False
        self._is_discarding = False

    @property
    def draft(self) -> Draft:
        """What is written so far."""
        return self._writing.draft

    def hold(self, *, is_held: bool) -> None:
        """Let nobody change the message while its sending is not answered; or let them again."""
        raise NotImplementedError

    def drawn(self, picture: Picture) -> None:
        if picture.absence is None and (self._writing.is_to_go or self._is_leaving or self._is_discarding):
            self.work()

    def send(self, initials: str) -> None:
        """Send it in somebody's name, or as soon as the station can be asked."""
        self._author = initials
        self._writing.is_to_go = True
        self.hold(is_held=True)
        self.say(self.words(_SENDING))
        self.work()

    def leave(self) -> None:
        """Leave it kept; nobody loses words, and nothing is called kept that was asked to go, without a question."""
        if self._writing.is_to_go:
            ask(self.app, self.words(_LEAVE_SENDING), lambda: self.finish(None))
            return
        self._is_leaving = True
        if self._writing.is_kept:
            self.finish(Posted() if self.draft.id else None)
        elif self.console.picture.absence is None and self._writing.is_keepable:
            self.work()
        else:
            self._is_leaving = False
            ask(self.app, self.words(_LOSE), lambda: self.finish(None))

    def discard(self) -> None:
        """Throw it away; what is just being kept, as soon as it has a number to be thrown away by."""
        self._is_discarding = True
        if self._writing.is_asked:
            return
        self._is_discarding = False
        if self.draft.id:
            discard = Discard(self.draft.id)
            self.console.errand(self, DISCARD, discard, lambda _: self.finish(None), self.say_failure)
        else:
            self.finish(None)

    def keeping_text(self, picture: Picture) -> str:
        """Whether the station has these words."""
        if self._writing.is_kept:
            return self.words(_KEPT).format(time=self._kept_at) if self._kept_at else ""
        return self.words(_ABSENT if picture.absence is not None else _NOT_KEPT)

    def work(self) -> None:
        """Ask the next thing, if the station is there to be asked."""
        if self.console.picture.absence is not None:
            return
        if self._is_discarding and not self._writing.is_strayed:
            self.discard()
            return
        match self._writing.next_order():
            case LookForDraft(strayed):
                self.console.errand(self, DRAFTS, Nothing(), lambda kept: self._looked(strayed, kept), self._was_lost)
            case KeepDraft(draft):
                self.console.errand(self, KEEP, draft, self._was_kept, self._was_not_kept)
            case SendDraft(draft):
                ask = Send(
                    to=draft.to,
                    text=draft.text.strip(),
                    precedence=draft.precedence,
                    ack_wanted=draft.ack_wanted,
                    reply_to=draft.reply_to,
                    author=self._author,
                    draft=draft.id,
                    confidential=draft.confidential,
                    answer_by_min=draft.answer_by_min,
                    corrects=draft.corrects,
                )
                self.console.errand(self, SEND, ask, self._was_sent, self._was_not_sent)
            case None:
                pass

    def _looked(self, strayed: Draft, kept: Drafts) -> None:
        """Whether the station kept what it never said that it kept."""
        same = [one.draft.id for one in kept.drafts if replace(one.draft, id=0) == strayed]
        self._writing.looked(same[0] if same else None)
        self.work()

    def _was_lost(self, _: Failure) -> None:
        self._writing.lost()

    def _was_kept(self, kept: KeptDraft) -> None:
        self._writing.kept(kept.draft.id)
        self._kept_at = clock_text(kept.kept)
        if self._is_leaving and self._writing.is_kept:
            self.finish(Posted())
            return
        self.work()
        self.draw(self.console.picture)

    def _was_not_kept(self, failure: Failure) -> None:
        fault = failure.fault
        if fault is None:
            self._writing.lost()
        elif fault.code is FaultCode.DRAFT_UNKNOWN:
            self._writing.forgotten()
            if fault.detail:
                # Sent already: it is for a person to say whether these words are to go as well.
                self._back_to_writing()
                self.say(self.words(_WAS_SENT).format(number=harmless(fault.detail)))
            self.work()
        else:
            self._writing.not_kept()
            self.say_failure(failure)
            self.work()
        self._is_leaving = False
        self.draw(self.console.picture)

    def _was_sent(self, queued: Queued) -> None:
        self.finish(Posted(queued.number, awaits_release=bool(queued.awaiting)))

    def _was_not_sent(self, failure: Failure) -> None:
        if failure.fault is None:
            is_asked_again = self._writing.lost()
            self.say(self.words(_UNKNOWN if is_asked_again else _UNSURE))
            self.hold(is_held=is_asked_again)
        elif failure.fault.code is FaultCode.DRAFT_UNKNOWN:
            self._writing.forgotten()
            self.work()
        else:
            self._back_to_writing()
            self.say_failure(failure)
        self.draw(self.console.picture)

    def _back_to_writing(self) -> None:
        self._writing.not_sent()
        self.hold(is_held=False)
