"""What time it is, and whether to believe it.

Time since boot always grows and is always there, suspend included. UTC comes only with an uncertainty, or not at all:
a Raspberry Pi without a clock of its own starts anywhere. `Trust` says who vouches for it:

* AUTO: the kernel, while something (NTP, GPS, a precise source) disciplines it; its own maximum error is taken.
* TRUSTED: the operator, for a machine with a clock that is known to be right within a stated error.
* UNTRUSTED: nobody; UTC is never given.
"""

import ctypes
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from hardware.errors import HardwareError

BOOT_ID_PATH = Path("/proc/sys/kernel/random/boot_id")

UTC_MS_MIN = 1_767_225_600_000
"""2026-01-01: before this program existed. A clock that says less is wrong, whoever vouches for it."""

OPERATOR_UNCERTAINTY_MS = 2_000
"""Of a clock that an operator vouches for without saying how well."""

_STA_UNSYNC = 0x0040
"""Kernel status bit: nobody disciplines the clock, or its error has grown to 16 s (adjtimex(2))."""

_TIMEX_BYTES = 512
"""More than any architecture's `struct timex`."""


class ClockError(HardwareError):
    """The system does not say what a station has to know of its time; the text says what is missing."""


class Trust(StrEnum):
    """Who vouches for UTC."""

    AUTO = "auto"
    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at all clocks."""

    boot_id: str
    """Names this start of the machine; `boot_ms` counts within it."""
    boot_ms: int
    """Milliseconds since the machine started, suspend included; never less than in an earlier reading."""
    utc_ms: int | None
    """Milliseconds since 1970, None while nobody vouches for it. May jump either way between readings."""
    utc_uncertainty_ms: int = 0
    """UTC is believed to lie within so much of `utc_ms`; 0 without UTC."""


class Clock(Protocol):
    """Where the time comes from."""

    def read(self) -> Reading:
        """Look at all clocks at once."""


def is_plausible(utc_ms: int) -> bool:
    """Whether a clock can be right that says so: machines without a clock start in 1970, or where they last stopped."""
    return utc_ms >= UTC_MS_MIN


class SystemClock:
    """The clocks of this machine.

    Args:
        trust: who vouches for UTC.
        operator_uncertainty_ms: how well, for `Trust.TRUSTED`.
        kernel_uncertainty_ms: asks the kernel; None while nothing disciplines its clock.

    Raises:
        ClockError: the kernel does not tell its boot id.
    """

    def __init__(
        self,
        trust: Trust,
        *,
        operator_uncertainty_ms: int = OPERATOR_UNCERTAINTY_MS,
        kernel_uncertainty_ms: Callable[[], int | None] | None = None,
    ) -> None:
        try:
            self._boot_id = BOOT_ID_PATH.read_text("ascii").strip()
        except OSError as error:
            raise ClockError(f"{BOOT_ID_PATH}: {error.strerror}; mount /proc for this program") from error
        self._trust = trust
        self._operator_uncertainty_ms = operator_uncertainty_ms
        self._kernel_uncertainty_ms = kernel_uncertainty_ms or KernelDiscipline().uncertainty_ms

    def read(self) -> Reading:
        """Look at all clocks at once: three system calls."""
        boot_ms = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
        uncertainty_ms = self._uncertainty_ms()
        utc_ms = time.time_ns() // 1_000_000
        if uncertainty_ms is None or not is_plausible(utc_ms):
            return Reading(self._boot_id, boot_ms, None)
        return Reading(self._boot_id, boot_ms, utc_ms, uncertainty_ms)

    def _uncertainty_ms(self) -> int | None:
        match self._trust:
            case Trust.AUTO:
                return self._kernel_uncertainty_ms()
            case Trust.TRUSTED:
                return self._operator_uncertainty_ms
            case Trust.UNTRUSTED:
                return None


class _TimexHead(ctypes.Structure):
    """The beginning of `struct timex` (adjtimex(2)); `long` is as wide as the kernel's on 64-bit Linux."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
    )


class KernelDiscipline:
    """What the kernel knows of its own clock's error; only reads, which needs no privilege."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)

    def uncertainty_ms(self) -> int | None:
        """Return the kernel's maximum error, rounded up; None while nothing disciplines the clock.

        Raises:
            ClockError: the kernel does not answer, for instance in a sandbox that forbids the call.
        """
        answer = ctypes.create_string_buffer(_TIMEX_BYTES)
        if self._libc.adjtimex(answer) < 0:
            reason = os.strerror(ctypes.get_errno())
            raise ClockError(f"adjtimex: {reason}; allow the call, or set the clock to trusted or untrusted")
        head = _TimexHead.from_buffer(answer)
        return None if head.status & _STA_UNSYNC else -(-head.maxerror // 1000)


class SimulatedClock:
    """Clocks that stand still until a test moves them.

    Args:
        utc_ms: true time at the first reading; None: nobody vouches for it.
        uncertainty_ms: as long as somebody does.
    """

    def __init__(self, utc_ms: int | None = UTC_MS_MIN, uncertainty_ms: int = 10) -> None:
        self._starts = 1
        self._reading = Reading(self._boot_id(), 0, utc_ms, 0 if utc_ms is None else uncertainty_ms)

    def read(self) -> Reading:
        """Look at the clocks."""
        return self._reading

    def pass_ms(self, elapsed_ms: int) -> None:
        """Let time pass."""
        utc_ms = self._reading.utc_ms
        self._reading = replace(
            self._reading,
            boot_ms=self._reading.boot_ms + elapsed_ms,
            utc_ms=None if utc_ms is None else utc_ms + elapsed_ms,
        )

    def set_utc(self, utc_ms: int | None, uncertainty_ms: int = 10) -> None:
        """Let UTC jump, or lose it."""
        self._reading = replace(
            self._reading, utc_ms=utc_ms, utc_uncertainty_ms=0 if utc_ms is None else uncertainty_ms
        )

    def reboot(self, *, off_ms: int) -> None:
        """Start anew after a time without power."""
        self._starts += 1
        self.pass_ms(off_ms)
        self._reading = replace(self._reading, boot_id=self._boot_id(), boot_ms=0)

    def _boot_id(self) -> str:
        return f"00000000-0000-0000-0000-{self._starts:012}"
