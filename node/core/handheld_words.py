"""What a text from a plain handheld means: commands in Danish or English, typing errors forgiven; else free words.

| words | meaning |
|---|---|
| HJÆLP, HELP, SOS, MAYDAY and anything | help is needed |
| STATUS and a colour, or the colour alone: GRØN, GUL, RØD, GREEN, YELLOW, RED | how the unit is |
| KVIT n, ACK n, MODTAGET n | message n is received |
| UDFØRT n, DONE n, FÆRDIG n | it is done |
| NEJ n reason, NO n reason | it is declined |
| POS latitude longitude | where the unit is |
| TIL code: text, TO code: text, @code text | to a named function |
| ? | which commands there are |
| anything else | free text |

A command about a message is one only with a number, or alone; so "No fuel left" is free text. Capitals, accents and
marks do not matter. One letter wrong, missing, too many or two swapped is forgiven in words of four letters and more.
"""

import unicodedata
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

TEXT_CHARACTERS_MAX: Final = 237
"""No text of Meshtastic is longer."""
NUMBER_DIGITS_MAX: Final = 4
_FORGIVING_FROM: Final = 4
"""Shorter words differ by one letter from too many others."""
_E5: Final = 100_000


class Said(Enum):
    """What a text is."""

    TEXT = auto()
    HELP = auto()
    STATUS = auto()
    ACKNOWLEDGED = auto()
    DONE = auto()
    DECLINED = auto()
    POSITION = auto()
    USAGE = auto()


class Light(Enum):
    """How a unit is; the values are the codes of the form."""

    GREEN = 0
    YELLOW = 1
    RED = 2


@dataclass(frozen=True, slots=True)
class Command:
    """A text as understood."""

    said: Said
    text: str = ""
    """The words that are left."""
    number: int | None = None
    """Of the message that it is about; None: not given."""
    light: Light | None = None
    to: str = ""
    """Code or name of whom it is for, as typed; empty: the station."""
    position_e5: tuple[int, int] | None = None
    """Latitude and longitude in hundred-thousandths of a degree."""


_ABOUT: Final = {
    "kvit": Said.ACKNOWLEDGED,
    "ack": Said.ACKNOWLEDGED,
    "modtaget": Said.ACKNOWLEDGED,
    "udfort": Said.DONE,
    "done": Said.DONE,
    "fardig": Said.DONE,
    "nej": Said.DECLINED,
    "no": Said.DECLINED,
}
_HELP: Final = ("hjalp", "help", "sos", "mayday")
_LIGHTS: Final = {
    "gron": Light.GREEN,
    "green": Light.GREEN,
    "gul": Light.YELLOW,
    "yellow": Light.YELLOW,
    "rod": Light.RED,
    "red": Light.RED,
}
_TO: Final = ("til", "to")
_POSITION: Final = ("pos", "position")
_LETTERS: Final = {"æ": "a", "ø": "o"}
_SPELLED_OUT: Final = (("ae", "a"), ("oe", "o"), ("aa", "a"))
_MARKS: Final = ".,:;!#*-\"'()"


def read_text(raw: bytes) -> str:
    """The characters of a text in one line, at most as many as a text has; what is no UTF-8 becomes a mark."""
    text = raw.decode("utf-8", "replace")[:TEXT_CHARACTERS_MAX]
    return " ".join("".join(" " if unicodedata.category(one) == "Cc" else one for one in text).split())


def understood(text: str) -> Command:
    """What a text means, whoever sent it; anything that is no command is free text, as typed."""
    words = text.split()
    if not words or text.strip(" ?") == "":
        return Command(Said.USAGE)
    first, rest = folded(words[0]), words[1:]
    return (
        _to(words)
        or _about(first, words[0], rest)
        or _status(first, rest)
        or _position(first, rest)
        or _help(first, rest)
        or Command(Said.TEXT, text)
    )


def folded(word: str) -> str:
    """A word as it is compared: small, without marks around it, accents and Danish letters as one plain letter."""
    small = "".join(_LETTERS.get(letter, letter) for letter in word.casefold().strip(_MARKS))
    plain = "".join(letter for letter in unicodedata.normalize("NFD", small) if not unicodedata.combining(letter))
    for spelled, letter in _SPELLED_OUT:
        plain = plain.replace(spelled, letter)
    return plain


def is_nearly(typed: str, word: str) -> bool:
    """Whether both are the same but for one letter wrong, missing or too many, or two swapped; both folded."""
    if typed == word:
        return True
    if len(word) < _FORGIVING_FROM or abs(len(typed) - len(word)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    left, right = typed[same:], word[same:]
    is_swapped = left[:2] == right[1::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or is_swapped


def _about(first: str, typed: str, rest: list[str]) -> Command | None:
    """A word about a message, with its number beside it or behind it, or alone."""
    split_at = next((at for at, letter in enumerate(typed) if letter.isdecimal()), len(typed))
    if 0 < split_at < len(typed):  # "KVIT4"
        first, rest = folded(typed[:split_at]), [typed[split_at:], *rest]
    said = next((_ABOUT[word] for word in _ABOUT if is_nearly(first, word)), None)
    if said is None:
        return None
    number = _number(rest[0]) if rest else None
    if rest and number is None:
        return None
    return Command(said, " ".join(rest[1:]), number)


def _number(typed: str) -> int | None:
    digits = typed.strip(_MARKS)
    return int(digits) if digits.isdecimal() and digits.isascii() and len(digits) <= NUMBER_DIGITS_MAX else None


def _status(first: str, rest: list[str]) -> Command | None:
    is_named = is_nearly(first, "status")
    if is_named and not rest:
        return None
    colour = folded(rest[0]) if is_named else first
    light = next((_LIGHTS[word] for word in _LIGHTS if is_nearly(colour, word)), None)
    if light is None or (rest and not is_named and colour not in _LIGHTS):
        return None  # "Greta kommer" is no colour: one letter is forgiven to a colour that stands alone.
    return Command(Said.STATUS, " ".join(rest[1:] if is_named else rest), light=light)


def _position(first: str, rest: list[str]) -> Command | None:
    if first not in _POSITION or len(rest) < 2:
        return None
    degrees = [_degrees(typed) for typed in rest[:2]]
    if degrees[0] is None or degrees[1] is None or abs(degrees[0]) > 90 * _E5 or abs(degrees[1]) > 180 * _E5:
        return None
    return Command(Said.POSITION, " ".join(rest[2:]), position_e5=(degrees[0], degrees[1]))


def _degrees(typed: str) -> int | None:
    """Hundred-thousandths of a degree, written with a point or a comma."""
    sign = -1 if typed.startswith("-") else 1
    whole, _, fraction = typed.strip(",;").lstrip("+-").replace(",", ".").partition(".")
    digits = whole + fraction
    if not whole or not (digits.isdecimal() and digits.isascii()) or len(whole) > 3:
        return None
    return sign * (int(whole) * _E5 + int(fraction[:5].ljust(5, "0")))


def _to(words: list[str]) -> Command | None:
    head = words[0]
    if head.startswith("@") and len(head) > 1 and len(words) > 1:
        return Command(Said.TEXT, " ".join(words[1:]), to=head[1:].strip(_MARKS))
    # Without a colon "til" and "to" begin many a sentence.
    if folded(head) not in _TO or len(words) < 3 or not words[1].endswith(":"):
        return None
    return Command(Said.TEXT, " ".join(words[2:]), to=words[1].strip(_MARKS))


def _help(first: str, rest: list[str]) -> Command | None:
    is_help = first in _HELP or is_nearly(first, _HELP[0]) or (not rest and any(is_nearly(first, one) for one in _HELP))
    return Command(Said.HELP, " ".join(rest)) if is_help else None
