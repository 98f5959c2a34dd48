"""Writing a message: to whom, how urgent, what it says, and under it what it will cost."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from textual import on
from textual.timer import Timer
from textual.widget import Widget

from node.api.drafts import Discard, Draft, KeptDraft
from node.api.faults import FaultCode
from node.api.messages import Precedence
from node.api.methods import DISCARD, FIND, KEEP, PREVIEW, SEND, AskPrice, Find, Found, Price, Queued, Send
from node.words.harmless import harmless
from node.words.phrases import clock_text, precedence_text
from tui.cells import beside
from tui.console import Failure
from tui.keys import COMPOSE, bindings
from tui.meter import meter_text
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.screens.question import ask
from tui.widgets.fields import Body
from tui.widgets.lines import Lines
from tui.widgets.whom import Whom
from tui.writing import KeepDraft, SendDraft, Writing

KEEP_PAUSE_S: Final = 0.8
"""After the last key: a sentence is kept while the next is thought of, and the card is not written at every letter."""
PRICE_PAUSE_S: Final = 0.2
"""After the last key: the meter follows the hand."""
LABEL_CELLS: Final = 8
"""As in the style sheet."""

_NEW: Final = "New message"
_REPLY: Final = "Reply to {number}"
_TO: Final = "To"
_SPEED: Final = "Speed"
_ACK: Final = "[x] ask for an ack (F6)"
_NO_ACK: Final = "[ ] no ack asked (F6)"
_NOBODY_FOUND: Final = "Nobody fits. Three letters of a code or a name are enough; * is everybody."
_CHOOSE: Final = "Choose who gets it: type, ↑ ↓, Enter."
_NO_TEXT: Final = "There is no text yet."
_KEPT: Final = "draft kept {time}"
_NOT_KEPT: Final = "draft NOT kept yet"
_ABSENT: Final = "draft NOT kept: no station"
_FULL: Final = "The text is full: what did not fit was left out."
_SENDING: Final = "Sending ..."
_UNKNOWN: Final = "The station went away before it answered. It is asked again when it is back; nothing goes twice."
_UNSURE: Final = "The station went away before it answered. Look into the outbox before you send again."
_WAS_SENT: Final = "This draft was sent as {number}, perhaps at another screen. Sending makes a second message."
_DISCARD: Final = "Throw this draft away? It cannot be had back."
_LOSE: Final = "The station does not keep this draft now. Leave and lose what you wrote?"
TEXTS: Final = (
    *(_NEW, _REPLY, _TO, _SPEED, _ACK, _NO_ACK, _NOBODY_FOUND, _CHOOSE, _NO_TEXT, _KEPT, _NOT_KEPT, _ABSENT, _FULL),
    *(_SENDING, _UNKNOWN, _UNSURE, _WAS_SENT, _DISCARD, _LOSE),
)

_CYCLE: Final = (Precedence.ROUTINE, Precedence.PRIORITY, Precedence.IMMEDIATE, Precedence.FLASH)


class ComposeScreen(Frame[str | None]):
    """Ends with the number of the message, with an empty text when the draft is kept, with None when there is none.

    Args:
        draft: to go on with; without an id it is new.
    """

    KEYS = COMPOSE
    BINDINGS = bindings(COMPOSE)

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._writing = Writing(draft)
        self._kept_at = ""
        self._is_leaving = False
        self._unanswered = ""
        self._keep_timer: Timer | None = None
        self._price_timer: Timer | None = None

    def compose_body(self) -> Iterator[Widget]:
        pen = self.console.pen
        yield Lines(pen, id="title", classes="title")
        yield Whom(pen, f"{self.words(_TO):<{LABEL_CELLS - 2}}: ", id="whom")
        yield Lines(pen, id="options")
        yield Lines(pen, id="above", classes="rule")
        yield Body(self._draft.text, id="body")
        yield Lines(pen, id="meter", classes="rule")

    def on_mount(self) -> None:
        super().on_mount()
        self.lines("above").show([""])
        if self._draft.to:
            self._whom.look_up(self._draft.to)
            self._body.focus()
        else:
            self._whom.take_focus()
        self._price()

    def drawn(self, picture: Picture) -> None:
        answers = self._draft.reply_to
        title = self.words(_REPLY).format(number=harmless(answers)) if answers else self.words(_NEW)
        self.lines("title").show([beside(f" {title}", f"{self._keeping_text(picture)} ", self.size.width)])
        self.lines("options").show([self._options_text()])
        if picture.absence is None and self._unanswered:
            self._look_up(self._unanswered)
        if picture.absence is None and (self._writing.is_to_go or self._is_leaving):
            self._work()

    # What the hand does.

    @on(Whom.Wanted)
    def _wanted(self, event: Whom.Wanted) -> None:
        self._look_up(event.text)

    def _look_up(self, text: str) -> None:
        def found(answer: Found) -> None:
            self._whom.found(text, answer.recipients)
            self.say("" if answer.recipients else self.words(_NOBODY_FOUND))

        def failed(failure: Failure) -> None:
            self._unanswered = text if failure.fault is None else ""

        self._unanswered = ""
        self.console.errand(self, FIND, Find(text.strip()), found, failed)

    @on(Whom.Chosen)
    def _chosen(self, event: Whom.Chosen) -> None:
        self.say("")
        self._wrote(replace(self._draft, to=event.to))

    @on(Body.Changed)
    def _typed(self) -> None:
        """Take what stands there: a key that ends the writing may come before the field told of its last letters."""
        if self._body.text != self._draft.text:
            self._wrote(replace(self._draft, text=self._body.text))

    @on(Body.Full)
    def _full(self) -> None:
        self.say(self.words(_FULL))

    def action_precedence(self) -> None:
        """The next precedence."""
        at = _CYCLE.index(self._draft.precedence)
        self._wrote(replace(self._draft, precedence=_CYCLE[(at + 1) % len(_CYCLE)]))

    def action_ack(self) -> None:
        """Ask for an acknowledgement, or not."""
        self._wrote(replace(self._draft, ack_wanted=not self._draft.ack_wanted))

    def action_send(self) -> None:
        """Send it."""
        self._typed()
        self._whom.choose_only_one()
        if self._whom.recipient is None:
            self.say(self.words(_CHOOSE))
            self._whom.take_focus()
        elif self._writing.is_empty:
            self.say(self.words(_NO_TEXT))
            self._body.focus()
        elif not self._writing.is_to_go:
            self.as_somebody(self._send)

    def _send(self) -> None:
        self._writing.is_to_go = True
        self._body.read_only = True
        self.say(self.words(_SENDING))
        self._work()

    def action_discard(self) -> None:
        """Throw it away, after a question."""
        ask(self.app, self.words(_DISCARD), self._discard)

    def action_leave(self) -> None:
        """Leave it kept; nobody loses words without being asked."""
        self._typed()
        self._is_leaving = True
        if self._writing.is_kept:
            self.dismiss("" if self._draft.id else None)
        elif self.console.picture.absence is None and self._writing.is_keepable:
            self._work()
        else:
            self._is_leaving = False
            ask(self.app, self.words(_LOSE), lambda: self.dismiss(None))

    # What is asked of the station.

    def _wrote(self, draft: Draft) -> None:
        """Draw, and soon keep and price what is on the screen."""
        self._writing.wrote(replace(draft, author=self.console.operator))
        for timer in (self._keep_timer, self._price_timer):
            if timer is not None:
                timer.stop()
        self._keep_timer = self.set_timer(KEEP_PAUSE_S, self._work)
        self._price_timer = self.set_timer(PRICE_PAUSE_S, self._price)
        self.draw(self.console.picture)

    def _work(self) -> None:
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
        self._work()
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
            self._work()
        else:
            self._writing.not_kept()
            self.say_failure(failure)
            self._work()
        self._is_leaving = False
        self.draw(self.console.picture)

    def _was_sent(self, queued: Queued) -> None:
        self.dismiss(queued.number)

    def _was_not_sent(self, failure: Failure) -> None:
        if failure.fault is None:
            is_asked_again = self._writing.lost()
            self.say(self.words(_UNKNOWN if is_asked_again else _UNSURE))
            self._body.read_only = is_asked_again
        elif failure.fault.code is FaultCode.DRAFT_UNKNOWN:
            self._writing.forgotten()
            self._work()
        else:
            self._back_to_writing()
            self.say_failure(failure)
        self.draw(self.console.picture)

    def _back_to_writing(self) -> None:
        self._writing.not_sent()
        self._body.read_only = False

    def _discard(self) -> None:
        if self._draft.id:
            discard = Discard(self._draft.id)
            self.console.errand(self, DISCARD, discard, lambda _: self.dismiss(None), self.say_failure)
        else:
            self.dismiss(None)

    def _price(self) -> None:
        if self._whom.recipient is None or self._writing.is_empty:
            self._meter(self.words(_CHOOSE if self._whom.recipient is None else _NO_TEXT))
            return
        ask = AskPrice(self._draft.to, self._draft.text.strip(), self._draft.precedence, self._draft.reply_to)

        def priced(price: Price) -> None:
            self._meter(meter_text(self.words, price))

        self.console.errand(self, PREVIEW, ask, priced, lambda failure: self._meter(failure.text))

    # What is drawn.

    def _meter(self, text: str) -> None:
        self.lines("meter").show([f" {text}"])

    def _keeping_text(self, picture: Picture) -> str:
        if self._writing.is_kept:
            return self.words(_KEPT).format(time=self._kept_at) if self._kept_at else ""
        return self.words(_ABSENT if picture.absence is not None else _NOT_KEPT)

    def _options_text(self) -> str:
        labels = [
            f"{'>' if one is self._draft.precedence else ' '}{precedence_text(self.words, one)}"
            f"{'<' if one is self._draft.precedence else ' '}"
            for one in reversed(_CYCLE)
        ]
        ack = self.words(_ACK if self._draft.ack_wanted else _NO_ACK)
        return f"{self.words(_SPEED):<{LABEL_CELLS - 2}}: {''.join(labels)} (F5) {ack}"

    @property
    def _draft(self) -> Draft:
        return self._writing.draft

    @property
    def _whom(self) -> Whom:
        return self.query_one(Whom)

    @property
    def _body(self) -> Body:
        return self.query_one(Body)
