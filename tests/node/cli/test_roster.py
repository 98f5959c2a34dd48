"""From nothing to a network by commands alone."""

import argparse
import json
import shutil
from pathlib import Path

import pytest

from node.cli import key, roster
from node.keyring.keyfile import read_key_file
from node.keyring.wrapping import Cost

PASSPHRASE = "fire gode danske ord"


def bavn_roster(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    roster.configure(parser)
    return roster.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAVN_LANG", "en")


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, secret: Path) -> Path:
    """A network made once; copied by whoever changes it."""
    directory = tmp_path_factory.mktemp("made") / "net"
    enrol(directory, secret)
    return directory


@pytest.fixture
def net(tmp_path: Path, made: Path) -> Path:
    return shutil.copytree(made, tmp_path / "net")


def enrol(directory: Path, secret: Path) -> None:
    by_root = ("--root-passphrase-file", secret)
    by_authority = ("--authority-passphrase-file", secret)
    assert bavn_roster("create", directory, "--name", "Assens beredskab", *by_root) == 0
    assert bavn_roster("add-authority", directory, "1", "ASK", "Assens Kommune", *by_root, *by_authority) == 0
    assert bavn_roster("add-station", directory, "1", "PLH", "Havblik", "--authority", "1", *by_authority) == 0
    operator = ("add-operator", directory, "1", "MLA", "Mette Larsen", "--authority", "1", "--home", "1")
    assert bavn_roster(*operator, "--rights", "flash,orders", *by_authority, "--operator-passphrase-file", secret) == 0
    function = ("add-function", directory, "1", "KRISE", "Kriseleder", "--authority", "1", "--home", "1")
    assert bavn_roster(*function, *by_authority) == 0


def test_network_is_made_by_commands(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bavn_roster("show", net, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["name"] == "Assens beredskab"
    assert [(row["kind"], row["code"]) for row in shown["certificates"]] == [
        ("station", "PLH"),
        ("authority", "ASK"),
        ("function", "KRISE"),
        ("operator", "MLA"),
    ]
    keys = ["authority-1.key", "operator-1.key", "root.key", "station-1.key"]
    assert sorted(path.name for path in (net / "keys").iterdir()) == keys


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("add-station", "net", "1", "NYT", "Havblik", "--authority", "1"), "take the next"),
        (("add-station", "net", "2", "p-h", "Havblik", "--authority", "1"), "in capitals"),
        (("add-station", "net", "2", "PLH", "Andet hjem", "--authority", "1"), "use another code"),
        (("add-station", "net", "5000", "NYT", "Havblik", "--authority", "1"), "use 1 to 1022"),
        (("add-station", "net", "2", "NYT", "Havblik", "--authority", "9"), "add it first"),
        (("add-function", "net", "2", "NYT", "Ny", "--authority", "1", "--home", "9"), "add it first"),
        (("add-operator", "net", "2", "NY", "Ny", "--authority", "1", "--home", "1", "--rights", "fly"), "flash"),
        (
            ("add-station", "gone", "2", "NYT", "Havblik", "--authority", "1"),
            "there is no directory gone: copy your network's there",
        ),
    ],
)
def test_mistakes_are_told_with_their_remedy_and_change_nothing(
    net: Path,
    secret: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    remedy: str,
) -> None:
    before = (net / "roster.bavn").read_bytes()
    monkeypatch.chdir(net.parent)
    assert bavn_roster(*words, "--authority-passphrase-file", secret) == 1
    told = capsys.readouterr().err
    assert remedy in told
    assert told.count("\n") == 1
    assert (net / "roster.bavn").read_bytes() == before


def test_keys_made_by_commands_cost_the_usual_guess(net: Path) -> None:
    for name in ("root", "authority-1", "operator-1"):
        closed = read_key_file(net / "keys" / f"{name}.key").wrapped
        assert closed is not None
        assert closed.cost == Cost(n=1 << 15, r=8, p=1)


def test_wrong_passphrase_certifies_nobody(net: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wrong").write_text("forkert ord\n")
    station = ("add-station", net, "2", "NYT", "Ny", "--authority", "1")
    assert bavn_roster(*station, "--authority-passphrase-file", tmp_path / "wrong") == 1
    assert "wrong passphrase for authority-1.key" in capsys.readouterr().err


def test_roster_is_exported_without_any_key(net: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exported = tmp_path / "public" / "assens.bavn"
    assert bavn_roster("export", net, exported, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"files": [str(exported)], "certificates": 4}
    assert exported.read_bytes() == (net / "roster.bavn").read_bytes()
    assert list(exported.parent.iterdir()) == [exported]


def test_station_is_handed_what_it_needs(net: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bavn_roster("hand-out", net, "1", tmp_path / "plh", "--json") == 0
    told = [Path(file).name for file in json.loads(capsys.readouterr().out)["files"]]
    assert told == ["roster.bavn", "station-1.key", "operator-1.key"]
    assert sorted(told) == sorted(path.name for path in (tmp_path / "plh").iterdir())


def test_unwritable_place_is_told_in_one_line(net: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert bavn_roster("hand-out", net, "1", tmp_path / "file" / "plh") == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_key_file_is_shown_without_its_secret(net: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    key.configure(parser)
    assert key.run(parser.parse_args(["show", str(net / "keys" / "station-1.key"), "--json"])) == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) == {"holder", "number", "exercise", "public", "fingerprint"}
