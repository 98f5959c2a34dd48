"""What others bring: shown first, never a step back, never half; contradictions keep what is here and show both."""

import argparse
import io
import json
import shutil
from pathlib import Path

import pytest

from node.cli import roster
from node.core.judging import Change, judge
from node.keyring.enrolment import Enrolment
from node.keyring.packing import pack
from node.keyring.registrar import Registrar
from node.keyring.renewing import Changes, Renewing
from node.keyring.roster_file import read_roster_file
from node.keyring.sitting import Sitting, revocation_name
from protocol.numbers import Address, Kind
from protocol.revocations import RevocationReason
from protocol.statements import ROOT
from tests.support.enrolled import CARE, KHJ, PASSPHRASE, enrol

ASK, BRF = 1, 2
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


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The roster of another network with the same numbers."""
    directory = tmp_path_factory.mktemp("other")
    enrol(directory, seed=2)
    return directory / "roster.bavn"


@pytest.fixture
def ours(made: Path, tmp_path: Path) -> Path:
    """A station's roster."""
    return Path(shutil.copy(made / "roster.bavn", tmp_path / "ours.bavn"))


@pytest.fixture
def clerk(made: Path, tmp_path: Path) -> Enrolment:
    """Where somebody enters what comes to the station on a stick."""
    return Enrolment(shutil.copytree(made, tmp_path / "clerk"))


@pytest.fixture
def second(made: Path, tmp_path: Path) -> Enrolment:
    """Another clerk with the same keys, who knows nothing of the first."""
    return Enrolment(shutil.copytree(made, tmp_path / "second"))


def opened(network: Enrolment, *issuers: int) -> Sitting:
    sitting = network.sitting()
    for issuer in issuers:
        sitting.open(issuer, PASSPHRASE)
    return sitting


def renamed(network: Enrolment, name: str) -> Path:
    sitting = opened(network, ASK)
    Renewing(sitting).renew(Address(Kind.STATION, CARE), Changes(name=name))
    sitting.store()
    return network.folder.roster_path


def imported(file: Path, ours: Path, capsys: Capture, *, code: int = 0) -> dict[str, list[dict[str, str]]]:
    capsys.readouterr()
    assert bavn_roster("import", file, "--into", ours, "--yes", "--json") == code
    told: dict[str, list[dict[str, str]]] = json.loads(capsys.readouterr().out)
    return told


def test_new_renewed_and_revoked_are_shown_and_applied(clerk: Enrolment, ours: Path, capsys: Capture) -> None:
    sitting = opened(clerk, ASK)
    Registrar(sitting).add_station(ASK, 9, "NY", "Ny")
    Renewing(sitting).renew(Address(Kind.STATION, CARE), Changes(name="Havblik Syd"))
    key = sitting.roster.keys(Kind.OPERATOR, KHJ)[0]
    sitting.revoke(Address(Kind.OPERATOR, KHJ), key, ASK, RevocationReason.STOLEN)
    sitting.store()
    told = imported(clerk.folder.roster_path, ours, capsys)
    assert [one["statement"] for one in told["new"]] == ["certified  station 9: NY Ny, until open"]
    assert told["renewed"][0]["ours"].startswith("certified  station 1: PLH Plejehjemmet")
    assert [one["statement"].split(":")[0] for one in told["revoked"]] == ["revoked    operator 2"]
    assert told["conflict"] == told["refused"] == []
    assert ours.read_bytes() == clerk.folder.roster_path.read_bytes()


def test_nothing_is_applied_unasked(clerk: Enrolment, ours: Path, capsys: Capture) -> None:
    before = ours.read_bytes()
    assert bavn_roster("import", renamed(clerk, "Nyt navn"), "--into", ours) == 1
    told = capsys.readouterr().out
    assert "renewed  renewed    station 1: PLH Nyt navn" in told
    assert "run it again with --yes" in told
    assert ours.read_bytes() == before


@pytest.mark.parametrize(("answer", "is_applied"), [("ja", True), ("y", True), ("n", False), ("", False)])
def test_a_person_is_asked(
    clerk: Enrolment, ours: Path, monkeypatch: pytest.MonkeyPatch, answer: str, is_applied: bool
) -> None:
    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    stick = renamed(clerk, "Nyt navn")
    monkeypatch.setattr("sys.stdin", Keyboard(answer + "\n"))
    assert bavn_roster("import", stick, "--into", ours) == (0 if is_applied else 1)
    assert (ours.read_bytes() == stick.read_bytes()) is is_applied


def test_nothing_is_imported_into_a_network_that_somebody_sits_over(
    clerk: Enrolment, second: Enrolment, capsys: Capture
) -> None:
    brought, before = renamed(second, "Nyt navn"), clerk.folder.roster_path.read_bytes()
    sitting = clerk.sitting()
    assert bavn_roster("import", brought, "--into", clerk.folder.directory, "--yes") == 1
    assert "somebody is at work" in capsys.readouterr().err
    assert clerk.folder.roster_path.read_bytes() == before
    assert sitting.is_idle


def test_an_old_stick_changes_nothing(clerk: Enrolment, ours: Path, tmp_path: Path, capsys: Capture) -> None:
    old = Path(shutil.copy(ours, tmp_path / "old.bavn"))
    sitting = opened(clerk, ASK)
    key = sitting.roster.keys(Kind.OPERATOR, KHJ)[0]
    sitting.revoke(Address(Kind.OPERATOR, KHJ), key, ASK, RevocationReason.STOLEN)
    sitting.store()
    imported(renamed(clerk, "Nyt navn"), ours, capsys)
    now = ours.read_bytes()
    told = imported(old, ours, capsys)
    assert not any(told[verdict] for verdict in ("new", "renewed", "revoked", "conflict", "refused"))
    assert ours.read_bytes() == now


def test_same_version_with_other_content_keeps_ours_and_shows_both(
    clerk: Enrolment, second: Enrolment, ours: Path, capsys: Capture
) -> None:
    imported(renamed(clerk, "Det ene"), ours, capsys)
    now = ours.read_bytes()
    told = imported(renamed(second, "Det andet"), ours, capsys, code=1)
    conflicts = {one["statement"].split(":")[0]: one["ours"] for one in told["conflict"]}
    assert "Det ene" in conflicts["renewed    station 1"]
    assert "section of authority 1" in conflicts
    assert ours.read_bytes() == now


def test_two_authorities_that_claim_one_number_are_shown_and_the_first_stays(
    clerk: Enrolment, second: Enrolment, ours: Path, capsys: Capture
) -> None:
    for network, authority, name in ((clerk, ASK, "Den første"), (second, BRF, "Den anden")):
        sitting = opened(network, authority)
        Registrar(sitting).add_station(authority, 9, "NY", name)
        sitting.store()
    imported(clerk.folder.roster_path, ours, capsys)
    told = imported(second.folder.roster_path, ours, capsys)
    (conflict,) = told["conflict"]
    assert conflict["reason"] == "authority 2 claims a number of authority 1"
    assert "Den første" in conflict["ours"]
    assert "Den anden" in conflict["statement"]
    assert read_roster_file(ours).roster.name_of(Address(Kind.STATION, 9)) == "Den første"


def test_what_nobody_of_ours_signed_is_refused_and_the_rest_is_taken(
    clerk: Enrolment, other: Path, ours: Path, tmp_path: Path, capsys: Capture
) -> None:
    file = read_roster_file(renamed(clerk, "Nyt navn"))
    strangers = read_roster_file(other).roster.statements()
    changed = bytearray(file.roster.statements()[0])
    changed[-1] ^= 1
    stick = tmp_path / "stick.bavn"
    listed = [*file.roster.statements(), *strangers, bytes(changed), b"noise"]
    stick.write_bytes(pack({"format": 1, "name": file.name, "root": file.roster.root, "statements": listed}))
    told = imported(stick, ours, capsys)
    assert len(told["refused"]) == len(strangers) + 1
    assert len(told["unread"]) == 1
    assert len(told["renewed"]) == 2
    assert ours.read_bytes() == clerk.folder.roster_path.read_bytes()


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x80", bytes(5_000_000), pack({"format": 1})])
def test_a_damaged_file_is_told_and_changes_nothing(
    ours: Path, tmp_path: Path, capsys: Capture, content: bytes
) -> None:
    (tmp_path / "stick.bavn").write_bytes(content)
    before = ours.read_bytes()
    assert bavn_roster("import", tmp_path / "stick.bavn", "--into", ours, "--yes") == 1
    error = capsys.readouterr().err
    assert "have it exported again" in error
    assert error.count("\n") == 1
    assert ours.read_bytes() == before


def test_another_networks_roster_is_refused_with_what_can_be_done(other: Path, ours: Path, capsys: Capture) -> None:
    before = ours.read_bytes()
    assert bavn_roster("import", other, "--into", ours, "--yes") == 1
    assert "bavn roster recognise" in capsys.readouterr().err
    assert ours.read_bytes() == before


def test_a_revocation_out_of_the_safe_is_imported_as_it_is(clerk: Enrolment, ours: Path, capsys: Capture) -> None:
    (stick,) = clerk.folder.revocations.glob("operator-2.*")
    told = imported(stick, ours, capsys)
    assert len(told["revoked"]) == 1
    read = read_roster_file(ours).roster
    assert read.revocation_of(Address(Kind.OPERATOR, KHJ), read.keys(Kind.OPERATOR, KHJ)[0]) is not None


def test_what_falls_with_an_authoritys_key_is_named(clerk: Enrolment, ours: Path, capsys: Capture) -> None:
    (stick,) = clerk.folder.revocations.glob("authority-2.*")
    told = imported(stick, ours, capsys)
    assert told["let_go"] == ["certified  station 2: BRD Brandstation Nord, until open"]


def test_a_stick_from_before_an_authoritys_new_key_is_old_and_no_forgery(
    clerk: Enrolment, ours: Path, tmp_path: Path, capsys: Capture
) -> None:
    old = Path(shutil.copy(ours, tmp_path / "old.bavn"))
    sitting = opened(clerk, ROOT)
    before = sitting.roster.keys(Kind.AUTHORITY, BRF)[0]
    renewing = Renewing(sitting)
    renewing.renew_authority(BRF, PASSPHRASE)
    renewing.sign_section_again(BRF)
    sitting.take_in((clerk.folder.revocations / revocation_name(Address(Kind.AUTHORITY, BRF), before)).read_bytes())
    sitting.store()
    imported(clerk.folder.roster_path, ours, capsys)
    told = imported(old, ours, capsys)
    assert told["refused"] == told["conflict"] == []
    roster = read_roster_file(ours).roster
    found = {judge(roster, raw).change for raw in read_roster_file(old).roster.statements()}
    assert found <= {Change.OLD, Change.KNOWN}


def test_a_replayed_revocation_of_an_older_key_ends_no_newer_one(clerk: Enrolment, ours: Path, capsys: Capture) -> None:
    (stick,) = clerk.folder.revocations.glob("operator-2.*")
    sitting = opened(clerk, ASK)
    Renewing(sitting).renew(Address(Kind.OPERATOR, KHJ), Changes(new_key=True, passphrase=PASSPHRASE))
    sitting.store()
    imported(clerk.folder.roster_path, ours, capsys)
    imported(stick, ours, capsys)
    read = read_roster_file(ours).roster
    new, old = read.keys(Kind.OPERATOR, KHJ)
    assert read.revocation_of(Address(Kind.OPERATOR, KHJ), old) is not None
    assert read.revocation_of(Address(Kind.OPERATOR, KHJ), new) is None


def test_a_first_roster_is_taken_by_a_root_that_was_read_aloud(made: Path, tmp_path: Path, capsys: Capture) -> None:
    into, file = tmp_path / "station" / "roster.bavn", made / "roster.bavn"
    assert bavn_roster("import", file, "--into", into, "--yes") == 1
    assert "read aloud" in capsys.readouterr().err
    assert bavn_roster("import", file, "--into", into, "--yes", "--root", "00" * 16) == 1
    assert "not the root" in capsys.readouterr().err
    assert not into.exists()
    digits = read_roster_file(file).roster.root.hex()[:32]
    spoken = " ".join(digits[at : at + 4] for at in range(0, 32, 4)).upper()
    assert bavn_roster("import", file, "--into", into, "--yes", "--root", spoken) == 0
    assert into.read_bytes() == file.read_bytes()


# Another network


def test_another_network_is_recognised_by_its_root_and_kept_beside_ours(
    other: Path, ours: Path, capsys: Capture
) -> None:
    digits = read_roster_file(other).roster.root.hex()[:32]
    words = ("recognise", other, "--into", ours, "--as", "Region Syd")
    assert bavn_roster(*words, "--fingerprint", "0" * 32) == 1
    assert bavn_roster(*words) == 1
    assert not (ours.parent / "foreign").exists()
    capsys.readouterr()
    assert bavn_roster(*words, "--fingerprint", digits) == 0
    told = capsys.readouterr().out
    assert "do not take messages of another network" in told
    assert "station 1: here Plejehjemmet Havblik, there Plejehjemmet Havblik" in told
    assert bavn_roster("foreign", ours, "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["called"], row["root"][:32]) == ("Region Syd", digits)


def test_a_recognised_network_is_not_rolled_back_and_its_name_not_taken_by_another(
    other: Path, ours: Path, tmp_path: Path
) -> None:
    newer = Enrolment(shutil.copytree(other.parent, tmp_path / "newer"))
    renamed(newer, "Nyt navn")
    digits = newer.roster_file().roster.root.hex()[:32]
    words = ("--into", ours, "--as", "Syd", "--fingerprint")
    assert bavn_roster("recognise", newer.folder.roster_path, *words, digits) == 0
    assert bavn_roster("recognise", other, *words, digits) == 0
    kept = read_roster_file(ours.parent / "foreign" / "Syd.bavn")
    assert kept.roster.name_of(Address(Kind.STATION, CARE)) == "Nyt navn"
    enrol(tmp_path / "third", seed=3)
    third = tmp_path / "third" / "roster.bavn"
    assert bavn_roster("recognise", third, *words, read_roster_file(third).roster.root.hex()[:32]) == 1


@pytest.mark.parametrize("name", ["../x", "", "a/b", ".skjult", "x" * 40])
def test_a_recognised_networks_name_is_no_path(other: Path, ours: Path, name: str, capsys: Capture) -> None:
    digits = read_roster_file(other).roster.root.hex()[:32]
    assert bavn_roster("recognise", other, "--into", ours, "--as", name, "--fingerprint", digits) == 1
    assert "is no name" in capsys.readouterr().err
