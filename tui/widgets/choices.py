"""Rows of which one is chosen: messages, recipients, drafts. A mark shows it, with and without colour.

A row keeps its identity: when the list changes under the mark, the mark stays on the same thing, not in the same place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.cells import fitted
from tui.glyphs import Pen

MARK: Final = ">"
MARK_CELLS: Final = 1

_MARKED: Final = Style(reverse=True)


class Tone(Enum):
    """How much a row asks for attention."""

    PLAIN = Style()
    STRONG = Style(bold=True)
    LOUD = Style(bold=True, color="bright_red")


@dataclass(frozen=True, slots=True)
class Choice:
    """One row."""

    id: int
    """What it stands for: stays when the row moves."""
    text: str
    tone: Tone = Tone.PLAIN
    """How it is drawn; says nothing that the text does not say too."""


class Choices(Widget, can_focus=True):
    """A list with a mark.

    Args:
        pen: makes each row drawable.
        empty: what is said when there is nothing.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("enter", "take", show=False),
    ]

    class Marked(Message):
        """The mark stands on another thing."""

    class Scrolled(Message):
        """Other rows are in sight."""

    class Taken(Message):
        """Somebody pressed Enter on the thing under the mark."""

    class Beyond(Message):
        """Somebody wants to move past an end."""

        def __init__(self, direction: int) -> None:
            super().__init__()
            self.direction = direction
            """-1: above the first, 1: below the last."""

    def __init__(self, pen: Pen, empty: str = "", *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._pen = pen
        self._empty = empty
        self._choices: tuple[Choice, ...] = ()
        self._at = 0
        self._top = 0

    @property
    def chosen(self) -> int | None:
        """What the mark stands on; None in an empty list."""
        return self._choices[self._at].id if self._choices else None

    @property
    def choices(self) -> Sequence[Choice]:
        """All rows."""
        return self._choices

    @property
    def hidden(self) -> tuple[int, int]:
        """How many rows are above what is in sight, and how many below."""
        return self._top, max(0, len(self._choices) - self._top - self.size.height)

    def show(self, choices: Sequence[Choice]) -> None:
        """Show other rows; the mark stays on what it stood on, else where it stood."""
        shown = tuple(choices)
        if shown == self._choices:
            return
        before, hidden = self.chosen, self.hidden
        self._choices = shown
        places = [at for at, choice in enumerate(shown) if choice.id == before]
        self._at = places[0] if places else min(self._at, max(0, len(shown) - 1))
        self._settle()
        if self.hidden != hidden:
            self.post_message(self.Scrolled())
        if self.chosen != before:
            self.post_message(self.Marked())

    def choose(self, wanted: int) -> None:
        """Put the mark on a thing, if it is there."""
        for at, choice in enumerate(self._choices):
            if choice.id == wanted:
                self._go(at)

    def action_move(self, by: int) -> None:
        """Move the mark; stops at either end and says so."""
        wanted = self._at + by
        if by in (-1, 1) and not 0 <= wanted < len(self._choices):
            self.post_message(self.Beyond(by))
        self._go(min(max(wanted, 0), max(0, len(self._choices) - 1)))

    def action_page(self, by: int) -> None:
        """Move the mark by a screenful."""
        end = len(self._choices) - 1 if by > 0 else 0
        if self._at == end:
            self.post_message(self.Beyond(by))
        else:
            self.action_move(by * max(2, self.size.height - 1))

    def action_take(self) -> None:
        """Enter: the screen says what that means."""
        if self.chosen is not None:
            self.post_message(self.Taken())

    def on_click(self, event: events.Click) -> None:
        """Put the mark where somebody points."""
        if self._top + event.y < len(self._choices):
            self._go(self._top + event.y)

    def on_resize(self) -> None:
        """Keep the mark in sight."""
        self._settle()

    def render_line(self, y: int) -> Strip:
        """One row in exactly the widget's width."""
        at, width = self._top + y, self.size.width
        if at >= len(self._choices):
            text = f" {self._empty}" if not self._choices and y == 0 else ""
            return Strip([Segment(fitted(text, width), self.rich_style)], width)
        choice = self._choices[at]
        style = self.rich_style + choice.tone.value
        text = fitted(self._pen(choice.text), width - MARK_CELLS)
        if at != self._at:
            return Strip([Segment(" " + text, style)], width)
        # Not in use, the list shows its mark and does not light up: the keys go elsewhere.
        return Strip([Segment(MARK + text, style + _MARKED if self.has_focus else style)], width)

    def _go(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self._settle()
            self.post_message(self.Marked())

    def _settle(self) -> None:
        height, before = max(1, self.size.height), self.hidden
        self._top = min(max(self._top, self._at - height + 1), self._at)
        self._top = max(0, min(self._top, len(self._choices) - height))
        if self.hidden != before:
            self.post_message(self.Scrolled())
        self.refresh()
