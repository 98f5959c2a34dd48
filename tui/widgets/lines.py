"""Lines of text, drawn as they are: the console's frame, head, foot and pages.

Textual's own labels read markup, and its scroll bars are drawn with glyphs that the console's font lacks. Here a text
from outside is only ever a text, and what does not fit is counted in words.
"""

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from tui.cells import fitted
from tui.glyphs import Pen


class Lines(Widget):
    """A block of lines; as tall as its style says, or as they are many with `height: auto`.

    Args:
        pen: makes each line drawable.
        more: what the last visible line says of those below, with `{count}`; empty: they are simply cut.
    """

    def __init__(self, pen: Pen, more: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._pen = pen
        self._more = more
        self._lines: list[str] = []
        self.top = 0

    @property
    def lines(self) -> Sequence[str]:
        """What is drawn, whole."""
        return self._lines

    def show(self, lines: Sequence[str], *, top: int = 0) -> None:
        """Draw other lines, from one of them on; nothing happens when they are the same."""
        drawn = [self._pen(line) for line in lines]
        if drawn == self._lines and top == self.top:
            return
        grown = len(drawn) != len(self._lines)
        self._lines, self.top = drawn, top
        self.refresh(layout=grown)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """For `height: auto`."""
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        """One line in exactly the widget's width."""
        at, width = self.top + y, self.size.width
        below = len(self._lines) - self.top - self.size.height
        if self._more and below > 0 and y == self.size.height - 1:
            text = self._more.format(count=below + 1)
        else:
            text = self._lines[at] if at < len(self._lines) else ""
        return Strip([Segment(fitted(text, width), self.rich_style)], width)
