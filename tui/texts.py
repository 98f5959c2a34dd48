"""Pages of lines: what the screens show of messages, station and keys, without a screen."""

from collections.abc import Sequence
from typing import Final

from node.api.answers import AnswerState
from node.api.drafts import KeptDraft
from node.api.messages import Recipient, ShownMessage
from node.words.answer_phrases import ANSWER_BY, answer_by_text
from node.words.catalogue import Words
from node.words.duty_phrases import holding_text
from node.words.harmless import harmless
from node.words.message_page import (
    exercise_lines,
    recipient_text,
    rung_lines,
    sender_text,
    text_lines,
    texted_lines,
    warning_lines,
)
from node.words.page import aligned
from node.words.phrases import clock_text, precedence_text
from node.words.status_page import status_page
from tui.cells import fitted
from tui.keys import SCREENS, Key
from tui.picture import Picture

NAME_CELLS: Final = 7
"""For the names of a message's head and the codes of stations in a ladder."""
LADDERS_SHOWN: Final = 3
"""In the short view; the whole message has them all."""

_MORE_STATIONS: Final = "{count} more stations: Enter"
_RULES: Final = (
    "Opening a message acknowledges nothing. 'At station' is a machine's word, 'acknowledged' a person's, by name.",
    "'!!' waits for an act and is loud, '!' waits; in the outbox '?' is not acknowledged yet, 'X' declined or expired.",
    "What is written is kept on the station as a draft after each pause; it survives this screen and a power cut.",
    "Bavn complements the public-safety radio network and emergency calls; it replaces neither.",
)
_NOTHING_KNOWN: Final = "Nothing is known of the station yet."
TEXTS: Final = (_MORE_STATIONS, _NOTHING_KNOWN, *_RULES)


def short_view(words: Words, message: ShownMessage, cells: int) -> list[str]:
    """The message under the list: who, how far, what it says; the screen cuts it."""
    title = f"{precedence_text(words, message.precedence)}  {message.number}  {clock_text(message.written)}"
    if message.answer is not None and message.answer.state is AnswerState.WAITING:
        title += f"  {words(ANSWER_BY)} {answer_by_text(words, message.answer)}"
    ladders = rung_lines(words, message, cells, NAME_CELLS)
    hidden = len(message.ladders) - LADDERS_SHOWN
    if hidden > 0:
        ladders = [*ladders[:LADDERS_SHOWN], words(_MORE_STATIONS).format(count=hidden)]
    head = aligned(
        ((words("from"), sender_text(words, message)), (words("to"), recipient_text(words, message))), cells, NAME_CELLS
    )
    exercise = exercise_lines(words, message)
    warning = warning_lines(words, message, cells)
    text = text_lines(words, message, cells)
    return [*exercise, *warning, title, *head, *text, *exercise, *ladders, *texted_lines(words, message)]


def recipient_row(words: Words, one: Recipient) -> str:
    """Somebody to choose from; of a function also who holds it."""
    holding = f" - {holding_text(words, one.holding)}" if one.holding is not None else ""
    return f"{harmless(one.code):<8} {harmless(one.name)}{holding}"


def draft_row(words: Words, kept: KeptDraft, cells: int) -> str:
    """A draft to choose from."""
    draft = kept.draft
    start = (
        f"{clock_text(kept.kept):<12} {precedence_text(words, draft.precedence):<9} {fitted(harmless(draft.to), 16)}"
    )
    return fitted(f"{start} {harmless(draft.text)}", cells)


def station_page(words: Words, picture: Picture, cells: int) -> list[str]:
    """All that the station says of itself, as last seen."""
    return [words(_NOTHING_KNOWN)] if picture.look is None else status_page(words, picture.look.status, max(cells, 40))


def help_page(words: Words, first: Sequence[Key], cells: int) -> list[str]:
    """All keys, those of the screen that asked first, then the rules of the house."""
    ordered = sorted(SCREENS.items(), key=lambda entry: entry[1] is not first)
    lines: list[str] = []
    for name, keys in ordered:
        lines += [
            words(name),
            *aligned(((f"  {key.shown or key.face}", words(key.help)) for key in keys), cells, 9),
            "",
        ]
    for rule in _RULES:
        lines += aligned([("-", words(rule))], cells, 1)
    return lines
