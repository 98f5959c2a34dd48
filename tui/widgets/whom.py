"""Whom a message is for: a few letters, then a choice among who fits. Nothing is chosen but by a person."""

from collections.abc import Iterator
from typing import Final

from textual import events, on
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget

from node.api.messages import Recipient
from node.words.catalogue import Words
from node.words.harmless import harmless
from tui.glyphs import Pen
from tui.texts import recipient_row
from tui.widgets.choices import Choice, Choices
from tui.widgets.fields import Line
from tui.widgets.lines import Lines

FOUND_SHOWN: Final = 4


class Whom(Vertical):
    """The field and the list under it.

    Args:
        pen: makes rows drawable.
        words: of the language.
        label: in front of the field.
    """

    class Wanted(Message):
        """Somebody must be looked up; `Whom.found` takes the answer."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Chosen(Message):
        """Another recipient, or none any more."""

        def __init__(self, to: str) -> None:
            super().__init__()
            self.to = to
            """`kind:number`, or what was typed so far."""

    def __init__(self, pen: Pen, words: Words, label: str, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._pen = pen
        self._words = words
        self._label = label
        self._shown = ""
        self._is_only_one_wanted = False
        self._found: tuple[Recipient, ...] = ()
        self._recipient: Recipient | None = None

    def compose(self) -> Iterator[Widget]:
        label = Lines(self._pen, classes="label")
        label.show([self._label])
        yield Horizontal(label, Line(id="to"), classes="field")
        found = Choices(self._pen, id="found")
        found.can_focus = False
        found.display = False
        yield found

    @property
    def recipient(self) -> Recipient | None:
        """Who is chosen; nobody any more as soon as something else stands in the field."""
        return self._recipient if self._line.value == self._shown else None

    @property
    def field(self) -> Line:
        """Where somebody types."""
        return self._line

    @property
    def has_hand(self) -> bool:
        """Whether somebody types here."""
        return self._line.has_focus

    def take_focus(self) -> None:
        """Type here, from the next key on."""
        self.screen.set_focus(self._line)

    def look_up(self, to: str) -> None:
        """Show whom a draft is for; chosen if it still means exactly one."""
        self._is_only_one_wanted = True
        self._line.put(to)
        self._shown = self._line.value
        self.post_message(self.Wanted(self._shown))

    def found(self, text: str, recipients: tuple[Recipient, ...]) -> None:
        """Take who fits a text, if that is still what stands there."""
        if self.recipient is not None or text != self._line.value:
            return
        if self._is_only_one_wanted and len(recipients) == 1:
            self._choose(recipients[0])
        else:
            self._show(recipients)

    def choose_only_one(self) -> None:
        """Choose the only one who fits, if nobody is chosen yet."""
        if self.recipient is None and len(self._found) == 1:
            self._choose(self._found[0])

    @on(Line.Changed)
    def _typed(self, event: Line.Changed) -> None:
        event.stop()
        if event.value == self._shown:
            return
        self._recipient, self._shown = None, event.value
        self.post_message(self.Chosen(event.value.strip()))
        if event.value.strip():
            self.post_message(self.Wanted(event.value))
        else:
            self._show(())

    def finish(self) -> None:
        """The hand has gone on: choose whom the mark stands on, once the field has taken in all its letters."""
        self._line.call_later(self._finished)

    def _finished(self) -> None:
        if self.recipient is not None:
            return
        at = self._choices.chosen if self._line.value == self._shown and self._found else None
        if at is not None:
            self._choose(self._found[at])
        else:
            # Nobody has seen yet who fits: only where there is no choice is it made for them.
            self._is_only_one_wanted = True

    def on_descendant_focus(self) -> None:
        """The hand is back."""
        self._is_only_one_wanted = False

    @on(Choices.Marked)
    @on(Choices.Beyond)
    def _marked(self, event: Choices.Marked | Choices.Beyond) -> None:
        event.stop()

    def on_key(self, event: events.Key) -> None:
        """While somebody types, up and down move the mark among who fits."""
        if event.key in ("up", "down") and self._found:
            self._choices.action_move(-1 if event.key == "up" else 1)
            event.stop()

    def _choose(self, one: Recipient) -> None:
        self._recipient = one
        self._shown = f"{harmless(one.name)} ({harmless(one.code)})" if one.code else harmless(one.name)
        self._line.value = self._shown
        self._line.cursor_position = len(self._shown)
        self._show(())
        self.post_message(self.Chosen(f"{one.kind}:{one.number}"))

    def _show(self, found: tuple[Recipient, ...]) -> None:
        self._found = found
        self._choices.show([Choice(at, recipient_row(self._words, one)) for at, one in enumerate(found)])
        self._choices.display = bool(found)
        self._choices.styles.height = min(FOUND_SHOWN, len(found))

    @property
    def _line(self) -> Line:
        return self.query_one(Line)

    @property
    def _choices(self) -> Choices:
        return self.query_one(Choices)
