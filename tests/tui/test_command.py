"""`bavn tui` before the first screen: what it says where it cannot run, and what it loads."""

import subprocess
import sys
from pathlib import Path

from tests.support.daemons import bavn, clean_environment
from tests.support.patience import DEADLINE_S


def test_without_a_terminal_it_names_the_way_for_programs() -> None:
    result = bavn("tui", "--socket", "/nowhere")
    assert result.returncode == 2
    assert "bavn inbox --json" in result.stderr


def test_the_keys_are_printed_in_either_language() -> None:
    assert "Kvitter for den viste besked" in bavn("tui", "--keys", "--lang", "da").stdout
    assert "Acknowledge the message shown" in bavn("tui", "--keys", "--lang", "en").stdout


def test_a_wrong_configuration_is_named_before_the_screen_is_taken(tmp_path: Path) -> None:
    wrong = tmp_path / "bavn.toml"
    wrong.write_text("[api]\nsockett = 'x'\n")
    script = f"bavn tui --config {wrong}"
    result = subprocess.run(
        ["script", "-qec", script, "/dev/null"],
        env=clean_environment(PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin"),
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert result.returncode == 2
    assert "sockett" in result.stdout


def test_the_commands_do_not_load_the_console() -> None:
    program = "import sys, node.cli.status, tui.command; print([m for m in sys.modules if m == 'textual'])"
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=DEADLINE_S, check=True
    )
    assert result.stdout.strip() == "[]"
