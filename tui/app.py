"""The console as a program: one session with its station, one picture, the screens that draw from it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import rich
from rich.segment import Segments
from rich.traceback import Traceback
from textual import events
from textual.app import App
from textual.timer import Timer
from textual.widget import Widget

from node.api.faults import Refused
from node.api.methods import PRESENT, Method, Nothing
from node.client.handshake import NoStation
from node.words.catalogue import Words
from tui.bell import Bell
from tui.console import Failure
from tui.faults import console_fault_text
from tui.glyphs import Pen
from tui.picture import Look, Picture, Window
from tui.rows import is_loud
from tui.screens.compose import ComposeScreen
from tui.screens.desk import DeskScreen
from tui.screens.frame import Frame
from tui.screens.question import QuestionScreen, ask
from tui.session import NotAsked, Session

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")

PRESENT_AGAIN_S: Final = 60.0
"""Far below the minutes after which keys lock by themselves."""

_NOT_ASKED: Final = "There is no station: nothing was done. It is sought again by itself."
_NO_ANSWER: Final = "No answer from the station: whether it was done is not known. Look before you do it again."
_LEAVE: Final = "Leave the console? The station goes on, and what is urgent sounds no more here."
TEXTS: Final = (_NOT_ASKED, _NO_ANSWER, _LEAVE)


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
        self._session = Session(socket, self._told, lambda refused: console_fault_text(words, refused.fault))
        self._operator = ""
        self._look_before: Look | None = None
        self._bell = Bell()
        self._present_from_s = 0.0
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
        return self._operator if self._operator in on_duty else ""

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
            failure = Failure(console_fault_text(self.words, refused.fault), refused.fault)
        except NotAsked:
            failure = Failure(self.words(_NOT_ASKED), None)
        except (NoStation, TimeoutError):
            failure = Failure(self.words(_NO_ANSWER), None)
        else:
            if asker.is_running:
                done(answer)
            return
        if asker.is_running:
            failed(failure)

    async def on_event(self, event: events.Event) -> None:
        """Every key of every screen passes here, also those that a screen then keeps to itself."""
        if isinstance(event, events.Key):
            self._say_present()
            letter = event.character if event.is_printable else None
            if letter and isinstance(self.screen, Frame) and self.screen.take_first(letter):
                return
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """Keep the letters that are typed while a screen opens: on a slow line the text comes in with the key."""
        letter = event.character if event.is_printable else None
        if letter and isinstance(self.screen, Frame) and self.screen.take_letter(letter):
            event.prevent_default()
            event.stop()

    def _say_present(self) -> None:
        """Tell the station, at most once a minute, that somebody is at the keys: then it does not lock them."""
        now_s, look = time.monotonic(), self.picture.look
        if look is not None and look.status.duty and now_s >= self._present_from_s:
            self._present_from_s = now_s + PRESENT_AGAIN_S
            self.errand(self.screen, PRESENT, Nothing(), lambda _: None, lambda _: None)

    async def action_quit(self) -> None:
        """Leave, after a question; a message that is being written is left, and kept, first."""
        self._leave()

    def action_help_quit(self) -> None:
        """Ctrl+C: what it means elsewhere, and no notice of Textual's own."""
        self._leave()

    def _leave(self) -> None:
        if isinstance(self.screen, ComposeScreen):
            self.screen.action_leave()
        elif not isinstance(self.screen, QuestionScreen):
            ask(self, self.words(_LEAVE), self.exit)

    def _fatal_error(self) -> None:
        """End by a mistake of ours, and tell where: without what the names held, since one may hold a passphrase."""
        self.bell()
        trace = Traceback(show_locals=False, suppress=[rich])
        self._exit_renderables.append(Segments(self.console.render(trace, self.console.options)))
        self._close_messages_no_wait()

    def _told(self, picture: Picture) -> None:
        """Draw a new picture on the screen in front; the others draw it when they come to the front."""
        if picture.look is not None:
            self._take_only_one(picture.look)
            loud = frozenset(message.id for message in picture.look.inbox.messages if is_loud(message))
            # Below zero: an alarm's number is no message's.
            loud |= {-alarm.id for alarm in picture.look.status.alarms if not alarm.silenced_by}
            self._bell.heard_of(loud, time.monotonic())
            self._ring()
        for screen in self.screen_stack:
            if isinstance(screen, Frame) and screen.is_running:
                screen.draw(picture)

    def _take_only_one(self, look: Look) -> None:
        """Where nobody was chosen yet, the only person on duty writes; who leaves is never followed by another."""
        if not self._operator and len(look.status.duty) == 1:
            self._operator = look.status.duty[0].initials

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
