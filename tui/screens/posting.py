"""What is asked of the station while a message is written: keep it, send it, throw it away; and what comes of that.

Every answer may be lost on its way. What is asked next is decided in `tui.writing`; here it is asked, and told.
"""

from typing import Final

from node.api.drafts import Discard, Draft, KeptDraft
from node.api.faults import FaultCode
from node.api.methods import DISCARD, KEEP, SEND, Queued, Send
from node.words.harmless import harmless
from node.words.phrases import clock_text
from tui.console import Failure
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.screens.question import ask
from tui.writing import KeepDraft, SendDraft, Writing

_KEPT: Final = "draft kept {time}"
_NOT_KEPT: Final = "draft NOT kept yet"
_ABSENT: Final = "draft NOT kept: no station"
_SENDING: Final = "Sending ..."
_UNKNOWN: Final = "The station went away before it answered. It is asked again when it is back; nothing goes twice."
_UNSURE: Final = "The station went away before it answered. Look into the outbox before you send again."
_WAS_SENT: Final = "This draft was sent as {number}, perhaps at another screen. Sending makes a second message."
_LOSE: Final = "The station does not keep this draft now. Leave and lose what you wrote?"
TEXTS: Final = (_KEPT, _NOT_KEPT, _ABSENT, _SENDING, _UNKNOWN, _UNSURE, _WAS_SENT, _LOSE)


class PostingScreen(Frame[str | None]):
    """Ends with the number of the message, with an empty text when the draft is kept, with None when there is none.

    Args:
        draft: to go on with; without an id it is new.
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._writing = Writing(draft)
        self._kept_at = ""
        self._is_leaving = False

    @property
    def draft(self) -> Draft:
        """What is written so far."""
        return self._writing.draft

    def hold(self, *, is_held: bool) -> None:
        """Let nobody change the message while its sending is not answered; or let them again."""
        raise NotImplementedError

    def drawn(self, picture: Picture) -> None:
        if picture.absence is None and (self._writing.is_to_go or self._is_leaving):
            self.work()

    def send(self) -> None:
        """Send it, or as soon as the station can be asked."""
        self._writing.is_to_go = True
        self.hold(is_held=True)
        self.say(self.words(_SENDING))
        self.work()

    def leave(self) -> None:
        """Leave it kept; nobody loses words without being asked."""
        self._is_leaving = True
        if self._writing.is_kept:
            self.dismiss("" if self.draft.id else None)
        elif self.console.picture.absence is None and self._writing.is_keepable:
            self.work()
        else:
            self._is_leaving = False
            ask(self.app, self.words(_LOSE), lambda: self.dismiss(None))

    def discard(self) -> None:
        """Throw it away."""
        if self.draft.id:
            discard = Discard(self.draft.id)
            self.console.errand(self, DISCARD, discard, lambda _: self.dismiss(None), self.say_failure)
        else:
            self.dismiss(None)

    def keeping_text(self, picture: Picture) -> str:
        """Whether the station has these words."""
        if self._writing.is_kept:
            return self.words(_KEPT).format(time=self._kept_at) if self._kept_at else ""
        return self.words(_ABSENT if picture.absence is not None else _NOT_KEPT)

    def work(self) -> None:
        """Ask the next thing, if the station is there to be asked."""
        order = self._writing.next_order() if self.console.picture.absence is None else None
        match order:
            case KeepDraft(draft):
                self.console.errand(self, KEEP, draft, self._was_kept, self._was_not_kept)
            case SendDraft(draft):
                ask = Send(
                    to=draft.to,
                    text=draft.text.strip(),
                    precedence=draft.precedence,
                    ack_wanted=draft.ack_wanted,
                    reply_to=draft.reply_to,
                    author=self.console.operator,
                    draft=draft.id,
                )
                self.console.errand(self, SEND, ask, self._was_sent, self._was_not_sent)
            case None:
                pass

    def _was_kept(self, kept: KeptDraft) -> None:
        self._writing.kept(kept.draft.id)
        self._kept_at = clock_text(kept.kept)
        if self._is_leaving and self._writing.is_kept:
            self.dismiss("")
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
        self.dismiss(queued.number)

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
