"""A log is vouched for by a real neighbour's export: on a third machine, with two files and the roster alone."""

import json
import shutil
from pathlib import Path

from tests.support.airs import QUICK, simulated_air
from tests.support.daemons import bavn, daemon
from tests.support.network import CARE, STAFF
from tests.support.patience import DEADLINE_S
from tests.support.station_files import StationFiles, station_files


def exported(files: StationFiles, stick: Path) -> Path:
    result = bavn("log", "export", stick, "--config", files.config)
    assert result.returncode == 0, result.stderr
    return stick


def verdict(log: Path, *words: str | Path) -> "tuple[int, dict[str, object]]":
    result = bavn("log", "verify", log, "--json", *words)
    told: dict[str, object] = json.loads(result.stdout)
    return result.returncode, told


def witnessed(told: "dict[str, object]") -> int:
    chains = told["chains"]
    assert isinstance(chains, list)
    to: int = chains[0]["witnessed_to"]
    return to


def kinds_of_fault(told: "dict[str, object]") -> "list[tuple[str, str]]":
    faults = told["faults"]
    assert isinstance(faults, list)
    return [(fault["kind"], fault["detail"]) for fault in faults]


def test_a_neighbours_export_vouches_for_a_log_and_names_one_that_was_begun_anew(tmp_path: Path) -> None:
    with simulated_air(tmp_path, ("care", "staff"), (("care", "staff"),)) as air:
        care = station_files(tmp_path / "care", CARE, radio=air.addresses["care"], more=QUICK)
        staff = station_files(tmp_path / "staff", STAFF, radio=air.addresses["staff"], more=QUICK)
        with daemon(care), daemon(staff):
            words = ("--as", "-", "--wait", "at_station", "--timeout", str(DEADLINE_S), "--config", care.config)
            assert bavn("send", "KRISE", "Send vand", *words).returncode == 0
            theirs = exported(staff, tmp_path / "staff.bavn")
            neighbours = exported(care, tmp_path / "care.bavn")
        # Whoever has the machine has its key, and can begin the log anew.
        shutil.rmtree(staff.store.parent)
        with daemon(staff):
            forged = exported(staff, tmp_path / "forged.bavn")
    roster = Path(shutil.copy(care.directory / "roster.bavn", tmp_path / "roster.bavn"))
    trusted = ("--roster", roster)
    code, told = verdict(theirs, *trusted)
    assert (code, witnessed(told)) == (0, 0)
    code, told = verdict(theirs, *trusted, "--witnesses", neighbours)
    assert code == 0
    assert witnessed(told) > 0
    assert verdict(forged, *trusted)[0] == 0
    code, told = verdict(forged, *trusted, "--witnesses", neighbours)
    assert code == 1
    assert {detail for _, detail in kinds_of_fault(told)} == {"PLH"}
