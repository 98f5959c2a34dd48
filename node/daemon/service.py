"""One station from its configuration to its end: makes the parts, runs them together, takes them down."""

import asyncio
import contextlib
import logging
import random
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Final

from hardware.airtime import PRESETS, broadcast_frame_airtime_ms
from hardware.clock import SystemClock, Trust
from hardware.errors import HardwareError
from hardware.radio import RadioDown, RadioUp, open_radio
from node.api.listening import SocketUnusable
from node.api.methods import API_VERSION, Greeting
from node.api.server import Server
from node.config.configuration import Configuration
from node.core.effects import Announce, Effect, LogLine, SendFrame, WakeAt
from node.core.events import Started, Woke
from node.core.moment import Moment
from node.core.station import Station
from node.core.surroundings import Surroundings
from node.daemon.bearer import Bearer
from node.daemon.desk import Desk
from node.daemon.link_state import LinkState
from node.daemon.notify import notify, watchdog_interval_s
from node.daemon.premises import Premises
from node.daemon.worker import Worker
from node.keyring.errors import KeyFileError, KeyringError
from node.keyring.keyring import Keyring
from node.keyring.memory import keep_memory_private
from node.keyring.roster_file import read_roster_file
from node.store.errors import StoreError
from node.store.opening import STORE_NAME, Opened, open_store
from protocol.roster import Roster
from protocol.sealing import Ed25519Signatures

WATCHDOG_ANSWER_S: Final = 10.0
"""A turn of the station's thread, disk included, takes longer only when something is wrong."""

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """The station cannot run as configured; the text names what and the remedy."""


def main(configuration: Configuration) -> int:
    """Run a station until it is told to stop; 1 with a line on stderr when it cannot start."""
    try:
        keep_memory_private()
        asyncio.run(_run(configuration))
    except (CannotStart, KeyringError, HardwareError, SocketUnusable, StoreError, OSError) as error:
        sys.stderr.write(f"bavn run: {error}\n")
        return 1
    return 0


class SystemJitter:
    """Spread from the system's entropy."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()

    def below(self, bound_ms: int) -> int:
        """An integer from 0 up to, not including, the bound; 0 for a bound below 1."""
        return self._random.randrange(bound_ms) if bound_ms > 0 else 0


class Alarm:
    """The one timer of a station: sends `Woke` at the boot time last asked for."""

    def __init__(self, wake: Callable[[], None], boot_ms: Callable[[], int]) -> None:
        self._wake = wake
        self._boot_ms = boot_ms
        self._handle: asyncio.TimerHandle | None = None

    def set(self, boot_ms: int | None) -> None:
        """Replace the time asked for."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        if boot_ms is not None:
            delay_s = max(0, boot_ms - self._boot_ms()) / 1000
            self._handle = asyncio.get_running_loop().call_later(delay_s, self._wake)


async def _run(configuration: Configuration) -> None:
    roster = read_roster_file(configuration.station.roster).roster
    number = _own_number(configuration)
    keyring = Keyring(configuration.station.keys, number, roster)
    opened = open_store(configuration.station.state)
    if opened.set_aside is not None:
        log.error("the store was damaged and is set aside as %s; nothing was deleted", opened.set_aside)
    try:
        await _serve(configuration, _surroundings(configuration, number, roster, keyring, opened), keyring, opened)
    finally:
        opened.close()


def _surroundings(
    configuration: Configuration, number: int, roster: Roster, keyring: Keyring, opened: Opened
) -> Surroundings:
    certificate = roster.station(number)
    if certificate is None:
        raise CannotStart(f"{configuration.station.roster} does not certify station {number}")
    preset = PRESETS[configuration.radio.preset]
    return Surroundings(
        number=number,
        incarnation=certificate.body.incarnation,
        roster=roster,
        store=opened.store,
        signer=keyring,
        signatures=Ed25519Signatures(),
        jitter=SystemJitter(),
        airtime=lambda payload_bytes: broadcast_frame_airtime_ms(preset, payload_bytes),
        policy=configuration.delivery,
    )


async def _serve(configuration: Configuration, here: Surroundings, keyring: Keyring, opened: Opened) -> None:
    read_clock = _clock(configuration)
    radio = open_radio(configuration.radio.address, channel_index=configuration.radio.channel)
    started_boot_ms = read_clock().boot_ms
    link = LinkState(configuration.radio.address, configuration.radio.preset, started_boot_ms)
    station = Station(here)

    def carry_out(effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case SendFrame():
                    bearer.send(effect)
                case WakeAt(boot_ms):
                    alarm.set(boot_ms)
                case Announce(change):
                    desk.announced(change)
                    server.announce(change)
                case LogLine(level, text):
                    log.log(level.value, "%s", text)

    def told(event: RadioUp | RadioDown) -> None:
        link.told(event, read_clock().boot_ms)
        _log_radio(event, configuration)

    worker = Worker(station, opened.store, read_clock, carry_out)
    bearer = Bearer(radio, worker.post, told)
    alarm = Alarm(lambda: worker.post(Woke()), lambda: read_clock().boot_ms)
    program = version("bavn")
    store_path = configuration.station.state / STORE_NAME
    desk = Desk(
        Premises(
            here, station, opened.store, keyring, worker, link, read_clock, started_boot_ms, program, store_path,
            opened.set_aside,
        )
    )  # fmt: skip
    code = here.roster.code_of_station(here.number) or str(here.number)
    server = Server(configuration.socket, Greeting(API_VERSION, program, code), desk)
    server.bind()
    desk.announced(opened.store.last_change())
    try:
        ended = worker.start()
        worker.post(Started())
        await _until_told(bearer, server, worker, ended, code)
    finally:
        alarm.set(None)
        await worker.stop()
        server.close()


async def _until_told(bearer: Bearer, server: Server, worker: Worker, ended: "asyncio.Future[None]", code: str) -> None:
    """Run until a signal, or until a part ends by a mistake of ours."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(bearer.run(), name="radio"),
            group.create_task(server.run(), name="api"),
            group.create_task(_raise_with(ended), name="station"),
        ]
        interval_s = watchdog_interval_s()
        if interval_s is not None:
            tasks.append(group.create_task(_feed_watchdog(worker, interval_s), name="watchdog"))
        notify("READY=1")
        log.info("station %s is running", code)
        await stop.wait()
        notify("STOPPING=1")
        log.info("station %s stops", code)
        for task in tasks:
            task.cancel()


async def _raise_with(ended: "asyncio.Future[None]") -> None:
    await asyncio.shield(ended)


async def _feed_watchdog(worker: Worker, interval_s: float) -> None:
    """Say that all is well only when the loop turns and the station's thread answers."""
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WATCHDOG_ANSWER_S):
                await worker.ask(lambda: None)
            if not worker.store_fault:
                notify("WATCHDOG=1")
        await asyncio.sleep(interval_s)


def _clock(configuration: Configuration) -> Callable[[], Moment]:
    clock = SystemClock(Trust(configuration.clock.value))

    def read() -> Moment:
        reading = clock.read()
        return Moment(reading.boot_id, reading.boot_ms, reading.utc_ms, reading.utc_uncertainty_ms)

    return read


def _own_number(configuration: Configuration) -> int:
    """The configured number, else that of the only station key in the directory."""
    if configuration.station.number is not None:
        return configuration.station.number
    found = sorted(configuration.station.keys.glob("station-*.key"))
    numbers = [path.stem.removeprefix("station-") for path in found]
    if len(numbers) != 1 or not numbers[0].isdecimal():
        raise KeyFileError(
            f"{configuration.station.keys} holds {len(found)} station keys: "
            f"copy one there, or say which with station.number in {configuration.file}"
        )
    return int(numbers[0])


def _log_radio(event: RadioUp | RadioDown, configuration: Configuration) -> None:
    match event:
        case RadioUp():
            log.info("radio at %s: firmware %s, %s", configuration.radio.address, event.firmware, event.modem_preset)
            if event.modem_preset != configuration.radio.preset:
                log.error(
                    "the radio uses %s, the configuration says %s: set one of them", event.modem_preset,
                    configuration.radio.preset,
                )  # fmt: skip
        case RadioDown(reason):
            log.warning("radio at %s: %s", configuration.radio.address, reason)
