"""What happened at this station: the latest entries first, page by page; notes are written from here."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from textual import on

from node.api.log import ListLog, LoggedEntries, ShownEntry
from node.api.methods import LOG
from node.words.log_page import entry_page, entry_row
from tui.cells import beside
from tui.keys import LOG as KEYS
from tui.keys import bindings
from tui.screens.listing import ListingScreen
from tui.screens.note import NoteScreen
from tui.widgets.choices import MARK_CELLS, Choice, Choices

PAGE_ENTRIES: Final = 50
"""Four screens of them, as of messages."""

_TITLE: Final = "Log, the latest first: {what}"
_COUNT: Final = "{count} entries in all"
_NOTED: Final = "Noted as entry {number}."
_SHELVES: Final = {
    "everything": (),
    "notes": ("note",),
    "alarms and keys": ("alarm", "silenced", "over", "break_glass", "revoked", "receiving_only", "restored"),
    "duty": ("logged_in", "logged_out", "duty_taken", "duty_given", "handed_over"),
}
"""What Tab goes through: its name, and the kinds of entries."""
TEXTS: Final = (_TITLE, _COUNT, _NOTED, *_SHELVES)


class LogScreen(ListingScreen[None]):
    """The log of the real, not of an exercise."""

    KEYS = KEYS
    BINDINGS = bindings(KEYS)

    def __init__(self) -> None:
        super().__init__()
        self._shelf = next(iter(_SHELVES))
        self._pages = [0]
        """The page that is shown, and those above it: older than which entry each is."""
        self._asked: ListLog | None = None
        self._entries: dict[int, ShownEntry] = {}
        self._count = 0
        self._older = 0

    def ask(self) -> None:
        """Only the latest page grows."""
        if len(self._pages) == 1 or not self.is_known:
            self._ask_for(ListLog(kinds=_SHELVES[self._shelf], before=self._pages[-1], limit=PAGE_ENTRIES), 0)

    def heading(self) -> str:
        name = self.words(_TITLE).format(what=self.words(self._shelf))
        return beside(name, f"{self.words(_COUNT).format(count=self._count)} ", self.size.width - 1)

    def rows(self, cells: int) -> Sequence[Choice]:
        room = cells - MARK_CELLS
        return [Choice(number, entry_row(self.words, one)[:room]) for number, one in self._entries.items()]

    def view(self, chosen: int) -> list[str]:
        return entry_page(self.words, self._entries[chosen], self.size.width)

    def action_shelf(self) -> None:
        """Other kinds of entries."""
        shelves = list(_SHELVES)
        self._shelf = shelves[(shelves.index(self._shelf) + 1) % len(shelves)]
        self._turn([0], 1)

    def action_note(self) -> None:
        """Write into it."""

        def written(number: int | None) -> None:
            if number is not None:
                self.say(self.words(_NOTED).format(number=number))
                self._turn([0], 1)

        self.as_anybody(lambda initials: self.app.push_screen(NoteScreen(initials), written))

    def action_back(self) -> None:
        """Leave."""
        self.finish(None)

    @on(Choices.Beyond)
    def _beyond(self, event: Choices.Beyond) -> None:
        """The page before, or after."""
        if event.direction > 0 and self._older:
            self._turn([*self._pages, self._older], 1)
        elif event.direction < 0 and len(self._pages) > 1:
            self._turn(self._pages[:-1], -1)

    def _turn(self, pages: list[int], direction: int) -> None:
        self._pages = pages
        self._ask_for(ListLog(kinds=_SHELVES[self._shelf], before=pages[-1], limit=PAGE_ENTRIES), direction)

    def _ask_for(self, asked: ListLog, direction: int) -> None:
        self._asked = asked
        self.console.errand(self, LOG, asked, lambda listed: self._listed(asked, listed, direction), self.say_failure)

    def _listed(self, asked: ListLog, listed: LoggedEntries, direction: int) -> None:
        if asked != self._asked:
            return  # Another page is wanted by now.
        if not listed.entries and listed.before:
            # One answer looks through a bounded number of entries, and none of those was of these kinds.
            self._ask_for(replace(asked, before=listed.before), direction)
            return
        self.is_known = True
        self._entries = {one.number: one for one in reversed(listed.entries)}
        self._count, self._older = listed.count, listed.before
        self.draw_list()
        if direction and self._entries:
            numbers = list(self._entries)
            self.choices.choose(numbers[0] if direction > 0 else numbers[-1])
