"""`bavn courier` between real stations without a radio, and with sticks of anybody's making."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.cli.exits import DONE, REFUSED
from node.cli.main import main
from node.store.pouch_file import FILE_BYTES_MAX, pouch_bytes, read_pouch
from tests.support.daemons import Daemon, daemon
from tests.support.network import CARE, KHJ, STAFF
from tests.support.station_files import station_files

Captured = pytest.CaptureFixture[str]
ALONE = '[power]\nsource = "none"\n'


@pytest.fixture(scope="module")
def care(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    with daemon(station_files(tmp_path_factory.mktemp("courier") / "care", CARE, more=ALONE)) as running:
        yield running


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """The crisis staff's station, KHJ on duty."""
    files = station_files(tmp_path_factory.mktemp("courier") / "staff", STAFF, (KHJ,), more=ALONE)
    with daemon(files) as running:
        assert main(["login", "KHJ", "--passphrase-file", str(files.passphrase), "--config", str(files.config)]) == DONE
        yield running


@pytest.fixture(autouse=True)
def in_danish(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BAVN_LANG", "BAVN_CONFIG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """An empty one."""
    made = tmp_path / "stick"
    made.mkdir()
    return made


def courier(at: Daemon, *step: str | Path) -> int:
    return main(["courier", *map(str, step), "--config", str(at.files.config)])


def told(at: Daemon, capsys: Captured, *words: str) -> "dict[str, object]":
    capsys.readouterr()
    assert main([*words, "--json", "--config", str(at.files.config)]) == DONE
    answer: dict[str, object] = json.loads(capsys.readouterr().out)
    return answer


def step_of(message: "dict[str, object]") -> object:
    ladders = message["ladders"]
    assert isinstance(ladders, list)
    return ladders[0]["step"]


def test_stick_carries_a_message_there_and_all_receipts_back(
    care: Daemon, staff: Daemon, stick: Path, capsys: Captured
) -> None:
    number = str(told(care, capsys, "send", "KRISE", "Nødstrøm til kl. 19", "--as", "-")["number"])
    assert courier(care, "export", stick) == DONE
    assert courier(staff, "sync", stick) == DONE
    assert courier(care, "sync", stick) == DONE
    assert step_of(told(care, capsys, "show", number)) == "at_station"
    assert told(staff, capsys, "show", number)["text"] == "Nødstrøm til kl. 19"
    told(staff, capsys, "ack", number, "--comment", "kommer")
    assert courier(staff, "sync", stick) == DONE
    assert courier(care, "import", stick) == DONE
    answered = told(care, capsys, "show", number)
    assert step_of(answered) == "acknowledged"
    assert courier(care, "sync", stick) == DONE
    assert courier(staff, "import", stick) == DONE
    acts = told(staff, capsys, "show", number)["acts"]
    assert isinstance(acts, list)
    assert acts[0]["arrived"]


def test_page_of_a_message_says_that_a_courier_took_it(care: Daemon, stick: Path, capsys: Captured) -> None:
    number = str(told(care, capsys, "send", "KRISE", "Med bud", "--as", "-")["number"])
    assert told(care, capsys, "show", number)["courier"] is None
    assert courier(care, "export", stick) == DONE
    assert "Afmontér" in capsys.readouterr().out
    assert told(care, capsys, "show", number)["courier"] is not None
    assert main(["show", number, "--config", str(care.files.config)]) == DONE
    assert "givet til et bud " in capsys.readouterr().out
    assert main(["log", "--config", str(care.files.config)]) == DONE
    assert "Givet til et bud: " in capsys.readouterr().out


def test_later_pouch_takes_the_place_of_the_earlier_and_no_name_shows(care: Daemon, stick: Path) -> None:
    assert courier(care, "export", stick) == DONE
    assert courier(care, "export", stick) == DONE
    assert courier(care, "export", stick, "--to", "KRISE") == DONE
    names = [path.name for path in stick.iterdir()]
    assert len(names) == 2
    assert not any(word in name for name in names for word in ("PLH", "KRISE", "KRS"))


def test_import_tells_programs_what_became_of_each_file(
    care: Daemon, staff: Daemon, stick: Path, capsys: Captured
) -> None:
    assert courier(care, "export", stick, "--all") == DONE
    assert courier(staff, "import", stick) == DONE
    answer = told(staff, capsys, "courier", "import", str(stick))
    assert (answer["new"], answer["known"], answer["dropped"]) == (0, answer["frames"], [])
    assert (answer["whole"], answer["way_timed"], answer["problem"]) == (True, True, "")


def test_nobody_known_by_that_name_is_refused_and_nothing_written(care: Daemon, stick: Path, capsys: Captured) -> None:
    assert courier(care, "export", stick, "--to", "NIXEN") == REFUSED
    assert "NIXEN" in capsys.readouterr().err
    assert not list(stick.iterdir())


def test_missing_directory_is_named(care: Daemon, stick: Path, capsys: Captured) -> None:
    assert courier(care, "export", stick / "nowhere") == REFUSED
    assert courier(care, "import", stick / "nowhere") == REFUSED
    assert courier(care, "import", stick) == REFUSED
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all("nowhere" in line for line in lines[:2])
    assert "*.pouch" in lines[2]


def test_part_of_a_damaged_file_is_used(care: Daemon, staff: Daemon, stick: Path, capsys: Captured) -> None:
    number = str(told(care, capsys, "send", "KRISE", "Trods skaden", "--as", "-")["number"])
    assert courier(care, "export", stick) == DONE
    (path,) = stick.iterdir()
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content[:-7])
    capsys.readouterr()
    assert courier(staff, "import", stick) == REFUSED
    assert "beskadiget" in capsys.readouterr().out
    assert told(staff, capsys, "show", number)["text"] == "Trods skaden"


def test_stick_of_an_enemy_is_read_within_bounds_and_the_good_file_taken(
    care: Daemon, staff: Daemon, stick: Path, capsys: Captured
) -> None:
    number = str(told(care, capsys, "send", "KRISE", "Alligevel", "--as", "-")["number"])
    assert courier(care, "export", stick) == DONE
    (good,) = stick.iterdir()
    with (stick / "zeros.pouch").open("wb") as zeros:
        zeros.truncate(4 * 1024**3)
    with (stick / "long.pouch").open("wb") as long:
        long.write(b"BAVNPCH1")
        long.truncate(4 * 1024**3)
    os.mkfifo(stick / "fifo.pouch")
    (stick / "folder.pouch").mkdir()
    (stick / "link.pouch").symlink_to("/etc/passwd")
    (stick / "loop.pouch").symlink_to("loop.pouch")
    (stick / "null.pouch").symlink_to("/dev/zero")
    (stick / "\x1b[2Jx\n.pouch").write_bytes(b"no pouch")
    (stick / "later.pouch").write_bytes(b"BAVNPCH2")
    (stick / "empty.pouch").write_bytes(b"")
    (stick / ".hidden.pouch").write_bytes(b"")
    (stick / "rubbish.pouch").write_bytes(pouch_bytes([b"\xff" * 200, b"\x00", b"\xfc" * 231], None))
    capsys.readouterr()
    assert courier(staff, "import", stick) == REFUSED
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert ".hidden" not in out + err
    for name in ("zeros", "fifo", "folder", "link", "loop", "null", "later", "empty"):
        assert sum(line.startswith(f"{name}.pouch: ikke læst") for line in err.splitlines()) == 1, name
    assert "long.pouch: 0 nye" in out
    assert sum(int(line.split()[0]) for line in out.splitlines() if "ikke taget ind" in line) == 3
    assert f"{good.name}: " in out
    assert told(staff, capsys, "show", number)["text"] == "Alligevel"


def test_more_files_than_are_read_is_said(staff: Daemon, stick: Path, capsys: Captured) -> None:
    for number in range(70):
        (stick / f"{number:03}.pouch").write_bytes(b"no pouch")
    assert courier(staff, "import", stick) == REFUSED
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 65
    assert "ikke alle" in lines[-1]


def test_full_stick_leaves_the_earlier_pouch(care: Daemon, stick: Path, capsys: Captured) -> None:
    assert courier(care, "export", stick) == DONE
    (path,) = stick.iterdir()
    before = path.read_bytes()
    (stick / f".{path.name}.draft").mkdir()  # What cannot be replaced stands for a medium that takes nothing.
    assert courier(care, "export", stick) == REFUSED
    assert "Intet blev skrevet" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert read_pouch(before).is_whole


def test_ten_thousand_frames_do_not_stop_the_station(staff: Daemon, stick: Path, capsys: Captured) -> None:
    frames = [bytes([0x04]) + number.to_bytes(4, "big") * 30 for number in range(10_000)]
    path = stick / "many.pouch"
    path.write_bytes(pouch_bytes(frames, None))
    assert path.stat().st_size < FILE_BYTES_MAX
    assert courier(staff, "import", path) == DONE
    assert "10000 ikke taget ind" in capsys.readouterr().out
    told(staff, capsys, "status")


def test_slip_is_one_message_for_paper(care: Daemon, capsys: Captured) -> None:
    number = str(told(care, capsys, "send", "KRISE", "På papir", "--as", "-")["number"])
    assert courier(care, "slip", number) == DONE
    text = capsys.readouterr().out
    assert number in text
    assert "| På papir" in text
    assert courier(care, "slip", "PLH-09999") == REFUSED


def test_help_teaches(capsys: Captured) -> None:
    with pytest.raises(SystemExit):
        main(["courier", "--help"])
    text = capsys.readouterr().out
    assert "bavn courier sync /media/stick" in text
    assert max(map(len, text.splitlines())) <= 100
