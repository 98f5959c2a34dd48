"""Rows of a name and what is to be said of it, aligned and folded to the columns of a screen."""

import textwrap
from collections.abc import Iterable
from typing import Final

COLUMNS: Final = 80
"""Of the smallest console."""
NAME_COLUMNS: Final = 20

Row = tuple[str, str]


def aligned(rows: Iterable[Row], columns: int = COLUMNS, name_columns: int = NAME_COLUMNS) -> list[str]:
    """One row after another, the text folded behind its name."""
    return [line for name, text in rows for line in _folded(name, text, columns, name_columns)]


def folded(text: str, columns: int = COLUMNS) -> list[str]:
    """A text of several lines, each folded to the width."""
    return [part for line in text.splitlines() for part in textwrap.wrap(line, columns) or [""]]


def _folded(name: str, text: str, columns: int, name_columns: int) -> list[str]:
    parts = textwrap.wrap(text, columns - name_columns - 1) or [""]
    return [f"{name if at == 0 else '':<{name_columns}} {part}" for at, part in enumerate(parts)]
