"""What a person says about a message beyond "acknowledged": shown as it will be signed, with a comment."""

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.widget import Widget

from node.api.ladder import Step
from node.api.messages import ShownMessage
from tui.keys import ASKING, bindings
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.texts import short_view
from tui.widgets.fields import Line
from tui.widgets.lines import Lines

_TITLES: Final = {
    Step.ACCEPTED: "Take on {number} as {initials}. A comment, or none:",
    Step.DONE: "Report {number} done as {initials}. A comment, or none:",
    Step.DECLINED: "Decline {number} as {initials}. The reason:",
    Step.READ_BACK: "Read back {number} as {initials}. What you understood, in your own words:",
}
_NEEDED: Final = "Without these words it says too little: write them."
TEXTS: Final = (*_TITLES.values(), _NEEDED)

COMMENT_NEEDED: Final = frozenset({Step.DECLINED, Step.READ_BACK})
SHOWN_LINES: Final = 12


class ActScreen(Frame[str | None]):
    """Ends with the comment, or with None when nothing is to be done.

    Args:
        message: what it is about.
        step: what is done.
        initials: by whom.
        comment: as it was written before, when the station did not take it.
        why: why it did not.
    """

    KEYS = ASKING
    TAKES_LETTERS = True
    BINDINGS = bindings(ASKING[1:])

    def __init__(self, message: ShownMessage, step: Step, initials: str, comment: str = "", why: str = "") -> None:
        super().__init__()
        self._comment = comment
        self._why = why
        self._message = message
        self._step = step
        self._initials = initials

    def compose_body(self) -> Iterator[Widget]:
        yield Lines(self.console.pen, id="title", classes="title")
        yield Line(id="comment")
        yield Lines(self.console.pen, id="page")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Line).put(self._comment)
        self.begin_at(self.query_one(Line))
        self.say(self._why)

    def drawn(self, picture: Picture) -> None:
        title = self.words(_TITLES[self._step]).format(number=self._message.number, initials=self._initials)
        self.lines("title").show([f" {title}"])
        self.lines("page").show(["", *short_view(self.words, self._message, self.size.width)[:SHOWN_LINES]])

    @on(Line.Submitted)
    def _accept(self, event: Line.Submitted) -> None:
        comment = event.value.strip()
        if not comment and self._step in COMMENT_NEEDED:
            self.say(self.words(_NEEDED))
        else:
            self.finish(comment)

    def action_back(self) -> None:
        """Nothing is done."""
        self.finish(None)
