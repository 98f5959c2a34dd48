"""A key goes onto paper and comes back by commands alone; its passphrase changes, or nothing does."""

import argparse
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from node.cli import key
from node.keyring.keyfile import Holder, make_key_file, read_key_file
from tests.support.qr_reading import read_modules, svg_modules
from tests.support.station_files import CHEAP

PASSPHRASE = "fire gode danske ord"
Capture = pytest.CaptureFixture[str]
Spoiling = Callable[[str], str]


def bavn_key(*words: str | Path) -> int:
    parser = argparse.ArgumentParser()
    key.configure(parser)
    return key.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A root's key file."""
    return (
        make_key_file(Holder.ROOT, 0, os.urandom, PASSPHRASE, cost=CHEAP)
        .write(tmp_path_factory.mktemp("keys"))
        .read_bytes()
    )


@pytest.fixture
def root(tmp_path: Path, made: bytes) -> Path:
    path = tmp_path / "keys" / "root.key"
    path.parent.mkdir()
    path.write_bytes(made)
    path.chmod(0o600)
    return path


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, Path]:
    """Files with passphrases by what they are."""
    files = {"old": PASSPHRASE, "new": "fem endnu bedre danske ord", "wrong": "forkert ord", "short": "kort"}
    for name, text in files.items():
        (tmp_path / name).write_text(text + "\n")
    return {name: tmp_path / name for name in files}


def test_sheet_is_typed_in_again_and_is_the_same_file(
    root: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bavn_key("sheet", root, "--lang", "da") == 0
    page = capsys.readouterr().out
    assert "PENGESKABET" in page
    assert max(len(line) for line in page.splitlines()) <= 100
    monkeypatch.setattr("sys.stdin", io.StringIO(page))
    assert bavn_key("restore", tmp_path / "back") == 0
    assert (tmp_path / "back" / "root.key").read_bytes() == root.read_bytes()
    assert (tmp_path / "back" / "root.key").stat().st_mode & 0o777 == 0o600


def test_page_for_a_browser_has_words_and_code(root: Path, tmp_path: Path, capsys: Capture) -> None:
    page = tmp_path / "stick" / "root.html"
    assert bavn_key("sheet", root, "--html", page, "--lang", "en") == 0
    assert page.stat().st_mode & 0o777 == 0o600
    (tmp_path / "scanned").write_text(read_modules(svg_modules(page.read_text())))
    assert bavn_key("restore", tmp_path / "by-code", "--from", tmp_path / "scanned") == 0
    (tmp_path / "text").write_text(unescape(page.read_text()))
    assert bavn_key("restore", tmp_path / "by-words", "--from", tmp_path / "text") == 0
    restored = [(tmp_path / name / "root.key").read_bytes() for name in ("by-code", "by-words")]
    assert restored == [root.read_bytes()] * 2
    assert "delete the file" in capsys.readouterr().out


def test_restore_overwrites_nothing(root: Path, tmp_path: Path, capsys: Capture) -> None:
    assert bavn_key("sheet", root) == 0
    (tmp_path / "page").write_text(capsys.readouterr().out)
    before = root.read_bytes()
    assert bavn_key("restore", root.parent, "--from", tmp_path / "page") == 1
    assert "move it away" in capsys.readouterr().err
    assert root.read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda page: page.replace(" 7  ", " 7  zebra "), "line 7: 11 words are wanted, 12"),
        (lambda page: page[: page.index("12  ")], "line 12 and what follows are missing"),
        (lambda _: "", "line 1 and what follows are missing"),
    ],
)
def test_wrong_page_is_told_and_nothing_is_written(
    root: Path, tmp_path: Path, capsys: Capture, spoil: Spoiling, told: str
) -> None:
    assert bavn_key("sheet", root) == 0
    (tmp_path / "page").write_text(spoil(capsys.readouterr().out))
    assert bavn_key("restore", tmp_path / "back", "--from", tmp_path / "page") == 1
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "back").exists()


def test_passphrase_is_changed(root: Path, secrets: dict[str, Path]) -> None:
    words = ("--passphrase-file", secrets["old"], "--new-passphrase-file", secrets["new"])
    assert bavn_key("passphrase", root, *words) == 0
    read_key_file(root).open("fem endnu bedre danske ord")


@pytest.mark.parametrize(("old", "new"), [("wrong", "new"), ("old", "short")])
def test_passphrase_stays_when_the_old_is_wrong_or_the_new_too_short(
    root: Path, secrets: dict[str, Path], capsys: Capture, old: str, new: str
) -> None:
    before = root.read_bytes()
    words = ("--passphrase-file", secrets[old], "--new-passphrase-file", secrets[new])
    assert bavn_key("passphrase", root, *words) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "ord" not in error.replace("words", "")
    assert root.read_bytes() == before


def test_a_stations_sheet_has_no_secret(tmp_path: Path, capsys: Capture) -> None:
    station = make_key_file(Holder.STATION, 3, os.urandom)
    path = station.write(tmp_path)
    assert bavn_key("sheet", path, "--json", "--lang", "en") == 0
    told = json.loads(capsys.readouterr().out)
    secret = station.open()
    assert told["fingerprint"][:4] in "".join(told["page"])
    assert secret.signing.private_bytes_raw().hex() not in json.dumps(told)
    assert len(told["page"]) < 12


@pytest.mark.parametrize("command", ["key", "roster"])
def test_commands_that_open_keys_leave_no_core_dump(tmp_path: Path, command: str) -> None:
    looked = (
        "import argparse, resource\n"
        f"from node.cli import {command} as command\n"
        "parser = argparse.ArgumentParser(); command.configure(parser)\n"
        "command.run(parser.parse_args(['show', 'gone']))\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    done = subprocess.run([sys.executable, "-c", looked], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "(0, 0)\n"
