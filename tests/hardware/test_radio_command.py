"""`bavn radio` by its own parser and as a process: what it prints, where, and how it ends."""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hardware import radio_command
from hardware.serial_port import open_port
from hardware.simulated.air_file import parse_air
from tests.support.patience import DEADLINE_S

AIR = """
[air]
preset = "SHORT_FAST"
[[device]]
name = "a"
port = 0
node_number = 0x0a0b0c0d
[[device]]
name = "b"
pty = "b.tty"
"""


def command(*words: str | Path) -> int:
    parser = argparse.ArgumentParser(prog="bavn radio")
    radio_command.configure(parser)
    return radio_command.run(parser.parse_args([str(word) for word in words]))


@contextmanager
def simulation(folder: Path, *words: str, air: str = AIR, ready: int = 2) -> Iterator[tuple[Path, list[str]]]:
    """Run a simulation as a process; give its control path and its ready lines, and see it end well."""
    (folder / "air.toml").write_text(air)
    control = folder / "control"
    arguments = [sys.executable, "-m", "hardware.radio_command", "simulate", folder / "air.toml"]
    with subprocess.Popen(
        [*arguments, "--control", control, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield control, [process.stdout.readline() for _ in range(ready)]
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=DEADLINE_S)
        assert (process.returncode, errors) == (0, "")
    assert not control.exists()


def test_simulation_says_ready_and_answers_power_and_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with simulation(tmp_path) as (control, ready):
        assert ready[0].startswith("ready a tcp://127.0.0.1:")
        assert ready[0].endswith(" !0a0b0c0d\n")
        assert ready[1].startswith(f"ready b serial://{tmp_path}/b.tty !")
        assert command("power", "a", "off", "--control", control) == 0
        assert capsys.readouterr().out == "a is off\n"
        assert command("report", "--control", control) == 0
        heading, first, second = capsys.readouterr().out.splitlines()
        assert heading.split()[:2] == ["device", "power"]
        assert (first.split()[:2], second.split()[:2]) == (["a", "off"], ["b", "on"])
        assert command("power", "nobody", "on", "--control", control) == 1
        assert "no device is called 'nobody'" in capsys.readouterr().err


def test_everything_comes_as_json_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with simulation(tmp_path, "--json") as (control, ready):
        first = json.loads(ready[0])
        assert (first["ready"], first["node_number"]) == ("a", 0x0A0B0C0D)
        assert command("power", "a", "off", "--control", control, "--json") == 0
        assert json.loads(capsys.readouterr().out) == {"device": "a", "on": False}
        assert command("report", "--control", control, "--json") == 0
        report = json.loads(capsys.readouterr().out)
        assert [(each["device"], each["is_on"]) for each in report] == [("a", False), ("b", True)]


def test_file_with_a_mistake_ends_with_one_line_and_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "air.toml").write_text(AIR.replace("preset", "preste"))
    assert command("simulate", tmp_path / "air.toml") == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "did you mean 'preset'?" in error


def test_help_shows_an_air_file_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command("simulate", "--help")
    text = capsys.readouterr().out
    example = text[text.index("    [air]") : text.index("A station reaches")]
    plan = parse_air(example, "help")
    assert [each.name for each in plan.devices] == ["town-hall", "relay"]


def test_the_command_line_loads_no_protobufs() -> None:
    script = (
        "import sys, argparse, hardware.radio_command as c; c.configure(argparse.ArgumentParser()); "
        "print(*sorted({'google', 'meshtastic', 'serial', 'asyncio', 'hardware.simulated'} & sys.modules.keys()))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_show_asks_a_radio_over_either_door(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with simulation(tmp_path) as (_, ready):
        tcp = ready[0].split()[2]
        for address in (tcp, f"serial://{tmp_path}/b.tty"):
            assert command("show", address) == 0
            told = capsys.readouterr()
            assert told.err == "", "no progress where nobody looks at it"
            assert told.out.startswith(f"{address}\nfirmware           2.7.26")
            assert "EU_868, SHORT_FAST" in told.out
            assert "! primary channel with public key: anybody joins the network" in told.out
        assert command("show", tcp, "--json") == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["radio"]["node_number"], said["findings"][0]["grade"]) == (0x0A0B0C0D, "wrong")
        assert [node["has_key"] for node in said["radio"]["nodes"]] == [True]


def test_show_of_a_serial_port_in_use_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with simulation(tmp_path):
        port = open_port(str(tmp_path / "b.tty"))
        assert command("show", f"serial://{tmp_path}/b.tty") == 1
        assert "another program uses" in capsys.readouterr().err
        os.close(port)


def test_show_of_what_is_no_radio_ends_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for address, code in (("tcp://127.0.0.1:1", 1), ("serial:///nowhere", 1), ("radio", 2)):
        assert command("show", address) == code
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n")) == ("", 1)


def test_list_works_on_any_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("list") == 0
    assert capsys.readouterr().out
    assert command("list", "--json") == 0
    assert isinstance(json.loads(capsys.readouterr().out), list)
