"""Whoever is there types initials: of who takes over, or of who acknowledges at a kiosk without logging in."""

from collections.abc import Iterator, Sequence
from typing import Final

from textual import on
from textual.widget import Widget

from tui.keys import ASKING, bindings
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.widgets.fields import Line
from tui.widgets.lines import Lines

INITIALS_LETTERS_MAX: Final = 10
"""As the station takes them at a kiosk; twice what a certificate's code may have."""

_WHO: Final = "1 to {count} letters or digits, no blanks."
TEXTS: Final = (_WHO,)


class InitialsScreen(Frame[str | None]):
    """Ends with the initials; None when nobody typed any.

    Args:
        question: what they are for.
        shown: lines under the field, what it is about.
    """

    KEYS = ASKING
    TAKES_LETTERS = True
    BINDINGS = bindings(ASKING[1:])

    def __init__(self, question: str, shown: Sequence[str] = ()) -> None:
        super().__init__()
        self._question = question
        self._shown = shown

    def compose_body(self) -> Iterator[Widget]:
        yield Lines(self.console.pen, id="title", classes="title")
        yield Line(id="initials")
        yield Lines(self.console.pen, id="page")

    def on_mount(self) -> None:
        super().on_mount()
        self.begin_at(self.query_one(Line))

    def drawn(self, picture: Picture) -> None:
        self.lines("title").show([f" {self._question}"])
        self.lines("page").show(["", *self._shown])

    @on(Line.Submitted)
    def _accept(self, event: Line.Submitted) -> None:
        initials = event.value.strip()
        if initials.isalnum() and len(initials) <= INITIALS_LETTERS_MAX:
            self.finish(initials)
        else:
            self.say(self.words(_WHO).format(count=INITIALS_LETTERS_MAX))

    def action_back(self) -> None:
        """Nobody."""
        self.finish(None)
