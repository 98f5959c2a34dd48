"""`bavn key release` at a running station: what it says, what it does, and what stops it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.cli.exits import DONE, REFUSED
from node.cli.main import main
from node.client.blocking import Client
from node.client.statements import hand_in
from node.keyring.roster_file import RosterFile
from protocol.statements import Right
from tests.support.daemons import Daemon, daemon
from tests.support.enrolled import enrol
from tests.support.network import (
    CARE,
    KHJ,
    MLA,
    STAFF,
    newcomer_statement,
    operator_statement,
    person_statement,
    small_network,
)
from tests.support.station_files import station_files
from tests.support.town import revocation

Captured = pytest.CaptureFixture[str]
SAFE = 30
SIGNE = person_statement(SAFE, "SIK", "Sikker Signe", Right.REVOCATIONS, STAFF)


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Daemon]:
    with daemon(station_files(tmp_path / "staff", STAFF, (KHJ, MLA, SAFE), certified=(SIGNE,))) as running:
        yield running


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAVN_LANG", "en")


def bavn(at: Daemon, *words: str | Path) -> int:
    return main([*map(str, words), "--config", str(at.files.config)])


def log_in(at: Daemon, initials: str) -> None:
    assert bavn(at, "login", initials, "--passphrase-file", at.files.passphrase) == DONE


def on_duty(at: Daemon, capsys: Captured) -> list[str]:
    capsys.readouterr()
    assert bavn(at, "status", "--json") == DONE
    duty: list[dict[str, str]] = json.loads(capsys.readouterr().out)["duty"]
    return [person["initials"] for person in duty]


def test_a_key_ends_by_its_file_from_the_safe(staff: Daemon, tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "KHJ.revocation"
    file.write_bytes(revocation(operator_statement(KHJ)))
    log_in(staff, "KHJ")
    assert bavn(staff, "key", "release", file) == REFUSED
    assert "Nobody on duty here may end a key" in capsys.readouterr().err
    assert bavn(staff, "key", "release", file, "--dry-run") == DONE
    assert capsys.readouterr().out == "key of operator KHJ Karl Hjort: THE KEY ENDS\n"
    log_in(staff, "SIK")
    assert on_duty(staff, capsys) == ["KHJ", "SIK"]
    assert bavn(staff, "key", "release", file, "--as", "SIK") == DONE
    assert on_duty(staff, capsys) == ["SIK"]
    assert bavn(staff, "login", "KHJ", "--passphrase-file", staff.files.passphrase) == REFUSED
    assert capsys.readouterr().err.startswith("The key is revoked and opens nothing any more")
    assert bavn(staff, "key", "release", file) == DONE
    assert capsys.readouterr().out == "Nothing new: 1 known already.\n"


def test_a_newer_roster_is_taken_in_by_a_running_station(staff: Daemon, tmp_path: Path, capsys: Captured) -> None:
    roster = small_network(SIGNE, newcomer_statement(8, CARE)).roster
    RosterFile("Prøvenet", roster).write(tmp_path / "newer.bavn")
    assert bavn(staff, "key", "release", tmp_path / "newer.bavn") == DONE
    assert capsys.readouterr().out == "operator NYE Nye Niels: new\n"


def test_a_newer_roster_on_a_stick_is_shown_then_taken_by_the_running_station(
    staff: Daemon, tmp_path: Path, capsys: Captured
) -> None:
    roster = small_network(SIGNE, newcomer_statement(8, CARE)).roster
    stick = tmp_path / "newer.bavn"
    RosterFile("Prøvenet", roster).write(stick)
    bring = ("roster", "import", stick, "--station")
    assert bavn(staff, *bring) == REFUSED
    assert "operator NYE Nye Niels: new\n" in (told := capsys.readouterr().out)
    assert "run it again with --yes" in told
    assert bavn(staff, *bring, "--yes") == DONE
    assert "The station has it now" in capsys.readouterr().out
    assert bavn(staff, *bring) == DONE
    assert "Nothing new" in capsys.readouterr().out


def test_another_networks_roster_is_refused_by_the_running_station_in_one_line(
    staff: Daemon, tmp_path: Path, capsys: Captured
) -> None:
    theirs = enrol(tmp_path / "theirs", seed=2).folder.roster_path
    assert bavn(staff, "roster", "import", theirs, "--station", "--yes") == REFUSED
    assert "another network's" in capsys.readouterr().out


def test_a_file_that_is_neither_is_named(staff: Daemon, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "letter.txt").write_text("Kære Bavn")
    assert bavn(staff, "key", "release", tmp_path / "letter.txt") == REFUSED
    assert "no revocation either" in capsys.readouterr().err


def test_more_statements_than_a_request_holds_are_taken_in_portions(staff: Daemon) -> None:
    people = tuple(newcomer_statement(number, CARE) for number in range(100, 400))
    roster = small_network(SIGNE, *people).roster
    with Client(staff.files.socket) as client:
        told = hand_in(client, roster.statements(), dry_run=True)
        assert [one.change for one in told].count("new") == 300
        hand_in(client, roster.statements())
        assert {one.change for one in hand_in(client, roster.statements())} == {"known"}
