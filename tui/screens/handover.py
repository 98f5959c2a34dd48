"""The page that is read when one shift hands to the next, and the hand-over itself, in both names."""

from collections.abc import Iterator
from typing import Final

from textual.widget import Widget

from node.api.handover import AcceptShift, HandOver, HandOverPage
from node.api.methods import ACCEPT_SHIFT, HAND_OVER, HAND_OVER_PAGE, Nothing
from node.words.handover_page import handover_page
from node.words.harmless import harmless
from tui.keys import HANDOVER, bindings
from tui.picture import Look, Picture
from tui.screens.frame import Frame
from tui.screens.initials import InitialsScreen
from tui.screens.question import ask
from tui.widgets.page import Page

_MORE: Final = "  -- {count} more lines: ↓ --"
_TO: Final = "{initials} hands over. Initials of who takes over, and is on duty here:"
_OFFERED: Final = "Offered to {incoming}, who reads this page and presses A."
_NOT_OFFERED: Final = "No shift is offered. O: {initials} offers theirs."
_ACCEPT: Final = "{incoming} takes over from {outgoing}, and has read the page. Is this {incoming}?"
_ACCEPTED: Final = "{incoming} has taken over from {outgoing}. It stands in the log."
_ALONE: Final = "Relief did not come: {initials} gives all functions up, and every station is told. Go on?"
_ENDED: Final = "{initials} has handed over to nobody. It stands in the log. F2, F10: log out."
TEXTS: Final = (_MORE, _TO, _OFFERED, _NOT_OFFERED, _ACCEPT, _ACCEPTED, _ALONE, _ENDED)


class HandOverScreen(Frame[None]):
    """What the next one must know; asked anew at every look."""

    KEYS = HANDOVER
    BINDINGS = bindings(HANDOVER)

    def __init__(self) -> None:
        super().__init__()
        self._page: HandOverPage | None = None
        self._asked_at: Look | None = None

    def compose_body(self) -> Iterator[Widget]:
        yield Page(self.console.pen, self.words(_MORE), id="page")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Page).focus()

    def drawn(self, picture: Picture) -> None:
        if picture.absence is None and picture.look is not self._asked_at:
            self._asked_at = picture.look
            self.console.errand(self, HAND_OVER_PAGE, Nothing(), self._shown, self.say_failure)
        self._draw_page()

    def action_offer(self) -> None:
        """Hand the shift of whoever writes here to another."""

        def offer(outgoing: str) -> None:
            question = self.words(_TO).format(initials=outgoing)
            self.app.push_screen(InitialsScreen(question), lambda incoming: self._offer(outgoing, incoming))

        self.as_somebody(offer)

    def action_accept(self) -> None:
        """Take over what is offered: to whoever writes here, else to the one person to whom anything is."""
        offers = self._page.offered if self._page is not None else ()
        mine = [one for one in offers if one.incoming == self.console.operator]
        offer = mine[0] if mine else offers[0] if len(offers) == 1 else None
        if offer is None:
            self.say(self.words(_NOT_OFFERED).format(initials=self.console.operator or "?"))
            return
        names = {"incoming": harmless(offer.incoming), "outgoing": harmless(offer.outgoing)}

        def done(page: HandOverPage) -> None:
            self.console.write_as(offer.incoming)
            self._page = page
            self.draw(self.console.picture)
            self.say(self.words(_ACCEPTED).format(**names))

        def accept() -> None:
            self.console.errand(self, ACCEPT_SHIFT, AcceptShift(offer.incoming), done, self.say_failure)

        ask(self.app, self.words(_ACCEPT).format(**names), accept)

    def action_alone(self) -> None:
        """End the shift though nobody came."""

        def alone(initials: str) -> None:
            ask(self.app, self.words(_ALONE).format(initials=initials), lambda: self._hand(initials, "", _ENDED))

        self.as_somebody(alone)

    def action_back(self) -> None:
        """Leave."""
        self.finish(None)

    def _offer(self, outgoing: str, incoming: str | None) -> None:
        if incoming:
            self._hand(outgoing, incoming, _OFFERED)

    def _hand(self, outgoing: str, incoming: str, said: str) -> None:
        def done(page: HandOverPage) -> None:
            self._shown(page)
            self.say(self.words(said).format(initials=outgoing, incoming=incoming))

        self.console.errand(self, HAND_OVER, HandOver(incoming, outgoing), done, self.say_failure)

    def _shown(self, page: HandOverPage) -> None:
        self._page = page
        self._draw_page()

    def _draw_page(self) -> None:
        if self._page is not None:
            page = self.query_one(Page)
            page.show(handover_page(self.words, self._page, max(40, self.size.width)), top=page.top)
