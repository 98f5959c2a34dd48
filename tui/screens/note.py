"""A note for the log: a call, a decision, what was left undone; how it came, and when it stood on paper."""

from collections.abc import Iterator
from typing import ClassVar, Final

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from node.api.log import Channel, NotedEntry, WriteNote
from node.api.methods import NOTE
from node.words.log_page import channel_text
from node.words.typed_time import instant_ms
from tui.console import Failure
from tui.keys import NOTE as KEYS
from tui.keys import bindings
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.screens.question import ask
from tui.widgets.fields import Body, Line
from tui.widgets.lines import Lines

LABEL_CELLS: Final = 13
"""As in the style sheet."""

_TITLE: Final = "Note for the log, as {initials}"
_FIELDS: Final = {"caller": "Who said it", "called": "To whom", "written": "On paper at"}
_CHANNEL: Final = "How"
_OWN: Final = "a note of one's own"
_NO_TIME: Final = "'{typed}' is no time: write 13:10, or 2026-03-01T13:10, or leave it empty."
_LOSE: Final = "Leave and lose this note? It is not in the log."
TEXTS: Final = (_TITLE, *_FIELDS.values(), _CHANNEL, _OWN, _NO_TIME, _LOSE)
_CHANNELS: Final = (None, *Channel)


class NoteScreen(Frame[int | None]):
    """Ends with the number of the entry; None when nothing was noted.

    Args:
        initials: who notes it; `-` for the station itself.
    """

    KEYS = KEYS
    TAKES_LETTERS = True
    # Taken before any field sees them: what is typed after them must not become a part of the field before.
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(KEYS),
        Binding("tab", "onward", show=False, priority=True),
        Binding("enter", "entered", show=False, priority=True),
    ]

    def __init__(self, initials: str) -> None:
        super().__init__()
        self._initials = initials
        self._channel: Channel | None = None
        self._is_asked = False

    def compose_body(self) -> Iterator[Widget]:
        pen = self.console.pen
        yield Lines(pen, id="title", classes="title")
        for name, text in _FIELDS.items():
            label = Lines(pen, classes="label")
            label.show([self._label(text)])
            yield Horizontal(label, Line(id=name), classes="field")
        yield Lines(pen, id="options")
        yield Lines(pen, id="rule")
        yield Body("", id="body")

    def on_mount(self) -> None:
        super().on_mount()
        self.begin_at(self.query_one(Body))

    def drawn(self, picture: Picture) -> None:
        self.lines("title").show([f" {self.words(_TITLE).format(initials=self._initials)}"])
        said = (self.words(_OWN) if one is None else channel_text(self.words, one) for one in _CHANNELS)
        options = (
            f">{text}<" if one is self._channel else f" {text} " for one, text in zip(_CHANNELS, said, strict=True)
        )
        self.lines("options").show([self._label(_CHANNEL) + "".join(options)])
        self.lines("rule").show(["─" * self.size.width])

    def action_onward(self) -> None:
        """The next field, after the text the first."""
        self.focus_next()

    def action_entered(self) -> None:
        """The next field; within the text a new line."""
        if isinstance(self.focused, Body):
            raise SkipAction
        self.focus_next()

    def action_channel(self) -> None:
        """The next way by which it may have come."""
        self._channel = _CHANNELS[(_CHANNELS.index(self._channel) + 1) % len(_CHANNELS)]
        self.draw(self.console.picture)

    def action_write(self) -> None:
        """Into the log, where nothing is ever changed."""
        typed = self._typed("written")
        written_utc_ms = instant_ms(typed) if typed else None
        if typed and written_utc_ms is None:
            self.say(self.words(_NO_TIME).format(typed=typed))
        elif not self._is_asked:
            self._is_asked = True
            text, caller, called = self._text(), self._typed("caller"), self._typed("called")
            note = WriteNote(text, self._channel, caller, called, written_utc_ms, self._initials)
            self.console.errand(self, NOTE, note, self._noted, self._not_noted)

    def action_leave(self) -> None:
        """Leave; what was written is asked about."""
        if self._text():
            ask(self.app, self.words(_LOSE), lambda: self.finish(None))
        else:
            self.finish(None)

    def _noted(self, entry: NotedEntry) -> None:
        self.finish(entry.number)

    def _not_noted(self, failure: Failure) -> None:
        self._is_asked = False
        self.say_failure(failure)

    def _label(self, text: str) -> str:
        return f"{self.words(text):<{LABEL_CELLS - 2}}: "

    def _text(self) -> str:
        return self.query_one(Body).text.strip()

    def _typed(self, field: str) -> str:
        return self.query_one(f"#{field}", Line).value.strip()
