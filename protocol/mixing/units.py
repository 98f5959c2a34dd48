"""Text as units: a letter and whether it is a capital, so that a word is the same word wherever it stands.

A unit is the rank of a character in the alphabet of the tables, or of one of three that are no characters: the end,
the escape (a character outside the alphabet follows), and the shift (a capital where none is asked about).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

END: Final = 0x110000
ESCAPE: Final = 0x110001
SHIFT: Final = 0x110002
"""Past the last code point of Unicode."""

_DIGRAPHS: Final = (("æ", "ae"), ("ø", "oe"), ("å", "aa"))


def lowered(character: int) -> int:
    """The small letter of a capital among Latin-1's; any other code point is itself (no Unicode version is asked)."""
    is_capital = 0x41 <= character <= 0x5A or (0xC0 <= character <= 0xDE and character != 0xD7)
    return character + 0x20 if is_capital else character


def is_letter(character: int) -> bool:
    """Whether a code point is one of Latin-1's small letters."""
    return 0x61 <= character <= 0x7A or (0xDF <= character <= 0xFF and character != 0xF7)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The characters that have a unit, in the order of their codes."""

    characters: tuple[int, ...]
    """Code points by rank; `END`, `ESCAPE` and `SHIFT` among them."""
    ranks: dict[int, int]
    """The other way round."""
    letters: frozenset[int]
    """Ranks of small letters."""
    digits: frozenset[int]
    """Ranks of 0 to 9."""
    end: int
    escape: int
    shift: int

    @classmethod
    def of(cls, characters: Iterable[int]) -> "Alphabet":
        """An alphabet of these code points."""
        ordered = tuple(characters)
        ranks = {character: rank for rank, character in enumerate(ordered)}
        return cls(
            characters=ordered,
            ranks=ranks,
            letters=frozenset(rank for character, rank in ranks.items() if is_letter(character)),
            digits=frozenset(rank for character, rank in ranks.items() if 0x30 <= character <= 0x39),
            end=ranks[END],
            escape=ranks[ESCAPE],
            shift=ranks[SHIFT],
        )


def without_digraphs(text: str) -> str | None:
    """A text written for want of letters (`ae`, `oe`, `aa`) with the letters meant; None where that says nothing.

    Undone by `with_digraphs`. A text that has one of the letters itself was not written for want of them.
    """
    if any(letter in text.lower() for letter, _ in _DIGRAPHS):
        return None
    meant = text
    for letter, pair in _DIGRAPHS:
        meant = meant.replace(pair, letter).replace(pair.upper(), letter.upper())
        meant = re.sub(f"{pair.capitalize()}(?=[a-zæøå])", letter.upper(), meant)
    return meant if meant != text and with_digraphs(meant) == text else None


def with_digraphs(text: str) -> str:
    """The pairs of letters in place of each letter; of a capital before a small letter only the first is a capital."""
    for letter, pair in _DIGRAPHS:
        text = re.sub(f"{letter.upper()}(?=[a-zæøå])", pair.capitalize(), text)
        text = text.replace(letter, pair).replace(letter.upper(), pair.upper())
    return text
