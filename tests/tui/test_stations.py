"""Consoles at real stations with simulated radios: what one writes, the other reads; a killed daemon loses no word."""

import signal
from contextlib import ExitStack
from pathlib import Path

from tests.support.airs import QUICK, simulated_air
from tests.support.daemons import BAVN, daemon
from tests.support.network import CARE, KHJ, MLA, STAFF
from tests.support.station_files import PASSPHRASE, StationFiles, station_files
from tests.support.terminal import Terminal, terminal

CONSOLE = {"LANG": "C.UTF-8", "BAVN_LANG": "da", "TERM": "linux"}


def console_of(stack: ExitStack, files: StationFiles) -> Terminal:
    opened = stack.enter_context(terminal(files.directory, BAVN, "tui", "--config", files.config, **CONSOLE))
    opened.shows("INDBAKKE")
    return opened


def log_in(console: Terminal, initials: str) -> None:
    console.press("F2")
    console.shows("Adgangskode")
    console.type(initials)
    console.press("Enter")
    console.type(PASSPHRASE)
    console.press("Enter")
    console.shows(f" {initials.upper()} |")


def test_what_one_console_writes_the_other_reads_and_acknowledges(tmp_path: Path) -> None:
    with simulated_air(tmp_path, ("care", "staff"), (("care", "staff"),)) as air, ExitStack() as stack:
        care = station_files(tmp_path / "care", CARE, (MLA,), radio=air.addresses["care"], more=QUICK)
        staff = station_files(tmp_path / "staff", STAFF, (KHJ,), radio=air.addresses["staff"], more=QUICK)
        for files in (care, staff):
            stack.enter_context(daemon(files))
        writer, reader = console_of(stack, care), console_of(stack, staff)
        for console, initials in ((writer, "mla"), (reader, "khj")):
            console.shows("Radio OK 1 st")
            log_in(console, initials)
        writer.press("n")
        writer.shows("Ny besked")
        writer.type("kri")
        writer.shows("Kriseleder")
        writer.press("Enter")
        writer.type("Generator stoppet, 2 timer diesel")
        writer.press("F5", "F5", "F5")
        writer.shows(">LYN<")
        writer.press("F9")
        writer.shows("gemt her og lagt i kø")
        reader.shows("!! LYN")
        reader.shows("Generator stoppet, 2 timer diesel")
        reader.press("a")
        reader.shows("kvitteret som KHJ")
        writer.press("Tab")
        writer.shows("Kvitteret af KHJ")


def test_a_daemon_killed_under_the_console_loses_no_word(tmp_path: Path) -> None:
    files = station_files(tmp_path / "staff", STAFF, (KHJ,))
    with ExitStack() as stack:
        running = stack.enter_context(daemon(files))
        console = console_of(stack, files)
        log_in(console, "khj")
        console.press("n")
        console.shows("Ny besked")
        console.type("plh")
        console.shows("Plejehjemmet")
        console.press("Enter")
        console.type("Første sætning. ")
        console.shows("kladde gemt")
        running.stop(signal.SIGKILL)
        console.shows("INGEN STATION siden")
        console.type("Anden sætning.")
        console.shows("kladde IKKE gemt: ingen station")
        console.press("F9")
        stack.enter_context(daemon(files))
        # Its key is locked again by the restart: the station refuses, says why, and the words stand there.
        console.shows_no_more("INGEN STATION")
        console.shows("Nøglen til KHJ er låst. F2: lås op.")
        console.shows("Første sætning. Anden sætning.")
        console.shows("kladde gemt")
        console.press("F9")
        console.shows("Adgangskode")
        console.type("khj")
        console.press("Enter")
        console.type(PASSPHRASE)
        console.press("Enter")
        console.shows("KRS-00001 er gemt her")
        console.press("Tab")
        console.shows("Første sætning. Anden sætning.")
        console.shows("1-1 af 1")
