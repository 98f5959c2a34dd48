"""From nothing to a network by commands alone."""

import argparse
import json
from pathlib import Path

import pytest

from node.cli import key, roster

PASSPHRASE = "fire gode danske ord"


def bavn_roster(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    roster.configure(parser)
    return roster.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


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


def test_network_is_made_by_commands(tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(tmp_path / "net", secret)
    capsys.readouterr()
    assert bavn_roster("show", tmp_path / "net", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["name"] == "Assens beredskab"
    assert [(row["kind"], row["code"]) for row in shown["certificates"]] == [
        ("station", "PLH"),
        ("authority", "ASK"),
        ("function", "KRISE"),
        ("operator", "MLA"),
    ]
    assert sorted(path.name for path in (tmp_path / "net" / "keys").iterdir()) == [
        "authority-1.key",
        "operator-1.key",
        "root.key",
        "station-1.key",
    ]


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("add-station", "net", "1", "PLH", "Havblik", "--authority", "1"), "take the next"),
        (("add-station", "net", "2", "p-h", "Havblik", "--authority", "1"), "not to be certified"),
        (("add-station", "net", "5000", "NYT", "Havblik", "--authority", "1"), "not to be certified"),
        (("add-station", "net", "2", "NYT", "Havblik", "--authority", "9"), "authority-9.key is missing"),
    ],
)
def test_mistakes_are_told_with_their_remedy_and_change_nothing(
    tmp_path: Path,
    secret: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    remedy: str,
) -> None:
    enrol(tmp_path / "net", secret)
    before = (tmp_path / "net" / "roster.bavn").read_bytes()
    monkeypatch.chdir(tmp_path)
    assert bavn_roster(*words, "--authority-passphrase-file", secret) == 1
    assert remedy in capsys.readouterr().err
    assert (tmp_path / "net" / "roster.bavn").read_bytes() == before


def test_wrong_passphrase_certifies_nobody(tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(tmp_path / "net", secret)
    secret.write_text("forkert ord\n")
    station = ("add-station", tmp_path / "net", "2", "NYT", "Ny", "--authority", "1")
    assert bavn_roster(*station, "--authority-passphrase-file", secret) == 1
    assert "wrong passphrase" in capsys.readouterr().err


def test_key_file_is_shown_without_its_secret(tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enrol(tmp_path / "net", secret)
    capsys.readouterr()
    parser = argparse.ArgumentParser()
    key.configure(parser)
    assert key.run(parser.parse_args(["show", str(tmp_path / "net" / "keys" / "station-1.key"), "--json"])) == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(shown) == {"holder", "number", "public", "fingerprint"}
