"""`bavn form` without a station, and forms sent and shown by the commands at a real one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.cli.exits import DONE, REFUSED, USAGE
from node.cli.main import main
from node.forms.loading import shipped_forms
from tests.support.daemons import Daemon, daemon
from tests.support.network import KHJ, STAFF
from tests.support.station_files import station_files

Captured = pytest.CaptureFixture[str]

STATUS = """\
form = "status"
light = "rød"
needs = ["power", "heat"]
people = 48
at = 14:30:00
unit = "PLH"
"""
BOARD = """\
{"form": "board", "units": [
  {"unit": "PLH", "light": "red", "needs": ["power"], "age_min": 15, "people": "to_50", "reporter": "person"},
  {"unit": "BRS", "light": "green", "age_min": 0, "people": "to_10", "reporter": "machine"}
]}
"""


@pytest.fixture(autouse=True)
def in_danish(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BAVN_LANG", "BAVN_CONFIG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """The crisis staff's station, KHJ on duty; its radio is away."""
    files = station_files(tmp_path_factory.mktemp("staff") / "s", STAFF, (KHJ,), more='[power]\nsource = "none"\n')
    with daemon(files) as running:
        words = ["login", "KHJ", "--passphrase-file", str(files.passphrase), "--config", str(files.config), "--json"]
        assert main(words) == DONE
        yield running


def bavn(at: Daemon, *words: str) -> int:
    return main([*words, "--config", str(at.files.config)])


def file_with(tmp_path: Path, text: str) -> str:
    path = tmp_path / "form.txt"
    path.write_text(text)
    return str(path)


def test_every_form_is_listed(capsys: Captured) -> None:
    assert main(["form", "list"]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [schema.name for schema in shipped_forms().schemas.values()]
    assert "Statusmelding" in lines[0]
    assert main(["form", "list", "--lang", "en"]) == DONE
    assert "Status report" in capsys.readouterr().out


@pytest.mark.parametrize("name", [schema.name for schema in shipped_forms().schemas.values()])
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_form_says_what_it_asks_for(capsys: Captured, name: str, language: str) -> None:
    assert main(["form", "show", name, "--lang", language]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(name)
    assert all(len(line) <= 80 for line in lines)


def test_a_form_for_programs_has_its_ranges(capsys: Captured) -> None:
    assert main(["form", "show", "board", "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["schema"], told["right"]) == ("board", 2, "")
    inner = {field["name"]: field["allowed"] for field in told["fields"][0]["fields"]}
    assert inner["age_min"] == "0-1890 / 15"
    assert main(["form", "list", "--json"]) == DONE
    assert len(json.loads(capsys.readouterr().out)) == len(shipped_forms().schemas)


def test_a_filled_form_is_checked_without_a_station(capsys: Captured, tmp_path: Path) -> None:
    assert main(["form", "check", file_with(tmp_path, STATUS)]) == DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Statusmelding"
    assert "Enhed:                     PLH" in lines
    assert lines[-1].startswith("10 af 16 byte")
    assert max(map(len, lines)) <= 76


def test_records_come_from_a_list_of_tables(capsys: Captured, tmp_path: Path) -> None:
    assert main(["form", "check", file_with(tmp_path, BOARD), "--json"]) == DONE
    told = json.loads(capsys.readouterr().out)
    assert told["line"].startswith("Statusoversigt: PLH, rød, strøm")
    assert {"name": "units.2.unit", "value": "BRS"} in told["form"]["entries"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('form = "nothing"', "nothing"),
        ('light = "red"', "--form"),
        ('form = "status"\nlight = "blue"', "light=blue (green|yellow|red)"),
        ('form = "status"\nlight = "red"\npower_h = 1.5', "power_h"),
        ('form = "status"\nlight = {a = 1}', "light"),
        ('form = "status', "TOML"),
        ("{", "JSON"),
        ("[" * 100_000, "bytes"),
        ("\x00", "TOML"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(capsys: Captured, tmp_path: Path, text: str, said: str) -> None:
    assert main(["form", "check", file_with(tmp_path, text)]) == REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert "Traceback" not in told.err


def test_a_missing_file_is_told_so(capsys: Captured, tmp_path: Path) -> None:
    assert main(["form", "check", str(tmp_path / "none")]) == REFUSED
    assert "none" in capsys.readouterr().err


def test_an_unknown_form_is_told_so(capsys: Captured) -> None:
    assert main(["form", "show", "nothing"]) == REFUSED
    assert "bavn form list" in capsys.readouterr().err


def test_a_form_is_sent_and_shown(staff: Daemon, capsys: Captured) -> None:
    words = ("send", "PLH", "--form", "status", "--set", "light=red", "--set", "power_h=3", "--json")
    assert bavn(staff, *words) == DONE
    told = json.loads(capsys.readouterr().out)
    assert told["form"]["name"] == "status"
    assert told["text"].startswith("Statusmelding\nLys: rød")
    assert bavn(staff, "show", told["number"]) == DONE
    page = capsys.readouterr().out
    assert "| Statusmelding" in page
    assert "| Strøm til:                 3 t" in page
    assert bavn(staff, "show", told["number"], "--lang", "en") == DONE
    assert "| Power for:                 3 h" in capsys.readouterr().out
    assert bavn(staff, "inbox", "--box", "outbox", "--lang", "en") == DONE
    assert "Status report: red;" in capsys.readouterr().out


def test_a_form_comes_from_a_file_and_what_is_set_counts_more(staff: Daemon, capsys: Captured, tmp_path: Path) -> None:
    assert (
        bavn(staff, "send", "PLH", "--form-file", file_with(tmp_path, STATUS), "--set", "light=grøn", "--json") == DONE
    )
    rows = {row["name"]: row["value"] for row in json.loads(capsys.readouterr().out)["form"]["rows"]}
    assert rows == {"light": "green", "needs": "power,heat", "unit": "PLH", "people": "48", "at": "14:30"}


def test_the_price_of_a_form_is_told_before_it_is_sent(staff: Daemon, capsys: Captured) -> None:
    assert bavn(staff, "send", "PLH", "--form", "status", "--set", "light=red", "--price", "--json") == DONE
    assert json.loads(capsys.readouterr().out)["text_bytes"] == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--form", "nothing"), "nothing"),
        (("--form", "status", "--set", "light=blue"), "light=blue (green|yellow|red)"),
        (("--form", "status"), "light"),
        (("--form", "status", "--set", "light=red", "--set", "power_h=-1"), "power_h=-1 (0-120)"),
        (("--form", "public", "--set", "cleared_by=KHJ", "--set", "valid_until=23:59", "--set", "text=x"), "public"),
    ],
)
def test_a_form_that_is_refused_is_told_in_one_line(
    staff: Daemon, capsys: Captured, words: tuple[str, ...], said: str
) -> None:
    assert bavn(staff, "send", "PLH", *words) == REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert len(told.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words", [("--set", "light=red"), ("--form", "status", "--set", "light"), ("text", "--form", "status")]
)
def test_a_command_line_that_cannot_be_meant_is_wrong_usage(
    staff: Daemon, capsys: Captured, words: tuple[str, ...]
) -> None:
    assert bavn(staff, "send", "PLH", *words) == USAGE
    assert capsys.readouterr().err.startswith("bavn: ")
