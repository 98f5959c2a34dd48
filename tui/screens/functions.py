"""Functions and who holds them: taken and given up by whoever writes at this console."""

from collections.abc import Sequence
from typing import Final

from textual import on

from node.api.functions import Functions, GiveUp, HeldFunction, Take
from node.api.methods import FUNCTIONS, GIVE_UP, TAKE, Nothing
from node.words.duty_phrases import function_line
from node.words.harmless import harmless
from node.words.page import folded
from tui.keys import FUNCTIONS as KEYS
from tui.keys import bindings
from tui.screens.listing import ListingScreen
from tui.screens.question import ask
from tui.widgets.choices import MARK_CELLS, Choice, Choices

_TITLE: Final = "Functions, and who holds them. Messages are addressed to functions."
_NONE: Final = "No functions."
_TAKEN: Final = "{initials} holds {function}. Every station is told."
_GIVEN: Final = "{initials} has given {function} up. Every station is told."
_HELD: Final = "{function} is held by {holder}. Take it over as {initials}?"
TEXTS: Final = (_TITLE, _NONE, _TAKEN, _GIVEN, _HELD)


class FunctionsScreen(ListingScreen[None]):
    """Those of this station, and others of which something was said."""

    KEYS = KEYS
    BINDINGS = bindings(KEYS)

    def __init__(self) -> None:
        super().__init__()
        self._functions: dict[int, HeldFunction] = {}

    def ask(self) -> None:
        self.console.errand(self, FUNCTIONS, Nothing(), self._listed, self.say_failure)

    def heading(self) -> str:
        return self.words(_TITLE if self._functions else _NONE)

    def rows(self, cells: int) -> Sequence[Choice]:
        room = cells - MARK_CELLS
        return [Choice(number, function_line(self.words, one)[:room]) for number, one in self._functions.items()]

    def view(self, chosen: int) -> list[str]:
        return folded(function_line(self.words, self._functions[chosen]), self.size.width)

    @on(Choices.Taken)
    def _taken(self) -> None:
        """Take it; who takes it from another is asked."""
        function = self._chosen()
        if function is not None:
            self.as_somebody(lambda initials: self._take(function, initials))

    def action_give_up(self) -> None:
        """Hold it no more."""
        function = self._chosen()
        if function is not None:
            self.as_somebody(lambda initials: self._give_up(function, initials))

    def action_back(self) -> None:
        """Leave."""
        self.finish(None)

    def _take(self, function: HeldFunction, initials: str) -> None:
        def take() -> None:
            self.console.errand(self, TAKE, Take(str(function.number), initials), done, self.say_failure)

        def done(functions: Functions) -> None:
            self._listed(functions)
            self.say(self.words(_TAKEN).format(initials=initials, function=harmless(function.code)))

        holder = function.holding.initials
        if holder and holder != initials:
            names = {"function": harmless(function.code), "holder": harmless(holder), "initials": initials}
            ask(self.app, self.words(_HELD).format(**names), take)
        else:
            take()

    def _give_up(self, function: HeldFunction, initials: str) -> None:
        def done(functions: Functions) -> None:
            self._listed(functions)
            self.say(self.words(_GIVEN).format(initials=initials, function=harmless(function.code)))

        self.console.errand(self, GIVE_UP, GiveUp(str(function.number), initials), done, self.say_failure)

    def _chosen(self) -> HeldFunction | None:
        chosen = self.choices.chosen
        return None if chosen is None else self._functions.get(chosen)

    def _listed(self, functions: Functions) -> None:
        self.is_known = True
        self._functions = {one.number: one for one in functions.functions}
        self.draw_list()
