"""One question, yes or no, asked before something that cannot be taken back."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from textual.app import App
from textual.widget import Widget

from node.words.page import folded
from tui.keys import ASKING, bindings
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.widgets.lines import Lines

AnyT = TypeVar("AnyT")


class QuestionScreen(Frame[bool]):
    """Ends with the answer; Escape is no.

    Args:
        question: what is asked, and what either answer does.
    """

    KEYS = ASKING
    BINDINGS = bindings(ASKING)

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose_body(self) -> Iterator[Widget]:
        yield Lines(self.console.pen, id="page")

    def drawn(self, picture: Picture) -> None:
        self.lines("page").show(["", *(f"  {line}" for line in folded(self._question, max(20, self.size.width - 4)))])

    def action_accept(self) -> None:
        """Yes."""
        self.finish(True)  # noqa: FBT003 - the answer itself

    def action_back(self) -> None:
        """No."""
        self.finish(False)  # noqa: FBT003 - the answer itself


def ask(app: App[AnyT], question: str, then: Callable[[], object]) -> None:
    """Ask, and go on after a yes."""

    def answered(yes: bool | None) -> None:  # noqa: FBT001 - a screen's result
        if yes:
            then()

    app.push_screen(QuestionScreen(question), answered)
