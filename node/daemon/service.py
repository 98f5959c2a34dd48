"""One station from its configuration to its end: makes the parts, runs them together, takes them down."""

import asyncio
import contextlib
import logging
import signal
import sys
from importlib.metadata import version
from typing import Final

from hardware.errors import HardwareError
from hardware.radio import LossAssumed, RadioDown, RadioUp, open_radio
from node.api.listening import SocketUnusable
from node.api.methods import API_VERSION, Greeting
from node.api.server import Server
from node.config.configuration import Configuration
from node.core.effects import Announce, Effect, LogLine, SendFrame, Stir, WakeAt
from node.core.events import Started, Stopped, Woke
from node.core.station import Station
from node.daemon.alarm import Alarm
from node.daemon.bearer import Bearer
from node.daemon.desk import Desk
from node.daemon.link_state import LinkState
from node.daemon.notify import notify, watchdog_interval_s
from node.daemon.opening import CannotStart, Opening, open_station
from node.daemon.power_watch import PowerWatch, watch_power
from node.daemon.premises import Premises
from node.daemon.worker import Worker, WorkerFull, WorkerStopped
from node.keyring.errors import KeyringError
from node.keyring.memory import keep_memory_private
from node.store.errors import StoreError
from node.store.opening import STORE_NAME

WATCHDOG_ANSWER_S: Final = 10.0
"""A turn of the station's thread, disk included, takes longer only when something is wrong."""

log = logging.getLogger(__name__)


def main(configuration: Configuration) -> int:
    """Run a station until it is told to stop; 1 with a line on stderr when it cannot start."""
    try:
        keep_memory_private()
        asyncio.run(_run(configuration))
    except (CannotStart, KeyringError, HardwareError, SocketUnusable, StoreError, OSError) as error:
        sys.stderr.write(f"bavn run: {error}\n")
        return 1
    return 0


async def _run(configuration: Configuration) -> None:
    opening = open_station(configuration)
    try:
        await _serve(configuration, opening)
    finally:
        opening.opened.close()


async def _serve(configuration: Configuration, opening: Opening) -> None:
    here, read_clock, opened = opening.here, opening.read_clock, opening.opened
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
                case Stir():
                    server.stir()
                case LogLine(level, text):
                    log.log(level.value, "%s", text)

    def told(event: RadioUp | RadioDown | LossAssumed) -> None:
        if not isinstance(event, LossAssumed) and link.told(event, read_clock().boot_ms):
            server.stir()
        if isinstance(event, RadioUp):
            opening.price.radio_runs(event.firmware)
        _log_radio(event, configuration)

    worker = Worker(station, opened.store, read_clock, carry_out)
    bearer = Bearer(radio, worker.post, told)
    alarm = Alarm(lambda: read_clock().boot_ms, lambda: worker.post(Woke()))
    power = watch_power(configuration.power, lambda: read_clock().boot_ms, changed=lambda: server.stir())
    program = version("bavn")
    desk = Desk(
        Premises(
            here=here,
            station=station,
            store=opened.store,
            keyring=opening.keyring,
            worker=worker,
            link=link,
            link_health=radio.health,
            power=power,
            read_clock=read_clock,
            started_boot_ms=started_boot_ms,
            version=program,
            store_path=configuration.station.state / STORE_NAME,
            set_aside=opened.set_aside,
        )
    )
    code = here.roster.code_of_station(here.number) or str(here.number)
    server = Server(configuration.socket, Greeting(API_VERSION, program, code), desk)
    server.bind()
    desk.announced(opened.store.last_change())
    try:
        ended = worker.start()
        worker.post(Started(opening.offered, program, configuration.fingerprint))
        await _until_told(bearer, server, power, worker, ended, code)
    finally:
        alarm.stop()
        worker.post(Stopped())
        await worker.stop()
        server.close()


async def _until_told(
    bearer: Bearer, server: Server, power: PowerWatch, worker: Worker, ended: "asyncio.Future[None]", code: str
) -> None:
    """Run until a signal, or until a part ends by a mistake of ours."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    fault: StoreError | None = None
    try:
        await _together(bearer, server, power, worker, ended, stop, code)
    except* StoreError as faults:
        fault = _first(faults)
    if fault is not None:
        raise fault


async def _together(
    bearer: Bearer,
    server: Server,
    power: PowerWatch,
    worker: Worker,
    ended: "asyncio.Future[None]",
    stop: asyncio.Event,
    code: str,
) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(bearer.run(), name="radio"),
            group.create_task(server.run(), name="api"),
            group.create_task(power.run(), name="power"),
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


def _first(faults: "ExceptionGroup[StoreError]") -> StoreError:
    """One of them, from however deep."""
    fault = faults.exceptions[0]
    return fault if isinstance(fault, StoreError) else _first(fault)


async def _raise_with(ended: "asyncio.Future[None]") -> None:
    await asyncio.shield(ended)


async def _feed_watchdog(worker: Worker, interval_s: float) -> None:
    """Say that all is well only when the loop turns and the station's thread answers."""
    while True:
        with contextlib.suppress(TimeoutError, WorkerFull, WorkerStopped):
            async with asyncio.timeout(WATCHDOG_ANSWER_S):
                await worker.ask(lambda: None)
            if not worker.store_fault:
                notify("WATCHDOG=1")
        await asyncio.sleep(interval_s)


def _log_radio(event: RadioUp | RadioDown | LossAssumed, configuration: Configuration) -> None:
    match event:
        case RadioUp():
            log.info("radio at %s: firmware %s, %s", configuration.radio.address, event.firmware, event.modem_preset)
            if event.modem_preset != configuration.radio.preset:
                wanted = configuration.radio.preset
                log.error("the radio uses %s, radio.preset says %s: set one of them", event.modem_preset, wanted)
        case LossAssumed(away_s):
            log.info("radio not listened to for %.0f s: what came meanwhile may be lost", away_s)
        case RadioDown(reason):
            log.warning("radio at %s: %s", configuration.radio.address, reason)
