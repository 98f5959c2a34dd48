"""A real station whose state was put back from a backup says so, sends nothing, and goes on when somebody vouches."""

import json
import shutil
from pathlib import Path

from tests.support.daemons import bavn, daemon
from tests.support.network import KHJ, STAFF
from tests.support.station_files import StationFiles, station_files


def sent(files: StationFiles, text: str) -> str:
    told = bavn("send", "PLH", text, "--as", "-", "--json", "--config", files.config)
    assert told.returncode == 0, told.stderr
    return str(json.loads(told.stdout)["number"])


def test_a_restored_station_is_receive_only_until_somebody_vouches(tmp_path: Path) -> None:
    files = station_files(tmp_path / "staff", STAFF, (KHJ,))
    data, backup = files.directory / "data", tmp_path / "backup"
    with daemon(files):
        assert sent(files, "et") == "KRS-00001"
    shutil.copytree(data, backup)
    with daemon(files) as running:
        assert [sent(files, text) for text in ("to", "tre")] == ["KRS-00002", "KRS-00003"]
        running.stop()
    shutil.rmtree(data)
    shutil.copytree(backup, data)
    with daemon(files):
        refused = bavn("send", "PLH", "fire", "--as", "-", "--config", files.config)
        assert refused.returncode == 1
        assert "MODTAGER KUN" in refused.stderr
        assert "sikkerhedskopi" in refused.stderr
        assert "MODTAGER KUN" in bavn("status", "--config", files.config).stdout
        warned = bavn("station", "--config", files.config, "vouch", "--above", "3")
        assert (warned.returncode, "--sure" in warned.stderr) == (1, True)
        vouch = ("station", "--config", files.config, "vouch", "--above", "3", "--sure")
        assert "på vagt" in bavn(*vouch).stderr
        login = ("login", "KHJ", "--passphrase-file", files.passphrase, "--config", files.config)
        assert bavn(*login).returncode == 0
        assert "KRS-00260" in bavn(*vouch).stdout
        assert sent(files, "fire") == "KRS-00260"
        told = bavn("station", "--config", files.config).stdout
        assert told == "Stationen sender. 260 af 16383 numre er brugt.\n"
