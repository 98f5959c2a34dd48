"""What can be done about the message on the screen: acknowledge, take on, decline, report done, read back, reply."""

from typing import ClassVar, Final, TypeVar

from node.api.answers import Cancel
from node.api.drafts import Draft
from node.api.ladder import Step
from node.api.messages import Box, Legibility, Precedence, ShownMessage
from node.api.methods import ACK, CANCEL, Perform, Queued
from node.words.answer_phrases import CANCELLED, standing_change
from tui.console import Failure
from tui.keys import Key
from tui.screens.act import SHOWN_LINES, ActScreen
from tui.screens.compose import ComposeScreen
from tui.screens.frame import Frame
from tui.screens.initials import InitialsScreen
from tui.screens.posting import Posted
from tui.screens.question import ask
from tui.texts import short_view

ResultT = TypeVar("ResultT")

_NOTHING: Final = "There is no message."
_NOT_OURS: Final = "Only what came to this station can be answered for. Its recipient acknowledges."
_ALREADY: Final = "{number} was acknowledged here already. W: taken on, D: done."
_NOT_WANTED: Final = "Nobody asked for an acknowledgement of {number}. R: reply."
_DONE: Final = {
    Step.ACKNOWLEDGED: "{number} acknowledged as {initials}. It goes to the sender.",
    Step.ACCEPTED: "{number} taken on as {initials}. It goes to the sender.",
    Step.DECLINED: "{number} declined as {initials}. It goes to the sender.",
    Step.DONE: "{number} reported done as {initials}. It goes to the sender.",
    Step.READ_BACK: "{number} read back as {initials}. It goes to the sender.",
}
_KIOSK: Final = "Acknowledge {number}: you have read and understood it. Your initials:"
_KIOSK_DONE: Final = '{number} acknowledged by "{initials}", not logged in. It goes to the sender.'
_SENT: Final = "{number} is stored here and queued. Tab: outbox"
_AWAITS: Final = "NOT sent: a second person must let it go. F: read and release"
_KEPT: Final = "The draft is kept. K: drafts"
_OVER: Final = "{number} is cancelled or corrected: see {other}."
_CANCEL: Final = "Cancel {number}? It is sent no more, and whoever has it is told. It stays readable."
_NOT_WRITTEN_HERE: Final = "Only what was written here is cancelled or corrected here. Tab: outbox"
_CANCELLED_DONE: Final = "{number} cancels {other}. It is stored here and queued."
TEXTS: Final = (
    _NOTHING,
    _NOT_OURS,
    _ALREADY,
    _NOT_WANTED,
    _SENT,
    _AWAITS,
    _KEPT,
    *(_KIOSK, _KIOSK_DONE),
    *(_OVER, _CANCEL, _NOT_WRITTEN_HERE, _CANCELLED_DONE),
    *_DONE.values(),
)


class AnsweringScreen(Frame[ResultT]):
    """A screen that shows one message among what it shows."""

    KEYS: ClassVar[tuple[Key, ...]] = ()

    def selected(self) -> ShownMessage | None:
        """The message whose text is on the screen now."""
        raise NotImplementedError

    def action_acknowledge(self) -> None:
        """Acknowledge it, in the name of whoever writes at this console."""
        message = self._answerable()
        if message is None:
            return
        change = standing_change(message)
        if change is not None:
            self.say(self.words(_OVER).format(number=message.number, other=change.number))
        elif not message.ack_wanted:
            self.say(self.words(_NOT_WANTED).format(number=message.number))
        elif not message.unacknowledged:
            self.say(self.words(_ALREADY).format(number=message.number))
        elif self.is_kiosk:
            question = self.words(_KIOSK).format(number=message.number)
            shown = short_view(self.words, message, self.size.width)[:SHOWN_LINES]
            self.app.push_screen(InitialsScreen(question, shown), lambda typed: self._acknowledge(message, typed))
        else:
            self.as_somebody(lambda initials: self._perform(message, Step.ACKNOWLEDGED, initials, ""))

    def action_act(self, step: str) -> None:
        """Do something else about it; a comment is asked for first."""
        message = self._answerable()
        if message is not None:
            self.as_somebody(lambda initials: self._ask_comment(message, Step(step), initials, ""))

    def action_reply(self) -> None:
        """Write to where it came from."""
        message = self.selected()
        if message is None:
            self.say(self.words(_NOTHING))
            return
        # The right to interrupt everybody is not inherited by answering.
        precedence = Precedence.IMMEDIATE if message.precedence is Precedence.FLASH else message.precedence
        is_ours = message.box is Box.OUTBOX
        to = f"{message.to.kind}:{message.to.number}" if is_ours else message.station
        self.write(Draft(to=to, precedence=precedence, reply_to=message.number))

    def action_cancel(self) -> None:
        """Take back what was written here, after a question."""
        message = self._changeable()
        if message is not None:
            question = self.words(_CANCEL).format(number=message.number)
            ask(self.app, question, lambda: self.as_anybody(lambda initials: self._cancel(message, initials)))

    def action_correct(self) -> None:
        """Write what takes the place of what was written here; its words are there to be changed."""
        message = self._changeable()
        if message is not None:
            is_text = message.legibility is Legibility.READABLE and message.form is None
            self.write(
                Draft(
                    to=f"{message.to.kind}:{message.to.number}",
                    text=message.text if is_text else "",
                    precedence=message.precedence,
                    ack_wanted=message.ack_wanted,
                    confidential=message.confidential,
                    corrects=message.number,
                )
            )

    def _changeable(self) -> ShownMessage | None:
        message = self.selected()
        if message is None:
            self.say(self.words(_NOTHING))
            return None
        change = standing_change(message)
        if message.box is not Box.OUTBOX:
            self.say(self.words(_NOT_WRITTEN_HERE))
        elif change is not None:
            self.say(self.words(_OVER).format(number=message.number, other=change.number))
        else:
            return message
        return None

    def _cancel(self, message: ShownMessage, initials: str) -> None:
        def done(queued: Queued) -> None:
            said = _AWAITS if queued.awaiting else _CANCELLED_DONE
            self.say(self.words(said).format(number=queued.number, other=message.number))

        text = self.words(CANCELLED).format(number=message.number)
        self.console.errand(self, CANCEL, Cancel(message.number, text, initials), done, self.say_failure)

    def write(self, draft: Draft) -> None:
        """Open a draft, once somebody is on duty to write it; at a kiosk at once."""
        self.as_anybody(lambda _: self.app.push_screen(ComposeScreen(draft), self._written))

    def _answerable(self) -> ShownMessage | None:
        message = self.selected()
        if message is None:
            self.say(self.words(_NOTHING))
        elif message.box is not Box.INBOX:
            self.say(self.words(_NOT_OURS))
            return None
        return message

    def _ask_comment(self, message: ShownMessage, step: Step, initials: str, comment: str, why: str = "") -> None:
        def answered(comment: str | None) -> None:
            if comment is not None:
                self._perform(message, step, initials, comment)

        self.app.push_screen(ActScreen(message, step, initials, comment, why), answered)

    def _acknowledge(self, message: ShownMessage, initials: str | None) -> None:
        """As whoever is there, who does not log in; the station signs, and everybody sees it."""
        if not initials:
            return

        def done(_: Queued) -> None:
            self.say(self.words(_KIOSK_DONE).format(number=message.number, initials=initials))

        self.console.errand(self, ACK, Perform(message.number, initials=initials), done, self.say_failure)

    def _perform(self, message: ShownMessage, step: Step, initials: str, comment: str) -> None:
        """In the name that was on the screen, whoever else is on duty by now."""

        def done(_: Queued) -> None:
            self.say(self.words(_DONE[step]).format(number=message.number, initials=initials))

        def failed(failure: Failure) -> None:
            if failure.fault is not None and comment:
                self._ask_comment(message, step, initials, comment, failure.text)
            else:
                self.say_failure(failure)

        ask = Perform(message.number, step, comment, initials)
        self.console.errand(self, ACK, ask, done, failed)

    def _written(self, posted: Posted | None) -> None:
        """A message was written, or left; None: it was thrown away."""
        if posted is not None:
            said = _AWAITS if posted.awaits_release else _SENT if posted.number else _KEPT
            self.say(self.words(said).format(number=posted.number))
