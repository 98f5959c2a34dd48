"""A list that the station is asked for at every look, and under it the row on which the mark stands, whole."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from textual import on
from textual.widget import Widget

from tui.picture import Look, Picture
from tui.screens.frame import Frame
from tui.widgets.choices import Choice, Choices
from tui.widgets.lines import Lines

ResultT = TypeVar("ResultT")

_NOT_KNOWN: Final = "Not known yet: the station has not answered."
_MORE: Final = "  -- {count} more lines --"
TEXTS: Final = (_NOT_KNOWN, _MORE)


class ListingScreen(Frame[ResultT]):
    """What is listed, and in which words, says the screen that is one."""

    def __init__(self) -> None:
        super().__init__()
        self.is_known = False
        self._asked_at: Look | None = None

    def ask(self) -> None:
        """Ask the station for the list; its answer sets `is_known` and draws."""
        raise NotImplementedError

    def heading(self) -> str:
        """Above the list."""
        raise NotImplementedError

    def rows(self, cells: int) -> Sequence[Choice]:
        """The list."""
        raise NotImplementedError

    def view(self, chosen: int) -> list[str]:
        """All of one of them."""
        raise NotImplementedError

    def compose_body(self) -> Iterator[Widget]:
        pen = self.console.pen
        yield Lines(pen, id="title", classes="title")
        yield Choices(pen, id="listed")
        yield Lines(pen, id="rule")
        yield Lines(pen, self.words(_MORE), id="view")

    def on_mount(self) -> None:
        super().on_mount()
        self.choices.focus()

    @property
    def choices(self) -> Choices:
        """The rows on the screen."""
        return self.query_one(Choices)

    def drawn(self, picture: Picture) -> None:
        if picture.absence is None and picture.look is not self._asked_at:
            self._asked_at = picture.look
            self.ask()
        self.draw_list()

    def draw_list(self) -> None:
        """Draw what is known."""
        self.lines("title").show([f" {self.heading() if self.is_known else self.words(_NOT_KNOWN)}"])
        self.choices.show(self.rows(self.size.width))
        self.lines("rule").show(["─" * self.size.width])
        self._draw_view()

    def action_back(self) -> None:
        """Leave."""
        raise NotImplementedError

    @on(Choices.Marked)
    def _marked(self) -> None:
        self._draw_view()

    def _draw_view(self) -> None:
        chosen = self.choices.chosen
        self.lines("view").show([] if chosen is None else self.view(chosen))
