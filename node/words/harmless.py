"""Text from outside, made harmless for a terminal: nothing in it moves the cursor, turns the line round or hides."""

import unicodedata
from typing import Final

_SHOWN_AS: Final = "\N{REPLACEMENT CHARACTER}"
_HARMFUL: Final = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")
"""Control, format (bidirectional marks among them), private, unassigned, surrogate, line and paragraph separators."""


def harmless(text: str, *, keep_lines: bool = False) -> str:
    """The text with every harmful character shown as one mark; line ends kept when wanted, else a blank."""
    return "".join(_harmless(letter, keep_lines=keep_lines) for letter in text)


def _harmless(letter: str, *, keep_lines: bool) -> str:
    if letter == "\n":
        return "\n" if keep_lines else " "
    if letter == "\t":
        return " "
    return _SHOWN_AS if unicodedata.category(letter) in _HARMFUL else letter
