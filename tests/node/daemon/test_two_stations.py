"""Two daemons with simulated radios: a message climbs to a named person's act, through kills and power cuts."""

import json
import signal
from pathlib import Path

import pytest

from tests.support.airs import QUICK, Air, simulated_air
from tests.support.daemons import Daemon, bavn, daemon
from tests.support.dense_texts import dense_text
from tests.support.network import CARE, KHJ, STAFF
from tests.support.patience import DEADLINE_S
from tests.support.station_files import StationFiles, station_files

HELD_OUT = Path(__file__).parents[2] / "corpus" / "held_out" / "da.txt"
"""Danish that no codec was made from."""


def two_kilobytes() -> str:
    """Whole lines of it, 2000 bytes at most."""
    lines: list[str] = []
    for line in HELD_OUT.read_text().splitlines():
        if len("\n".join([*lines, line]).encode()) > 2000:
            break
        lines.append(line)
    return "\n".join(lines)


def care_home(folder: Path, air: Air) -> StationFiles:
    return station_files(folder / "care", CARE, radio=air.addresses["care"], more=QUICK)


def crisis_staff(folder: Path, air: Air) -> StationFiles:
    return station_files(folder / "staff", STAFF, (KHJ,), radio=air.addresses["staff"], more=QUICK)


def at(files: StationFiles, *words: str) -> "dict[str, object]":
    result = bavn(*words, "--json", "--config", files.config)
    assert result.returncode == 0, result.stderr or result.stdout
    told: dict[str, object] = json.loads(result.stdout)
    return told


def log_in(running: Daemon) -> None:
    result = bavn("login", "KHJ", "--passphrase-file", running.files.passphrase, "--config", running.files.config)
    assert result.returncode == 0, result.stderr


def step(message: "dict[str, object]") -> object:
    ladders = message["ladders"]
    assert isinstance(ladders, list)
    return ladders[0]["step"]


def send(files: StationFiles, text: str, *words: str) -> "dict[str, object]":
    return at(files, "send", "KRISE", text, "--as", "-", "--timeout", str(DEADLINE_S), *words)


def test_a_message_is_carried_and_acknowledged_by_a_person(tmp_path: Path) -> None:
    with simulated_air(tmp_path, ("care", "staff"), (("care", "staff"),)) as air:
        care, staff = care_home(tmp_path, air), crisis_staff(tmp_path, air)
        with daemon(care), daemon(staff) as at_staff:
            log_in(at_staff)
            sent = send(care, "Nødstrøm til kl. 19", "--precedence", "haster", "--wait", "at_station")
            assert step(sent) == "at_station"
            number = str(sent["number"])
            received = at(staff, "show", number)
            assert (received["text"], received["station"]) == ("Nødstrøm til kl. 19", "PLH")
            assert (received["confidential"], sent["confidential"], sent["text"]) == (True, True, received["text"])
            at(staff, "ack", number, "--act", "accepted", "--comment", "kommer")
            answered = wait_for(care, number, "accepted")
            assert answered["initials"] == "KHJ"
            assert answered["comment"] == "kommer"


def test_what_waits_crosses_when_the_other_station_comes_back(tmp_path: Path) -> None:
    with simulated_air(tmp_path, ("care", "staff"), (("care", "staff"),)) as air:
        care, staff = care_home(tmp_path, air), crisis_staff(tmp_path, air)
        with daemon(care) as at_care:
            with daemon(staff) as at_staff:
                at_staff.stop(signal.SIGKILL)
            air.power("staff", "off")
            number = str(send(care, "Er I der?")["number"])
            at_care.stop(signal.SIGKILL)
        air.power("staff", "on")
        with daemon(care), daemon(staff):
            assert wait_for(care, number, "unattended")["station"] == "KRS"
            assert at(staff, "show", number)["text"] == "Er I der?"


@pytest.mark.parametrize(
    ("text", "packets"), [(two_kilobytes(), 3), (dense_text(2000), 9)], ids=["Danish", "in no order"]
)
def test_two_kilobytes_of_text_arrive_within_the_time_of_a_test(tmp_path: Path, text: str, packets: int) -> None:
    with simulated_air(tmp_path, ("care", "staff"), (("care", "staff"),)) as air:
        care, staff = care_home(tmp_path, air), crisis_staff(tmp_path, air)
        with daemon(care), daemon(staff):
            send(care, "Er I der?", "--wait", "at_station")
            assert at(care, "send", "KRISE", text, "--price")["packets"] == packets
            sent = send(care, text, "--precedence", "haster", "--wait", "at_station")
            assert step(sent) in ("at_station", "unattended")
            received = at(staff, "show", str(sent["number"]))
            assert (received["text"], received["legibility"]) == (text, "readable")
            assert at(staff, "status")["arriving"] == []


def wait_for(files: StationFiles, number: str, wanted: str) -> "dict[str, object]":
    """The ladder of a message once it has that step; the deadline is a failure."""
    result = bavn("show", number, "--json", "--wait", wanted, "--timeout", str(DEADLINE_S), "--config", files.config)
    assert result.returncode == 0, result.stdout + result.stderr
    ladder: dict[str, object] = json.loads(result.stdout)["ladders"][0]
    return ladder
