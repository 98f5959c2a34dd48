"""`bavn log` against a real station: listed, written into, exported to a stick, verified without any station."""

import io
import json
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgpack
import pytest

from node.cli.exits import DONE, REFUSED
from node.cli.main import main
from node.core.log_entries import LogKind, decode_entry, hash_of
from node.core.log_evidence import WrittenEntry
from node.store.log_file import read_log_file
from node.store.opening import STORE_NAME
from tests.support.daemons import Daemon, daemon
from tests.support.network import KHJ, MLA, STAFF
from tests.support.station_files import station_files

Captured = pytest.CaptureFixture[str]
NOTE = "Vandværket: pumpen kører igen"


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """The crisis staff's station, KHJ on duty, with a message written and a call noted."""
    files = station_files(tmp_path_factory.mktemp("log") / "s", STAFF, (KHJ, MLA), more='[power]\nsource = "none"\n')
    with daemon(files) as running:
        config = ["--config", str(files.config)]
        assert main(["login", "KHJ", "--passphrase-file", str(files.passphrase), *config]) == DONE
        assert main(["send", "PLH", "Hvor meget diesel har I?", *config]) == DONE
        call = ["--channel", "phone", "--from", "Vandværket", "--at", "2026-01-02T13:10"]
        assert main(["log", "note", NOTE, *call, *config]) == DONE
        yield running


@pytest.fixture(autouse=True)
def in_danish(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BAVN_LANG", "BAVN_CONFIG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def exported(staff: Daemon, tmp_path: Path) -> Path:
    """A log on a stick."""
    assert bavn(staff, "export", str(tmp_path)) == DONE
    return tmp_path / "log-KRS.bavn"


def bavn(at: Daemon, *step: str) -> int:
    return main(["log", *step, "--config", str(at.files.config)])


def verify(*words: str | Path) -> int:
    return main(["log", "verify", *map(str, words)])


def pieces(path: Path) -> "list[list[object]]":
    return list(msgpack.Unpacker(io.BytesIO(path.read_bytes())))


def written(path: Path, changed: "list[list[object]]") -> Path:
    path.write_bytes(b"".join(map(msgpack.packb, changed)))
    return path


def test_the_list_tells_who_did_what_and_when_it_was_on_paper(staff: Daemon, capsys: Captured) -> None:
    assert bavn(staff) == DONE
    told = capsys.readouterr().out
    assert "Skrevet KRS-0" in told
    assert "Logget ind" in told
    assert "Notat: telefon, fra Vandværket, skrevet 2/1 13:10, indtastet " in told
    assert NOTE in told


def test_the_list_is_filtered_by_kind_person_and_span(staff: Daemon, capsys: Captured) -> None:
    def listed(*words: str) -> "list[str]":
        assert bavn(staff, *words, "--json") == DONE
        return [one["kind"] for one in json.loads(capsys.readouterr().out)["entries"]]

    assert listed("--kind", "note") == ["note"]
    assert set(listed("--who", "KHJ")) >= {"composed", "note", "logged_in"}
    assert "logged_in" not in listed("--who", "KRS")
    assert listed("--until", "2001-01-01T00:00") == []
    assert listed("--message", "KRS-00001")[0] == "composed"


def test_older_entries_are_on_the_next_page(staff: Daemon, capsys: Captured) -> None:
    assert bavn(staff, "--limit", "1") == DONE
    told = capsys.readouterr().out
    assert "Ældre: --before " in told
    before = told.rsplit(" ", 1)[1].strip()
    assert bavn(staff, "--limit", "1", "--before", before, "--json") == DONE
    (entry,) = json.loads(capsys.readouterr().out)["entries"]
    assert entry["number"] == int(before) - 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--kind", "weather"], "weather"),
        (["--who", "XYZ"], "XYZ"),
        (["--limit", "0"], "limit"),
        (["--message", "PLH-99999"], "PLH-99999"),
        (["note", "  "], "ingen tekst"),
        (["note", "x" * 3000], "for lang"),
        (["note", "Til protokollen", "--as", "MLA"], "på vagt"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_reason(
    staff: Daemon, capsys: Captured, words: "list[str]", said: str
) -> None:
    assert bavn(staff, *words) == REFUSED
    assert said.casefold() in capsys.readouterr().err.casefold()


def test_an_export_verifies_with_public_keys_alone(exported: Path, capsys: Captured) -> None:
    assert verify(exported) == DONE
    told = capsys.readouterr().out
    assert "Loggen er, som den blev skrevet." in told
    assert "Sammenlign netværkets fingeraftryk" in told
    assert "Ingen nabo bevidner" in told


def test_an_export_tells_that_it_was_made_and_is_signed_to_its_end(exported: Path, capsys: Captured) -> None:
    entries = [decode_entry(one.raw) for one in read_log_file(exported) if isinstance(one, WrittenEntry)]
    assert entries[-1].kind == LogKind.EXPORTED
    assert verify(exported, "--json") == DONE
    (chain,) = json.loads(capsys.readouterr().out)["chains"]
    assert chain["entries"] == chain["signed_to"] == len(entries)


def test_an_export_is_for_its_owner_alone_and_overwrites_nothing(
    staff: Daemon, exported: Path, capsys: Captured
) -> None:
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    before = exported.read_bytes()
    assert bavn(staff, "export", str(exported)) == REFUSED
    assert "findes allerede" in capsys.readouterr().err
    assert exported.read_bytes() == before
    assert list(exported.parent.iterdir()) == [exported]


def test_an_export_holds_no_private_key(staff: Daemon, exported: Path) -> None:
    raw = exported.read_bytes()
    for key in staff.files.directory.rglob("*.key"):
        assert key.read_bytes()[-48:] not in raw


def test_a_changed_entry_of_an_export_is_named(exported: Path, capsys: Captured) -> None:
    changed = pieces(exported)
    at = next(i for i, one in enumerate(changed) if one[0] == "entry" and NOTE.encode() in bytes(one[3]))
    raw = bytes(changed[at][3]).replace("kører igen".encode(), "står stille"[:10].encode().ljust(11)[:11])
    changed[at][3] = raw
    number = changed[at][2]
    assert verify(written(exported, changed)) == REFUSED
    assert f"LOGGEN ER ÆNDRET. Først: post {number} er ikke" in capsys.readouterr().out
    changed[at][4] = hash_of(raw)
    assert verify(written(exported, changed)) == REFUSED
    assert f"post {number} er ikke" in capsys.readouterr().out


def test_an_export_cut_short_is_damaged_and_says_so(exported: Path, capsys: Captured) -> None:
    raw = exported.read_bytes()
    exported.write_bytes(raw[: len(raw) * 3 // 4])
    assert verify(exported) == REFUSED
    assert "is damaged after" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"hello", msgpack.packb(["end"]), msgpack.packb({"a": 1}), b"\xc1" * 40])
def test_a_file_that_is_no_log_is_refused(tmp_path: Path, capsys: Captured, content: bytes) -> None:
    path = tmp_path / "log"
    path.write_bytes(content)
    assert verify(path) == REFUSED
    assert "is no log" in capsys.readouterr().err


def test_another_networks_roster_is_refused(staff: Daemon, exported: Path, tmp_path: Path, capsys: Captured) -> None:
    foreign = tmp_path / "net"
    words = ["--root-passphrase-file", str(staff.files.passphrase)]
    assert main(["roster", "create", str(foreign), "--name", "En anden", *words]) == DONE
    assert verify(exported, "--roster", foreign / "roster.bavn") == REFUSED
    assert "another network" in capsys.readouterr().err


def test_a_running_stations_state_is_checked_beside_it(staff: Daemon, capsys: Captured) -> None:
    state, roster = staff.files.store.parent, staff.files.directory / "roster.bavn"
    assert verify("--state", state, "--roster", roster) == DONE
    assert "Loggen er, som den blev skrevet." in capsys.readouterr().out


def test_a_row_changed_by_the_root_user_is_named(staff: Daemon, tmp_path: Path, capsys: Captured) -> None:
    copied = tmp_path / "state"
    shutil.copytree(staff.files.store.parent, copied)
    with closing(sqlite3.connect(copied / STORE_NAME)) as store:
        store.executescript("DROP TRIGGER log_is_not_changed;")
        number, raw = store.execute("SELECT number, raw FROM log WHERE kind = 9").fetchone()
        store.execute("UPDATE log SET raw = ? WHERE number = ?", (raw.replace(b"pumpen", b"skaden"), number))
        store.commit()
    assert verify("--state", copied, "--roster", staff.files.directory / "roster.bavn") == REFUSED
    assert f"post {number} er ikke" in capsys.readouterr().out


def test_a_state_needs_a_roster_to_trust(staff: Daemon, capsys: Captured) -> None:
    assert verify("--state", staff.files.store.parent) == REFUSED
    assert "--roster FILE" in capsys.readouterr().err
