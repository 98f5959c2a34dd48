"""The commands against a real station: what they print, in which language, and how they end."""

import io
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.cli.exits import DONE, NO_STATION, REFUSED, USAGE
from node.cli.main import main
from tests.support.daemons import Daemon, daemon
from tests.support.dense_texts import dense_text
from tests.support.network import CARE, KHJ, MLA, STAFF
from tests.support.station_files import StationFiles, station_files

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """The crisis staff's station, KHJ on duty; its radio is away, so what leaves it stays in the queue."""
    without_power = '[power]\nsource = "none"\n'
    files = station_files(tmp_path_factory.mktemp("staff") / "s", STAFF, (KHJ, MLA), more=without_power)
    with daemon(files) as running:
        assert main([*login(files, "KHJ"), "--json"]) == DONE
        yield running


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """The care home's station with nobody on duty."""
    with daemon(station_files(tmp_path_factory.mktemp("care") / "s", CARE)) as running:
        yield running


@pytest.fixture(autouse=True)
def in_danish(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BAVN_LANG", "BAVN_CONFIG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)


def login(files: StationFiles, initials: str) -> list[str]:
    return ["login", initials, "--passphrase-file", str(files.passphrase), "--config", str(files.config)]


def bavn(at: Daemon, *words: str) -> int:
    return main([*words, "--config", str(at.files.config)])


def answer(at: Daemon, capsys: Captured, *words: str) -> "dict[str, object]":
    code = bavn(at, *words, "--json")
    said = capsys.readouterr()
    assert code == DONE, said.err
    told: dict[str, object] = json.loads(said.out)
    return told


def test_sending_says_truthfully_that_it_is_not_sent_yet(staff: Daemon, capsys: Captured) -> None:
    assert bavn(staff, "send", "PLH", "Hvor meget diesel har I?") == DONE
    said = capsys.readouterr().out
    assert "I kø her - ikke sendt" in said
    assert "KRS-0" in said


def test_english_is_spoken_when_asked(staff: Daemon, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    bavn(staff, "send", "PLH", "How much?", "--lang", "en")
    assert "In queue here - not sent" in capsys.readouterr().out
    monkeypatch.setenv("BAVN_LANG", "en")
    bavn(staff, "send", "PLH", "How much?")
    assert "In queue here - not sent" in capsys.readouterr().out


def test_a_text_comes_from_standard_input_too(staff: Daemon, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("Nødstrøm til kl. 19\n".encode())))
    assert answer(staff, capsys, "send", "PLH")["text"] == "Nødstrøm til kl. 19"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("send", "nobody", "text"), "nobody"),
        (("send", "kr", "text"), "station:3"),
        (("send", "PLH", "   "), "ingen tekst"),
        (("send", "PLH", dense_text(4097)), "4097/4096"),
        (("send", "PLH", "text", "--reply-to", "KRS-09999"), "KRS-09999"),
        (("send", "PLH", "text", "--as", "XYZ"), "XYZ"),
        (("show", "PLH-00001"), "PLH-00001"),
        (("ack", "PLH-00001"), "PLH-00001"),
        (("login", "XYZ", "--passphrase-file", "/dev/null"), "/dev/null"),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_1(
    staff: Daemon, capsys: Captured, words: tuple[str, ...], said: str
) -> None:
    assert bavn(staff, *words) == REFUSED
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert len(told.err.strip().splitlines()) == 1


def test_a_refusal_is_json_for_programs(staff: Daemon, capsys: Captured) -> None:
    assert bavn(staff, "send", "kr", "text", "--json") == REFUSED
    fault = json.loads(capsys.readouterr().err)["fault"]
    assert fault["code"] == "ambiguous_recipient"
    assert [one["code"] for one in fault["candidates"]] == ["KRS", "KRISE"]


def test_nobody_sends_who_is_not_on_duty(care: Daemon, capsys: Captured) -> None:
    assert bavn(care, "send", "KRISE", "text") == REFUSED
    assert "bavn login" in capsys.readouterr().err


def test_the_station_itself_can_send(care: Daemon, capsys: Captured) -> None:
    told = answer(care, capsys, "send", "KRISE", "Strøm væk", "--as", "-", "--precedence", "lyn")
    assert (told["author"], told["precedence"]) == ("", "flash")


def test_a_wrong_passphrase_is_told_so(staff: Daemon, capsys: Captured, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not the passphrase\n")
    assert bavn(staff, "login", "MLA", "--passphrase-file", str(wrong)) == REFUSED
    assert "Forkert adgangssætning" in capsys.readouterr().err


def test_a_shift_begins_and_ends(staff: Daemon, capsys: Captured) -> None:
    assert main(login(staff.files, "MLA")) == DONE
    assert "MLA Mette Larsen" in capsys.readouterr().out
    assert bavn(staff, "send", "PLH", "who writes?") == REFUSED
    assert "--as" in capsys.readouterr().err
    assert answer(staff, capsys, "send", "PLH", "I write", "--as", "MLA")["author"] == "MLA"
    assert bavn(staff, "logout", "MLA") == DONE
    capsys.readouterr()
    status = answer(staff, capsys, "status")
    assert status["duty"] == [{"initials": "KHJ", "name": "Karl Hjort"}]


def test_a_message_is_read_and_acknowledged(staff: Daemon, capsys: Captured) -> None:
    number = str(answer(staff, capsys, "send", "KRISE", "Er alle her?")["number"])
    assert bavn(staff, "inbox") == DONE
    line = next(line for line in capsys.readouterr().out.splitlines() if number in line)
    assert line.startswith("!")
    assert len(line) <= 80
    assert bavn(staff, "ack", number, "--act", "done", "--comment", "ja") == DONE
    assert "Meldt udført af KHJ" in capsys.readouterr().out
    assert bavn(staff, "show", number) == DONE
    page = capsys.readouterr().out
    for words in ("signatur OK", "Er alle her?", "Kriseleder (KRISE)", "Meldt udført af KHJ Karl Hjort", ": ja"):
        assert words in page


def test_waiting_ends_when_the_rung_is_reached(staff: Daemon, capsys: Captured) -> None:
    assert bavn(staff, "send", "KRISE", "here", "--wait", "at_station", "--timeout", "60") == DONE
    assert "Fremme på KRS" in capsys.readouterr().out


def test_waiting_ends_in_time_when_it_is_not(staff: Daemon, capsys: Captured) -> None:
    assert bavn(staff, "send", "PLH", "there", "--wait", "at_station", "--timeout", "0.05") == REFUSED
    assert "I kø her - ikke sendt" in capsys.readouterr().out


def test_a_text_that_attacks_the_terminal_is_shown_harmlessly(staff: Daemon, capsys: Captured) -> None:
    attack = "ok \x1b]0;own\x07\x1b[2J\u202egnp\u2066\u0085"
    number = str(answer(staff, capsys, "send", "KRISE", attack)["number"])
    for words in (("inbox",), ("show", number)):
        assert bavn(staff, *words) == DONE
        shown = capsys.readouterr().out
        assert "ok " in shown
        assert {unicodedata.category(letter) for letter in shown.replace("\n", "")}.isdisjoint({"Cc", "Cf"})


def test_the_status_tells_what_matters(staff: Daemon, capsys: Captured) -> None:
    told = answer(staff, capsys, "status")
    assert told["station"] == "KRS"
    assert isinstance(told["radio"], dict)
    assert (told["radio"]["is_up"], told["radio"]["address"]) == (False, "tcp://127.0.0.1:1")
    assert isinstance(told["only_here"], int)
    assert told["only_here"] > 0
    assert told["power"] == dict.fromkeys(told["power"], None) | {"source": "", "fault": ""}
    assert bavn(staff, "status") == DONE
    page = capsys.readouterr().out
    for words in (
        "KRS Krisestaben",
        "KHJ Karl Hjort",
        "Beskeder gemmes",
        "Findes kun her",
        "Sendetid",
        "svarer ikke",
        "intet kort",
    ):
        assert words in " ".join(page.split())
    assert max(len(line) for line in page.splitlines() if "/" not in line) <= 80


def test_a_long_box_is_read_page_by_page(care: Daemon, capsys: Captured) -> None:
    for number in range(5):
        bavn(care, "send", "KRISE", f"besked {number}", "--as", "-")
    capsys.readouterr()
    box = ("inbox", "--box", "outbox")
    whole = answer(care, capsys, *box)
    count = whole["count"]
    assert isinstance(count, int)
    assert isinstance(whole["messages"], list)
    assert count == len(whole["messages"]) >= 5
    numbers: list[object] = []
    for skip in range(0, count, 2):
        page = answer(care, capsys, *box, "--limit", "2", "--skip", str(skip))
        assert page["count"] == count
        assert isinstance(page["messages"], list)
        numbers += [message["number"] for message in page["messages"]]
    assert numbers == [message["number"] for message in whole["messages"]]


@pytest.mark.parametrize(
    ("words", "danish", "english"),
    [
        ("--limit 2", "1-2 af {count}. Se flere med  --skip 2", "1-2 of {count}: more with  --skip 2"),
        ("--limit 2 --skip 1", "2-3 af {count}. Se flere med  --skip 3", "2-3 of {count}: more with  --skip 3"),
        ("--skip 1", "2-{count} af {count}", "2-{count} of {count}"),
        ("--skip 999999999", "ingen, der er {count}", "none, there are {count}"),
    ],
)
def test_a_page_says_how_much_there_is(care: Daemon, capsys: Captured, words: str, danish: str, english: str) -> None:
    for number in range(4):
        bavn(care, "send", "KRISE", f"besked {number}", "--as", "-")
    capsys.readouterr()
    count = answer(care, capsys, "inbox", "--box", "outbox")["count"]
    for language, said in (("da", danish), ("en", english)):
        assert bavn(care, "inbox", "--box", "outbox", *words.split(), "--lang", language) == DONE
        assert capsys.readouterr().out.splitlines()[-1] == said.format(count=count)


def test_a_box_that_fits_is_listed_without_more_words(care: Daemon, capsys: Captured) -> None:
    bavn(care, "send", "KRISE", "besked", "--as", "-")
    capsys.readouterr()
    count = answer(care, capsys, "inbox", "--box", "outbox")["count"]
    assert bavn(care, "inbox", "--box", "outbox") == DONE
    assert len(capsys.readouterr().out.splitlines()) == count
    assert bavn(care, "inbox", "--box", "carried") == DONE
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("number", ["-1", "x", "1.5", "9" * 30, ""])
def test_what_is_no_number_of_messages_is_a_usage_error(capsys: Captured, number: str) -> None:
    for option in ("--skip", "--limit"):
        with pytest.raises(SystemExit) as end:
            main(["inbox", f"{option}={number}"])
        assert end.value.code == USAGE
        assert "is no number of messages: write 0, 50, 100" in capsys.readouterr().err


def test_no_station_is_exit_code_3(tmp_path: Path, capsys: Captured) -> None:
    for words in (("status",), ("inbox",), ("send", "A", "b"), ("show", "A-1"), ("ack", "A-1"), ("logout",)):
        assert main([*words, "--socket", str(tmp_path / "none")]) == NO_STATION
        told = capsys.readouterr().err
        assert "bavn run" in told
        assert len(told.strip().splitlines()) == 1


def test_a_configuration_that_is_missing_is_told(tmp_path: Path, capsys: Captured) -> None:
    assert main(["status", "--config", str(tmp_path / "none.toml")]) not in (DONE, NO_STATION)
    assert "none.toml" in capsys.readouterr().err


def test_what_is_no_text_is_told_so_and_does_no_harm(staff: Daemon, capsys: Captured) -> None:
    assert bavn(staff, "show", "KRS\udcff") == USAGE
    assert "UTF-8" in capsys.readouterr().err
    assert answer(staff, capsys, "send", "PLH", "raw \udcff byte")["text"] == "raw \N{REPLACEMENT CHARACTER} byte"


def test_the_price_is_told_and_nothing_is_sent(staff: Daemon, capsys: Captured) -> None:
    before = answer(staff, capsys, "inbox", "--box", "outbox", "--limit", "100")
    told = answer(staff, capsys, "send", "PLH", dense_text(80), "--price")
    assert (told["text_bytes"], told["text_bytes_max"], told["packets"]) == (80, 147, 1)
    assert told["sealed_bytes"] == 164
    assert bavn(staff, "send", "PLH", dense_text(80), "--price") == DONE
    assert capsys.readouterr().out.startswith("fortroligt: 80 af 147 byte, 0,2 s sendetid")
    assert bavn(staff, "send", "PLH", dense_text(4097), "--price") == REFUSED
    assert "4097/4096" in capsys.readouterr().err
    after = answer(staff, capsys, "inbox", "--box", "outbox", "--limit", "100")
    assert after["change"] == before["change"]


def test_the_cost_of_a_draft_is_its_price(staff: Daemon, capsys: Captured) -> None:
    for more in ((), ("--open",), ("--precedence", "lyn")):
        cost = answer(staff, capsys, "wire", "cost", "--to", "PLH", "--text", dense_text(80), *more)
        assert cost == answer(staff, capsys, "send", "PLH", dense_text(80), "--price", *more)
    assert bavn(staff, "wire", "cost", "--to", "PLH", "--text", dense_text(4097)) == REFUSED
    assert "4097/4096" in capsys.readouterr().err


def test_the_price_of_a_long_text_counts_its_packets_and_warns_of_a_flash(staff: Daemon, capsys: Captured) -> None:
    words = ("send", "PLH", dense_text(148), "--price")
    told, one = answer(staff, capsys, *words), answer(staff, capsys, "send", "PLH", dense_text(147), "--price")
    assert (told["packets"], one["packets"], one["sealed_bytes"]) == (2, 1, 231)
    # What a second packet costs: the hash of the whole, its own hash, lengths and header.
    assert told["sealed_bytes"] == 231 + 1 + 3 + 16 + 6 + 5
    assert bavn(staff, *words) == DONE
    assert capsys.readouterr().out.startswith("fortroligt: 2 pakker, 148 af 348 byte, ")
    assert bavn(staff, *words, "--precedence", "lyn") == DONE
    assert "skriv én, der kan være i en enkelt pakke" in capsys.readouterr().out.lower()


def test_the_price_of_a_reply_is_what_the_reply_weighs(staff: Daemon, capsys: Captured) -> None:
    first = answer(staff, capsys, "send", "PLH", "Hvor mange beboere?")
    words = ("send", "PLH", dense_text(80), "--reply-to", str(first["number"]))
    priced = answer(staff, capsys, *words, "--price")
    assert priced["sealed_bytes"] == answer(staff, capsys, *words)["sealed_bytes"]
    assert priced["text_bytes_max"] < 147


def test_what_is_open_is_longer_and_everybody_is_told_so(staff: Daemon, capsys: Captured) -> None:
    told = answer(staff, capsys, "send", "PLH", dense_text(155), "--price", "--open")
    assert (told["text_bytes_max"], told["confidential"], told["open_because"]) == (155, False, None)
    told = answer(staff, capsys, "send", "*", "x", "--price")
    assert (told["confidential"], told["open_because"]) == (False, "always_open")
    assert bavn(staff, "send", "*", "x", "--price") == DONE
    assert capsys.readouterr().out.startswith("åbent, alle der hører det kan læse det: 1 af 155 byte")
    assert bavn(staff, "send", "*", "x", "--confidential") == REFUSED
    assert "--open" in capsys.readouterr().err


def test_a_confidential_message_is_read_in_the_senders_outbox(staff: Daemon, capsys: Captured) -> None:
    sent = answer(staff, capsys, "send", "PLH", "stue 4")
    assert (sent["text"], sent["confidential"]) == ("stue 4", True)
    assert bavn(staff, "show", str(sent["number"])) == DONE
    assert "(PLH)   fortroligt" in capsys.readouterr().out
    opened = answer(staff, capsys, "send", "PLH", "stue 4", "--open")
    assert (opened["text"], opened["confidential"]) == ("stue 4", False)


def test_no_alarm_is_said_and_none_can_be_silenced(staff: Daemon, capsys: Captured) -> None:
    assert bavn(staff, "alarm") == DONE
    assert capsys.readouterr().out == "Ingen alarm.\n"
    assert bavn(staff, "alarm", "--silence", "7") == REFUSED
    assert "ingen alarm 7" in capsys.readouterr().err
    assert bavn(staff, "alarm", "--silence", "-3") == REFUSED
    assert answer(staff, capsys, "status")["alarms"] == []
