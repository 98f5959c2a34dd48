"""The console in front: a process of its own that has the terminal alone, and a terminal that is usable after it.

A console that ends by itself gives the terminal back, even after an error; one that was killed leaves that to us.
"""

import contextlib
import subprocess
import sys
import termios
from pathlib import Path
from typing import Final

END_S: Final = 5.0
"""For a console that is told to end."""

PLAIN: Final = (
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # no mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # no reports of focus, of pasting, of the size
    "\x1b[<u\x1b[?1049l"  # usual keys, the screen as it was before
    "\x1b[?7h\x1b[?25h\x1b[0m\r\n"  # lines that wrap, a cursor, no colours
)
"""Undoes what Textual asks of a terminal (textual/drivers/linux_driver.py)."""


class ConsoleEnded(Exception):
    """The console did not end well; the text says how, and where to look."""


def has_terminal() -> bool:
    """Whether a console can be opened here: its keys come from the input, it draws on the errors' way out.

    The output must be a terminal too: who sends that into a file or a pager wants the timeline and no console.
    """
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def sit_down(directory: Path, station: str, language: str) -> None:
    """Open the console of a station, and return when it is left.

    Args:
        directory: of the stage, where the configuration lies.
        station: code.
        language: as the user chose.

    Raises:
        ConsoleEnded: it could not start, or crashed.
    """
    words = ["tui", "--config", str(directory / f"{station}.toml"), "--lang", language]
    before = termios.tcgetattr(sys.stdin)
    console = subprocess.Popen([sys.executable, "-m", "node.cli.main", *words])
    try:
        code = console.wait()
    finally:
        _end(console)
        if console.returncode < 0:
            _make_plain()
        with contextlib.suppress(termios.error):  # the line was hung up, there is no terminal any more
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
    if code != 0:
        as_shells_count = code if code > 0 else 128 - code
        raise ConsoleEnded(
            f"the console ended with exit code {as_shells_count}: what it said stands above, the log of its station in "
            f"{directory / station}.log"
        )


def _end(console: "subprocess.Popen[bytes]") -> None:
    """End it if it still runs, since we were told to end ourselves."""
    if console.poll() is None:
        console.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            console.wait(END_S)
        console.kill()
        console.wait()


def _make_plain() -> None:
    """After a signal: it had no time for it."""
    with contextlib.suppress(OSError):
        sys.stderr.write(PLAIN)
        sys.stderr.flush()
