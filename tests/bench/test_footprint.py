"""What one station costs while nothing happens, and how long a look at it takes."""

import statistics
import sys
import time
from pathlib import Path

import pytest

from tests.support.airs import simulated_air
from tests.support.daemons import Daemon, bavn, daemon
from tests.support.network import KHJ, STAFF
from tests.support.station_files import station_files

RESIDENT_KB_MAX = 60 * 1024
IDLE_CPU_PERCENT_MAX = 1.0
STATUS_S_MAX = 0.150
LOOKS = 10
IDLE_S = 4.0
"""What is watched: more than one of the link's own wake-ups."""


def resident_kb(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def cpu_s(process: int) -> float:
    """Time on a processor, all threads together, to the nanosecond."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def wait_for_radio(running: Daemon) -> None:
    deadline_s = time.monotonic() + 10
    while '"is_up": true' not in bavn("status", "--json", "--config", running.files.config).stdout:
        assert time.monotonic() < deadline_s, running.log


@pytest.mark.bench
def test_a_station_is_small_idle_and_quick_to_ask(tmp_path: Path) -> None:
    with simulated_air(tmp_path, ("staff",), ()) as air:
        files = station_files(tmp_path / "staff", STAFF, (KHJ,), radio=air.addresses["staff"])
        with daemon(files) as running:
            wait_for_radio(running)
            logged_in = bavn("login", "KHJ", "--passphrase-file", files.passphrase, "--config", files.config)
            assert logged_in.returncode == 0, logged_in.stderr
            looks_s = []
            for _ in range(LOOKS):
                begun_s = time.perf_counter()
                assert bavn("status", "--config", files.config).returncode == 0
                looks_s.append(time.perf_counter() - begun_s)
            used_s = cpu_s(running.process.pid)
            time.sleep(IDLE_S)  # Nothing is waited for: this is the idling that is measured.
            idle_percent = (cpu_s(running.process.pid) - used_s) / IDLE_S * 100
            size_kb = resident_kb(running.process.pid)
    look_s = statistics.median(looks_s)
    sys.stdout.write(
        f"\none station: {size_kb / 1024:.1f} MB resident, {idle_percent:.2f} % of a core when idle;"
        f" bavn status: {look_s * 1000:.0f} ms (median of {LOOKS}, {min(looks_s) * 1000:.0f} ms at best)\n"
    )
    assert size_kb < RESIDENT_KB_MAX
    assert idle_percent < IDLE_CPU_PERCENT_MAX
    # The best, since machines here are shared and a slow look says nothing about the command.
    assert min(looks_s) < STATUS_S_MAX
