"""What every screen has: the station's state above, a line that answers the last key, the keys below."""

from collections.abc import Callable, Iterator
from typing import ClassVar, Final, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from node.words.catalogue import Words
from node.words.page import folded
from tui.console import Console, Failure
from tui.keys import Key
from tui.picture import Picture
from tui.status_line import alerts, status_line
from tui.widgets.fields import Body, Line
from tui.widgets.lines import Lines

ResultT = TypeVar("ResultT")

COLUMNS_MIN: Final = 80
ROWS_MIN: Final = 24
"""The smallest console; below it everything goes on working, cut."""

THE_STATION: Final = "-"
"""As the station is named where an author is asked for."""

_TOO_SMALL: Final = "Terminal too small: {columns}x{rows}, meant for {columns_min}x{rows_min}"
TEXTS: Final = (_TOO_SMALL,)


class Frame(Screen[ResultT]):
    """A screen between the station's state and its keys."""

    KEYS: ClassVar[tuple[Key, ...]] = ()
    TAKES_LETTERS: ClassVar[bool] = False
    """Whether somebody types here: then it calls `begin_at` when it is mounted."""

    def __init__(self) -> None:
        super().__init__()
        self._early: str | None = ""
        self._is_finished = False
        self._late_result: tuple[ResultT] | None = None

    def finish(self, result: ResultT) -> None:
        """End with a result, once; where another screen is in front, as soon as it has gone."""
        if self._is_finished:
            return
        self._is_finished = True
        if self.is_active:
            self.dismiss(result)
        else:
            self._late_result = (result,)

    def on_screen_resume(self) -> None:
        """In front again: what was to end meanwhile ends now."""
        if self._late_result is not None:
            (result,), self._late_result = self._late_result, None
            self.dismiss(result)

    @property
    def console(self) -> Console:
        """The application, as far as a screen may know it."""
        return cast(Console, self.app)

    @property
    def words(self) -> Words:
        """The texts of the language in use."""
        return self.console.words

    def compose(self) -> ComposeResult:
        """The frame, and between its parts what the screen is about."""
        pen = self.console.pen
        yield Lines(pen, id="status")
        yield Lines(pen, id="alerts")
        yield from self.compose_body()
        yield Lines(pen, id="said")
        yield Lines(pen, id="keys")

    def compose_body(self) -> Iterator[Widget]:
        """What the screen is about."""
        raise NotImplementedError

    def drawn(self, picture: Picture) -> None:
        """The picture is another one; for screens that show more of it than the frame does."""

    def on_mount(self) -> None:
        """Draw what is known already."""
        self.draw(self.console.picture)

    def on_resize(self, event: events.Resize) -> None:
        """Draw anew for the width."""
        self.draw(self.console.picture)

    def begin_at(self, field: Widget) -> None:
        """Give the focus to a field, and it the letters that were typed before it stood there."""
        self.set_focus(field)
        early = self.end_early()
        if early and isinstance(field, Line | Body):
            field.put_at_cursor(early)

    def end_early(self) -> str:
        """What was typed before anything stood here, once; from now on letters go where the focus is."""
        early, self._early = self._early or "", None
        return early

    def take_letter(self, letter: str) -> bool:
        """Whether a letter that no field took is for this screen's: fields let none through, so it came too early."""
        if isinstance(self.focused, Line | Body):
            self.focused.put_at_cursor(letter)
            return True
        return self.TAKES_LETTERS and self.keep_early(letter)

    def take_first(self, letter: str) -> bool:
        """Whether the screen takes a letter before any field or list is asked, at the moment it comes."""
        return False

    def keep_early(self, letter: str) -> bool:
        """Keep a letter until something stands here to be typed into; whether it is as early as that."""
        if self._early is None:
            return False
        self._early += letter
        return True

    def draw(self, picture: Picture) -> None:
        """Show a picture."""
        cells = self.size.width
        if picture.look is not None:
            line = status_line(self.words, picture.look.status, self.console.operator, cells)
            self.lines("status").show([line])
        said = [*self._too_small(), *alerts(self.words, picture)]
        self.lines("alerts").show([line for alert in said for line in folded(alert, max(1, cells))])
        self.lines("keys").show([self._key_line()])
        self.drawn(picture)

    def say(self, text: str) -> None:
        """Answer the last key; the next answer takes its place."""
        self.lines("said").show(folded(text, max(1, self.size.width)) or [""])

    def say_failure(self, failure: Failure) -> None:
        """Answer that it did not work."""
        self.say(failure.text)

    def lines(self, name: str) -> Lines:
        """One of the screen's blocks of lines."""
        return self.query_one(f"#{name}", Lines)

    def as_somebody(self, then: Callable[[str], object]) -> None:
        """Go on at once, in the name of whoever writes at this console; where nobody does, after the login."""
        from tui.screens.duty import DutyScreen

        def chosen(initials: str | None) -> None:
            if initials:
                then(initials)

        if self.console.operator:
            then(self.console.operator)
        else:
            self.app.push_screen(DutyScreen(), chosen)

    def as_anybody(self, then: Callable[[str], object]) -> None:
        """As `as_somebody`; at a kiosk in the name of the station, which is shown as no person's."""
        if self.is_kiosk:
            then(THE_STATION)
        else:
            self.as_somebody(then)

    @property
    def is_kiosk(self) -> bool:
        """Whether whoever is there reads, acknowledges and writes without logging in."""
        look = self.console.picture.look
        return look is not None and look.status.kiosk and not look.status.duty and not self.console.operator

    def action_duty(self) -> None:
        """Who is on duty, and who writes here."""
        from tui.screens.duty import DutyScreen

        self.app.push_screen(DutyScreen(), lambda _: self.draw(self.console.picture))

    def action_help(self) -> None:
        """All keys, this screen's first."""
        from tui.screens.pages import help_screen

        self.app.push_screen(help_screen(self.words, self.KEYS, self.size.width))

    def _key_line(self) -> str:
        return " ".join(f"[{key.face}]{self.words(key.label)}" for key in self.KEYS if key.face)

    def _too_small(self) -> Iterator[str]:
        if self.size.width < COLUMNS_MIN or self.size.height < ROWS_MIN:
            size = {"columns": self.size.width, "rows": self.size.height}
            yield self.words(_TOO_SMALL).format(**size, columns_min=COLUMNS_MIN, rows_min=ROWS_MIN)
