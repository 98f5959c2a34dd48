"""The demo's stage: a network of three stations in a directory, one simulated air, processes that start and are killed.

    PLH care home  ---radio---  BRS fire station (relay)  ---radio---  KRS crisis staff

Everything but the radios is what a municipality would run: keys, roster and configuration files, one `bavn run` each.
Whoever waits on the stage waits by it, so that the curtain can fall at any moment.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hardware.simulated.control import AirControl
from node.client.blocking import Client, NoStation
from node.keyring.enrolment import Enrolment
from protocol.statements import Right

PASSPHRASE: Final = "bavnen lyser i nat"  # noqa: S105 - of a network that lives for a minute
"""Of every key of the demo's network, which is made anew for each run and thrown away; typed on any keyboard."""
START_S: Final = 60.0
"""For processes to come up; about a second each on two idle cores."""
POLL_S: Final = 0.05
"""Between two looks at something that tells nobody when it is ready."""
LISTEN_S: Final = 0.5
"""To a station in one go: as long as a fallen curtain may go unnoticed."""

STATIONS: Final = {"PLH": (1, "Plejehjemmet Havblik"), "BRS": (2, "Brandstation Nord"), "KRS": (3, "Krisestaben")}
PEOPLE: Final = {"MLA": (1, "Mette Larsen", "PLH"), "KHJ": (2, "Karl Hjort", "KRS"), "JNI": (3, "Jonas Nielsen", "BRS")}
"""Numbers, names and where they are on duty."""
LINKS: Final = (("PLH", "BRS"), ("BRS", "KRS"))
PRESET: Final = "SHORT_FAST"
"""The fastest one legal here, so that the story takes half a minute; prices are told for the usual ones."""

_STATION_FILE: Final = """\
[station]
roster = "roster.bavn"
keys = "keys"
data = "data-{code}"
number = {number}

[radio]
address = "{address}"
preset = "{preset}"

[api]
socket = "{code}.sock"

[clock]
trust = "trusted"

[delivery]  # shortened for the demonstration, so that it takes a minute and not an hour
beacon_min_s = 3
beacon_share_percent = 10
beacon_hop_limit = 0
contact_beacons = 2
receipt_wait_s = [0, 2, 2, 2]
answer_wait_s = 5
overhear_s = 2
proof_wait_s = 4
inventory_wait_s = 3
inventory_min_s = 3
"""


class StageError(Exception):
    """The stage does not stand; the text says which part and where its log is."""


class CurtainFell(Exception):
    """The play ends before its end, since somebody left; no failure."""


@dataclass(slots=True)
class Stage:
    """The directory, the processes and the air's control."""

    directory: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    curtain: threading.Event = field(default_factory=threading.Event)
    """Set: every wait on the stage ends."""

    def enrol(self) -> None:
        """Make the network: one authority, three stations, a person at each, one function."""
        enrolment = Enrolment(self.directory)
        enrolment.create("Bavn demo", PASSPHRASE)
        enrolment.add_authority(1, "ASK", "Assens Kommune", PASSPHRASE, PASSPHRASE)
        for code, (number, name) in STATIONS.items():
            enrolment.add_station(1, number, code, name, PASSPHRASE)
        for code, (number, name, station) in PEOPLE.items():
            home, _ = STATIONS[station]
            enrolment.add_operator(1, number, code, name, home, Right.FLASH, PASSPHRASE, PASSPHRASE)
        enrolment.add_function(1, 1, "KRISE", "Kriseleder", [3], PASSPHRASE)

    def start_air(self) -> None:
        """Start the simulated radios, one for each station."""
        lines = [f'[air]\npreset = "{PRESET}"\nseed = {os.getpid()}\nfirmware = "2.7"\n']
        lines += [f'[[device]]\nname = "{code}"\nport = 0\n' for code in STATIONS]
        lines += [f'[[link]]\nbetween = ["{one}", "{other}"]\nsnr_db = -6.0\n' for one, other in LINKS]
        (self.directory / "air.toml").write_text("\n".join(lines))
        air = self._start("air", "radio", "simulate", "air.toml", "--control", "air.sock", "--json")
        ready = self.directory / "air.out"
        self._until(lambda: len(ready.read_text().splitlines()) >= len(STATIONS), "air", air)
        for line in ready.read_text().splitlines():
            device = json.loads(line)
            self.addresses[device["ready"]] = device["address"]

    def start_station(self, code: str) -> int:
        """Start a station's process and its radio; its PID."""
        number, _ = STATIONS[code]
        text = _STATION_FILE.format(code=code, number=number, address=self.addresses[code], preset=PRESET)
        (self.directory / f"{code}.toml").write_text(text)
        with self.air() as air:
            air.power(code, on=True)
        process = self._start(code, "run", "--config", f"{code}.toml")
        self._until(lambda: self._answers(code), code, process)
        return process.pid

    def cut_power(self, code: str) -> int:
        """Kill a station's process without warning and take its radio's power; the PID that is no more."""
        process = self.processes.pop(code)
        process.kill()
        process.wait()
        with self.air() as air:
            air.power(code, on=False)
        return process.pid

    def client(self, code: str) -> Client:
        """A connection to a station."""
        return Client(self.directory / f"{code}.sock", "bavn demo")

    def air(self) -> AirControl:
        """A connection to the air's control."""
        return AirControl(self.directory / "air.sock")

    def pause(self, delay_s: float) -> None:
        """Let time pass.

        Raises:
            CurtainFell: the play ends here.
        """
        if self.curtain.wait(delay_s):
            raise CurtainFell

    def listen(self, client: Client, within_s: float) -> None:
        """Wait for a station to tell of a change, at most so long.

        Raises:
            CurtainFell: the play ends here.
            NoStation: the station went away.
        """
        deadline_s = time.monotonic() + within_s
        while True:
            self.pause(0)
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or client.next_change(min(LISTEN_S, left_s)) is not None:
                return

    def strike(self) -> None:
        """End every process."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
        self.processes.clear()

    def _answers(self, code: str) -> bool:
        try:
            self.client(code).close()
        except NoStation:
            return False
        return True

    def _start(self, name: str, *words: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "node.cli.main", *words]
        with (self.directory / f"{name}.out").open("ab") as out, (self.directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=out, stderr=log)
        self.processes[name] = process
        return process

    def _until(self, is_ready: Callable[[], bool], name: str, process: "subprocess.Popen[bytes]") -> None:
        deadline_s = time.monotonic() + START_S
        while not is_ready():
            if process.poll() is not None or time.monotonic() > deadline_s:
                raise StageError(f"{name} did not start, see {self.directory / name}.log")
            self.pause(POLL_S)


@contextlib.contextmanager
def set_up(directory: Path) -> Iterator[Stage]:
    """A stage that is struck whatever happens on it."""
    stage = Stage(directory)
    try:
        yield stage
    finally:
        stage.strike()
