"""The clock of a real station: nobody knows the time, somebody on duty says it, and it is shown with who said it."""

import json
from pathlib import Path

from tests.support.daemons import bavn, daemon
from tests.support.network import KHJ, STAFF
from tests.support.station_files import station_files


def test_somebody_on_duty_sets_the_clock_of_a_station_that_has_none(tmp_path: Path) -> None:
    files = station_files(tmp_path / "staff", STAFF, (KHJ,))
    config = Path(files.config)
    config.write_text(config.read_text().replace('trust = "trusted"', 'trust = "untrusted"'))
    at = ("--config", files.config)
    with daemon(files):
        assert "INGEN VED DET" in bavn("clock", *at).stdout
        assert "på vagt" in bavn("clock", *at, "set", "14:32").stderr
        assert bavn("login", "KHJ", "--passphrase-file", files.passphrase, *at).returncode == 0
        assert bavn("clock", *at, "set", "25:00").returncode == 2
        assert "within_s" in bavn("clock", *at, "set", "14:32", "--within", "31").stderr
        assert "hvad KHJ sagde" in bavn("clock", *at, "set", "2026-11-25T14:32:10", "--within", "5").stdout
        told = json.loads(bavn("clock", "--json", *at).stdout)
        assert (told["source"], told["said_by"], told["now"]["trusted"]) == ("operator", "KHJ", True)
        assert 5_000 <= told["within_ms"] < 6_000
