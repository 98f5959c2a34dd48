"""`bavn radio profile`, `setup`, `check`, `rekey`, `survey`, `qr` against simulated radios on TCP and serial ports."""

import argparse
import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware import radio_command
from hardware.airtime import PRESETS
from hardware.key_file import fingerprint, read_key
from hardware.meshtastic_protobufs import mesh_pb2
from hardware.serial_port import open_port
from hardware.simulated.identity import Generation, Identity, Profile
from hardware.simulated.speech import settings
from hardware.stream import FrameReader, frame
from tests.hardware.test_radio_command import simulation
from tests.support.patience import DEADLINE_S

PROGRAM = (sys.executable, "-m", "hardware.radio_command")
MORTAL_PROGRAM = (sys.executable, "-m", "tests.hardware.mortal_program")
Captured = pytest.CaptureFixture[str]

AIR = """
[air]
preset = "SHORT_FAST"
restart_wait_s = 0.05
contacts = "learned"
[[device]]
name = "plh"
port = 0
fresh = true
[[device]]
name = "brs"
pty = "brs.tty"
log_text = true
[[device]]
name = "hand"
port = 0
keypad = true
[[link]]
between = ["plh", "brs"]
snr_db = 6.0
"""
STATIONS = """
[[station]]
short_name = "PLH"
long_name = "Plejehjemmet Havblik"
address = "{plh}"
[[station]]
short_name = "BRS"
long_name = "Brandstation Nord"
address = "{brs}"
role = "ROUTER"
"""


class Command:
    """The command line of one network in a folder."""

    def __init__(self, folder: Path, captured: Captured, addresses: dict[str, str], control: Path = Path()) -> None:
        self.folder, self.addresses = folder, addresses
        self._control = control
        self.profile = folder / "network-radio.toml"
        self._captured = captured
        self.everything = ""
        assert self.run("profile", "new", self.profile)[0] == 0
        text = self.profile.read_text().replace("MEDIUM_FAST", "SHORT_FAST")
        self.profile.write_text(text + STATIONS.format(**addresses))

    def run(self, *words: str | Path) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser(prog="bavn radio")
        radio_command.configure(parser)
        code = radio_command.run(parser.parse_args([str(word) for word in words]))
        out, err = self._captured.readouterr()
        self.everything += out + err
        return code, out, err

    def on(self, name: str, *words: str) -> tuple[int, str, str]:
        return self.run(*words[:1], self.addresses[name], "--profile", self.profile, *words[1:])

    def power(self, name: str, state: str) -> None:
        assert self.run("power", name, state, "--control", self._control)[0] == 0

    def all_keys(self) -> list[bytes]:
        return [read_key(file) for file in self.folder.glob("*.key*")]


@contextlib.contextmanager
def network(folder: Path, captured: Captured) -> Iterator[Command]:
    with simulation(folder, air=AIR, ready=3) as (control, ready):
        addresses = {line.split()[1]: line.split()[2] for line in ready}
        command = Command(folder, captured, addresses, control)
        yield command
    for key in command.all_keys():
        for form in (key.hex(), base64.b64encode(key).decode()):
            assert form not in command.everything, "a key was printed"


def test_two_stations_become_a_network_and_know_each_other(tmp_path: Path, capsys: Captured) -> None:
    with network(tmp_path, capsys) as command:
        contacts = ""
        for name in ("plh", "brs"):
            code, out, _ = command.on(name, "check")
            assert (code, "NOT READY" in out) == (1, True)
            code, out, _ = command.on(name, "setup", "--dry-run")
            assert (code, "Nothing was written." in out) == (0, True)
            assert "key: public key -> key " + fingerprint(read_key(tmp_path / "station.key")) in out
            assert command.on(name, "check")[0] == 1, "a dry run changes nothing"
            code, out, err = command.on(name, "setup")
            assert (code, "as wanted." in out, "restarting" in err) == (0, True, True)
            contacts += out[out.index("[[contact]]") :]
            code, out, err = command.on(name, "setup")
            assert (code, "already as wanted, nothing written." in out, err) == (0, True, "")
            code, out, _ = command.on(name, "check")
            assert (code, out) == (0, f"{command.addresses[name]}: ready\n")
        command.profile.write_text(command.profile.read_text() + contacts)
        code, out, _ = command.on("plh", "setup", "--json")
        assert [each["part"].split()[:2] for each in json.loads(out)["differences"]] == [["contact", "BRS"]]
        code, out, _ = command.on("brs", "setup")
        assert (code, "[[contact]]" in out) == (0, False), "the profile has it already"
        for name in ("plh", "brs"):
            assert command.on(name, "check", "--json")[0] == 0


def test_a_handheld_gets_what_it_needs(tmp_path: Path, capsys: Captured) -> None:
    with network(tmp_path, capsys) as command:
        words = ("--handheld", "--long-name", "Vagt 1", "--short-name", "V1")
        code, out, _ = command.on("hand", "setup", *words)
        assert (code, "texts to choose from" in out) == (0, True)
        assert fingerprint(read_key(tmp_path / "station.key")) not in out
        assert command.on("hand", "check", "--handheld")[0] == 0


def test_killed_with_the_last_signal_it_is_finished_by_running_it_again(tmp_path: Path, capsys: Captured) -> None:
    with network(tmp_path, capsys) as command:
        for name in ("plh", "brs"):
            words = ("setup", command.addresses[name], "--profile", command.profile)
            for part in ("owner", "position"):
                killed = subprocess.run([*MORTAL_PROGRAM, part, *words], timeout=DEADLINE_S, check=False)
                assert killed.returncode == -signal.SIGKILL
                code, out, _ = command.on(name, "check")
                assert (code, "an earlier setup of this radio was interrupted" in out) == (1, True)
            assert command.on(name, "setup")[0] == 0
            assert command.on(name, "check")[0] == 0


def test_keys_are_changed_without_anybody_falling_out(tmp_path: Path, capsys: Captured) -> None:
    with network(tmp_path, capsys) as command:
        for name in ("plh", "brs"):
            assert command.on(name, "setup")[0] == 0
        old = fingerprint(read_key(tmp_path / "station.key"))
        rekey = ("rekey", "--profile", command.profile)
        code, out, _ = command.run(*rekey, "--dry-run")
        assert (code, out.count("channel 2"), (tmp_path / "rekey.json").exists()) == (0, 6, False)
        command.power("brs", "off")
        code, out, _ = command.run(*rekey)
        assert code == 1
        assert "no serial port" in out
        assert "Left in this step: BRS." in out
        code, _, err = command.on("plh", "setup")
        assert (code, "a change of keys is under way" in err) == (1, True)
        command.power("brs", "on")
        for step in ("2 of 3", "3 of 3", "done"):
            code, out, _ = command.run(*rekey)
            assert (code, f"Step {step}" in out) == (0, True)
        assert fingerprint(read_key(tmp_path / "station.key")) != old
        for name in ("plh", "brs"):
            assert command.on(name, "check")[0] == 0
        assert json.loads((tmp_path / "rekey.json").read_text())["step"] == "done"


def test_radios_are_surveyed_both_ways(tmp_path: Path, capsys: Captured) -> None:
    with network(tmp_path, capsys) as command:
        for name in ("plh", "brs"):
            assert command.on(name, "setup")[0] == 0
        pair = (command.addresses["plh"], command.addresses["brs"])
        code, out, err = command.run("survey", *pair, "--count", "2", "--hops", "0", "--bytes", "12", "--json")
        assert (code, [(each["heard"], each["sent"]) for each in json.loads(out)]) == (0, [(2, 2), (2, 2)])
        assert "sends 2 frames" in err
        words = [*PROGRAM, "survey", "--answer", pair[1], "--surveys", "1"]
        with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as answering:
            assert answering.stderr is not None
            assert answering.stderr.readline() == f"{pair[1]} answers surveys\n"
            code, out, _ = command.run("survey", pair[0], "--count", "2", "--hops", "0", "--bytes", "12")
            _, heard = answering.communicate(timeout=DEADLINE_S)
        assert code == 0
        assert [line.split()[2] for line in out.splitlines()[1:3]] == ["2/2", "2/2"]
        assert "heard 2, answering" in heard


def test_the_picture_comes_with_a_warning_and_the_link_only_when_asked(tmp_path: Path, capsys: Captured) -> None:
    parser = argparse.ArgumentParser()
    radio_command.configure(parser)
    profile = tmp_path / "network-radio.toml"
    assert radio_command.run(parser.parse_args(["profile", "new", str(profile)])) == 0
    assert radio_command.run(parser.parse_args(["qr", "--profile", str(profile)])) == 0
    out = capsys.readouterr().out
    assert "The key is in this picture" in out
    assert "meshtastic.org" not in out
    assert radio_command.run(parser.parse_args(["qr", "--profile", str(profile), "--text"])) == 0
    told = capsys.readouterr()
    assert told.out.startswith("https://meshtastic.org/e/#")
    assert "The key is in this link" in told.err


class Impostor:
    """Something that listens where a radio should, and says what it is told to, in a thread of its own."""

    def __init__(self, said: bytes | None) -> None:
        self._said = said
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listening.accept()
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        if self._said is not None:
            connection.sendall(self._said)
            return
        reader = FrameReader()
        while chunk := connection.recv(4096):
            for message in reader.feed(chunk, 0.0):
                nonce = mesh_pb2.ToRadio.FromString(message).want_config_id
                if nonce:
                    connection.sendall(b"".join(map(frame, settings(old_radio(), nonce))))

    def close(self) -> None:
        self._listening.close()
        self._thread.join(DEADLINE_S)


def old_radio() -> Profile:
    return Profile(Identity.named("old"), Generation.V2_7, PRESETS["SHORT_FAST"], "2.5.20.4c97351")


def lone(folder: Path, capsys: Captured) -> Command:
    return Command(folder, capsys, {"plh": "tcp://127.0.0.1:1", "brs": "serial:///nowhere"})


def test_too_old_firmware_is_refused_with_what_to_install(tmp_path: Path, capsys: Captured) -> None:
    command, radio = lone(tmp_path, capsys), Impostor(None)
    code, out, err = command.run("setup", radio.address, "--profile", command.profile, "--station", "PLH")
    radio.close()
    assert (code, out) == (1, "")
    assert "firmware 2.5.20.4c97351 is too old; install 2.7.26" in err


def test_what_is_no_radio_is_told_so(tmp_path: Path, capsys: Captured) -> None:
    command, radio = lone(tmp_path, capsys), Impostor(b"SSH-2.0-OpenSSH_9.2\r\n")
    code, out, err = command.run("setup", radio.address, "--profile", command.profile)
    radio.close()
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "; check" in err or "one program at a time" in err


@pytest.mark.parametrize("words", [("setup",), ("check",)])
def test_a_radio_that_is_not_there_is_told_with_the_remedy(words: tuple[str], tmp_path: Path, capsys: Captured) -> None:
    command = lone(tmp_path, capsys)
    for name, remedy in (("plh", "check that the radio is on"), ("brs", "bavn radio list")):
        code, out, err = command.on(name, *words)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert remedy in err


def test_a_port_in_use_is_left_alone(tmp_path: Path, capsys: Captured) -> None:
    with network(tmp_path, capsys) as command:
        port = open_port(str(tmp_path / "brs.tty"))
        code, _, err = command.on("brs", "setup")
        os.close(port)
        assert (code, "another program uses" in err) == (1, True)


def test_mistakes_on_the_command_line_are_told(tmp_path: Path, capsys: Captured) -> None:
    command = lone(tmp_path, capsys)
    assert command.run("setup", "usb0", "--profile", command.profile)[0] == 2
    code, _, err = command.run("setup", "tcp://127.0.0.1:1", "--profile", tmp_path / "none.toml")
    assert (code, "bavn radio profile new" in err) == (1, True)
    for words in (("setup",), ("survey", "--count", "0"), ("survey", "--hops", "8"), ("rekey", "--channel", "x")):
        with pytest.raises(SystemExit) as ended:
            command.run(*words)
        assert ended.value.code == 2


def test_help_teaches_in_80_columns(capsys: Captured) -> None:
    parser = argparse.ArgumentParser()
    radio_command.configure(parser)
    for command in ("profile", "setup", "check", "rekey", "survey", "qr"):
        with pytest.raises(SystemExit):
            parser.parse_args([command, "--help"])
        text = capsys.readouterr().out
        description = text[text.index("\n\n") : text.index("options:")]
        assert max(map(len, description.splitlines())) <= 80, description
