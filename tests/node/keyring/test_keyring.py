"""Keys on disk: wrapped, private, refused with the remedy when anything is wrong; and a network made from nothing."""

import os
import resource
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from node.keyring import keyfile
from node.keyring.enrolment import Enrolment
from node.keyring.errors import KeyFileError, KeyringError, RosterFileError, WrongPassphrase
from node.keyring.keyfile import Holder, make_key_file, read_key_file
from node.keyring.keyring import STATION_KEYS_MAX, Keyring
from node.keyring.roster_file import read_roster_file
from node.keyring.wrapping import Cost, wrap
from protocol.confidential import Between
from protocol.numbers import Address, Kind
from protocol.roster import Roster
from protocol.statements import Right
from tests.support.station_files import CHEAP

PASSPHRASE = "rødgrød med fløde"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of one authority, two stations, one operator, one function; nobody writes to it."""
    directory = tmp_path_factory.mktemp("network")
    enrolment = Enrolment(directory, cost=CHEAP)
    enrolment.create("Øvelsesnet", PASSPHRASE)
    enrolment.add_authority(1, "ASK", "Assens Kommune", PASSPHRASE, PASSPHRASE)
    enrolment.add_station(1, 1, "PLH", "Plejehjemmet Havblik", PASSPHRASE)
    enrolment.add_station(1, 2, "KRS", "Krisestaben", PASSPHRASE)
    enrolment.add_operator(1, 1, "KHJ", "Karl Hjort", 2, Right.FLASH, PASSPHRASE, PASSPHRASE)
    enrolment.add_function(1, 1, "KRISE", "Kriseleder", [2], PASSPHRASE)
    return directory


def test_network_from_nothing_certifies_everybody(network: Path) -> None:
    file = read_roster_file(network / "roster.bavn")
    assert file.name == "Øvelsesnet"
    assert file.roster.home_stations(Address(Kind.FUNCTION, 1)) == (2,)
    assert file.roster.home_stations(Address(Kind.AUTHORITY, 1)) == (1, 2)


def test_operator_signs_only_while_on_duty(network: Path) -> None:
    keyring = Keyring(network / "keys", 2, read_roster_file(network / "roster.bavn").roster)
    with pytest.raises(KeyError):
        keyring.sign_as_operator(1, b"ordre")
    keyring.unlock(1, PASSPHRASE)
    assert keyring.operators() == [1]
    assert len(keyring.sign_as_operator(1, b"ordre")) == 64
    keyring.lock(1)
    assert keyring.operators() == []


def test_wrong_passphrase_opens_nothing(network: Path) -> None:
    keyring = Keyring(network / "keys", 2, read_roster_file(network / "roster.bavn").roster)
    with pytest.raises(WrongPassphrase):
        keyring.unlock(1, "forkert")
    assert keyring.operators() == []


def test_opening_a_key_alone_puts_nobody_on_duty(network: Path) -> None:
    keyring = Keyring(network / "keys", 2, read_roster_file(network / "roster.bavn").roster)
    unlocked = keyring.opened(1, PASSPHRASE)
    assert keyring.operators() == []
    keyring.admit(unlocked)
    assert keyring.operators() == [1]


def test_key_that_ends_while_it_is_opened_puts_nobody_on_duty(network: Path) -> None:
    roster = read_roster_file(network / "roster.bavn").roster
    keyring = Keyring(network / "keys", 2, roster)
    unlocked = keyring.opened(1, PASSPHRASE)
    ended, _ = Roster.build(roster.root, (*roster.statements(), *safe(network)))
    assert keyring.use_roster(ended) == []
    assert not keyring.admit(unlocked)
    assert keyring.operators() == []


def safe(network: Path) -> list[bytes]:
    """The revocations signed in advance."""
    return [path.read_bytes() for path in sorted((network / "revocations").glob("operator-1*"))]


def test_station_certified_later_gets_a_receipt_key_with_the_newer_roster(network: Path, tmp_path: Path) -> None:
    shutil.copytree(network, tmp_path / "net")
    old = read_roster_file(tmp_path / "net" / "roster.bavn").roster
    Enrolment(tmp_path / "net").add_station(1, 3, "BRS", "Brandstation Nord", PASSPHRASE)
    keyring = Keyring(network / "keys", 2, old)
    assert keyring.receipt_key(2, 3) is None
    keyring.use_roster(read_roster_file(tmp_path / "net" / "roster.bavn").roster)
    assert keyring.receipt_key(2, 3) is not None


def test_operator_whom_a_newer_roster_does_not_certify_goes_off_duty(network: Path) -> None:
    roster = read_roster_file(network / "roster.bavn").roster
    keyring = Keyring(network / "keys", 2, roster)
    keyring.unlock(1, PASSPHRASE)
    assert keyring.use_roster(roster) == []
    without, _ = Roster.build(roster.root, roster.chain_of(Address(Kind.STATION, 2)))
    assert keyring.use_roster(without) == [1]
    assert keyring.operators() == []


def test_key_newer_than_the_roster_is_refused(network: Path, tmp_path: Path) -> None:
    shutil.copytree(network, tmp_path / "net")
    Enrolment(tmp_path / "net").add_station(1, 3, "BRS", "Brandstation Nord", PASSPHRASE)
    with pytest.raises(KeyFileError, match="newer roster"):
        Keyring(tmp_path / "net" / "keys", 3, read_roster_file(network / "roster.bavn").roster)


def test_two_stations_share_a_receipt_key_and_no_third_direction(network: Path) -> None:
    roster = read_roster_file(network / "roster.bavn").roster
    one, two = (Keyring(network / "keys", number, roster) for number in (1, 2))
    assert one.receipt_key(1, 2) == two.receipt_key(1, 2) != one.receipt_key(2, 1)
    assert one.receipt_key(1, 9) is None


def test_two_stations_share_a_key_for_confidential_content_and_none_for_exercises(network: Path) -> None:
    roster = read_roster_file(network / "roster.bavn").roster
    one, two = (Keyring(network / "keys", number, roster) for number in (1, 2))
    exchange = {number: certificate.body.exchange_key for number in (1, 2) if (certificate := roster.station(number))}
    public = one.public_key(exercise=False)
    assert public is not None
    between = Between(root=roster.root, origin=public, recipient=bytes(16), incarnation=1, drill=0)
    key = one.station_key(exchange[2], between)
    assert key is not None
    assert key == two.station_key(exchange[1], between) == one.station_key(exchange[2], between)
    assert one.station_key(exchange[2], replace(between, incarnation=2)) != key
    assert one.station_key(exchange[2], replace(between, drill=7)) is None
    assert one.public_key(exercise=True) is None


def test_keys_of_confidential_content_are_kept_within_a_bound(network: Path) -> None:
    roster = read_roster_file(network / "roster.bavn").roster
    keyring = Keyring(network / "keys", 1, roster)
    peer = roster.station(2)
    assert peer is not None
    between = Between(root=roster.root, origin=bytes(32), recipient=bytes(16), incarnation=1, drill=0)
    first = keyring.station_key(peer.body.exchange_key, between)
    for incarnation in range(2, STATION_KEYS_MAX + 5):
        keyring.station_key(peer.body.exchange_key, replace(between, incarnation=incarnation))
    assert len(keyring._station_keys) == STATION_KEYS_MAX
    assert keyring.station_key(peer.body.exchange_key, between) == first


def test_deriving_a_key_leaves_the_memory_of_this_process_small(network: Path) -> None:
    file = read_key_file(network / "keys" / "operator-1.key")
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    file.open(PASSPHRASE)
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    assert grown_kb < 16_000  # scrypt itself takes 32 MB


def test_key_files_are_private_and_the_roster_is_not(network: Path) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in (network / "keys").iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert (network / "roster.bavn").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_key_file_open_to_others_is_refused_with_the_command_to_run(tmp_path: Path, mode: int) -> None:
    path = make_key_file(Holder.STATION, 1, os.urandom).write(tmp_path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_key_file(path)


def test_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"station-1\.key is missing"):
        read_key_file(tmp_path / "station-1.key")


@pytest.mark.parametrize("content", [b"", b"\x80", b"\xc1", b"garbage", b"\x91" * 3000, bytes(5000)])
def test_damaged_key_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "station-1.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError):
        read_key_file(path)


def test_key_of_another_station_is_refused(network: Path, tmp_path: Path) -> None:
    make_key_file(Holder.STATION, 1, os.urandom).write(tmp_path)
    with pytest.raises(KeyFileError, match="certifies"):
        Keyring(tmp_path, 1, read_roster_file(network / "roster.bavn").roster)


def test_no_secret_shows_in_any_text() -> None:
    file = make_key_file(Holder.STATION, 1, lambda count: b"\xaa" * count)
    assert "aaaa" not in repr(file).lower()
    assert "\\xaa" not in repr(file).split("public_key")[0] + repr(file.open())


def test_file_that_asks_for_unbearable_work_is_refused() -> None:
    wrapped = wrap(b"s" * 32, PASSPHRASE, b"", os.urandom, CHEAP)
    greedy = replace(wrapped, cost=Cost(n=1 << 30))
    file = keyfile.KeyFile(Holder.OPERATOR, 1, b"k" * 32, b"", greedy)
    with pytest.raises(KeyringError, match="unbearable"):
        file.open(PASSPHRASE)


def test_numbers_are_never_reissued(network: Path) -> None:
    with pytest.raises(KeyringError, match="never reissued"):
        Enrolment(network).add_station(1, 1, "NY", "Ny station", PASSPHRASE)


def test_network_is_not_made_over_another(network: Path) -> None:
    with pytest.raises(KeyringError, match="another directory"):
        Enrolment(network).create("Andet", PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"\xc1garbage", b"\x81\xa6format\x02"])
def test_damaged_roster_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "roster.bavn"
    path.write_bytes(content)
    with pytest.raises(RosterFileError, match="copy it again"):
        read_roster_file(path)


def test_roster_with_a_forged_statement_is_refused(network: Path, tmp_path: Path) -> None:
    raw = (network / "roster.bavn").read_bytes()
    path = tmp_path / "roster.bavn"
    path.write_bytes(raw.replace(b"Kriseleder", b"Krisetyven"))
    with pytest.raises(RosterFileError, match="not to be believed"):
        read_roster_file(path)
