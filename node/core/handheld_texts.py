"""A message as texts for the screen of a handheld: cut between words, never inside a character, each with its place.

A real text begins with its number, an exercise's with the exercise words before that: so the words can never stand
first in a real one.
"""

from typing import Final

TEXT_BYTES_MAX: Final = 200
"""Of each: every firmware takes it in a direct message, and a small screen shows it."""
PARTS_MAX: Final = 9
"""Beyond that the text is cut with a mark: a page of paper is not read on such a screen."""
EXERCISE: Final = "ØVELSE ØVELSE ØVELSE"
_CUT: Final = "..."


def texts_of(number: int, said: str, *, is_exercise: bool) -> tuple[str, ...]:
    """All texts of one message.

    Args:
        number: short, by which it is answered; 0: it is a reply and has none.
        said: who sends it and what it says.
        is_exercise: of an exercise.
    """
    whole = " ".join(said.split())
    start = f"{EXERCISE} " if is_exercise else ""
    mark = f"#{number} " if number else ""
    single = f"{start}{mark}{whole}"
    if len(single.encode()) <= TEXT_BYTES_MAX:
        return (single,)
    room = TEXT_BYTES_MAX - len(f"{start}{mark}0/0 ".encode())
    parts = _cut(whole, room)
    if len(parts) > PARTS_MAX:
        last = fitting(parts[PARTS_MAX - 1], room - len(_CUT))
        parts = [*parts[: PARTS_MAX - 1], last + _CUT]
    return tuple(f"{start}{mark}{at}/{len(parts)} {part}" for at, part in enumerate(parts, 1))


def fitting(text: str, room: int) -> str:
    """As much of a text from its beginning as fits so many bytes, in whole characters."""
    return text.encode()[:room].decode("utf-8", "ignore")


def _cut(text: str, room: int) -> list[str]:
    """The text in pieces of at most `room` bytes, between words where there is a blank in the piece."""
    parts: list[str] = []
    while len(text.encode()) > room:
        piece = fitting(text, room + 1)
        blank = piece.rfind(" ")
        piece = piece[:blank] if blank > 0 else fitting(text, room)
        parts.append(piece)
        text = text[len(piece) :].lstrip(" ")
    return [*parts, text] if text else parts
