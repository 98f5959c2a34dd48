"""Looks at the power board every half minute on a thread of its own, and keeps what it last said, with its age.

A board that cannot be read disturbs nothing: it is tried three times a look, what it said stays for five minutes, and
then power is unknown until it answers again. The fault is told all the while.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

from hardware.power.charge import CoulombCounter
from hardware.power.estimate import Estimate, Estimator
from hardware.power.opening import open_power
from hardware.power.reading import PowerFault, PowerReading, PowerSource
from node.api.status import PowerState
from node.config.configuration import PowerSection

TRIES: Final = 3
"""A board that misses one word on a disturbed bus has the next one right."""
TRY_PAUSE_S: Final = 0.5
ANSWER_S: Final = 15.0
"""The kernel gives up a word after a second, and a board has ten of them."""
KEPT_MS: Final = 300_000
"""After five minutes a figure says too little of a battery: nobody should rely on it."""

NOTHING_READ: Final = PowerReading()
NOTHING_KNOWN: Final = Estimate(None, None)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known; replaced whole on the event loop, read on the station's thread."""

    source: str
    fault: str
    at_boot_ms: int | None = None
    """Of the last good reading; None: none yet, or there is nothing to read."""
    reading: PowerReading = NOTHING_READ
    estimate: Estimate = NOTHING_KNOWN


def watch_power(section: PowerSection, boot_ms: Callable[[], int], changed: Callable[[], None]) -> "PowerWatch":
    """Make the watch of the board that is configured; nothing is opened before it runs."""
    source = open_power(section.source, bus=section.bus, address=section.address, shunt_milliohm=section.shunt_milliohm)
    battery = section.battery
    counter = None if battery is None else CoulombCounter(battery.capacity_mah, battery.full_mv)
    return PowerWatch(source, Estimator(counter), read_s=section.read_s, boot_ms=boot_ms, changed=changed)


class PowerWatch:
    """Follows one board; made and run on the event loop, asked for its state from any thread.

    Args:
        source: the board; None: there is none, and nothing is ever done.
        estimator: fed with every good reading.
        read_s: between two looks.
        boot_ms: the time since boot.
        changed: called when mains came or went, the whole percent moved, or something became known or unknown.
        pause: waits between looks and tries.
        answer_s: a board that takes longer hangs.
    """

    def __init__(
        self,
        source: PowerSource | None,
        estimator: Estimator,
        *,
        read_s: float,
        boot_ms: Callable[[], int],
        changed: Callable[[], None],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._source = source
        self._estimator = estimator
        self._read_s = read_s
        self._boot_ms = boot_ms
        self._changed = changed
        self._pause = pause
        self._answer_s = answer_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="power")
        self._late: asyncio.Future[PowerReading] | None = None
        name = "" if source is None else source.name
        self._seen = _Seen(name, "not read yet" if name else "")
        self._told = _gist(self.state(boot_ms()))

    async def run(self) -> None:
        """Look again and again until cancelled; returns at once without a board."""
        if self._source is None:
            return
        try:
            while True:
                await self.look()
                await self._pause(self._read_s)
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def look(self) -> None:
        """Read the board, up to three times, and take note."""
        if self._source is None:
            return
        fault = ""
        for attempt in range(TRIES):
            if attempt:
                await self._pause(TRY_PAUSE_S)
            try:
                reading = await self._read(self._source)
            except PowerFault as error:
                fault = str(error)
            else:
                self._took(self._source.name, reading)
                break
        else:
            self._failed(self._source.name, fault)
        # Against what was told last: a figure also becomes unknown by itself, between two looks.
        gist = _gist(self.state(self._boot_ms()))
        if gist != self._told:
            self._told = gist
            self._changed()

    def state(self, boot_ms: int) -> PowerState:
        """What a station may say of its power at this time since boot."""
        seen = self._seen
        age_ms = None if seen.at_boot_ms is None else max(0, boot_ms - seen.at_boot_ms)
        is_known = age_ms is not None and age_ms <= KEPT_MS
        reading, estimate = (seen.reading, seen.estimate) if is_known else (NOTHING_READ, NOTHING_KNOWN)
        age_s, left = (age_ms or 0) // 1000, estimate.left
        return PowerState(
            source=seen.source,
            charge_percent=estimate.charge_percent,
            voltage_mv=reading.voltage_mv,
            current_ma=reading.current_ma,
            on_mains=reading.on_mains,
            left_min_s=None if left is None else max(0, left.least_s - age_s),
            left_max_s=None if left is None else max(0, left.most_s - age_s),
            age_s=None if age_ms is None else age_s,
            fault=seen.fault,
        )

    async def _read(self, source: PowerSource) -> PowerReading:
        """Read on the thread, never twice at a time: a read that hangs is waited for, and what it gave is too old."""
        if self._late is not None:
            if not self._late.done():
                raise self._hangs(source)
            late, self._late = self._late, None
            late.exception()  # Taken note of, so that asyncio does not complain.
        reading = asyncio.get_running_loop().run_in_executor(self._thread, source.read)
        try:
            async with asyncio.timeout(self._answer_s):
                return await asyncio.shield(reading)
        except TimeoutError as error:
            self._late = reading
            raise self._hangs(source) from error

    def _hangs(self, source: PowerSource) -> PowerFault:
        name, remedy = source.name, "look at the kernel's log, or restart the machine"
        return PowerFault(f"{name}: no answer within {self._answer_s:g} s; {remedy}")

    def _took(self, source: str, reading: PowerReading) -> None:
        if self._seen.fault and self._seen.at_boot_ms is not None:
            log.info("power: %s answers again", source)
        if reading.on_mains is not self._seen.reading.on_mains:
            _log_mains(on_mains=reading.on_mains)
        now_ms = self._boot_ms()
        at_boot_ms = now_ms if source else None
        self._seen = _Seen(source, "", at_boot_ms, reading, self._estimator.note(now_ms, reading))

    def _failed(self, source: str, fault: str) -> None:
        if fault != self._seen.fault:
            log.warning("power: %s", fault)
        self._seen = replace(self._seen, source=source, fault=fault)


def _gist(state: PowerState) -> tuple[bool | None, int | None, bool, bool]:
    """What is worth a word to those who look on."""
    return state.on_mains, state.charge_percent, state.left_min_s is not None, bool(state.fault)


def _log_mains(*, on_mains: bool | None) -> None:
    match on_mains:
        case True:
            log.info("power: on mains")
        case False:
            log.warning("power: no mains, the station runs on its battery")
        case None:
            log.info("power: whether there is mains is unknown")
