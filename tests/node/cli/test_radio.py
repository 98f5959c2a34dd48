"""`bavn radio show` on a machine with a station: its radio by default, and not while the station uses it."""

import argparse
import json
import time
from pathlib import Path

import pytest

from hardware import radio_command
from node.cli.exits import DONE, REFUSED, USAGE
from node.cli.main import main
from tests.support.airs import simulated_air
from tests.support.daemons import daemon
from tests.support.network import CARE
from tests.support.patience import DEADLINE_S
from tests.support.station_files import station_files

Captured = pytest.CaptureFixture[str]
POLL_S = 0.05


def hardware_command(*words: str) -> int:
    """`bavn radio` as it is without a station's configuration."""
    parser = argparse.ArgumentParser()
    radio_command.configure(parser)
    return radio_command.run(parser.parse_args(words))


def test_configured_radio_is_shown_but_not_while_its_station_runs(tmp_path: Path, capsys: Captured) -> None:
    with simulated_air(tmp_path, ("PLH",), ()) as air:
        files = station_files(tmp_path / "s", CARE, radio=air.addresses["PLH"])
        show = ["radio", "show", "--config", str(files.config)]
        assert main([*show, "--json"]) == DONE
        said = json.loads(capsys.readouterr().out)
        assert (said["address"], said["radio"]["long_name"]) == (air.addresses["PLH"], "PLH")
        with daemon(files):
            for words in (show, [*show, air.addresses["PLH"]]):
                assert main(words) == REFUSED
                told = capsys.readouterr()
                assert told.out == ""
                assert f"the station at {files.socket} uses this radio: ask it with  bavn status" in told.err
            assert main([*show, "tcp://127.0.0.1:1"]) == REFUSED
            assert "no connection to 127.0.0.1 port 1" in capsys.readouterr().err


def test_a_running_stations_radio_is_neither_set_up_nor_surveyed(tmp_path: Path, capsys: Captured) -> None:
    with simulated_air(tmp_path, ("PLH",), ()) as air:
        files = station_files(tmp_path / "s", CARE, radio=air.addresses["PLH"])
        profile = tmp_path / "network-radio.toml"
        assert main(["radio", "profile", "new", str(profile)]) == DONE
        profile.write_text(profile.read_text() + '[[station]]\nshort_name = "PLH"\nlong_name = "Havblik"\n')
        own, told = ["--config", str(files.config)], ["--profile", str(profile)]
        assert main(["radio", "check", *own]) == REFUSED
        assert f"{air.addresses['PLH']}: NOT READY" in capsys.readouterr().out
        with daemon(files):
            for words in (["setup", *told], ["check"], ["survey"], ["setup", air.addresses["PLH"], *told]):
                assert main(["radio", *words, *own]) == REFUSED
                said = capsys.readouterr()
                assert (said.out, "stop it first" in said.err) == ("", True)


def test_station_runs_on_a_serial_port_and_keeps_it(tmp_path: Path, capsys: Captured) -> None:
    with simulated_air(tmp_path, ("PLH",), (), serial=True) as air:
        address = air.addresses["PLH"]
        assert address == f"serial://{tmp_path}/PLH.tty"
        with daemon(station_files(tmp_path / "s", CARE, radio=address)) as running:
            deadline_s = time.monotonic() + DEADLINE_S
            while f"radio at {address}: firmware 2.7.26" not in running.log:
                assert time.monotonic() < deadline_s, running.log
                time.sleep(POLL_S)
            # Without the configuration nobody knows of the station: the lock does.
            assert hardware_command("show", address) == REFUSED
            assert f"another program uses {tmp_path}/PLH.tty" in capsys.readouterr().err


def test_configuration_that_cannot_be_used_is_told(tmp_path: Path, capsys: Captured) -> None:
    assert main(["radio", "show", "--config", str(tmp_path / "none.toml")]) == USAGE
    assert "none.toml" in capsys.readouterr().err
    (tmp_path / "bavn.toml").write_text("[radio]\n")
    assert main(["radio", "show", "--config", str(tmp_path / "bavn.toml")]) == USAGE
    assert "radio.address" in capsys.readouterr().err


def test_address_that_is_none_is_a_wrong_command_line(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAVN_CONFIG", str(tmp_path / "none.toml"))
    assert main(["radio", "show", "usb0"]) == USAGE
    assert "serial:///dev/serial/by-id/NAME" in capsys.readouterr().err
