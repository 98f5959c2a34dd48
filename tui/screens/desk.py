"""The screen an operator sits in front of: a box as a list, and under it the message on which the mark stands."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from textual import on
from textual.widget import Widget

from node.api.drafts import Draft
from node.api.messages import Box, ShownMessage
from tui.cells import beside
from tui.keys import DESK, bindings
from tui.picture import Look, Picture, Window
from tui.rows import heading, is_loud, needs_somebody, row
from tui.screens.alarms import AlarmsScreen
from tui.screens.answering import AnsweringScreen
from tui.screens.drafts import DraftsScreen
from tui.screens.handover import HandOverScreen
from tui.screens.message import MessageScreen
from tui.screens.pages import PageScreen
from tui.screens.releases import ReleasesScreen
from tui.session import WINDOW_ROWS
from tui.texts import short_view, station_page
from tui.widgets.choices import MARK_CELLS, Choice, Choices, Tone
from tui.widgets.lines import Lines

_BOXES: Final = {Box.INBOX: "INBOX", Box.OUTBOX: "OUTBOX", Box.CARRIED: "CARRIED FOR OTHERS"}
_EMPTY: Final = "Nothing here."
_RANGE: Final = "{first}-{last} of {count}"
_MORE: Final = "  -- {count} more lines: Enter --"
_ALL_ACKNOWLEDGED: Final = "Nothing waits for an acknowledgement."
_SILENCED: Final = "The alarm is silent for five minutes. {count} wait for somebody."
_STATION: Final = "The station"
TEXTS: Final = (*_BOXES.values(), _EMPTY, _RANGE, _MORE, _ALL_ACKNOWLEDGED, _SILENCED, _STATION)


class DeskScreen(AnsweringScreen[None]):
    """The main screen; it is never left but by quitting."""

    KEYS = DESK
    BINDINGS = bindings(DESK)

    def __init__(self) -> None:
        super().__init__()
        self._window = Window()
        self._messages: dict[int, ShownMessage] = {}
        self._wants_next = False

    def compose_body(self) -> Iterator[Widget]:
        pen = self.console.pen
        yield Lines(pen, id="title", classes="title")
        yield Lines(pen, id="heading", classes="rule")
        yield Choices(pen, self.words(_EMPTY), id="messages")
        yield Lines(pen, id="rule")
        yield Lines(pen, self.words(_MORE), id="view")

    def on_mount(self) -> None:
        super().on_mount()
        self._choices.focus()

    def drawn(self, picture: Picture) -> None:
        look = picture.look
        if look is None:
            return
        self._window = look.window
        self._messages = {message.id: message for message in look.listed.messages}
        cells = self.size.width - MARK_CELLS
        rows = [Choice(one.id, row(self.words, one, cells), _tone(one)) for one in look.listed.messages]
        self._choices.show(rows)
        self._draw_title(look)
        self.lines("heading").show([" " + heading(self.words, look.window.box, cells)])
        self.lines("rule").show(["─" * self.size.width])
        self._draw_view()
        if self._wants_next and look.window == Window():
            self._wants_next = False
            self.action_next()

    def selected(self) -> ShownMessage | None:
        chosen = self._choices.chosen
        return None if chosen is None else self._messages.get(chosen)

    @on(Choices.Marked)
    def _marked(self) -> None:
        self._draw_view()
        self.say("")

    @on(Choices.Scrolled)
    def _scrolled(self) -> None:
        look = self.console.picture.look
        if look is not None:
            self._draw_title(look)

    @on(Choices.Beyond)
    def _beyond(self, event: Choices.Beyond) -> None:
        """The next page of the box, or the one before."""
        look = self.console.picture.look
        skip = self._window.skip + event.direction * WINDOW_ROWS
        if look is not None and 0 <= skip < look.listed.count:
            self.console.list_window(replace(self._window, skip=skip))

    def action_box(self) -> None:
        """The next box."""
        boxes = list(_BOXES)
        self.console.list_window(Window(boxes[(boxes.index(self._window.box) + 1) % len(boxes)]))
        self.say("")

    def action_next(self) -> None:
        """The next message that waits, after the mark and round to the top."""
        if self._window != Window():
            self._wants_next = True
            self.console.list_window(Window())
            return
        rows = self._choices.choices
        marked = [at for at, choice in enumerate(rows) if choice.id == self._choices.chosen]
        start = marked[0] + 1 if marked else 0
        waiting = [one.id for one in (*rows[start:], *rows[:start]) if one.tone is not Tone.PLAIN]
        if waiting:
            self._choices.choose(waiting[0])
        else:
            self.say(self.words(_ALL_ACKNOWLEDGED))

    @on(Choices.Taken)
    def _open(self) -> None:
        """The whole message."""
        message = self.selected()
        if message is not None:
            self.app.push_screen(MessageScreen(message.id), lambda _: None)

    def action_compose(self) -> None:
        """A new message."""
        self.write(Draft())

    def action_drafts(self) -> None:
        """What is kept unsent."""
        self.app.push_screen(DraftsScreen(), lambda draft: self.write(draft) if draft is not None else None)

    def action_alarms(self) -> None:
        """What somebody must look into."""
        self.console.look_again()
        self.app.push_screen(AlarmsScreen(), lambda _: None)

    def action_releases(self) -> None:
        """What waits for a second person."""
        self.app.push_screen(ReleasesScreen(), lambda _: None)

    def action_handover(self) -> None:
        """What the next shift must know."""
        self.console.look_again()
        self.app.push_screen(HandOverScreen(), lambda _: None)

    def action_log(self) -> None:
        """What happened here."""
        from tui.screens.log import LogScreen  # What a log is made of is not needed to start.

        self.app.push_screen(LogScreen(), lambda _: None)

    def action_station(self) -> None:
        """All that the station says of itself, now."""
        self.console.look_again()
        words = self.words
        self.app.push_screen(PageScreen(words(_STATION), lambda picture, cells: station_page(words, picture, cells)))

    def action_silence(self) -> None:
        """Five minutes without alarm."""
        look = self.console.picture.look
        self.console.silence()
        count = 0 if look is None else look.status.unacknowledged
        self.say(self.words(_SILENCED).format(count=count))

    @property
    def _choices(self) -> Choices:
        return self.query_one(Choices)

    def _range(self, count: int) -> str:
        first = min(self._window.skip + 1, count)
        last = min(self._window.skip + len(self._messages), count)
        return self.words(_RANGE).format(first=first, last=last, count=count)

    def _draw_title(self, look: Look) -> None:
        """Which box, and how much of it is out of sight: what is new may have come in above."""
        name = f"{look.status.station} {self.words(_BOXES[look.window.box])}"
        above, below = self._choices.hidden
        arrows = f"{f'↑{above} ' * bool(above)}{f'↓{below} ' * bool(below)}"
        self.lines("title").show([beside(f" {name}", f"{arrows}{self._range(look.listed.count)} ", self.size.width)])

    def _draw_view(self) -> None:
        message = self.selected()
        lines = [] if message is None else short_view(self.words, message, self.size.width)
        self.lines("view").show(lines)


def _tone(message: ShownMessage) -> Tone:
    if is_loud(message):
        return Tone.LOUD
    return Tone.STRONG if needs_somebody(message) else Tone.PLAIN
