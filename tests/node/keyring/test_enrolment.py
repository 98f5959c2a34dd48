"""A network grows entry by entry on disk; what contradicts it is refused in words and leaves nothing behind."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from node.keyring.enrolment import Enrolment
from node.keyring.entries import newest_entries
from node.keyring.errors import KeyFileError, KeyringError, RosterFileError, WrongPassphrase
from node.keyring.keyring import Keyring
from node.keyring.packing import pack
from node.keyring.roster_file import read_roster_file
from protocol.numbers import Address, Kind
from protocol.statements import Right
from tests.support.enrolled import CRISIS_STAFF, KHJ, PASSPHRASE, STAFF, enrol


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small network; copied for every test."""
    directory = tmp_path_factory.mktemp("made")
    enrol(directory)
    return directory


@pytest.fixture
def directory(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "network")


def files(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_plan_becomes_a_network(directory: Path) -> None:
    file = Enrolment(directory).roster_file()
    assert file.name == "Assens beredskab"
    kinds = [entry.address.kind for entry in newest_entries(file.roster)]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        Kind.STATION: 3,
        Kind.AUTHORITY: 2,
        Kind.FUNCTION: 1,
        Kind.OPERATOR: 2,
    }
    assert file.roster.home_stations(Address(Kind.FUNCTION, CRISIS_STAFF)) == (STAFF,)
    operator = file.roster.operator(KHJ)
    assert operator is not None
    assert operator.body.rights == Right(63)


def test_same_entropy_makes_the_same_network(made: Path, tmp_path: Path) -> None:
    enrol(tmp_path / "again")
    assert files(tmp_path / "again") == files(made)


Adding = Callable[[Enrolment], object]


@pytest.mark.parametrize(
    ("add", "words"),
    [
        (lambda e: e.add_station(1, 3, "NY", "Ny", PASSPHRASE), "Krisestaben"),
        (lambda e: e.add_station(1, 1023, "NY", "Ny", PASSPHRASE), "1 to 1022"),
        (lambda e: e.add_station(1, 0, "NY", "Ny", PASSPHRASE), "1 to 1022"),
        (lambda e: e.add_station(1, 9, "ODK", "Ny", PASSPHRASE), "Krisestaben"),
        (lambda e: e.add_station(1, 9, "ny", "Ny", PASSPHRASE), "capitals"),
        (lambda e: e.add_station(1, 9, "ALTLANG", "Ny", PASSPHRASE), "1 to 5"),
        (lambda e: e.add_station(1, 9, "NY", "N" * 41, PASSPHRASE), "40 bytes"),
        (lambda e: e.add_station(1, 9, "NY", "\u202eNy", PASSPHRASE), "printable"),
        (lambda e: e.add_station(1, 9, "NY", "", PASSPHRASE), "no name"),
        (lambda e: e.add_station(9, 9, "NY", "Ny", PASSPHRASE), "no authority 9"),
        (lambda e: e.add_operator(1, 9, "NY", "Ny", 9, Right(0), PASSPHRASE, PASSPHRASE), "no station 9"),
        (lambda e: e.add_function(1, 9, "NY", "Ny", (1, 9), PASSPHRASE), "no station 9"),
        (lambda e: e.add_function(1, 9, "NY", "Ny", (), PASSPHRASE), "not to be certified"),
        (lambda e: e.add_authority(1, "NY", "Ny", PASSPHRASE, PASSPHRASE), "Assens Kommune"),
        (lambda e: e.create("Nyt", PASSPHRASE), "another directory"),
    ],
)
def test_entry_that_contradicts_is_refused_and_leaves_nothing(directory: Path, add: Adding, words: str) -> None:
    before = files(directory)
    with pytest.raises(KeyringError, match=words):
        add(Enrolment(directory))
    assert files(directory) == before


def test_wrong_passphrase_certifies_nobody(directory: Path) -> None:
    before = files(directory)
    with pytest.raises(WrongPassphrase, match=r"authority-1\.key"):
        Enrolment(directory).add_station(1, 9, "NY", "Ny", "rødgrød uden fløde")
    assert files(directory) == before


def test_same_code_may_name_a_station_and_an_operator(directory: Path) -> None:
    Enrolment(directory).add_operator(1, 9, "ODK", "Otto Kjær", STAFF, Right(0), PASSPHRASE, PASSPHRASE)
    assert len(Enrolment(directory).roster_file().roster.find("odk")) == 2


def test_key_without_a_certificate_is_not_overwritten(directory: Path) -> None:
    left = directory / "keys" / "station-9.key"
    left.write_bytes(b"left by a cut")
    with pytest.raises(KeyringError, match="move it away"):
        Enrolment(directory).add_station(1, 9, "NY", "Ny", PASSPHRASE)
    assert left.read_bytes() == b"left by a cut"


@pytest.mark.parametrize("name", ["", "x" * 41, "to\nlinjer"])
def test_network_needs_a_name_for_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyringError, match="printable"):
        Enrolment(tmp_path).create(name, PASSPHRASE)
    path = tmp_path / "roster.bavn"
    path.write_bytes(pack({"format": 1, "name": name, "root": bytes(32), "statements": []}))
    with pytest.raises(RosterFileError):
        read_roster_file(path)


def test_station_is_handed_its_own_keys_and_nobody_elses(directory: Path, tmp_path: Path) -> None:
    written = Enrolment(directory).hand_out(STAFF, tmp_path / "odk")
    assert sorted(path.name for path in written) == ["operator-2.key", "roster.bavn", "station-3.key"]
    assert sorted(files(tmp_path / "odk")) == sorted(path.name for path in written)
    keyring = Keyring(tmp_path / "odk", STAFF, read_roster_file(tmp_path / "odk" / "roster.bavn").roster)
    keyring.unlock(KHJ, PASSPHRASE)
    assert keyring.operators() == [KHJ]


def test_nothing_is_handed_out_unless_all_of_it_is(directory: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="no station 9"):
        Enrolment(directory).hand_out(9, tmp_path / "odk")
    (directory / "keys" / "operator-2.key").unlink()
    with pytest.raises(KeyFileError, match=r"operator-2\.key"):
        Enrolment(directory).hand_out(STAFF, tmp_path / "odk")
    assert not (tmp_path / "odk").exists()
