"""What people read of a message that waits for a second person."""

from typing import Final

from node.api.releases import WaitingRelease
from node.words.catalogue import Words
from node.words.harmless import harmless
from node.words.phrases import clock_text, precedence_text

WAITS: Final = "{id}: not sent - waits for a second person:  bavn release {id}"
_LINE: Final = "{id}: {precedence} to {to}, by {author} {time}: {text}"
_STATION: Final = "the station"
TEXTS: Final = (WAITS, _LINE, _STATION)


def waiting_line(words: Words, waiting: WaitingRelease) -> str:
    """One that waits, in one line."""
    return words(_LINE).format(
        id=waiting.id,
        precedence=precedence_text(words, waiting.precedence),
        to=harmless(waiting.to.code or waiting.to.name),
        author=harmless(waiting.author) or words(_STATION),
        time=clock_text(waiting.asked),
        text=harmless(waiting.text),
    )
