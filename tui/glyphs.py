"""What the Linux console can draw: its font has 256 glyphs, and what it lacks comes out as an empty box or nothing.

The repertoire is what Debian's console fonts for western Europe (console-setup, Lat15-Fixed16, Raspberry Pi OS's own
choice) have in common with what a text or a frame needs. A screen drawn for that console uses nothing else; letters
that others wrote are taken apart (`ş` is read as `s`) before they are given up.
"""

import unicodedata
from collections.abc import Callable
from typing import Final

Pen = Callable[[str], str]
"""Makes a text drawable on the terminal in use, cell for cell."""

REPERTOIRE: Final = frozenset(
    [chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))]
    + list("€ŠšŽžŒœŸ‐‑–—‘’‚“”„†‡•…‰‹›←↑→↓─━│┃┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬░▒█■▲▼◀●\N{REPLACEMENT CHARACTER}")
)
LACKING: Final = "\N{REPLACEMENT CHARACTER}"


def pen_for(terminal: str) -> Pen:
    """The pen for a terminal by its name (`TERM`): the console draws its font only, others what they are given."""
    return console_pen if terminal.partition("-")[0] == "linux" else unchanged


def unchanged(text: str) -> str:
    """The text itself."""
    return text


def console_pen(text: str) -> str:
    """The text in letters of the console's font; line ends are kept."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_drawable, unicodedata.normalize("NFC", text)))


def _drawable(letter: str) -> str:
    if letter in REPERTOIRE or letter == "\n":
        return letter
    plain = unicodedata.normalize("NFKD", letter)[0]
    return plain if plain in REPERTOIRE else LACKING
