"""Writing a message: to whom, how urgent, what it says, and under it what it will cost."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Final

from textual import on
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget

from node.api.drafts import Draft
from node.api.faults import Fault
from node.api.messages import Precedence
from node.api.methods import FIND, PREVIEW, AskPrice, Find, Found, Price
from node.words.harmless import harmless
from node.words.phrases import precedence_text, span_text
from tui.cells import beside
from tui.console import Failure
from tui.cpr import looks_like_a_cpr_number
from tui.faults import console_fault_text
from tui.keys import COMPOSE, bindings
from tui.meter import meter_text
from tui.picture import Picture
from tui.screens.posting import PostingScreen
from tui.screens.question import ask
from tui.widgets.fields import Body
from tui.widgets.lines import Lines
from tui.widgets.whom import Whom

KEEP_PAUSE_S: Final = 0.8
"""After the last key: a sentence is kept while the next is thought of, and the card is not written at every letter."""
PRICE_PAUSE_S: Final = 0.2
"""After the last key: the meter follows the hand."""
LABEL_CELLS: Final = 8
"""As in the style sheet."""

_NEW: Final = "New message"
_REPLY: Final = "Reply to {number}"
_CORRECTION: Final = "Takes the place of {number}"
_ANSWER_BY: Final = "answer within {span} (F4)"
_NO_ANSWER_BY: Final = "no time to answer by (F4)"
_TO: Final = "To"
_SPEED: Final = "Speed"
_ACK: Final = "[x] ask for an ack (F6)"
_NO_ACK: Final = "[ ] no ack asked (F6)"
_FOR_RECIPIENT: Final = "[x] confidential: only {to} can read it (F7: open to all)"
_OPEN: Final = "[ ] OPEN: everybody who hears it can read it (F7: confidential)"
_OPEN_BECAUSE: Final = "[ ] OPEN to everybody who hears it: {reason}"
_CPR: Final = "This looks like a CPR number, and the message is open. Make it confidential (F7) or delete the number."
_NOBODY_FOUND: Final = "Nobody fits. Three letters of a code or a name are enough; * is everybody."
_CHOOSE: Final = "Choose who gets it: type, ↑ ↓, Enter."
_NO_TEXT: Final = "There is no text yet."
_NO_PRICE: Final = "No price: the station does not answer."
_FULL: Final = "The text is full: what did not fit was left out."
_DISCARD: Final = "Throw this draft away? It cannot be had back."
TEXTS: Final = (
    *(_FOR_RECIPIENT, _OPEN, _OPEN_BECAUSE, _CPR),
    *(_CORRECTION, _ANSWER_BY, _NO_ANSWER_BY),
    *(_NEW, _REPLY, _TO, _SPEED, _ACK, _NO_ACK, _NOBODY_FOUND, _CHOOSE, _NO_TEXT, _NO_PRICE, _FULL, _DISCARD),
)

_ANSWER_CYCLE: Final = (None, 15, 30, 60, 120, 360, 1440)
"""Minutes to answer within, as the key goes through them: what a staff asks for between "now" and "tomorrow"."""
_CYCLE: Final = (Precedence.ROUTINE, Precedence.PRIORITY, Precedence.IMMEDIATE, Precedence.FLASH)


class ComposeScreen(PostingScreen):
    """Ends as `PostingScreen` does."""

    KEYS = COMPOSE
    TAKES_LETTERS = True
    # Taken before any field sees it: what is typed after the recipient must not become a part of the name.
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(COMPOSE),
        Binding("enter,tab", "to_body", show=False, priority=True),
    ]

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self._unanswered = ""
        self._is_unpriced = False
        self._priced: Price | None = None
        self._keep_timer: Timer | None = None
        self._price_timer: Timer | None = None

    def compose_body(self) -> Iterator[Widget]:
        pen = self.console.pen
        yield Lines(pen, id="title", classes="title")
        yield Whom(pen, self.words, f"{self.words(_TO):<{LABEL_CELLS - 2}}: ", id="whom")
        yield Lines(pen, id="options")
        yield Lines(pen, id="above", classes="rule")
        yield Body(self.draft.text, id="body")
        yield Lines(pen, id="meter", classes="rule")

    def on_mount(self) -> None:
        super().on_mount()
        if self.draft.to:
            self._whom.look_up(self.draft.to)
            self.begin_at(self._body)
        else:
            self.begin_at(self._whom.field)
        self._price()

    def drawn(self, picture: Picture) -> None:
        title = f" {self._title()} | {self._answer_by_text()}"
        self.lines("title").show([beside(title, f"{self.keeping_text(picture)} ", self.size.width)])
        self.lines("options").show([self._options_text()])
        self.lines("above").show([f" {self._secrecy_text()}"])
        if picture.absence is None and self._unanswered:
            self._look_up(self._unanswered)
        if picture.absence is None and self._is_unpriced:
            self._price()
        super().drawn(picture)

    # What the hand does.

    def action_to_body(self) -> None:
        """From the recipient on to the text, at once."""
        if not self._whom.has_hand:
            raise SkipAction
        self.set_focus(self._body)
        self._whom.finish()

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
        self._wrote(replace(self.draft, to=event.to))

    @on(Body.Changed)
    def _typed(self) -> None:
        """Take what stands there: a key that ends the writing may come before the field told of its last letters."""
        if self._body.text != self.draft.text:
            self._wrote(replace(self.draft, text=self._body.text))

    @on(Body.Full)
    def _full(self) -> None:
        self.say(self.words(_FULL))

    def action_precedence(self) -> None:
        """The next precedence."""
        at = _CYCLE.index(self.draft.precedence)
        self._wrote(replace(self.draft, precedence=_CYCLE[(at + 1) % len(_CYCLE)]))

    def action_answer_by(self) -> None:
        """The next time to answer within; one that the cycle has not begins it anew."""
        minutes = self.draft.answer_by_min
        at = _ANSWER_CYCLE.index(minutes) if minutes in _ANSWER_CYCLE else 0
        self._wrote(replace(self.draft, answer_by_min=_ANSWER_CYCLE[(at + 1) % len(_ANSWER_CYCLE)]))

    def action_ack(self) -> None:
        """Ask for an acknowledgement, or not."""
        self._wrote(replace(self.draft, ack_wanted=not self.draft.ack_wanted))

    def action_secrecy(self) -> None:
        """The other of confidential and open; where it can only be open, why."""
        priced = self._priced
        if priced is None:
            self.say(self.words(_CHOOSE))
        elif priced.open_because is not None:
            self.say(console_fault_text(self.words, Fault(priced.open_because, harmless(priced.to.name))))
        else:
            self._wrote(replace(self.draft, confidential=not priced.confidential))

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
            self.as_anybody(self.send)

    def action_discard(self) -> None:
        """Throw it away, after a question."""
        ask(self.app, self.words(_DISCARD), self.discard)

    def action_leave(self) -> None:
        """Leave; the draft is kept."""
        self._typed()
        self.leave()

    def hold(self, *, is_held: bool) -> None:
        self._body.read_only = is_held
        self._whom.disabled = is_held

    def _wrote(self, draft: Draft) -> None:
        """Draw, and soon keep and price what is on the screen; what is to go is not changed any more."""
        if self._writing.is_to_go:
            return
        self._writing.wrote(replace(draft, author=self.console.operator))
        for timer in (self._keep_timer, self._price_timer):
            if timer is not None:
                timer.stop()
        self._keep_timer = self.set_timer(KEEP_PAUSE_S, self.work)
        self._price_timer = self.set_timer(PRICE_PAUSE_S, self._price)
        self.draw(self.console.picture)

    def _price(self) -> None:
        if self._whom.recipient is None or self._writing.is_empty:
            self._meter("")
            self._priced = None
            self.draw(self.console.picture)
            return
        ask = AskPrice(
            to=self.draft.to,
            text=self.draft.text.strip(),
            precedence=self.draft.precedence,
            reply_to=self.draft.reply_to,
            confidential=self.draft.confidential,
            answer_by_min=self.draft.answer_by_min,
            corrects=self.draft.corrects,
        )

        def priced(price: Price) -> None:
            self._meter(meter_text(self.words, price))
            self._priced = price
            if not price.confidential and looks_like_a_cpr_number(self.draft.text):
                self.say(self.words(_CPR))
            self.draw(self.console.picture)

        def failed(failure: Failure) -> None:
            self._is_unpriced = failure.fault is None
            self._meter(self.words(_NO_PRICE) if failure.fault is None else failure.text)

        self._is_unpriced = False
        self.console.errand(self, PREVIEW, ask, priced, failed)

    # What is drawn.

    def _meter(self, text: str) -> None:
        self.lines("meter").show([f" {text}"])

    def _title(self) -> str:
        if self.draft.corrects:
            return self.words(_CORRECTION).format(number=harmless(self.draft.corrects))
        answers = self.draft.reply_to
        return self.words(_REPLY).format(number=harmless(answers)) if answers else self.words(_NEW)

    def _answer_by_text(self) -> str:
        minutes = self.draft.answer_by_min
        if minutes is None:
            return self.words(_NO_ANSWER_BY)
        return self.words(_ANSWER_BY).format(span=span_text(self.words, minutes * 60))

    def _secrecy_text(self) -> str:
        """Who will be able to read it, as the station says; empty until that is known."""
        priced = self._priced
        if priced is None:
            return ""
        to = harmless(priced.to.name or priced.to.code)
        if priced.confidential:
            return self.words(_FOR_RECIPIENT).format(to=to)
        if priced.open_because is None:
            return self.words(_OPEN)
        reason = console_fault_text(self.words, Fault(priced.open_because, to))
        return self.words(_OPEN_BECAUSE).format(reason=reason)

    def _options_text(self) -> str:
        labels = [
            f"{'>' if one is self.draft.precedence else ' '}{precedence_text(self.words, one)}"
            f"{'<' if one is self.draft.precedence else ' '}"
            for one in reversed(_CYCLE)
        ]
        ack = self.words(_ACK if self.draft.ack_wanted or self.draft.answer_by_min is not None else _NO_ACK)
        return f"{self.words(_SPEED):<{LABEL_CELLS - 2}}: {''.join(labels)} (F5) {ack}"

    @property
    def _whom(self) -> Whom:
        return self.query_one(Whom)

    @property
    def _body(self) -> Body:
        return self.query_one(Body)
