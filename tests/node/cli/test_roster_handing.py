"""From nothing to sticks for everybody: what lies on each, and how long it takes."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from node.keyring.keyring import Keyring
from node.keyring.roster_file import read_roster_file
from tests.support.enrolment_plan import AUTHORITIES, write_plan

PASSPHRASE = "fire gode danske ord"
LIMIT_S = 600
"""Ten minutes."""


def bavn(place: Path, *words: str) -> str:
    """Run the installed command as a clerk does; what it printed."""
    command = [str(Path(sys.executable).with_name("bavn")), *words]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAVN_LANG", "en")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("clerk")
    (place / "passphrase").write_text(PASSPHRASE + "\n")
    write_plan(place / "plan.toml")
    return place


@pytest.fixture(scope="module")
def taken_s(place: Path) -> float:
    """Seconds of the commands that ENROLMENT.md counts."""
    begun = time.monotonic()
    files = ("--root-passphrase-file", "passphrase", "--authority-passphrase-file", "passphrase")
    bavn(place, "roster", "plan", "net", "plan.toml", *files)
    bavn(place, "key", "sheet", "net/keys/root.key", "--html", "sheets/root.html")
    for number in range(1, len(AUTHORITIES) + 1):
        bavn(place, "key", "sheet", f"net/keys/authority-{number}.key", "--html", f"sheets/authority-{number}.html")
    bavn(place, "roster", "hand-out", "net", "--all", "sticks")
    return time.monotonic() - begun


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_three_authorities_are_on_sticks_in_less_than_ten_minutes(place: Path, taken_s: float) -> None:
    assert taken_s < LIMIT_S
    folders = {path.name for path in (place / "sticks").iterdir()}
    stations = {f"station-S{at}{station}" for at in range(3) for station in range(2)}
    assert folders == {"safe", *(f"authority-{code}" for code in AUTHORITIES), *stations}


@pytest.mark.usefixtures("taken_s")
def test_a_stations_stick_has_its_own_keys_and_no_revocation(place: Path) -> None:
    stick = place / "sticks" / "station-S10"
    people = {f"operator-{number}.{suffix}" for number in (101, 102, 103) for suffix in ("key", "exercise.key")}
    own = {"station-101.key", "station-101.exercise.key", "operator-1125.key"}
    assert names(stick) == {"roster.bavn", "README.txt", *own, *people}
    keyring = Keyring(stick, 101, read_roster_file(stick / "roster.bavn").roster)
    assert keyring.operators() == []


@pytest.mark.usefixtures("taken_s")
def test_an_authoritys_folder_has_its_key_and_its_revocations_alone(place: Path) -> None:
    folder = place / "sticks" / "authority-BRF"
    found = names(folder)
    assert {name for name in found if name.endswith(".key")} == {"keys/authority-2.key"}
    ends = sorted({name.split("/")[1].split(".")[0] for name in found if name.endswith(".revocation")})
    stations = ["station-101", "station-102"]
    people = [f"operator-{number}" for number in (101, 102, 103, 104, 105, 106, 1125, 1126)]
    assert ends == sorted([*people, *stations])


@pytest.mark.usefixtures("taken_s")
def test_the_safe_has_the_root_and_can_end_every_authority(place: Path) -> None:
    found = names(place / "sticks" / "safe")
    assert {name for name in found if name.endswith(".key")} == {"keys/root.key"}
    assert len([name for name in found if name.startswith("revocations/authority-")]) == 3


@pytest.mark.usefixtures("taken_s")
def test_nothing_that_leaves_the_safe_is_open_to_others(place: Path) -> None:
    for path in (place / "sticks").rglob("*"):
        if path.is_file():
            public = path.name in {"roster.bavn", "README.txt"}
            assert path.stat().st_mode & 0o777 == (0o644 if public else 0o600), path


@pytest.mark.usefixtures("taken_s")
def test_a_readme_names_station_and_root_in_both_languages(place: Path) -> None:
    text = (place / "sticks" / "station-S10" / "README.txt").read_text()
    assert "Station S10" in text
    assert "læs den højt" in text
    assert "read it aloud" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.usefixtures("taken_s")
def test_a_clerk_works_in_the_folder_that_was_handed_out(place: Path) -> None:
    station = ("next", "NY", "Ny", "--authority", "2", "--authority-passphrase-file", "../../passphrase")
    folder = place / "sticks" / "authority-BRF"
    assert "station 103" in bavn(folder, "roster", "add-station", ".", *station)
