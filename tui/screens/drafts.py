"""The drafts that the station keeps: go on with one, or throw it away."""

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.widget import Widget

from node.api.drafts import Discard, Draft, Drafts, KeptDraft
from node.api.methods import DISCARD, DRAFTS, Nothing
from tui.keys import DRAFTS as KEYS
from tui.keys import bindings
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.screens.question import ask
from tui.texts import draft_row
from tui.widgets.choices import MARK_CELLS, Choice, Choices
from tui.widgets.lines import Lines

_TITLE: Final = "Drafts, the latest first. Not sent."
_EMPTY: Final = "No drafts."
_DISCARD: Final = "Throw this draft away? It cannot be had back."
TEXTS: Final = (_TITLE, _EMPTY, _DISCARD)


class DraftsScreen(Frame[Draft | None]):
    """Ends with the draft to go on with."""

    KEYS = KEYS
    BINDINGS = bindings(KEYS)

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[int, KeptDraft] = {}

    def compose_body(self) -> Iterator[Widget]:
        yield Lines(self.console.pen, id="title", classes="title")
        yield Choices(self.console.pen, self.words(_EMPTY), id="drafts")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Choices).focus()
        self._ask()

    def drawn(self, picture: Picture) -> None:
        self.lines("title").show([f" {self.words(_TITLE)}"])
        cells = self.size.width - MARK_CELLS
        rows = [Choice(number, draft_row(self.words, kept, cells)) for number, kept in self._kept.items()]
        self.query_one(Choices).show(rows)

    @on(Choices.Taken)
    def _go_on(self) -> None:
        """Go on writing it."""
        kept = self._chosen()
        if kept is not None:
            self.dismiss(kept.draft)

    def action_discard(self) -> None:
        """Throw it away, after a question."""
        kept = self._chosen()
        if kept is not None:
            number = kept.draft.id
            question = f"{self.words(_DISCARD)}\n\n{draft_row(self.words, kept, self.size.width - 4)}"
            ask(self.app, question, lambda: self._discard(number))

    def action_back(self) -> None:
        """Go on with none."""
        self.dismiss(None)

    def _chosen(self) -> KeptDraft | None:
        chosen = self.query_one(Choices).chosen
        return None if chosen is None else self._kept.get(chosen)

    def _ask(self) -> None:
        self.console.errand(self, DRAFTS, Nothing(), self._listed, self.say_failure)

    def _listed(self, drafts: Drafts) -> None:
        self._kept = {kept.draft.id: kept for kept in drafts.drafts}
        self.draw(self.console.picture)

    def _discard(self, number: int) -> None:
        self.console.errand(self, DISCARD, Discard(number), lambda _: self._ask(), self.say_failure)
