"""What a person must look into, and who does; an alarm is taken note of here, and ends by itself when it is over."""

from collections.abc import Iterator
from typing import Final

from textual import on
from textual.widget import Widget

from node.api.alarms import Silence
from node.api.methods import SILENCE
from node.words.alarm_phrases import alarm_text
from node.words.page import folded
from tui.keys import ALARMS, bindings
from tui.picture import Picture
from tui.screens.frame import Frame
from tui.widgets.choices import MARK_CELLS, Choice, Choices, Tone
from tui.widgets.lines import Lines

_TITLE: Final = "Alarms: what somebody must look into. Enter says that you do."
_NONE: Final = "No alarms."
_TAKEN: Final = "You look into it."
_MORE: Final = "  -- {count} more lines --"
TEXTS: Final = (_TITLE, _NONE, _TAKEN, _MORE)


class AlarmsScreen(Frame[None]):
    """The alarms that stand."""

    KEYS = ALARMS
    BINDINGS = bindings(ALARMS)

    def compose_body(self) -> Iterator[Widget]:
        pen = self.console.pen
        yield Lines(pen, id="title", classes="title")
        yield Choices(pen, self.words(_NONE), id="listed")
        yield Lines(pen, id="rule")
        yield Lines(pen, self.words(_MORE), id="view")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Choices).focus()

    def drawn(self, picture: Picture) -> None:
        self.lines("title").show([f" {self.words(_TITLE)}"])
        cells = self.size.width - MARK_CELLS
        alarms = picture.look.status.alarms if picture.look is not None else ()
        rows = [
            Choice(one.id, alarm_text(self.words, one)[:cells], Tone.PLAIN if one.silenced_by else Tone.LOUD)
            for one in alarms
        ]
        self.query_one(Choices).show(rows)
        self.lines("rule").show(["─" * self.size.width])
        self._draw_view()

    @on(Choices.Marked)
    def _marked(self) -> None:
        self._draw_view()

    @on(Choices.Taken)
    def _taken(self) -> None:
        """Somebody looks into the one on which the mark stands."""
        chosen = self.query_one(Choices).chosen
        if chosen is not None:
            self.as_somebody(lambda initials: self._silence(chosen, initials))

    def action_back(self) -> None:
        """Back; nothing is silenced by that."""
        self.finish(None)

    def _silence(self, alarm: int, initials: str) -> None:
        def done(_: object) -> None:
            self.say(self.words(_TAKEN))
            self.console.look_again()

        self.console.errand(self, SILENCE, Silence(alarm, initials), done, self.say_failure)

    def _draw_view(self) -> None:
        chosen, look = self.query_one(Choices).chosen, self.console.picture.look
        said = [one for one in look.status.alarms if one.id == chosen] if look is not None else []
        self.lines("view").show([line for one in said for line in folded(alarm_text(self.words, one), self.size.width)])
