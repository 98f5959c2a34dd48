"""A mistake of ours ends the console: it says where, shows nothing that a name held, and gives the terminal back."""

import sys
from pathlib import Path

from tests.support.terminal import terminal

PROGRAM = """
import sys
from pathlib import Path

import tui.app
from tui.glyphs import unchanged


class Mistaken(tui.app.ConsoleApp):
    CSS_PATH = str(Path(tui.app.__file__).with_name("console.tcss"))

    def on_mount(self):
        passphrase = "secret".upper()
        raise ValueError("our mistake")


console = Mistaken(Path("/nowhere"), lambda text: text, unchanged)
console.run()
sys.exit(console.return_code)
"""


def test_a_crash_tells_where_and_shows_no_passphrase(tmp_path: Path) -> None:
    program = tmp_path / "mistaken.py"
    program.write_text(PROGRAM)
    with terminal(tmp_path, sys.executable, program, TERM="linux", LANG="C.UTF-8") as console:
        screen = console.shows("ended 1")
        assert "ValueError: our mistake" in screen
        assert "SECRET" not in screen
