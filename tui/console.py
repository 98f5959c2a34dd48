"""What a screen may ask of the console around it; the application is one, a test may be another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from textual.widget import Widget

from node.api.faults import Fault
from node.api.methods import Method
from node.words.catalogue import Words
from tui.glyphs import Pen
from tui.picture import Picture, Window

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class Failure:
    """An errand came back without what it was sent for."""

    text: str
    """For people, in their language, with the remedy."""
    fault: Fault | None
    """The station's; None: it is away, and whether it did what it was asked is not known."""


class Console(Protocol):
    """One operator's terminal."""

    words: Words
    pen: Pen

    @property
    def picture(self) -> Picture:
        """The station as last seen."""

    @property
    def operator(self) -> str:
        """Initials of who writes at this console; empty: nobody is on duty, or nobody was chosen of several."""

    def write_as(self, initials: str) -> None:
        """Somebody who is on duty writes at this console from now on."""

    def list_window(self, window: Window) -> None:
        """Show another part of a box."""

    def look_again(self) -> None:
        """Look at the station now: what a person asks for must not be a minute old."""

    def errand(
        self,
        asker: Widget,
        method: Method[AskT, AnswerT],
        ask: AskT,
        done: Callable[[AnswerT], object],
        failed: Callable[[Failure], object],
    ) -> None:
        """Ask the station something; one of the two is called later, unless the screen that asked is gone by then."""

    def silence(self) -> None:
        """Five minutes without alarm."""
