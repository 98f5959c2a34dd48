"""`bavn radio setup` and `check`: one radio and the network profile, with what to do next in every answer."""

import asyncio
import random
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from hardware import admin_messages, setup_pages
from hardware.addresses import Address
from hardware.admin_session import AdminSession
from hardware.base_station import Finding, Grade, findings
from hardware.clock import Clock
from hardware.profile import NetworkProfile, read_profile
from hardware.radio_choice import Machine
from hardware.radio_settings import RadioSettings
from hardware.rekeying import check_no_rekey
from hardware.setup_plan import Difference, differences, has_mark, plan
from hardware.setup_run import SetupOutcome, check_fitness, read_all, set_up
from hardware.station_choice import choose_station
from hardware.wanted import Wanted, wanted_handheld, wanted_station
from hardware.ways import way_to


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line says about one radio."""

    address: str | None
    profile: Path | None
    station: str | None
    is_handheld: bool = False
    long_name: str | None = None
    short_name: str | None = None
    may_change_region: bool = False
    is_dry_run: bool = False
    as_json: bool = False


def set_up_radio(choice: Choice, machine: Machine, clock: Clock | None) -> None:
    """Set up one radio, or show what would be written.

    Args:
        choice: names a profile.
        machine: the station here.
        clock: tells the radio the time, when it is trusted itself; None: it is not told.

    Raises:
        HardwareError: it cannot be done; the text says what to do.
    """
    assert choice.profile is not None
    profile = read_profile(choice.profile)
    check_no_rekey(profile)
    address = machine.choose(choice.address, profile, choice.station)
    asyncio.run(_set_up(choice, profile, address, clock))


async def _set_up(choice: Choice, profile: NetworkProfile, address: Address, clock: Clock | None) -> None:
    session = AdminSession(way_to(address), random.SystemRandom(), _progress)
    try:
        found = await session.connect()
        wanted = _wanted(choice, profile, found, address)
        if choice.is_dry_run:
            found = await read_all(session, wanted, found)
            check_fitness(found, wanted, may_change_region=choice.may_change_region)
            outcome = SetupOutcome(found, differences(plan(found, wanted)), has_mark(found))
        else:
            say = _say if not choice.as_json else lambda line: None
            outcome = await set_up(session, found, wanted, may_change_region=choice.may_change_region, say=say)
            await _tell_time(session, clock)
    finally:
        session.close()
    is_listed = any(
        (each.node_number, each.public_key) == (outcome.settings.node_number, setup_pages.own_key(outcome.settings))
        for each in profile.contacts
    )
    _print(_setup_lines(choice, address, outcome, is_listed=is_listed))


async def _tell_time(session: AdminSession, clock: Clock | None) -> None:
    """Tell the radio the time from a trusted clock: a radio without one shows its owner none."""
    utc_ms = None if clock is None else clock.read().utc_ms
    if utc_ms is not None:
        await session.tell(admin_messages.set_time(utc_ms // 1000))


def _setup_lines(choice: Choice, address: Address, outcome: SetupOutcome, *, is_listed: bool) -> Iterable[str]:
    if choice.as_json:
        yield setup_pages.as_json(
            address=str(address),
            node=f"!{outcome.settings.node_number:08x}",
            dry_run=choice.is_dry_run,
            interrupted_before=outcome.was_interrupted,
            differences=setup_pages.differences_json(outcome.written),
        )
        return
    node = f"{address} !{outcome.settings.node_number:08x}"
    yield from setup_pages.differences_page(outcome.written, was_interrupted=outcome.was_interrupted)
    if outcome.is_untouched:
        yield f"{node}: already as wanted, nothing written."
    elif choice.is_dry_run:
        yield f"{node}: {len(outcome.written)} to be written. Nothing was written."
    else:
        yield f"{node}: set up, restarted, read back: as wanted."
    if not (choice.is_dry_run or choice.is_handheld or is_listed):
        yield ""
        yield from setup_pages.contact_page(outcome.settings)


def check_radio(choice: Choice, machine: Machine) -> bool:
    """Say whether a radio is ready: as its profile wants, or fit for a base station when there is no profile.

    Raises:
        HardwareError: it cannot be asked.
    """
    profile = None if choice.profile is None else read_profile(choice.profile)
    address = machine.choose(choice.address, profile, choice.station)
    return asyncio.run(_check(choice, profile, address))


async def _check(choice: Choice, profile: NetworkProfile | None, address: Address) -> bool:
    session = AdminSession(way_to(address), random.SystemRandom(), _progress)
    try:
        found = await session.connect()
        unlike: tuple[Difference, ...] = ()
        grave: list[Finding] = [] if session.portrait is None else findings(session.portrait)
        if profile is not None:
            wanted = _wanted(choice, profile, found, address)
            unlike = differences(plan(await read_all(session, wanted, found), wanted))
            # What the profile decides is told by its differences.
            grave = [] if setup_pages.own_key(found) else [finding for finding in grave if "no key" in finding.problem]
    finally:
        session.close()
    was_interrupted = has_mark(found)
    is_ready = not (unlike or was_interrupted or any(finding.grade is Grade.WRONG for finding in grave))
    if choice.as_json:
        said = setup_pages.as_json(
            address=str(address),
            node=f"!{found.node_number:08x}",
            ready=is_ready,
            interrupted_before=was_interrupted,
            differences=setup_pages.differences_json(unlike),
            findings=[asdict(finding) for finding in grave],
        )
        _print([said])
    else:
        _print(setup_pages.check_page(str(address), unlike, grave, was_interrupted=was_interrupted))
    return is_ready


def _wanted(choice: Choice, profile: NetworkProfile, found: RadioSettings, address: Address) -> Wanted:
    if choice.is_handheld:
        return wanted_handheld(profile, choice.long_name or found.long_name, choice.short_name or found.short_name)
    return wanted_station(profile, choose_station(profile, found, address, choice.station))


def _progress(count: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{count} settings read ...\x1b[K\r")
        sys.stderr.flush()


def _say(line: str) -> None:
    sys.stderr.write(f"{line} ...\n")


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(line + "\n" for line in lines)
