"""`bavn` itself: help that teaches, one module per command, and nobody else's commands."""

import subprocess
import sys
from pathlib import Path

import pytest

from node.cli.exits import DONE, USAGE
from node.cli.main import main
from node.cli.registry import installed_commands, load
from tests.support.daemons import BAVN, clean_environment

COMMANDS = {
    "ack",
    "alarm",
    "demo",
    "duty",
    "group",
    "inbox",
    "key",
    "lock",
    "log",
    "login",
    "logout",
    "radio",
    "release",
    "roster",
    "run",
    "send",
    "show",
    "station",
    "status",
}


def listed(folder: Path, distribution: str, text: str) -> None:
    home = folder / f"{distribution}-0.1.dist-info"
    home.mkdir(parents=True)
    (home / "entry_points.txt").write_text(text)


def test_help_names_every_command_and_teaches_the_first_steps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == DONE
    told = capsys.readouterr().out
    for word in (*COMMANDS, "/etc/bavn/bavn.toml", "BAVN_CONFIG", "bavn send KRISE", "exit codes".capitalize()):
        assert word in told
    assert max(map(len, told.splitlines())) <= 90


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        main([name, "--help"])
    assert done.value.code == 0
    assert f"bavn {name}" in capsys.readouterr().out


def test_an_unknown_command_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["statsu"]) == USAGE
    assert "did you mean status?" in capsys.readouterr().err


def test_every_installed_command_can_be_loaded() -> None:
    for module in installed_commands().values():
        command = load(module)
        assert command.SUMMARY
        assert not command.SUMMARY.endswith(".")


def test_commands_of_other_distributions_and_other_groups_are_not_ours(tmp_path: Path) -> None:
    listed(tmp_path, "foreign", "[bavn.commands]\nsteal = foreign.steal\n")
    assert installed_commands([str(tmp_path)]) == {}
    listed(
        tmp_path,
        "bavn",
        "[console_scripts]\nbavn = node.cli.main:main\n\n[bavn.commands]\nb = m.b\na = m.a\n\n[other]\nc = m.c\n",
    )
    assert list(installed_commands([str(tmp_path)]).items()) == [("a", "m.a"), ("b", "m.b")]


def test_a_reader_that_leaves_early_causes_no_complaint() -> None:
    piped = subprocess.run(
        ["/bin/sh", "-c", f"{BAVN} --help | head -1; {BAVN} roster show /nowhere 2>&1 | true"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert piped.stderr == ""


def test_a_command_loads_only_what_it_needs() -> None:
    heavy = ("asyncio", "cryptography", "protocol", "meshtastic", "google", "textual", "sqlite3", "node.core")
    program = (
        "import sys; from node.cli.main import main; main(['status', '--socket', '/nowhere']);"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.stdout.strip() == "[]", result
