"""Rows of a name and what is to be said of it, aligned and folded so that a line of 80 columns holds each."""

import textwrap
from collections.abc import Iterable
from typing import Final

COLUMNS: Final = 80
NAME_COLUMNS: Final = 20

Row = tuple[str, str]


def aligned(rows: Iterable[Row]) -> list[str]:
    """One row after another, the text folded behind its name."""
    return [line for name, text in rows for line in _folded(name, text)]


def folded(text: str) -> list[str]:
    """A text of several lines, each folded to the width."""
    return [part for line in text.splitlines() for part in textwrap.wrap(line, COLUMNS) or [""]]


def _folded(name: str, text: str) -> list[str]:
    parts = textwrap.wrap(text, COLUMNS - NAME_COLUMNS - 1) or [""]
    return [f"{name if at == 0 else '':<{NAME_COLUMNS}} {part}" for at, part in enumerate(parts)]
