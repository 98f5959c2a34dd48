"""A message in one row of a box; what has to be seen at a glance is said in letters, never by colour alone.

inbox    !! LYN    OUH-00012  14:31  OUH Skadestue, MLA  Generator stoppet, 2 t brændstof
outbox   ?  ALM    KRS-00031  5 min  Assens Kommune      ASK: Fremme på ASK - ikke kvitteret
"""

from typing import Final

from node.api.ladder import Ladder, Step, height
from node.api.messages import Box, Legibility, Precedence, ShownMessage
from node.words.answer_phrases import standing_change
from node.words.catalogue import Words
from node.words.form_page import said_in_line
from node.words.harmless import harmless
from node.words.message_page import TEXT_MARGIN, row_marks, text_lines
from node.words.phrases import clock_text, precedence_text, span_text, step_text
from tui.cells import fitted

LOUD: Final = frozenset({Precedence.FLASH, Precedence.IMMEDIATE})
"""What sounds until somebody acts: within ten minutes, within half an hour."""
MARK_CELLS: Final = 2
NUMBER_CELLS: Final = 10
TIME_CELLS: Final = 6
WHO_CELLS: Final = 18

_EXERCISE: Final = "EXERCISE"
_HEADINGS: Final = {
    Box.INBOX: ("Number", "Time", "From", "Text"),
    Box.OUTBOX: ("Number", "Age", "To", "How far it got"),
    Box.CARRIED: ("Number", "Age", "From", "How far it got"),
}
TEXTS: Final = (_EXERCISE, *(word for heading in _HEADINGS.values() for word in heading))


def heading(words: Words, box: Box, cells: int) -> str:
    """The names of a box's columns."""
    number, time, who, what = map(words, _HEADINGS[box])
    return _line(words, ("", "", number, time, who, what), cells)


def row(words: Words, message: ShownMessage, cells: int) -> str:
    """One message in exactly so many cells."""
    precedence = precedence_text(words, message.precedence)
    if message.box is Box.INBOX:
        time = _day_or_time(clock_text(message.written))
        parts = (_mark(message), precedence, message.number, time, _sender(message), _subject(words, message))
    else:
        age = span_text(words, message.age_s)
        who = _sender(message) if message.box is Box.CARRIED else _recipient(message)
        parts = (_mark(message), precedence, message.number, age, who, _progress(words, message))
    return _line(words, parts, cells)


def is_loud(message: ShownMessage) -> bool:
    """Whether it must be heard until somebody has acted on it."""
    return message.unacknowledged and message.precedence in LOUD


def behind(message: ShownMessage) -> Ladder | None:
    """The station that is least far along; None for a message without any."""
    return min(message.ladders, key=lambda ladder: height(ladder.step), default=None)


def _line(words: Words, parts: tuple[str, ...], cells: int) -> str:
    mark, precedence, number, time, who, what = parts
    label_cells = max(len(precedence_text(words, one)) for one in Precedence)
    narrow = (
        (mark, MARK_CELLS),
        (precedence, label_cells),
        (number, NUMBER_CELLS),
        (time, TIME_CELLS),
        (who, WHO_CELLS),
    )
    start = " ".join(fitted(text, width) for text, width in narrow)
    return fitted(f"{start} {what}", cells)


def needs_somebody(message: ShownMessage) -> bool:
    """Whether somebody is to look at it before the rest: it waits for an act, or for an answer that is overdue."""
    return message.unacknowledged or (message.answer is not None and message.answer.state.is_late)


def _mark(message: ShownMessage) -> str:
    if message.box is Box.INBOX or (message.answer is not None and message.answer.state.is_late):
        return "!!" if is_loud(message) else "!" if needs_somebody(message) else ""
    ladder = behind(message)
    if ladder is None or message.box is Box.CARRIED:
        return ""
    if ladder.step in (Step.EXPIRED, Step.CANCELLED, Step.DECLINED) or standing_change(message) is not None:
        return "X"
    return "?" if message.ack_wanted and height(ladder.step) < height(Step.ACKNOWLEDGED) else ""


def _sender(message: ShownMessage) -> str:
    person = f", {harmless(message.author)}" if message.author else ""
    room = WHO_CELLS - len(person)
    return fitted(harmless(message.station_name), room).rstrip() + person


def _recipient(message: ShownMessage) -> str:
    return harmless(message.to.name or message.to.code)


def _subject(words: Words, message: ShownMessage) -> str:
    if message.legibility is not Legibility.READABLE:
        return _marked(words, message, " ".join(text_lines(words, message)))
    return _marked(words, message, TEXT_MARGIN + harmless(said_in_line(words, message)))


def _progress(words: Words, message: ShownMessage) -> str:
    ladder = behind(message)
    return _marked(words, message, "" if ladder is None else step_text(words, ladder))


def _marked(words: Words, message: ShownMessage, text: str) -> str:
    """An exercise and a doubtful key say so in every row, where no text can: a text begins with its bar."""
    exercise = f"*{words(_EXERCISE)}*" if message.drill else ""
    return " ".join(part for part in (exercise, row_marks(words, message), text) if part)


def _day_or_time(time: str) -> str:
    """Of another day the day alone: there is room for one of them."""
    day, blank, _ = time.partition(" ")
    return f"{day}?" if blank and time.endswith("?") else day
