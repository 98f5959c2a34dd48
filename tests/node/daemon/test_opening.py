"""What a station refuses to start with, in words that say what to do; what is there stays as it is."""

from pathlib import Path

import pytest

from node.config.reading import load
from node.core.trust_records import KeptStatement, StatementStanding
from node.daemon.opening import CannotStart, open_station
from node.keyring.roster_file import RosterFile
from protocol.roster import Roster
from tests.node.core.test_adversaries import another_root
from tests.support.network import STAFF, authority_statement, signing_key, small_network, station_statement
from tests.support.station_files import StationFiles, station_files


def believing(files: StationFiles) -> None:
    """Let the station's store hold what it believed when it last ran."""
    opened = open_station(load(files.config)).opened
    for raw in small_network().roster.statements():
        opened.store.put_statement(KeptStatement(raw, StatementStanding.BELIEVED, False, 0, None))
    opened.store.commit()
    opened.close()


def test_a_station_does_not_start_with_another_networks_roster(tmp_path: Path) -> None:
    files = station_files(tmp_path / "staff", STAFF)
    believing(files)
    root = signing_key("another root").public_key().public_bytes_raw()
    foreign, _ = Roster.build(root, (another_root(authority_statement(1, "ASK", "Assens Kommune")),))
    RosterFile("Et andet net", foreign).write(files.directory / "roster.bavn")
    with pytest.raises(CannotStart, match="of another network than this station's store: put its own roster back"):
        open_station(load(files.config))
    RosterFile("Prøvenet", small_network().roster).write(files.directory / "roster.bavn")
    opening = open_station(load(files.config))
    opening.opened.close()
    assert station_statement(STAFF) in opening.here.roster.statements()
