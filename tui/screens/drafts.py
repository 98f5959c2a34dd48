"""The drafts that the station keeps: go on with one, or throw it away."""

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.widget import Widget

from node.api.drafts import Discard, Draft, Drafts, KeptDraft
from node.api.methods import DISCARD, DRAFTS, Nothing
from tui.console import Failure
from tui.keys import DRAFTS as KEYS
from tui.keys import bindings
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.screens.question import ask
from tui.texts import draft_row
from tui.widgets.choices import MARK_CELLS, Choice, Choices
from tui.widgets.lines import Lines

_TITLE: Final = "Drafts, the latest first. Not sent."
_NOT_KNOWN: Final = "Drafts: not known yet, the station has not answered."
_NONE: Final = "No drafts."
_DISCARD: Final = "Throw this draft away? It cannot be had back."
TEXTS: Final = (_TITLE, _NOT_KNOWN, _NONE, _DISCARD)


class DraftsScreen(Frame[Draft | None]):
    """Ends with the draft to go on with."""

    KEYS = KEYS
    BINDINGS = bindings(KEYS)

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[int, KeptDraft] = {}
        self._is_known = False
        self._is_asked = False

    def compose_body(self) -> Iterator[Widget]:
        yield Lines(self.console.pen, id="title", classes="title")
        yield Choices(self.console.pen, id="drafts")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Choices).focus()

    def drawn(self, picture: Picture) -> None:
        if picture.absence is None and not self._is_known and not self._is_asked:
            self._ask()
        self.lines("title").show([f" {self.words(self._title())}"])
        cells = self.size.width - MARK_CELLS
        rows = [Choice(number, draft_row(self.words, kept, cells)) for number, kept in self._kept.items()]
        self.query_one(Choices).show(rows)

    @on(Choices.Taken)
    def _go_on(self) -> None:
        """Go on writing it."""
        kept = self._chosen()
        if kept is not None:
            self.finish(kept.draft)

    def _title(self) -> str:
        if not self._is_known:
            return _NOT_KNOWN
        return _TITLE if self._kept else _NONE

    def action_discard(self) -> None:
        """Throw it away, after a question."""
        kept = self._chosen()
        if kept is not None:
            number = kept.draft.id
            question = f"{self.words(_DISCARD)}\n\n{draft_row(self.words, kept, self.size.width - 4)}"
            ask(self.app, question, lambda: self._discard(number))

    def action_back(self) -> None:
        """Go on with none."""
        self.finish(None)

    def _chosen(self) -> KeptDraft | None:
        chosen = self.query_one(Choices).chosen
        return None if chosen is None else self._kept.get(chosen)

    def _ask(self) -> None:
        self._is_asked = True
        self.console.errand(self, DRAFTS, Nothing(), self._listed, self._not_listed)

    def _not_listed(self, failure: Failure) -> None:
        self._is_asked = False
        self.say_failure(failure)

    def _listed(self, drafts: Drafts) -> None:
        self._is_known, self._is_asked = True, False
        self._kept = {kept.draft.id: kept for kept in drafts.drafts}
        self.draw(self.console.picture)

    def _discard(self, number: int) -> None:
        self.console.errand(self, DISCARD, Discard(number), lambda _: self._ask(), self.say_failure)
