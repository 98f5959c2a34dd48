"""Groups and confidential messages over real daemons, real sockets and simulated radios."""

import json
import sqlite3
import stat
from pathlib import Path

from node.api.groups import AskGroup, KeyState
from node.api.methods import GROUP
from node.client.blocking import Client
from tests.support.airs import QUICK, simulated_air
from tests.support.daemons import Daemon, bavn, daemon
from tests.support.group_network import group_statements
from tests.support.network import CARE, KHJ, RELAY, STAFF
from tests.support.patience import DEADLINE_S
from tests.support.station_files import StationFiles, station_files

TEXT = "Broen er spærret"


def at(files: StationFiles, *words: str) -> "dict[str, object]":
    result = bavn(*words, "--json", "--config", files.config)
    assert result.returncode == 0, result.stderr or result.stdout
    told: dict[str, object] = json.loads(result.stdout)
    return told


def said(files: StationFiles, *words: str) -> str:
    result = bavn(*words, "--config", files.config)
    assert result.returncode == 0, result.stderr or result.stdout
    return result.stdout


def log_in(running: Daemon) -> None:
    result = bavn("login", "KHJ", "--passphrase-file", running.files.passphrase, "--config", running.files.config)
    assert result.returncode == 0, result.stderr


def states(files: StationFiles) -> "dict[str, str]":
    holdings = at(files, "group", "show", "BRED")["holdings"]
    assert isinstance(holdings, list)
    return {one["station"]: one["state"] for one in holdings}


def until_held(files: StationFiles, code: str) -> None:
    """Wait, by the station's notices, until one station is known to have the key; the deadline is a failure."""
    with Client(files.socket) as client:
        client.subscribe(0)
        while True:
            holdings = client.call(GROUP, AskGroup("BRED")).holdings
            if any((one.station, one.state) == (code, KeyState.HAS) for one in holdings):
                return
            assert client.next_change(DEADLINE_S) is not None, f"{code} has no key: {holdings}"


def test_a_groups_key_is_priced_made_proven_and_used(tmp_path: Path) -> None:
    certified = group_statements(CARE, STAFF)
    with simulated_air(tmp_path, ("care", "relay", "staff"), (("care", "relay"), ("relay", "staff"))) as air:
        care, relay, staff = (
            station_files(tmp_path / name, number, people, radio=air.addresses[name], more=QUICK, certified=certified)
            for name, number, people in (("care", CARE, ()), ("relay", RELAY, ()), ("staff", STAFF, (KHJ,)))
        )
        with daemon(care), daemon(relay), daemon(staff) as at_staff:
            log_in(at_staff)
            refused = bavn("send", "BRED", TEXT, "--confidential", "--config", staff.config)
            assert (refused.returncode, "bavn group key" in refused.stderr) == (1, True)
            assert "1 stationer x" in said(staff, "group", "key", "BRED", "--new", "--price")
            assert at(staff, "group", "show", "BRED")["version"] is None
            assert at(staff, "group", "key", "BRED", "--new") == {"version": 1, "handed": ["PLH"], "left_out": []}
            until_held(staff, "PLH")
            sent = at(staff, "send", "BRED", TEXT, "--wait", "at_station", "--timeout", str(DEADLINE_S))
            assert (sent["confidential"], sent["text"]) == (True, TEXT)
            received = at(care, "show", str(sent["number"]))
            assert (received["confidential"], received["text"]) == (True, TEXT)
            assert states(care) == {"PLH": "has", "KRS": "has"}
            carried = at(relay, "inbox", "--box", "carried")["messages"]
            assert isinstance(carried, list)
            assert {(one["text"], one["legibility"]) for one in carried} <= {("", "confidential")}
            assert "number 1, from KRS" in said(care, "group", "show", "BRED", "--lang", "en")
        assert [row[1] for row in keys_on_disk(care)] == [row[1] for row in keys_on_disk(staff)]
        assert keys_on_disk(relay) == []
        for files in (care, relay, staff):
            assert TEXT.encode() not in files.store.read_bytes()
            assert stat.S_IMODE(files.store.stat().st_mode) & 0o077 == 0


def test_the_maker_tells_who_has_the_key_by_signed_receipts(tmp_path: Path) -> None:
    certified = group_statements(CARE, STAFF)
    with simulated_air(tmp_path, ("care", "staff"), (("care", "staff"),)) as air:
        care = station_files(tmp_path / "care", CARE, radio=air.addresses["care"], more=QUICK, certified=certified)
        staff = station_files(
            tmp_path / "staff", STAFF, (KHJ,), radio=air.addresses["staff"], more=QUICK, certified=certified
        )
        with daemon(staff) as at_staff:
            log_in(at_staff)
            at(staff, "group", "key", "group:7", "--new")
            assert states(staff) == {"PLH": "waits", "KRS": "has"}
            assert at(staff, "group", "key", "BRED") == {"version": 1, "handed": [], "left_out": []}
            with daemon(care):
                until_held(staff, "PLH")
                assert states(staff) == {"PLH": "has", "KRS": "has"}


def keys_on_disk(files: StationFiles) -> "list[tuple[int, bytes]]":
    store = sqlite3.connect(files.store)
    try:
        return [tuple(row) for row in store.execute("SELECT version, secret FROM group_key ORDER BY version")]
    finally:
        store.close()
