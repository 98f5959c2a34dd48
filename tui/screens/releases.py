"""Messages that leave only when a second person releases them: read whole, let go, or taken back."""

from collections.abc import Sequence
from typing import Final

from textual import on

from node.api.methods import RELEASE, RELEASES, WITHDRAW_RELEASE, Nothing, Queued
from node.api.releases import Release, WaitingRelease, WaitingReleases, WithdrawRelease
from node.words.harmless import harmless
from node.words.message_page import TEXT_MARGIN
from node.words.page import folded
from node.words.phrases import clock_text, precedence_text
from node.words.release_phrases import waiting_line
from tui.keys import RELEASES as KEYS
from tui.keys import bindings
from tui.screens.listing import ListingScreen
from tui.screens.question import ask
from tui.widgets.choices import MARK_CELLS, Choice, Choices, Tone

_TITLE: Final = "Not sent: a second person reads it and lets it go."
_NONE: Final = "Nothing waits for a second person."
_WRITTEN_BY: Final = "{precedence} to {to}, written by {author} {time}"
_THE_STATION: Final = "the station itself, no person"
_RELEASE: Final = "Let it go as {initials}? It is sent at once, in both names."
_RELEASED: Final = "{number} is released by {initials} and queued. Tab: outbox"
_WITHDRAW: Final = "Take it back as {initials}? It is not sent; its draft is kept."
_WITHDRAWN: Final = "Taken back: it is not sent. K: its draft"
TEXTS: Final = (_TITLE, _NONE, _WRITTEN_BY, _RELEASE, _RELEASED, _WITHDRAW, _WITHDRAWN)


class ReleasesScreen(ListingScreen[None]):
    """All that wait, in order."""

    KEYS = KEYS
    BINDINGS = bindings(KEYS)

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[int, WaitingRelease] = {}

    def ask(self) -> None:
        self.console.errand(self, RELEASES, Nothing(), self._listed, self.say_failure)

    def heading(self) -> str:
        return self.words(_TITLE if self._waiting else _NONE)

    def rows(self, cells: int) -> Sequence[Choice]:
        room = cells - MARK_CELLS
        return [Choice(at, waiting_line(self.words, one)[:room], Tone.STRONG) for at, one in self._waiting.items()]

    def view(self, chosen: int) -> list[str]:
        return self._whole(self._waiting[chosen], self.size.width)

    @on(Choices.Taken)
    def _taken(self) -> None:
        """Let it go, after its text was on the screen once more."""
        waiting = self._chosen()
        if waiting is not None:
            self.as_somebody(lambda initials: self._confirm(waiting, initials))

    def action_withdraw(self) -> None:
        """Take it back, after a question."""
        waiting = self._chosen()
        if waiting is not None:
            self.as_somebody(lambda initials: self._confirm_withdrawal(waiting, initials))

    def action_back(self) -> None:
        """Leave; nothing is sent by that."""
        self.finish(None)

    def _confirm(self, waiting: WaitingRelease, initials: str) -> None:
        def released(queued: Queued) -> None:
            self.say(self.words(_RELEASED).format(number=queued.number, initials=initials))
            self.ask()

        def release() -> None:
            self.console.errand(self, RELEASE, Release(waiting.id, initials), released, self.say_failure)

        ask(self.app, self._question(_RELEASE, waiting, initials), release)

    def _confirm_withdrawal(self, waiting: WaitingRelease, initials: str) -> None:
        def withdrawn(left: WaitingReleases) -> None:
            self._listed(left)
            self.say(self.words(_WITHDRAWN))

        def withdraw() -> None:
            self.console.errand(
                self, WITHDRAW_RELEASE, WithdrawRelease(waiting.id, initials), withdrawn, self.say_failure
            )

        ask(self.app, self._question(_WITHDRAW, waiting, initials), withdraw)

    def _question(self, question: str, waiting: WaitingRelease, initials: str) -> str:
        whole = "\n".join(self._whole(waiting, self.size.width - 4))
        return f"{self.words(question).format(initials=initials)}\n\n{whole}"

    def _whole(self, waiting: WaitingRelease, cells: int) -> list[str]:
        head = self.words(_WRITTEN_BY).format(
            precedence=precedence_text(self.words, waiting.precedence),
            to=harmless(waiting.to.name or waiting.to.code),
            author=harmless(waiting.author) or self.words(_THE_STATION),
            time=clock_text(waiting.asked),
        )
        text = folded(harmless(waiting.text, keep_lines=True), cells - len(TEXT_MARGIN))
        return [*folded(head, cells), *(f"{TEXT_MARGIN}{line}" for line in text)]

    def _chosen(self) -> WaitingRelease | None:
        chosen = self.choices.chosen
        return None if chosen is None else self._waiting.get(chosen)

    def _listed(self, waiting: WaitingReleases) -> None:
        self.is_known = True
        self._waiting = {one.id: one for one in waiting.waiting}
        self.draw_list()
