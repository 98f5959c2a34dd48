"""`bavn cancel`, `send --corrects`, `send --answer-by`: against a real station whose radio is away."""

import json
from collections.abc import Iterator

import pytest

from node.cli.exits import DONE, REFUSED, USAGE
from node.cli.main import main
from tests.support.daemons import Daemon, daemon
from tests.support.network import KHJ, MLA, STAFF
from tests.support.station_files import station_files

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    files = station_files(tmp_path_factory.mktemp("staff") / "s", STAFF, (KHJ, MLA), more='[power]\nsource = "none"\n')
    with daemon(files) as running:
        login = ["login", "KHJ", "--passphrase-file", str(files.passphrase), "--config", str(files.config), "--json"]
        assert main(login) == DONE
        yield running


@pytest.fixture(autouse=True)
def in_danish(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BAVN_LANG", "BAVN_CONFIG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)


def bavn(at: Daemon, capsys: Captured, *words: str) -> str:
    capsys.readouterr()
    code = main([*words, "--config", str(at.files.config)])
    said = capsys.readouterr()
    assert code == DONE, said.err
    return said.out


def sent(at: Daemon, capsys: Captured, *words: str) -> str:
    number = json.loads(bavn(at, capsys, "send", *words, "--json"))["number"]
    assert isinstance(number, str)
    return number


def refused(at: Daemon, capsys: Captured, *words: str) -> str:
    capsys.readouterr()
    assert main([*words, "--config", str(at.files.config)]) == REFUSED
    return capsys.readouterr().err


def test_a_cancelled_message_is_sent_no_more_and_shows_who_cancelled_it(staff: Daemon, capsys: Captured) -> None:
    number = sent(staff, capsys, "PLH", "Evakuér afdeling 2.")
    said = bavn(staff, capsys, "cancel", number.lower())
    assert "Sendes ikke mere" in said
    shown = bavn(staff, capsys, "show", number)
    assert "ANNULLERET af KRS, KHJ" in shown
    assert "Evakuér afdeling 2." in shown, "it stays readable"
    later = json.loads(bavn(staff, capsys, "inbox", "--box", "outbox", "--json"))["messages"]
    (cancelling,) = [one for one in later if one["changes"] is not None and one["changes"]["number"] == number]
    assert cancelling["text"] == f"Annulleret: {number}."
    assert "allerede annulleret" in refused(staff, capsys, "cancel", number)


def test_a_correction_needs_no_recipient_and_is_found_from_both_ends(staff: Daemon, capsys: Captured) -> None:
    number = sent(staff, capsys, "PLH", "Evakuér afdeling 2.")
    later = sent(staff, capsys, "Evakuér afdeling 3.", "--corrects", number)
    assert "RETTET af KRS, KHJ" in bavn(staff, capsys, "show", number)
    assert f"Retter {number}." in bavn(staff, capsys, "show", later)
    assert "RETTET" in bavn(staff, capsys, "inbox", "--box", "outbox")


def test_a_correction_to_somebody_else_is_refused(staff: Daemon, capsys: Captured) -> None:
    number = sent(staff, capsys, "PLH", "Evakuér afdeling 2.")
    assert "udelad modtageren" in refused(staff, capsys, "send", "BRS", "Evakuér.", "--corrects", number)


def test_by_when_an_answer_is_wanted_is_sent_along_and_shown(staff: Daemon, capsys: Captured) -> None:
    number = sent(staff, capsys, "PLH", "Hvor mange er I?", "--answer-by", "30m")
    answer = json.loads(bavn(staff, capsys, "show", number, "--json"))["answer"]
    assert (answer["state"], answer["minutes"]) == ("waiting", 30)
    assert "svar senest" in bavn(staff, capsys, "show", number)


def test_what_cannot_be_waited_for_is_refused(staff: Daemon, capsys: Captured) -> None:
    assert "3000/" in refused(staff, capsys, "send", "PLH", "x", "--answer-by", "3000m", "--precedence", "immediate")
    assert "KRS-09999" in refused(staff, capsys, "cancel", "KRS-09999")
    with pytest.raises(SystemExit) as ended:
        main(["send", "PLH", "x", "--answer-by", "soon", "--config", str(staff.files.config)])
    assert ended.value.code == USAGE


def test_the_price_has_the_bytes_of_what_is_asked(staff: Daemon, capsys: Captured) -> None:
    def price(*more: str) -> int:
        told = json.loads(bavn(staff, capsys, "send", "PLH", "Hvor mange er I?", "--price", "--json", *more))
        return int(told["sealed_bytes"])

    assert price("--answer-by", "30m") == price() + 3
