"""What a station costs: memory, idle processor time, how fast `bavn status` answers; and one look at its power."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardware.power.estimate import Estimator
from hardware.power.simulated import Board, SimulatedBattery
from hardware.power.trend import CHARGES_MAX, SPACING_MS
from node.daemon.power_watch import PowerWatch
from node.demo.stage import Stage, set_up
from tests.bench.extent import IS_FULL, PATIENCE

RSS_MB_MAX = 70
"""61 for one that has just started: 40 of its own, the rest libraries that every Python here shares."""
IDLE_PERCENT_MAX = 1.0 * PATIENCE
STATUS_MS_MAX = 150 * PATIENCE
IDLE_S = 60.0 if IS_FULL else 2.0
RUNS = 15 if IS_FULL else 1
LOOK_MS_MAX = 3.0 * PATIENCE
"""Every 30 s: a hundredth of a percent of a core here, a tenth on the slowest Pi."""
LOOKS = 200


@pytest.mark.bench
def test_one_station_is_small_and_quiet_and_answers_at_once(tmp_path: Path) -> None:
    with set_up(tmp_path) as stage:
        stage.enrol()
        stage.start_air()
        pid = stage.start_station("PLH")
        with stage.client("PLH"):
            pass
        idle_percent = processor_percent(pid, IDLE_S)
        rss_mb = resident_mb(pid)
        status_ms = milliseconds_of_status(stage)
    sys.stdout.write(f"\nstation: {rss_mb:.1f} MB resident, {idle_percent:.2f} % of a core idle over {IDLE_S:.0f} s\n")
    sys.stdout.write(f"bavn status: {status_ms:.0f} ms, the median of {RUNS}\n")
    assert rss_mb < RSS_MB_MAX
    assert idle_percent < IDLE_PERCENT_MAX
    assert status_ms < STATUS_MS_MAX


@pytest.mark.bench
def test_one_look_at_the_power_board_costs_next_to_nothing() -> None:
    look_ms = asyncio.run(milliseconds_of_look())
    sys.stdout.write(f"\none look at the power board, six hours of charges kept: {look_ms:.2f} ms of a core\n")
    assert look_ms < LOOK_MS_MAX


async def milliseconds_of_look() -> float:
    """Processor time of all threads for one look, when as many charges are kept as ever will be."""
    battery, now_ms = SimulatedBattery(Board.GAUGE, capacity_mah=60_000), 0
    battery.draw(600)
    watch = PowerWatch(battery, Estimator(), read_s=30, boot_ms=lambda: now_ms, changed=lambda: None)
    began_s = 0.0
    for look in range(CHARGES_MAX + LOOKS):
        if look == CHARGES_MAX:
            began_s = time.process_time()
        await watch.look()
        now_ms += SPACING_MS
        battery.pass_s(SPACING_MS / 1000)
    assert watch.state(now_ms).left_min_s is not None
    return (time.process_time() - began_s) / LOOKS * 1000


def processor_percent(pid: int, seconds: float) -> float:
    """Share of one core that a process takes while a time passes: the one place where waiting is the measurement."""
    before = processor_s(pid)
    time.sleep(seconds)
    return (processor_s(pid) - before) / seconds * 100


def processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    # `statm` is quicker to read and off by some hundred kilobytes for each core.
    rolled_up = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(rolled_up.partition("Rss:")[2].split()[0]) * 1024 / 1e6


def milliseconds_of_status(stage: Stage) -> float:
    bavn = Path(sys.executable).with_name("bavn")
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run([bavn, "status", "--config", stage.directory / "PLH.toml"], check=True, capture_output=True)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
