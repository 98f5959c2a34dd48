"""Pages to read: help, the station's own account of itself."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from textual.widget import Widget

from node.words.catalogue import Words
from node.words.page import COLUMNS
from tui.keys import PAGE, Key, bindings
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.texts import help_page
from tui.widgets.lines import Lines
from tui.widgets.page import Page

_HELP: Final = "Help"
_MORE: Final = "  -- {count} more lines: ↓ --"
TEXTS: Final = (_HELP, _MORE)


class PageScreen(Frame[None]):
    """Lines that somebody reads and scrolls.

    Args:
        title: of the page.
        page: makes the lines from what is known of the station and the columns there are.
    """

    KEYS = PAGE
    BINDINGS = bindings(PAGE)

    def __init__(self, title: str, page: Callable[[Picture, int], Sequence[str]]) -> None:
        super().__init__()
        self._title = title
        self._page = page

    def compose_body(self) -> Iterator[Widget]:
        yield Lines(self.console.pen, id="title", classes="title")
        yield Page(self.console.pen, self.words(_MORE), id="page")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Page).focus()

    def drawn(self, picture: Picture) -> None:
        self.lines("title").show([f" {self._title}"])
        page = self.query_one(Page)
        page.show(self._page(picture, self.size.width), top=page.top)

    def action_back(self) -> None:
        """Leave."""
        self.dismiss(None)


def help_screen(words: Words, first: tuple[Key, ...], cells: int) -> PageScreen:
    """All keys and the rules of the house."""
    return PageScreen(words(_HELP), lambda _, columns: help_page(words, first, max(columns, COLUMNS // 2)))
