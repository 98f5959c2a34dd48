"""Boot time only grows; UTC is given when somebody vouches for it, with how well."""

import ctypes
import time

import pytest

from hardware import clock as clock_module
from hardware.clock import (
    BOOT_ID_PATH,
    UTC_MS_MIN,
    Clock,
    KernelDiscipline,
    SimulatedClock,
    SystemClock,
    Trust,
    is_plausible,
)


def test_boot_time_is_the_systems_and_grows() -> None:
    clock = SystemClock(Trust.UNTRUSTED)
    first, second = clock.read(), clock.read()
    assert first.boot_id == second.boot_id == BOOT_ID_PATH.read_text().strip()
    assert 0 < first.boot_ms <= second.boot_ms <= time.clock_gettime(time.CLOCK_BOOTTIME) * 1000


@pytest.mark.parametrize(
    ("trust", "kernel_ms", "expected_ms"),
    [
        (Trust.AUTO, 37, 37),
        (Trust.AUTO, None, None),
        (Trust.TRUSTED, None, 5_000),
        (Trust.TRUSTED, 37, 5_000),
        (Trust.UNTRUSTED, 37, None),
    ],
)
def test_utc_comes_with_the_uncertainty_of_whoever_vouches(
    trust: Trust, kernel_ms: int | None, expected_ms: int | None
) -> None:
    clock = SystemClock(trust, operator_uncertainty_ms=5_000, kernel_uncertainty_ms=lambda: kernel_ms)
    reading = clock.read()
    if expected_ms is None:
        assert (reading.utc_ms, reading.utc_uncertainty_ms) == (None, 0)
    else:
        assert reading.utc_ms is not None
        assert abs(reading.utc_ms - time.time() * 1000) < 5_000
        assert reading.utc_uncertainty_ms == expected_ms


def test_clock_of_1970_is_believed_from_nobody() -> None:
    assert [is_plausible(utc_ms) for utc_ms in (0, UTC_MS_MIN - 1, UTC_MS_MIN)] == [False, False, True]


def test_kernel_answers_with_a_plausible_error_or_none() -> None:
    """What it says depends on the machine; that it can be asked does not."""
    uncertainty_ms = KernelDiscipline().uncertainty_ms()
    assert uncertainty_ms is None or 0 <= uncertainty_ms <= 16_000


def test_kernel_structure_is_read_where_the_kernel_writes_it() -> None:
    assert ctypes.sizeof(ctypes.c_long) == 8, "the project runs on 64-bit systems only"
    assert (clock_module._TimexHead.maxerror.offset, clock_module._TimexHead.status.offset) == (24, 40)


def test_simulated_clock_keeps_boot_and_utc_together() -> None:
    simulated = SimulatedClock()
    clock: Clock = simulated
    simulated.pass_ms(1500)
    assert (clock.read().boot_ms, clock.read().utc_ms) == (1500, UTC_MS_MIN + 1500)
    before = clock.read()
    simulated.reboot(off_ms=60_000)
    after = clock.read()
    assert after.boot_id != before.boot_id
    assert (after.boot_ms, after.utc_ms) == (0, UTC_MS_MIN + 61_500)


def test_simulated_clock_can_lose_utc_and_get_it_back() -> None:
    simulated = SimulatedClock()
    simulated.set_utc(None)
    simulated.reboot(off_ms=1)
    assert (simulated.read().utc_ms, simulated.read().utc_uncertainty_ms) == (None, 0)
    simulated.set_utc(UTC_MS_MIN + 5, uncertainty_ms=300)
    assert (simulated.read().utc_ms, simulated.read().utc_uncertainty_ms) == (UTC_MS_MIN + 5, 300)
