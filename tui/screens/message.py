"""One message, whole: its text, its ladder towards every station, all that people did about it."""

from collections.abc import Iterator
from typing import Final

from textual.widget import Widget

from node.api.messages import ShownMessage
from node.api.methods import SHOW, Show
from node.words.message_page import message_page
from tui.keys import MESSAGE, bindings
from tui.picture import Look, Picture
from tui.screens.answering import AnsweringScreen
from tui.texts import NAME_CELLS
from tui.widgets.page import Page

_MORE: Final = "  -- {count} more lines: ↓ --"


class MessageScreen(AnsweringScreen[None]):
    """Follows one message as it changes.

    Args:
        message: its row in the station's store.
    """

    KEYS = MESSAGE
    BINDINGS = bindings(MESSAGE)

    def __init__(self, message: int) -> None:
        super().__init__()
        self._row = message
        self._message: ShownMessage | None = None
        self._asked_at: Look | None = None

    def compose_body(self) -> Iterator[Widget]:
        yield Page(self.console.pen, self.words(_MORE), id="page")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Page).focus()

    def selected(self) -> ShownMessage | None:
        return self._message

    def drawn(self, picture: Picture) -> None:
        look = picture.look
        # Not only when the counter of changes moved: a key that is revoked moves none.
        if look is not None and look is not self._asked_at:
            self._asked_at = look
            self.console.errand(self, SHOW, Show(str(self._row)), self._shown, self.say_failure)
        self._draw_page()

    def action_back(self) -> None:
        """Back to the list; that acknowledges nothing."""
        self.finish(None)

    def _shown(self, message: ShownMessage) -> None:
        self._message = message
        self._draw_page()

    def _draw_page(self) -> None:
        if self._message is not None:
            page = self.query_one(Page)
            page.show(message_page(self.words, self._message, max(20, self.size.width), NAME_CELLS + 3), top=page.top)
