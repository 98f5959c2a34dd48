"""Screens as they must look, one file each; written anew with `BAVN_WRITE_GOLDENS=1`, then read by a person."""

import os
from pathlib import Path

SCREENS = Path(__file__).resolve().parents[1] / "vectors" / "screens"


def assert_golden(name: str, screen: str) -> None:
    """The screen is the golden one, letter by letter."""
    golden = SCREENS / f"{name}.txt"
    if os.environ.get("BAVN_WRITE_GOLDENS"):
        golden.write_text(screen + "\n")
    assert screen + "\n" == golden.read_text(), f"{golden} differs:\n{screen}"
