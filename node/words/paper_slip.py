"""A message on paper, for a courier on foot: what the screen shows of it, with the day, and what it is worth."""

import time
from typing import Final

from node.api.ladder import ShownTime
from node.api.messages import ShownMessage
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.message_page import exercise_lines, recipient_text, sender_text, text_lines, warning_lines
from node.words.page import COLUMNS, Row, aligned, folded
from node.words.phrases import precedence_text

_TITLE: Final = "BAVN: MESSAGE ON PAPER"
_FOR_ONE: Final = "CONFIDENTIAL: hand it to the recipient alone, and burn it afterwards."
_WORTH: Final = (
    "A slip proves nothing by itself: the signature was checked by the station that printed it, and no paper shows"
    " that. Ask the sender back by another way before you act on what could do harm. The signed message follows with"
    " a stick or on the air, under the same number."
)
_TAKEN: Final = "Taken along by ______________________________ at __________"
_RECEIVED: Final = "Received by _________________________________ at __________"
_NUMBER, _PRINTED = "number", "printed at"
_UNKNOWN: Final = "time unknown: no trusted clock"
_DOUBTFUL: Final = "{time} - the clock was not trusted"
TEXTS: Final = (_TITLE, _FOR_ONE, _WORTH, _TAKEN, _RECEIVED, _NUMBER, _PRINTED, _UNKNOWN, _DOUBTFUL)


def paper_slip(words: Words, message: ShownMessage, station: str, columns: int = COLUMNS) -> list[str]:
    """One message as a slip.

    Args:
        words: the language.
        message: as the station shows it.
        station: code of the one that prints.
        columns: of the paper.
    """
    exercise = exercise_lines(words, message)
    rows: list[Row] = [
        (words(_NUMBER), f"{harmless(message.number)}   {precedence_text(words, message.precedence)}"),
        (words("from"), sender_text(words, message)),
        (words("to"), recipient_text(words, message)),
        (words("written"), _dated(words, message.written)),
        (words("expires"), _dated(words, message.expires)),
        (words(_PRINTED), harmless(station)),
    ]
    if message.releaser:
        rows.insert(2, (words("released by"), f"{harmless(message.releaser_name)} ({harmless(message.releaser)})"))
    if message.reply_to:
        rows.append((words("answers"), harmless(message.reply_to)))
    return [
        *exercise,
        words(_TITLE),
        *warning_lines(words, message, columns),
        *(folded(words(_FOR_ONE), columns) if message.confidential else []),
        "",
        *aligned(rows, columns),
        "",
        *text_lines(words, message, columns),
        "",
        *folded(words(_WORTH), columns),
        "",
        words(_TAKEN),
        "",
        words(_RECEIVED),
        *exercise,
    ]


def _dated(words: Words, instant: ShownTime | None) -> str:
    """With day and year: nobody knows when a slip is read."""
    if instant is None:
        return words(_UNKNOWN)
    then = time.localtime(instant.utc_ms / 1000)
    text = f"{then.tm_mday}/{then.tm_mon} {time.strftime('%Y %H:%M', then)}"
    return text if instant.trusted else words(_DOUBTFUL).format(time=text)
