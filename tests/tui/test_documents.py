"""The documents of the console say what the console does: every key, and the picture as it looks now."""

import os
from pathlib import Path

import pytest

from tests.support import console_picture
from tui.app import ConsoleApp
from tui.keys import SCREENS
from tui.screens.act import ActScreen
from tui.screens.alarms import AlarmsScreen
from tui.screens.compose import ComposeScreen
from tui.screens.desk import DeskScreen
from tui.screens.drafts import DraftsScreen
from tui.screens.duty import DutyScreen
from tui.screens.functions import FunctionsScreen
from tui.screens.handover import HandOverScreen
from tui.screens.initials import InitialsScreen
from tui.screens.log import LogScreen
from tui.screens.message import MessageScreen
from tui.screens.note import NoteScreen
from tui.screens.pages import PageScreen
from tui.screens.question import QuestionScreen
from tui.screens.releases import ReleasesScreen

ALL = (
    *(ActScreen, AlarmsScreen, ComposeScreen, DeskScreen, DraftsScreen, DutyScreen, FunctionsScreen, HandOverScreen),
    *(InitialsScreen, LogScreen, MessageScreen, NoteScreen, PageScreen, QuestionScreen, ReleasesScreen),
)
ROOT = Path(__file__).resolve().parents[2]
KEYS = ROOT / "tui" / "KEYS.md"


def table() -> str:
    """All keys by screen, as the document has them."""
    lines: list[str] = []
    for screen, keys in SCREENS.items():
        lines += [f"### {screen}", "", "| key | what it does |", "|---|---|"]
        lines += [f"| {key.shown or key.face} | {key.help} |" for key in keys]
        lines += [""]
    return "\n".join(lines)


def test_the_document_has_every_key() -> None:
    before, mark, _ = KEYS.read_text().partition("<!-- keys -->\n")
    if os.environ.get("BAVN_WRITE_GOLDENS"):
        KEYS.write_text(f"{before}{mark}\n{table()}")
    assert KEYS.read_text() == f"{before}<!-- keys -->\n\n{table()}"


def test_the_picture_shows_the_console_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = tmp_path / "console.svg"
    monkeypatch.setattr(console_picture, "PICTURE", drawn)
    console_picture.main()
    assert drawn.read_text() == (ROOT / "tui" / "console.svg").read_text(), "draw it again with  make picture"


def test_no_key_is_given_twice_on_a_screen() -> None:
    for keys in SCREENS.values():
        named = [name for key in keys for name in key.key.split(",")]
        assert len(named) == len(set(named))


def test_every_key_calls_an_action_of_its_screen() -> None:
    for screen in ALL:
        for key in screen.KEYS:
            owner, dot, action = key.action.partition("(")[0].rpartition(".")
            home = ConsoleApp if dot and owner == "app" else screen
            # Where one line is typed, Enter is the field's own.
            if action and not (screen in (ActScreen, InitialsScreen) and action == "accept"):
                assert hasattr(home, f"action_{action}"), (screen, key)
