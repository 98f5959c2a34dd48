"""A QR code for a console or for paper.

On a console it is drawn with the two glyphs that every console font has: full block and blank, two columns a module.

The light modules are drawn, since a console is dark; the quiet zone around them is part of the picture. Half blocks
would halve its size, but are missing in the Linux console's fonts.
"""

from typing import Final

import segno

COLUMNS_A_MODULE: Final = 2
LIGHT: Final = "█" * COLUMNS_A_MODULE
DARK: Final = " " * COLUMNS_A_MODULE

QUIET_MODULES: Final = 2
"""Of four that the standard wants: scanners are content, and 80 columns have no room for more."""

PAPER_QUIET_MODULES: Final = 4
"""What the standard wants, ISO/IEC 18004 section 5.3.8."""

PAPER_SCALE: Final = 5
"""Pixels a module: about 1.3 mm on paper, which a phone reads from an arm's length."""

QUIET_MODULES_MIN: Final = 1
"""Where two do not fit."""


def draw(text: str, columns: int) -> list[str]:
    """Draw a text as a QR code of the smallest size that holds it, lines from top to bottom.

    Args:
        text: at most what a QR code holds; a link of some hundred characters.
        columns: of the screen; a code that is wider is drawn all the same.
    """
    code = segno.make_qr(text, error="l", boost_error=False)
    side, _ = code.symbol_size(scale=1, border=0)
    quiet = QUIET_MODULES
    if (side + 2 * quiet) * COLUMNS_A_MODULE > columns:
        quiet = QUIET_MODULES_MIN
    rows = code.matrix_iter(scale=1, border=quiet)
    return ["".join(DARK if is_dark else LIGHT for is_dark in row) for row in rows]


def svg(text: str) -> str:
    """The code as a picture for a page that is printed; dark modules on white, as large as a page allows."""
    code = segno.make_qr(text, error="l", boost_error=False)
    drawn: str = code.svg_inline(scale=PAPER_SCALE, border=PAPER_QUIET_MODULES)
    return drawn
