"""What can be done about the message on the screen: acknowledge, take on, decline, report done, read back, reply."""

from typing import ClassVar, Final, TypeVar

from node.api.drafts import Draft
from node.api.ladder import Step
from node.api.messages import Box, Precedence, ShownMessage
from node.api.methods import ACK, Perform, Queued
from tui.keys import Key
from tui.screens.act import ActScreen
from tui.screens.compose import ComposeScreen
from tui.screens.frame import Frame

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
_SENT: Final = "{number} is stored here and queued. Tab: outbox"
_KEPT: Final = "The draft is kept. K: drafts"
TEXTS: Final = (_NOTHING, _NOT_OURS, _ALREADY, _NOT_WANTED, _SENT, _KEPT, *_DONE.values())


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
        if not message.ack_wanted:
            self.say(self.words(_NOT_WANTED).format(number=message.number))
        elif not message.unacknowledged:
            self.say(self.words(_ALREADY).format(number=message.number))
        else:
            self.as_somebody(lambda: self._perform(message, Step.ACKNOWLEDGED, ""))

    def action_act(self, step: str) -> None:
        """Do something else about it; a comment is asked for first."""
        message = self._answerable()
        if message is not None:
            self.as_somebody(lambda: self._ask_comment(message, Step(step)))

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

    def write(self, draft: Draft) -> None:
        """Open a draft, once somebody is on duty to write it."""
        self.as_somebody(lambda: self.app.push_screen(ComposeScreen(draft), self._written))

    def _answerable(self) -> ShownMessage | None:
        message = self.selected()
        if message is None:
            self.say(self.words(_NOTHING))
        elif message.box is not Box.INBOX:
            self.say(self.words(_NOT_OURS))
            return None
        return message

    def _ask_comment(self, message: ShownMessage, step: Step) -> None:
        def answered(comment: str | None) -> None:
            if comment is not None:
                self._perform(message, step, comment)

        self.app.push_screen(ActScreen(message, step, self.console.operator), answered)

    def _perform(self, message: ShownMessage, step: Step, comment: str) -> None:
        initials = self.console.operator

        def done(_: Queued) -> None:
            self.say(self.words(_DONE[step]).format(number=message.number, initials=initials))

        ask = Perform(message.number, step, comment, initials)
        self.console.errand(self, ACK, ask, done, self.say_failure)

    def _written(self, number: str | None) -> None:
        """A message was written: its number, empty when only the draft is kept, None when it was thrown away."""
        if number is not None:
            self.say(self.words(_SENT).format(number=number) if number else self.words(_KEPT))
