"""A plan becomes a network by one command; a second run finds nothing to do, a changed file only what changed."""

import argparse
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from node.cli import roster
from node.cli.plan_file import read_plan
from node.keyring.errors import KeyringError
from node.keyring.keyfile import read_key_file
from node.keyring.roster_file import read_roster_file
from protocol.numbers import Address, Kind
from protocol.statements import Right
from tests.support.enrolment_plan import plan_text, write_plan

PASSPHRASE = "fire gode danske ord"
Capture = pytest.CaptureFixture[str]
Editing = Callable[[str], str]


def bavn_roster(*words: str | int | Path) -> int:
    parser = argparse.ArgumentParser()
    roster.configure(parser)
    return roster.run(parser.parse_args([str(word) for word in words]))


def files(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()}


@pytest.fixture(autouse=True)
def in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAVN_LANG", "en")


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


@pytest.fixture(scope="module")
def by(secret: Path) -> tuple[str | Path, ...]:
    return ("--root-passphrase-file", secret, "--authority-passphrase-file", secret)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, by: tuple[str | Path, ...]) -> Path:
    """The planned network and its plan; copied by whoever changes it."""
    directory = tmp_path_factory.mktemp("planned")
    plan = write_plan(directory / "plan.toml")
    assert bavn_roster("plan", directory / "net", plan, *by) == 0
    return directory


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "place")


def pending(place: Path, capsys: Capture) -> list[str]:
    capsys.readouterr()
    assert bavn_roster("plan", place / "net", place / "plan.toml", "--check", "--json") == 0
    told: list[str] = json.loads(capsys.readouterr().out)["pending"]
    return told


def edit(place: Path, editing: Editing) -> None:
    write_plan(place / "plan.toml", editing(plan_text()))


def test_everybody_in_the_plan_is_in_the_roster(made: Path) -> None:
    read = read_roster_file(made / "net" / "roster.bavn").roster
    (crisis,) = read.find("KR1")
    (station,) = read.find("S10")
    function = read.function(crisis.number)
    assert function is not None
    assert read.home_stations(crisis)[0] == station.number == 101
    assert [read.name_of(Address(Kind.FUNCTION, function.body.deputy))] == ["Vagthavende BRF"]
    (everybody,) = read.find("ALLE")
    assert len(read.members(everybody.number)) == 6
    (person,) = read.find("S00A")
    operator = read.operator(person.number)
    assert operator is not None
    assert operator.body.rights == Right.FLASH | Right.ORDERS
    certificate = read.station(station.number)
    assert certificate is not None
    assert not certificate.body.is_kiosk
    assert all(read.section(number).is_whole for number in (1, 2, 3))


def test_every_drawn_passphrase_opens_the_real_and_the_exercise_key(made: Path) -> None:
    slips = sorted((made / "net" / "slips").iterdir())
    assert len(slips) == 18 + 6
    person = next(path for path in slips if path.name == "operator-1.txt")
    own = person.read_text().splitlines()[4].split(maxsplit=1)[1]
    for name in ("operator-1.key", "operator-1.exercise.key"):
        read_key_file(made / "net" / "keys" / name).open(own)


def test_a_second_run_changes_nothing_and_asks_for_nothing(place: Path, capsys: Capture) -> None:
    before = files(place)
    assert bavn_roster("plan", place / "net", place / "plan.toml") == 0
    assert "nothing to do" in capsys.readouterr().out
    assert files(place) == before


@pytest.mark.parametrize(
    ("editing", "told"),
    [
        (lambda text: text.replace('"Station S00"', '"Havblik"'), ["renew station S00 Havblik"]),
        (
            lambda text: text.replace('home = "S10"\nrights', 'home = "S11"\nrights', 1),
            ["renew operator S10A Person S10A"],
        ),
        (lambda text: text.replace(', "S20", "S21"]', ', "S20"]'), ["say who is in group ALLE Alle stationer"]),
        (lambda text: text.replace('deputy = "VG2"\n', ""), ["renew function KR2 Kriseleder RSD"]),
        (lambda text: text.replace("!a1b2c3d4", "!a1b2c3d5"), ["renew handheld H1 Patrulje 1"]),
        (lambda text: text.replace('"Station S01"', '"Station S01"\nkiosk = true'), ["renew station S01 Station S01"]),
        (
            lambda text: text.replace('"Station S00"', '"Station S00"\nneeds_releaser = true').replace(
                'rights = ["flash", "orders"]', 'rights = ["flash", "orders", "second_releaser"]', 1
            ),
            ["renew station S00 Station S00", "renew operator S00A Person S00A"],
        ),
        (
            lambda text: text + '[[station]]\nauthority = "BRF"\ncode = "NY"\nname = "Ny"\n',
            ["add station NY Ny", "make an exercise key for station NY Ny", "make a break-glass key for station NY Ny"],
        ),
    ],
)
def test_only_what_changed_is_done(
    place: Path, by: tuple[str | Path, ...], capsys: Capture, editing: Editing, told: list[str]
) -> None:
    edit(place, editing)
    assert sorted(pending(place, capsys)) == sorted(told)
    assert bavn_roster("plan", place / "net", place / "plan.toml", *by) == 0
    assert pending(place, capsys) == []


def test_whoever_left_the_plan_is_named_and_left_alone(place: Path, capsys: Capture) -> None:
    edit(place, lambda text: text[: text.index("[[handheld]]")])
    assert bavn_roster("plan", place / "net", place / "plan.toml") == 0
    assert "not in the plan, left as it is: certified  handheld 101: H1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("editing", "told"),
    [
        (lambda text: text.replace('home = "S00"', 'home = "S99"', 1), "there is no station S99 in the plan"),
        (lambda text: text.replace('code = "S01"', 'code = "S00"'), "stands twice"),
        (lambda text: text.replace('"flash"', '"fly"', 1), "no such right: fly"),
        (lambda text: text.replace('deputy = "VG0"', 'deputy = "KR0"'), "circle"),
        (lambda text: text.replace('"Station S00"', '"Station S00"\nneeds_releaser = true'), "right second_releaser"),
        (lambda text: text.replace('"Station S00"', '"Station S00"\nkiosk = "ja"'), "kiosk"),
        (lambda text: text.replace('name = "Fyns beredskab"', 'nme = "x"'), "network"),
        (lambda text: text.replace("[[station]]", "[[statoin]]", 1), "statoin"),
        (lambda text: text.replace('of = "stations"', 'of = "people"'), "stations"),
        (lambda text: text.replace('authority = "BRF"\ncode = "S10"', 'authority = "ASK"\ncode = "S10"'), "belongs to"),
        (lambda _: "[", "not TOML"),
    ],
)
def test_a_plan_that_is_wrong_is_told_and_changes_nothing(
    place: Path, by: tuple[str | Path, ...], capsys: Capture, editing: Editing, told: str
) -> None:
    before = files(place / "net")
    edit(place, editing)
    assert bavn_roster("plan", place / "net", place / "plan.toml", *by) == 1
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert files(place / "net") == before


def test_a_clerk_of_one_authority_plans_with_its_key_alone(place: Path, secret: Path, capsys: Capture) -> None:
    for key in (place / "net" / "keys").iterdir():
        if key.name != "authority-2.key":
            key.unlink()
    edit(place, lambda text: text.replace('"Station S10"', '"Brandstation"'))
    assert bavn_roster("plan", place / "net", place / "plan.toml", "--authority-passphrase-file", f"BRF={secret}") == 0
    assert pending(place, capsys) == []


TABLE = """kind;code;name;authority;home;rights;deputy;of;members;kiosk;until
network;;Fyns beredskab;;;;;;;;
authority;ASK;Assens Kommune;;;;;;;;
station;PLH;Plejehjemmet Havblik;;;;;;;ja;
Station;KRS;"Krisestaben; rådhuset";;;;;;;nej;2031-06-30
;;;;;;;;;;
operator;MLÅ;Mette Låsby;ASK;KRS;flash, orders;;;;;
function;VAGT;Vagthavende;;KRS;;;;;;
function;KRISE;Kriseleder;;KRS PLH;;VAGT;;;;
group;ALLE;Alle stationer;;;;;stations;PLH KRS;;
"""


@pytest.mark.parametrize(("mark", "encoding"), [(";", "utf-8"), ("\t", "utf-8-sig")])
def test_a_spreadsheets_list_is_a_plan(tmp_path: Path, mark: str, encoding: str) -> None:
    file = tmp_path / "plan.csv"
    text = TABLE.replace(";", mark).replace(f"en{mark} rå", "en; rå")
    file.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    plan = read_plan(file)
    assert plan.network == "Fyns beredskab"
    assert len(plan.lines) == 7
    care, staff = plan.of_kind(Kind.STATION)
    assert (care.is_kiosk, staff.is_kiosk, staff.name) == (True, False, "Krisestaben; rådhuset")
    assert staff.last is not None
    assert plan.of_kind(Kind.OPERATOR)[0].rights == Right.FLASH | Right.ORDERS
    assert plan.of_kind(Kind.FUNCTION)[1].homes == ("KRS", "PLH")
    assert plan.of_kind(Kind.GROUP)[0].members == ("PLH", "KRS")


@pytest.mark.parametrize(
    ("editing", "told"),
    [
        (lambda text: text.replace("kind;", "art;"), "the first line names the columns"),
        (lambda text: text.replace("operator;", "person;"), "line 7: found kind 'person', allowed are network, auth"),
        (lambda text: text.replace(";ja;", ";måske;"), "allowed is true or false"),
        (lambda text: text.replace("kiosk;", "kisok;"), "station 1.kisok: no such key"),
        (lambda text: text + "station;A;B;;;;;;;;;C\n", "more fields than the 11 columns"),
        (lambda text: text + 'station;"A', "no line of a table"),
        (lambda text: text + "#" * 300_000, "right file"),
        (lambda _: "", "the first line names the columns"),
    ],
)
def test_a_spreadsheets_mistakes_are_told_by_line(tmp_path: Path, editing: Editing, told: str) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(editing(TABLE))
    with pytest.raises(KeyringError) as error:
        read_plan(file)
    assert told in str(error.value)


def test_a_list_saved_in_another_alphabet_is_told_how_to_save_it(tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_bytes(TABLE.encode("cp1252"))
    with pytest.raises(KeyringError, match="CSV UTF-8"):
        read_plan(file)


def test_a_missing_plan_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="there is no plan"):
        read_plan(tmp_path / "plan.toml")


def test_the_plan_on_the_page_for_clerks_makes_a_network(tmp_path: Path, by: tuple[str | Path, ...]) -> None:
    page = (Path(roster.__file__).parents[1] / "ENROLMENT.md").read_text()
    example = page.split("```toml\n")[1].split("```")[0]
    assert bavn_roster("plan", tmp_path / "net", write_plan(tmp_path / "plan.toml", example), *by) == 0
    read = read_roster_file(tmp_path / "net" / "roster.bavn").roster
    assert {read.name_of(address) for address in read.find("KRISE")} == {"Kriseleder"}


def test_a_roster_is_told_in_danish_within_a_terminals_columns(
    made: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bavn_roster("show", made / "net", "--json", "--lang", "da") == 0
    for_programs = capsys.readouterr().out
    assert bavn_roster("show", made / "net", "--json") == 0
    assert capsys.readouterr().out == for_programs
    monkeypatch.setenv("BAVN_LANG", "da")
    assert bavn_roster("show", made / "net") == 0
    told = capsys.readouterr().out
    assert told.startswith("Fyns beredskab   rod ")
    assert "operatør       1  S00A  " in told
    assert "myndighed      1  ASK" in told
    assert "afsnit         3  version 1" in told
    assert max(map(len, told.splitlines())) <= 80


def test_what_a_plan_asks_for_is_told_in_danish(place: Path, capsys: Capture) -> None:
    edit(place, lambda text: text.replace('"Station S00"', '"Havblik"'))
    assert bavn_roster("plan", place / "net", place / "plan.toml", "--check", "--lang", "da") == 0
    assert capsys.readouterr().out == "forny station S00 Havblik\n"


def test_passphrases_are_asked_for_in_danish(place: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return PASSPHRASE

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", typed)
    edit(place, lambda text: text.replace('"Station S00"', '"Havblik"'))
    assert bavn_roster("plan", place / "net", place / "plan.toml", "--lang", "da") == 0
    assert asked == ["Adgangssætning for myndighed ASK: "]
    assert "fornyet    station 1: S00 Havblik, til " in capsys.readouterr().out
