"""Screens as they must look, one file each; written anew with `BAVN_WRITE_GOLDENS=1`, then read by a person."""

import os
from pathlib import Path
from typing import Final

from tests.support.terminal import Terminal

SCREENS = Path(__file__).resolve().parents[1] / "vectors" / "screens"
PAINTED_S: Final = 30.0
"""For what is still missing when a part of the screen is there already: half of a screen may be seen."""


def assert_golden(name: str, console: Terminal) -> None:
    """The screen is the golden one, letter by letter, or becomes it."""
    golden = SCREENS / f"{name}.txt"
    if os.environ.get("BAVN_WRITE_GOLDENS"):
        golden.write_text(console.screen() + "\n")
    wanted = golden.read_text()
    console.until(lambda screen: screen + "\n" == wanted, f"the screen of {golden}", PAINTED_S)
