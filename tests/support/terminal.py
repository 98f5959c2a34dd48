"""A program in a real terminal: tmux runs it, types for it, and tells what stands on the screen."""

import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.daemons import clean_environment
from tests.support.patience import DEADLINE_S

COLUMNS: Final = 80
ROWS: Final = 24
POLL_S: Final = 0.04
"""Each look starts a process of 4 ms."""


@dataclass(frozen=True)
class Terminal:
    """One tmux server with one window."""

    socket: Path

    def tmux(self, *words: str) -> str:
        command = ["tmux", "-u", "-S", str(self.socket), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=True).stdout

    def screen(self) -> str:
        """What is on the screen, line by line, without blanks at the ends."""
        return "\n".join(line.rstrip() for line in self.tmux("capture-pane", "-p").splitlines())

    def colours(self) -> str:
        """The same with the codes of colours and styles, blanks at the ends included."""
        return self.tmux("capture-pane", "-p", "-e", "-N")

    def press(self, *keys: str) -> None:
        """Keys by tmux's names: `Enter`, `F9`, `Escape`, a letter."""
        self.tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)

    def paste(self, text: str) -> None:
        """As a terminal pastes: in one go, between the marks that say so."""
        subprocess.run(["tmux", "-S", self.socket, "load-buffer", "-"], input=text.encode(), check=True)
        self.tmux("paste-buffer", "-p", "-r")

    def resize(self, columns: int, rows: int) -> None:
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def until(self, holds: Callable[[str], bool], what: str, within_s: float = DEADLINE_S) -> str:
        """Wait until the screen is so; the screen."""
        deadline_s = time.monotonic() + within_s
        while not holds(screen := self.screen()):
            assert time.monotonic() < deadline_s, f"never came: {what}\n{screen}"
            time.sleep(POLL_S)
        return screen

    def shows(self, text: str) -> str:
        """Wait until a text is on the screen; the screen."""
        return self.until(lambda screen: text in screen, text)

    def shows_no_more(self, text: str) -> str:
        """Wait until a text has left the screen; the screen."""
        return self.until(lambda screen: text not in screen, f"without {text}")


@contextmanager
def terminal(folder: Path, *command: str | Path, **environment: str) -> Iterator[Terminal]:
    """A terminal of 80x24 that runs a command and stays when the command ends."""
    assert shutil.which("tmux"), "the console is tested in a real terminal: install tmux"
    opened = Terminal(folder / "tmux")
    settings = clean_environment(**environment)
    words = ["env", "-i", *(f"{name}={value}" for name, value in settings.items()), *map(str, command)]
    run = f"{shlex.join(words)}; code=$?; echo; echo ended $code; exec cat"
    size = ["-x", str(COLUMNS), "-y", str(ROWS)]
    start = ["tmux", "-u", "-S", opened.socket, "-f", "/dev/null", "new-session", "-d", *size, run]
    subprocess.run(start, check=True, timeout=DEADLINE_S)
    try:
        yield opened
    finally:
        subprocess.run(["tmux", "-S", opened.socket, "kill-server"], check=False, timeout=DEADLINE_S)
