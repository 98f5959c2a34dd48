"""The demo in a terminal: the story is played around whoever sits there, and is told when the console is left."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.demo.timeline import COPY_NAME
from tests.support.daemons import BAVN
from tests.support.patience import DEADLINE_S
from tests.support.terminal import Terminal, terminal

POLL_S: Final = 0.05


@dataclass(frozen=True)
class Demo:
    """`bavn demo` in a terminal."""

    console: Terminal
    folder: Path
    """Where it makes its directory."""

    def copy(self) -> str:
        """The timeline as far as it was told, in one line."""
        return " ".join(" ".join(path.read_text() for path in self.folder.glob(f"*/{COPY_NAME}")).split())

    def has_told(self, text: str) -> None:
        """Wait for a line of the timeline, while nothing of it may be seen."""
        until(lambda: text in self.copy(), text)

    def printed(self) -> str:
        """All that was printed, in one line."""
        return " ".join(self.console.tmux("capture-pane", "-p", "-J", "-S", "-").split())

    def console_pid(self) -> int:
        """Of the console's process."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and str(self.folder).encode() in (line := command_line(entry)) and b"tui" in line:
                return int(entry.name)
        raise AssertionError("no console runs")


def command_line(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except FileNotFoundError:  # it ended meanwhile
        return b""


def until(holds: Callable[[], bool], what: str) -> None:
    deadline_s = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline_s, f"never came: {what}"
        time.sleep(POLL_S)


@contextmanager
def demo_in_a_terminal(folder: Path) -> Iterator[Demo]:
    (folder / "made").mkdir()
    settings = {"TMPDIR": str(folder / "made"), "LANG": "C.UTF-8", "BAVN_LANG": "da", "TERM": "linux"}
    with terminal(folder, "sh", "-c", f"{BAVN} demo; echo exit code $?", **settings) as console:
        yield Demo(console, folder / "made")


def test_the_story_is_played_around_whoever_sits_at_the_console(tmp_path: Path) -> None:
    with demo_in_a_terminal(tmp_path) as demo:
        console = demo.console
        console.shows("DEMO, alt er opdigtet.")
        console.press("a")
        demo.has_told("BRS-00001: Kvitteret af KHJ")
        for number, precedence in (("PLH-00001", "ALM"), ("PLH-00003", "LYN")):
            demo.has_told(f"{number} ligger i indbakken på KRS")
            console.shows(f" {number} ")
            console.press("Space")
            console.shows(f"{precedence}  {number}  ")
            console.press("a")
            console.shows(f"{number} kvitteret som KHJ")
        demo.has_told("PLH-00003: Kvitteret af KHJ")
        demo.has_told("MLA skriver SNART PLH-00004")
        assert "STRØMSVIGT" not in console.shows("PLH-00004"), "told while the console had the terminal"
        console.press("q")
        console.shows("Forlad konsollen?")
        console.press("Enter")
        console.shows("exit code 0")
        told = demo.printed()
        assert "Nået: en velkomst kom gennem luften; du kvitterede for velkomsten; en besked kom frem over rel" in told
        assert "du kvitterede for LYN" in told.partition("Nået:")[2].partition("Ikke prøvet:")[0]
        assert "det, du skrev, blev kvitteret ved navn" in told.partition("Ikke prøvet:")[2]
        assert (
            told.index("STRØMSVIGT på BRS") < told.index("STRØMMEN er tilbage på BRS") < told.index("MLA skriver SNART")
        )
        assert list(demo.folder.iterdir()) == []


def test_a_console_that_dies_is_told_of_and_leaves_a_usable_terminal(tmp_path: Path) -> None:
    with demo_in_a_terminal(tmp_path) as demo:
        demo.console.shows("DEMO, alt er opdigtet.")
        os.kill(demo.console_pid(), signal.SIGKILL)
        demo.console.shows("exit code 1")
        told = demo.printed()
        assert "the console ended with exit code 137" in told
        assert "Nået: en velkomst" in told
        (directory,) = demo.folder.iterdir()
        assert str(directory / "KRS.log") in told.replace(" ", "")
        assert (directory / "KRS.log").exists()
        flags = "#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{wrap_flag}"
        assert demo.console.tmux("display-message", "-p", flags).split() == ["0", "0", "1", "1"]
        demo.console.type("usable")
        demo.console.shows("usable")  # the line echoes again: `cat` has got nothing yet
