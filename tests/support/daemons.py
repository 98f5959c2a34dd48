"""Real daemons and real commands as processes, started and stopped by a test."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.patience import DEADLINE_S
from tests.support.station_files import StationFiles

BAVN: Final = Path(sys.executable).with_name("bavn")
UNWANTED: Final = ("BAVN_", "LC_", "LANG", "COLUMNS", "LINES")
"""Beginnings of names: language, settings, and the size of a terminal that is not the one a command runs in."""


@dataclass
class Daemon:
    """`bavn run`, told by the notify socket when it is ready."""

    files: StationFiles
    process: "subprocess.Popen[str]"
    notices: socket.socket

    @property
    def log(self) -> str:
        return (self.files.directory / "log").read_text()

    def next_notice(self) -> str:
        """What it tells its service manager next."""
        return self.notices.recv(200).decode()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(DEADLINE_S)


@contextmanager
def daemon(files: StationFiles, **environment: str) -> Iterator[Daemon]:
    """A daemon that is ready; killed at the end if it still runs."""
    ear = files.directory / "notify"
    ear.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices, (files.directory / "log").open("a") as log:
        notices.bind(str(ear))
        notices.settimeout(DEADLINE_S)
        process = subprocess.Popen(
            [BAVN, "run", "--config", files.config],
            env=clean_environment(NOTIFY_SOCKET=str(ear), **environment),
            stderr=log,
            text=True,
        )
        running = Daemon(files, process, notices)
        try:
            assert running.next_notice() == "READY=1", running.log
            yield running
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(DEADLINE_S)


def bavn(*words: str | Path, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(
        [BAVN, *words],
        env=clean_environment(**environment),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=2 * DEADLINE_S,  # whoever waits with `--timeout` tells first what did not come
        check=False,
    )


def clean_environment(**more: str) -> dict[str, str]:
    """Ours, without what would change a command's mind."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(UNWANTED)}
    return {**kept, "PYTHONWARNINGS": "error", **more}
