"""The console as a program: one session with its station, one picture, the screens that draw from it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from textual.app import App
from textual.timer import Timer
from textual.widget import Widget

from node.api.faults import Refused
from node.api.methods import Method
from node.client.handshake import NoStation
from node.words.catalogue import Words
from node.words.phrases import fault_text
from tui.bell import Bell
from tui.console import Failure
from tui.glyphs import Pen
from tui.picture import Look, Picture, Window
from tui.rows import is_loud
from tui.screens.compose import ComposeScreen
from tui.screens.desk import DeskScreen
from tui.screens.frame import Frame
from tui.screens.question import QuestionScreen, ask
from tui.session import Session

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")

_STATION_AWAY: Final = "The station does not answer: nothing was done. It is sought again by itself."
_LEAVE: Final = "Leave the console? The station goes on, and what is urgent sounds no more here."
TEXTS: Final = (_STATION_AWAY, _LEAVE)


class ConsoleApp(App[None]):
    """One operator's terminal; implements `tui.console.Console`.

    Args:
        socket: the station's.
        words: the texts of the language.
        pen: makes texts drawable on this terminal.
    """

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "Bavn"

    def __init__(self, socket: Path, words: Words, pen: Pen) -> None:
        super().__init__(ansi_color=True)
        self.words = words
        self.pen = pen
        self._session = Session(socket, self._told, lambda refused: fault_text(words, refused.fault))
        self._operator = ""
        self._look_before: Look | None = None
        self._bell = Bell()
        self._bell_timer: Timer | None = None

    @property
    def picture(self) -> Picture:
        """The station as last seen."""
        return self._session.picture

    @property
    def operator(self) -> str:
        """Initials of who writes at this console."""
        look = self.picture.look
        if self._operator and look is self._look_before:
            return self._operator  # Chosen since the station was last looked at.
        on_duty = [person.initials for person in look.status.duty] if look is not None else []
        if self._operator in on_duty:
            return self._operator
        return on_duty[0] if len(on_duty) == 1 else ""

    def on_mount(self) -> None:
        """Begin."""
        self.theme = "ansi-dark"
        self.push_screen(DeskScreen())
        self.run_worker(self._session.run(), name="session", exit_on_error=True)

    def write_as(self, initials: str) -> None:
        """Somebody who is on duty writes at this console from now on."""
        self._operator, self._look_before = initials, self.picture.look
        self._session.look_again()

    def list_window(self, window: Window) -> None:
        """Show another part of a box."""
        self._session.show(window)

    def look_again(self) -> None:
        """Look at the station now."""
        self._session.look_again()

    def silence(self) -> None:
        """Five minutes without alarm."""
        self._bell.silence(time.monotonic())
        self._ring()

    def errand(
        self,
        asker: Widget,
        method: Method[AskT, AnswerT],
        ask: AskT,
        done: Callable[[AnswerT], object],
        failed: Callable[[Failure], object],
    ) -> None:
        """Ask the station something; one of the two is called later, unless the screen that asked is gone by then."""
        self.run_worker(self._errand(asker, method, ask, done, failed), name=f"errand {method.name}")

    async def _errand(
        self,
        asker: Widget,
        method: Method[AskT, AnswerT],
        ask: AskT,
        done: Callable[[AnswerT], object],
        failed: Callable[[Failure], object],
    ) -> None:
        try:
            answer = await self._session.call(method, ask)
        except Refused as refused:
            failure = Failure(fault_text(self.words, refused.fault), refused.fault)
        except (NoStation, TimeoutError):
            failure = Failure(self.words(_STATION_AWAY), None)
        else:
            if asker.is_running:
                done(answer)
            return
        if asker.is_running:
            failed(failure)

    async def action_quit(self) -> None:
        """Leave, after a question; a message that is being written is left, and kept, first."""
        if isinstance(self.screen, ComposeScreen):
            self.screen.action_leave()
        elif not isinstance(self.screen, QuestionScreen):
            ask(self, self.words(_LEAVE), self.exit)

    def _told(self, picture: Picture) -> None:
        """Draw a new picture on the screen in front; the others draw it when they come to the front."""
        if picture.look is not None:
            loud = frozenset(message.id for message in picture.look.inbox.messages if is_loud(message))
            self._bell.heard_of(loud, time.monotonic())
            self._ring()
        for screen in self.screen_stack:
            if isinstance(screen, Frame) and screen.is_running:
                screen.draw(picture)

    def _ring(self) -> None:
        """Sound if it is due, and come again when it next may be."""
        if self._bell_timer is not None:
            self._bell_timer.stop()
            self._bell_timer = None
        now_s = time.monotonic()
        if self._bell.sounds(now_s):
            self.bell()
        again_s = self._bell.next_s(now_s)
        if again_s is not None:
            self._bell_timer = self.set_timer(max(again_s, 0.1), self._ring)
