"""`bavn run` as a process: it comes up, goes down, comes back, and says in one line why when it cannot."""

import json
import signal
from pathlib import Path

import pytest

from tests.support.daemons import Daemon, bavn, daemon
from tests.support.network import CARE, STAFF
from tests.support.station_files import StationFiles, station_files


@pytest.fixture
def files(tmp_path: Path) -> StationFiles:
    return station_files(tmp_path / "staff", STAFF)


def status(running: Daemon) -> dict[str, object]:
    result = bavn("status", "--json", "--config", running.files.config)
    assert result.returncode == 0, result.stderr
    told: dict[str, object] = json.loads(result.stdout)
    return told


def send(running: Daemon, text: str = "Send 200 l diesel.") -> "tuple[int, str]":
    result = bavn("send", "PLH", text, "--as", "-", "--config", running.files.config)
    return result.returncode, result.stdout + result.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told(files: StationFiles, number: signal.Signals) -> None:
    with daemon(files) as running:
        assert running.stop(number) == 0
        assert running.next_notice() == "STOPPING=1"
    assert not files.socket.exists()


def test_a_radio_that_is_away_keeps_nothing_from_working(files: StationFiles) -> None:
    with daemon(files) as running:
        told = status(running)
        assert isinstance(told["radio"], dict)
        assert told["radio"]["is_up"] is False
        code, said = send(running)
        assert (code, "KRS-00001" in said) == (0, True)


def test_a_power_board_that_is_away_keeps_nothing_from_working(tmp_path: Path) -> None:
    files = station_files(tmp_path / "staff", STAFF, more='[power]\nsource = "ina219"\nbus = 250\n')
    with daemon(files) as running:
        while (power := power_of(running))["fault"] == "not read yet":
            assert running.process.poll() is None
        assert (power["source"], power["charge_percent"], power["age_s"]) == ("INA219 at i2c-250 0x42", None, None)
        assert str(power["fault"]).startswith("i2c-250: no such bus; switch I2C on")
        code, said = send(running)
        assert (code, "KRS-00001" in said) == (0, True)
        assert running.log.count("i2c-250") == 1
        assert running.stop() == 0


def power_of(running: Daemon) -> dict[str, object]:
    power = status(running)["power"]
    assert isinstance(power, dict)
    return power


def test_what_was_accepted_is_there_after_a_kill(files: StationFiles) -> None:
    with daemon(files) as running:
        send(running)
        assert running.stop(signal.SIGKILL) == -signal.SIGKILL
    assert files.socket.exists(), "a killed daemon leaves its socket file behind"
    with daemon(files) as running:
        result = bavn("show", "KRS-00001", "--json", "--config", files.config)
        assert json.loads(result.stdout)["text"] == "Send 200 l diesel."
        assert send(running)[1].startswith("KRS-00002"), "no number comes twice"


def test_a_text_of_any_length_does_no_harm(files: StationFiles) -> None:
    with daemon(files) as running:
        code, said = send(running, "x" * 30_000)
        assert (code, "/4096" in said) == (1, True), said
        assert send(running)[0] == 0


def test_the_watchdog_is_fed(files: StationFiles) -> None:
    with daemon(files, WATCHDOG_USEC="100000") as running:
        assert [running.next_notice() for _ in range(3)] == ["WATCHDOG=1"] * 3


def test_a_damaged_store_is_set_aside_and_told(files: StationFiles) -> None:
    files.store.parent.mkdir(mode=0o700)
    files.store.write_bytes(b"this was a database" * 1000)
    with daemon(files) as running:
        aside = files.store.with_name("store.db.damaged-1")
        assert aside.read_bytes().startswith(b"this was a database")
        told = status(running)
        assert isinstance(told["store"], dict)
        assert told["store"]["set_aside"] == str(aside)
        result = bavn("status", "--config", files.config)
        assert "lagt til side" in result.stdout


def one_line(files: StationFiles) -> str:
    """What `bavn run` says when it cannot; one line, and an exit code that is not 0."""
    result = bavn("run", "--config", files.config)
    assert result.returncode not in (0, None)
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def test_a_store_that_another_daemon_has_is_left_alone(files: StationFiles) -> None:
    with daemon(files) as running:
        assert f"in use by process {running.process.pid}" in one_line(files)
        assert send(running)[0] == 0


def test_a_socket_that_another_daemon_has_is_left_alone(files: StationFiles) -> None:
    with daemon(files) as running:
        files.config.write_text(files.config.read_text().replace('"data"', '"other"'))
        assert "another daemon listens there; stop the other daemon" in one_line(files)
        assert send(running)[0] == 0


def test_a_missing_configuration_is_told(files: StationFiles) -> None:
    files.config.unlink()
    assert "No such file or directory; write one there" in one_line(files)


def test_a_misspelt_key_is_told(files: StationFiles) -> None:
    files.config.write_text(files.config.read_text().replace("preset", "prest"))
    assert "radio.prest: no such key; did you mean 'preset'?" in one_line(files)


def test_a_missing_roster_is_told(files: StationFiles) -> None:
    (files.directory / "roster.bavn").unlink()
    assert "roster.bavn is missing: copy your network's there" in one_line(files)


def test_a_damaged_roster_is_told(files: StationFiles) -> None:
    (files.directory / "roster.bavn").write_bytes(b"\x80")
    assert "roster.bavn is damaged" in one_line(files)


def test_a_missing_key_is_told(files: StationFiles) -> None:
    files.key(STAFF).unlink()
    assert "keys" in one_line(files)


def test_a_key_that_others_may_read_is_refused_with_the_command_to_run(files: StationFiles) -> None:
    files.key(STAFF).chmod(0o644)
    assert f"chmod 600 {files.key(STAFF)}" in one_line(files)


def test_a_key_of_another_station_is_told(files: StationFiles) -> None:
    other = station_files(files.directory / "other", CARE)
    other.key(CARE).replace(files.key(STAFF))
    assert str(STAFF) in one_line(files)


def test_an_address_that_is_none_is_told(files: StationFiles) -> None:
    files.config.write_text(files.config.read_text().replace("tcp://127.0.0.1:1", "127.0.0.1:4403"))
    assert "write tcp://HOST:PORT" in one_line(files)


def test_a_folder_that_cannot_be_made_is_told(files: StationFiles) -> None:
    (files.directory / "data").write_text("a file in the place of the folder")
    assert "data" in one_line(files)


def test_the_check_starts_nothing(files: StationFiles) -> None:
    assert bavn("run", "--check", "--config", files.config).returncode == 0
    assert not files.store.exists()
