"""Adding, renewing, replacing and revoking by commands alone."""

import argparse
import json
import shutil
from pathlib import Path

import pytest

from node.cli import roster
from node.keyring.keyfile import read_key_file
from node.keyring.roster_file import read_roster_file
from protocol.numbers import Address, Kind
from protocol.revocations import key_fingerprint
from protocol.roster import Roster
from tests.support.enrolled import CARE, KHJ, PASSPHRASE, STAFF, enrol

Capture = pytest.CaptureFixture[str]


def bavn_roster(*words: str | int | Path) -> int:
    parser = argparse.ArgumentParser()
    roster.configure(parser)
    return roster.run(parser.parse_args([str(word) for word in words]))


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAVN_LANG", "en")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("made")
    enrol(directory)
    return directory


@pytest.fixture
def net(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "net")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new"
    path.write_text("en ny og bedre sætning\n")
    return path


def roster_of(net: Path) -> Roster:
    return read_roster_file(net / "roster.bavn").roster


def shown(net: Path, capsys: Capture) -> dict[tuple[str, int, bool], dict[str, object]]:
    capsys.readouterr()
    assert bavn_roster("show", net, "--json") == 0
    rows = json.loads(capsys.readouterr().out)["certificates"]
    return {(row["kind"], row["number"], row["exercise"]): row for row in rows}


def test_everything_is_added_by_commands(net: Path, secret: Path, capsys: Capture) -> None:
    by = ("--authority", 1, "--authority-passphrase-file", secret)
    assert bavn_roster("add-group", net, "next", "ALLE", "Alle", *by, "--of", "stations", "--members", "station:1") == 0
    radio = ("--home", 1, "--node", "!a1b2c3d4", "--radio-key", "ab" * 32)
    assert bavn_roster("add-handheld", net, "next", "H1", "Patrulje 1", *by, *radio) == 0
    assert bavn_roster("add-operator", net, "next", "NYN", "Ny Nielsen", *by, "--home", 1, "--draw") == 0
    assert bavn_roster("add-emergency", net, *by) == 0
    assert bavn_roster("exercise-keys", net, *by, "--exercise-passphrase-file", secret) == 0
    assert bavn_roster("members", net, 1, *by, "--members", "station:1", "station:3") == 0
    rows = shown(net, capsys)
    assert rows["group", 1, False]["more"] == "station:1 station:3"
    assert rows["handheld", 1, False]["more"] == "station 1 node !a1b2c3d4"
    assert "emergency" in str(rows["operator", 1025, False]["more"])
    assert {number for kind, number, exercise in rows if exercise and kind == "operator"} == {1, 2, 3}


def test_a_station_is_made_a_kiosk_or_one_that_needs_a_second_person(net: Path, secret: Path, capsys: Capture) -> None:
    by = ("--authority-passphrase-file", secret)
    assert bavn_roster("add-station", net, 9, "BIB", "Biblioteket", "--authority", 1, *by, "--kiosk") == 0
    assert bavn_roster("renew", net, "station", STAFF, *by, "--needs-releaser") == 0
    rows = shown(net, capsys)
    assert rows["station", 9, False]["more"] == "kiosk"
    assert rows["station", STAFF, False]["more"] == "FLASH needs a releaser"
    assert bavn_roster("renew", net, "station", 9, *by, "--no-kiosk", "--needs-releaser") == 0
    certificate = roster_of(net).station(9)
    assert certificate is not None
    assert (certificate.body.is_kiosk, certificate.body.needs_releaser) == (False, True)


def test_a_drawn_passphrase_is_on_its_slip_and_opens_the_key(net: Path, secret: Path, capsys: Capture) -> None:
    by = ("--authority", 1, "--authority-passphrase-file", secret)
    assert bavn_roster("add-emergency", net, 3, *by) == 0
    told = capsys.readouterr().out
    slip = net / "slips" / "operator-1027.txt"
    assert slip.stat().st_mode & 0o777 == 0o600
    passphrase = slip.read_text().splitlines()[4].split(maxsplit=1)[1]
    assert len(passphrase.split()) == 6
    assert passphrase not in told
    read_key_file(net / "keys" / "operator-1027.key").open(passphrase)


def test_validity_is_told_and_can_be_chosen(net: Path, secret: Path, capsys: Capture) -> None:
    by = ("--authority", 1, "--authority-passphrase-file", secret)
    term = ("--from", "2026-01-01", "--until", "2026-01-02")
    assert bavn_roster("add-station", net, "next", "NY", "Ny", *by, *term) == 0
    assert bavn_roster("renew", net, "station", CARE, "--authority-passphrase-file", secret, "--until", "open") == 1
    assert "nothing to renew" in capsys.readouterr().err
    row = shown(net, capsys)["station", 4, False]
    assert (row["from"], row["until"], row["state"]) == ("2026-01-01", "2026-01-02", "expired")
    assert bavn_roster("renew", net, "station", 4, "--authority-passphrase-file", secret, "--until", "2030-01-01") == 0
    assert shown(net, capsys)["station", 4, False]["until"] == "2030-01-01"
    assert bavn_roster("add-station", net, "next", "X", "X", *by, "--from", "2027-01-01", "--until", "2026-01-01") == 1
    assert "before the first" in capsys.readouterr().err


def test_new_ones_expire_by_default(net: Path, secret: Path, capsys: Capture) -> None:
    assert bavn_roster("add-station", net, 9, "NY", "Ny", "--authority", 1, "--authority-passphrase-file", secret) == 0
    assert shown(net, capsys)["station", 9, False]["until"] != "open"


def test_an_operator_gets_a_new_key_and_the_old_one_is_revoked(
    net: Path, secret: Path, new: Path, capsys: Capture
) -> None:
    (old,) = roster_of(net).keys(Kind.OPERATOR, KHJ)
    by = ("--authority-passphrase-file", secret)
    assert bavn_roster("renew", net, "operator", KHJ, "--new-key", *by, "--new-passphrase-file", new) == 0
    fingerprint = shown(net, capsys)["operator", KHJ, False]["key"]
    keys = roster_of(net).keys(Kind.OPERATOR, KHJ)
    assert keys[1] == old
    assert bavn_roster("revoke", net, "operator", KHJ, "--key", "00" * 8, *by) == 1
    assert str(fingerprint) in capsys.readouterr().err
    marks = ("--mark", "ODK-00012", "--mark", "PLH.2-00003")
    stolen = ("--reason", "stolen", "--key", key_fingerprint(old).hex(), *marks)
    assert bavn_roster("revoke", net, "operator", KHJ, *stolen, *by) == 0
    address = Address(Kind.OPERATOR, KHJ)
    revocation = roster_of(net).revocation_of(address, old)
    assert revocation is not None
    assert [(mark.station, mark.incarnation, mark.sequence) for mark in revocation.marks] == [(1, 2, 3), (STAFF, 1, 12)]
    assert roster_of(net).revocation_of(address, keys[0]) is None
    assert shown(net, capsys)["operator", KHJ, False]["state"] == ""


def test_a_revocation_from_the_safe_needs_no_passphrase(net: Path, capsys: Capture) -> None:
    (path,) = (net / "revocations").glob("operator-2.*.revocation")
    assert bavn_roster("revoke", net, "operator", KHJ, "--presigned", path) == 0
    assert shown(net, capsys)["operator", KHJ, False]["state"] == "revoked"


def test_a_dead_station_is_replaced_in_one_step_and_handed_out(
    net: Path, secret: Path, tmp_path: Path, capsys: Capture
) -> None:
    by = ("--authority-passphrase-file", secret)
    assert bavn_roster("replace-station", net, CARE, "--revoke-old", "stolen", *by) == 0
    assert "hand-out" in capsys.readouterr().out
    assert bavn_roster("hand-out", net, CARE, tmp_path / "stick") == 0
    assert shown(net, capsys)["station", CARE, False]["more"] == "incarnation 2"
    handed = read_key_file(tmp_path / "stick" / "station-1.key")
    assert handed.public_key == roster_of(net).keys(Kind.STATION, CARE)[0]
    assert not list((tmp_path / "stick").glob("*.revocation"))


def test_a_lost_authoritys_passphrase_has_a_way_out(net: Path, secret: Path, new: Path, capsys: Capture) -> None:
    words = ("--root-passphrase-file", secret, "--new-passphrase-file", new)
    assert bavn_roster("renew-authority", net, 1, "--revoke-old", *words) == 1
    assert "add --resign" in capsys.readouterr().err
    assert bavn_roster("renew-authority", net, 1, "--resign", "--revoke-old", *words) == 0
    by = ("--authority", 1, "--authority-passphrase-file")
    assert bavn_roster("add-station", net, "next", "NY", "Ny", *by, secret) == 1
    assert bavn_roster("add-station", net, "next", "NY", "Ny", *by, new) == 0
    assert len(shown(net, capsys)) == 9


def test_two_holders_end_an_authoritys_key(net: Path, secret: Path, capsys: Capture) -> None:
    files = ("--root-passphrase-file", secret, "--second-passphrase-file", secret)
    assert bavn_roster("revoke", net, "authority", 2, *files) == 1
    assert "two holders" in capsys.readouterr().err
    assert bavn_roster("revoke", net, "authority", 2, "--second", 1, *files) == 0
    assert shown(net, capsys)["authority", 2, False]["state"] == "revoked"


def test_an_authoritys_clerk_needs_neither_root_nor_the_others(
    net: Path, secret: Path, tmp_path: Path, capsys: Capture
) -> None:
    clerk = tmp_path / "clerk"
    (clerk / "keys").mkdir(parents=True, mode=0o700)
    shutil.copy(net / "roster.bavn", clerk)
    shutil.copy(net / "keys" / "authority-2.key", clerk / "keys")
    by = ("--authority", 2, "--authority-passphrase-file", secret)
    assert bavn_roster("add-station", clerk, "next", "NY", "Ny", *by) == 0
    assert bavn_roster("renew", clerk, "station", 2, "--name", "Brandstation Syd", *by[2:]) == 0
    assert bavn_roster("renew", clerk, "station", CARE, "--name", "Andet", *by[2:]) == 1
    assert "authority-1.key" in capsys.readouterr().err
    row = shown(clerk, capsys)["station", 101, False]
    assert row["name"] == "Ny"
    assert json.loads(json.dumps(row))["state"] == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add-group", "next", "A", "A", "--members", "1"), "is no member"),
        (("add-handheld", "next", "A", "A", "--home", "1", "--node", "x", "--radio-key", "00"), "no node number"),
        (("add-handheld", "next", "A", "A", "--home", "1", "--node", "!1", "--radio-key", "zz"), "64 digits"),
        (("add-station", "ni", "A", "A"), "is no number"),
        (("add-station", "next", "A", "A", "--until", "i morgen"), "is no day"),
        (("add-emergency", "77"), "no station 77"),
    ],
)
def test_mistakes_are_told_with_their_remedy(
    net: Path, secret: Path, capsys: Capture, words: tuple[str, ...], told: str
) -> None:
    before = (net / "roster.bavn").read_bytes()
    step, *rest = words
    assert bavn_roster(step, net, *rest, "--authority", 1, "--authority-passphrase-file", secret) == 1
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert (net / "roster.bavn").read_bytes() == before


def test_a_forgotten_passphrase_is_one_command(net: Path, secret: Path, capsys: Capture) -> None:
    by = ("--authority-passphrase-file", secret)
    exercise = ("--authority", 1, *by, "--exercise-passphrase-file", secret)
    assert bavn_roster("exercise-keys", net, *exercise) == 0
    (old,) = roster_of(net).keys(Kind.OPERATOR, KHJ)
    assert bavn_roster("renew", net, "operator", KHJ, "--new-key", "--draw", "--revoke-old", "lost", *by) == 0
    own = (net / "slips" / "operator-2.txt").read_text().splitlines()[4].split(maxsplit=1)[1]
    for name in ("operator-2.key", "operator-2.exercise.key"):
        read_key_file(net / "keys" / name).open(own)
    read = roster_of(net)
    assert read.revocation_of(Address(Kind.OPERATOR, KHJ), old) is not None
    assert shown(net, capsys)["operator", KHJ, False]["state"] == ""
    assert bavn_roster("renew", net, "operator", KHJ, "--revoke-old", "lost", *by) == 1
    assert "add --new-key" in capsys.readouterr().err


def test_the_key_before_the_newest_is_revoked_on_request(net: Path, secret: Path, capsys: Capture) -> None:
    by = ("--authority-passphrase-file", secret)
    assert bavn_roster("revoke", net, "station", CARE, "--old", *by) == 1
    assert "only one key" in capsys.readouterr().err
    (old,) = roster_of(net).keys(Kind.STATION, CARE)
    assert bavn_roster("replace-station", net, CARE, *by) == 0
    assert bavn_roster("revoke", net, "station", CARE, "--old", "--reason", "stolen", *by) == 0
    read = roster_of(net)
    assert read.revocation_of(Address(Kind.STATION, CARE), old) is not None
    assert read.revocation_of(Address(Kind.STATION, CARE), read.keys(Kind.STATION, CARE)[0]) is None
