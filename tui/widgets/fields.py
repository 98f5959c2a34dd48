"""Where somebody types: one line, or the text of a message. Bounded, without blinking, and without what does harm.

A cursor that blinks wakes the processor 27 times a second; what is pasted may hold control characters.
"""

import unicodedata
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from node.api.drafts import DRAFT_BYTES_MAX

LINE_LETTERS_MAX: Final = 256
"""More than any code, name or passphrase."""

_DROPPED: Final = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")


def typed(text: str, bytes_max: int = DRAFT_BYTES_MAX) -> str:
    """What may be kept of a text from outside: no control or format characters, at most so many bytes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = "".join(letter for letter in lines if letter == "\n" or unicodedata.category(letter) not in _DROPPED)
    return kept.encode()[:bytes_max].decode(errors="ignore")


async def in_order(field: Widget, event: events.Key) -> bool:
    """Carry out a field's own key at once, where it stands among the letters; whether it was one.

    Textual hands letters to the field and keys of editing to the application: over a slow line, where many come in one
    read, a Backspace is then overtaken by the letters typed after it.
    """
    for binding in field._bindings.key_to_bindings.get(event.key, ()):  # noqa: SLF001 - Textual has no other way to ask
        if binding.action and "." not in binding.action and not binding.priority:
            event.prevent_default()
            event.stop()
            await field.run_action(binding.action)
            return True
    return False


class Line(Input):
    """One line."""

    def __init__(self, *, id: str, password: bool = False) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, password=password, compact=True, max_length=LINE_LETTERS_MAX, select_on_focus=False)
        self.cursor_blink = False

    def put(self, text: str) -> None:
        """Show a text from elsewhere, without what does harm."""
        self.value = typed(text).replace("\n", " ")[:LINE_LETTERS_MAX]

    def put_at_cursor(self, text: str) -> None:
        """Type."""
        self.insert_text_at_cursor(typed(text).replace("\n", " "))

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.put_at_cursor(event.text.strip())

    async def _on_key(self, event: events.Key) -> None:
        if not await in_order(self, event):
            await super()._on_key(event)


class Body(TextArea):
    """The text of a message.

    F6 and F7 select text in Textual's own; here function keys belong to the screen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f6", "screen.ack", show=False), Binding("f7", "", show=False)]

    class Full(Message):
        """What was pasted or typed did not fit in whole."""

    def __init__(self, text: str, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(typed(text), id=id, compact=True, highlight_cursor_line=False, show_line_numbers=False)
        self.cursor_blink = False
        self.move_cursor(self.document.end)

    def put_at_cursor(self, text: str) -> None:
        """Type."""
        self.insert(typed(text))

    async def _on_paste(self, event: events.Paste) -> None:
        room = DRAFT_BYTES_MAX - len(self.text.encode()) + len(self.selected_text.encode())
        whole = typed(event.text)
        kept = typed(whole, max(0, room))
        if kept != whole:
            self.post_message(self.Full())
        event.prevent_default()
        event.stop()
        result = self._replace_via_keyboard(kept, *self.selection)
        if result is not None:
            self.move_cursor(result.end_location)

    async def _on_key(self, event: events.Key) -> None:
        if await in_order(self, event):
            return
        if (event.is_printable or event.key == "enter") and len(self.text.encode()) >= DRAFT_BYTES_MAX:
            event.prevent_default()
            event.stop()
            self.post_message(self.Full())
            return
        await super()._on_key(event)
