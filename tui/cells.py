"""Lines of so many cells: a letter of the east takes two, an accent that stands alone none."""

from typing import Final

from rich.cells import cell_len, set_cell_size

CUT: Final = "…"
"""Stands for what did not fit; the console's font has it."""


def fitted(text: str, cells: int) -> str:
    """The text in exactly so many cells, cut visibly or filled with blanks."""
    if cells < 1:
        return ""
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return set_cell_size(text, cells - 1) + CUT


def beside(left: str, right: str, cells: int) -> str:
    """Two texts at the two ends of a line; the left one is cut when there is no room for both."""
    room = cells - cell_len(right)
    return fitted(left, room) + right if room > 0 else fitted(right, cells)
