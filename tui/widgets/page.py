"""Lines that are longer than the screen and are moved through by keys."""

from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from tui.widgets.lines import Lines

WHOLE: Final = 1_000_000
"""Farther than any page is long."""


class Page(Lines, can_focus=True):
    """A block of lines that takes the keys of movement."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "lines(-1)", show=False),
        Binding("down", "lines(1)", show=False),
        Binding("pageup", "screenfuls(-1)", show=False),
        Binding("pagedown", "screenfuls(1)", show=False),
        Binding("home", f"lines({-WHOLE})", show=False),
        Binding("end", f"lines({WHOLE})", show=False),
    ]

    def action_lines(self, by: int) -> None:
        """Move by lines; stops at either end."""
        last = max(0, len(self.lines) - self.size.height)
        self.show(self.lines, top=min(max(self.top + by, 0), last))

    def action_screenfuls(self, by: int) -> None:
        """Move by what the screen holds, less a line to find the place again."""
        self.action_lines(by * max(1, self.size.height - 1))
