"""Reading a whole configuration: every section, every key, each with its bounds and their reason."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from hardware.addresses import parse_address
from hardware.airtime import PRESETS
from hardware.errors import AddressError
from hardware.power.ina219 import SHUNT_MILLIOHM_USUAL
from hardware.power.reading import PowerKind
from node.config.configuration import (
    ClockTrust,
    Configuration,
    CountedBattery,
    PowerSection,
    RadioSection,
    StationSection,
)
from node.config.errors import ConfigError
from node.config.loading import read_top, socket_of
from node.config.section import Section
from node.core.policy import Policy
from protocol.numbers import STATION_NUMBER_MAX

CHANNEL_MAX: Final = 7
"""A Meshtastic radio has eight channels."""

HOPS_MAX: Final = 7
"""Three bits of the radio's header; the firmware sends more as 3."""

DAY_MS: Final = 86_400_000
"""No wait of a station is longer: what waits a day is waiting for a person."""

BEACON_MIN_MS: Final = 1_000
"""Drills and demonstrations shorten the beacon's minute; below a second they would fill the fastest preset."""

BEACONS_MISSING_MAX: Final = 100

MINUTE_MS: Final = 60_000
DUTY_MIN_MAX: Final = 1_440
"""A day of minutes: keys that are to stay open longer have lock_min = 0."""

SHARE_MAX_BP: Final = 1_000
"""The law's 10 % of sending time in 869.4 to 869.65 MHz."""

BUSY_MAX_BP: Final = 10_000

I2C_BUS_USUAL: Final = 1
"""The one on a Raspberry Pi's header."""
I2C_BUS_MAX: Final = 255
"""The kernel numbers them; a machine has a dozen."""
I2C_ADDRESS_MIN, I2C_ADDRESS_MAX = 0x08, 0x77
"""The others are reserved by the bus."""

SHUNT_MILLIOHM_MAX: Final = 1_000

CAPACITY_MAH_MIN, CAPACITY_MAH_MAX = 100, 500_000
FULL_MV_MIN, FULL_MV_MAX = 3_000, 26_000
"""One cell of the lowest kind, and what an INA219 stands."""

POWER_READ_S_MIN, POWER_READ_S_MAX = 30, 60
"""More often wakes the machine for nothing; less often the load between two looks is not seen."""


def load(file: Path) -> Configuration:
    """Read and check a whole file; nothing is opened or started.

    Raises:
        ConfigError: the first thing that is wrong with it.
    """
    top = read_top(file)
    station, radio, api = top.section("station"), top.section("radio"), top.section("api")
    clock, power, delivery = top.section("clock"), top.section("power"), top.section("delivery")
    duty = top.section("duty")
    top.finish()
    return Configuration(
        file=top.file,
        station=_station(station),
        radio=_radio(radio),
        socket=socket_of(api),
        clock=_clock(clock),
        power=_power(power),
        delivery=_with_duty(_policy(delivery), duty),
    )


def _station(section: Section) -> StationSection:
    station = StationSection(
        roster=section.path("roster"),
        keys=section.path("keys"),
        state=section.path("data"),
        number=section.optional_integer("number", 1, STATION_NUMBER_MAX),
    )
    section.finish()
    return station


def _radio(section: Section) -> RadioSection:
    radio = RadioSection(
        address=_address(section),
        channel=section.integer("channel", 0, 0, CHANNEL_MAX),
        preset=section.choice("preset", tuple(PRESETS), "MEDIUM_FAST"),
    )
    section.finish()
    return radio


def _address(section: Section) -> str:
    text = section.text("address")
    try:
        parse_address(text)
    except AddressError as error:
        problem = f"found {text!r}, {error.problem}; {error.remedy}"
        raise ConfigError(section.file, "radio.address", problem) from error
    return text


def _clock(section: Section) -> ClockTrust:
    trust = ClockTrust(section.choice("trust", tuple(ClockTrust), ClockTrust.AUTO))
    section.finish()
    return trust


def _power(section: Section) -> PowerSection:
    power = PowerSection(
        source=PowerKind(section.choice("source", tuple(PowerKind), PowerKind.AUTO)),
        bus=section.integer("bus", I2C_BUS_USUAL, 0, I2C_BUS_MAX),
        address=section.optional_integer("address", I2C_ADDRESS_MIN, I2C_ADDRESS_MAX),
        shunt_milliohm=section.integer("shunt_milliohm", SHUNT_MILLIOHM_USUAL, 1, SHUNT_MILLIOHM_MAX),
        battery=_counted(section),
        read_s=section.integer("read_s", POWER_READ_S_MIN, POWER_READ_S_MIN, POWER_READ_S_MAX),
    )
    section.finish()
    return power


def _counted(section: Section) -> CountedBattery | None:
    capacity_mah = section.optional_integer("capacity_mah", CAPACITY_MAH_MIN, CAPACITY_MAH_MAX)
    full_mv = section.optional_integer("full_mv", FULL_MV_MIN, FULL_MV_MAX)
    if capacity_mah is not None and full_mv is not None:
        return CountedBattery(capacity_mah, full_mv)
    if capacity_mah is None and full_mv is None:
        return None
    raise ConfigError(
        section.file,
        "power.full_mv" if full_mv is None else "power.capacity_mah",
        "found nothing, needed is a whole number: what flows is counted from the moment the battery is seen full,"
        " for instance capacity_mah = 6000 and full_mv = 8400 for two lithium-ion cells in series, 4200 for one",
    )


def _policy(section: Section) -> Policy:
    usual = Policy()
    flash_ms, immediate_ms, priority_ms, routine_ms = section.thousandths_each(
        "receipt_wait_s", usual.receipt_wait_ms, 0, DAY_MS
    )
    policy = Policy(
        hop_limit=section.integer("hop_limit", usual.hop_limit, 0, HOPS_MAX),
        beacon_hop_limit=section.integer("beacon_hop_limit", usual.beacon_hop_limit, 0, 1),
        beacon_min_ms=section.thousandths("beacon_min_s", usual.beacon_min_ms, BEACON_MIN_MS, DAY_MS),
        beacon_share_bp=section.hundredths("beacon_share_percent", usual.beacon_share_bp, 1, BUSY_MAX_BP),
        contact_beacons=section.integer("contact_beacons", usual.contact_beacons, 1, BEACONS_MISSING_MAX),
        receipt_wait_ms=(flash_ms, immediate_ms, priority_ms, routine_ms),
        answer_wait_ms=section.thousandths("answer_wait_s", usual.answer_wait_ms, 100, DAY_MS),
        overhear_ms=section.thousandths("overhear_s", usual.overhear_ms, 0, DAY_MS),
        proof_wait_ms=section.thousandths("proof_wait_s", usual.proof_wait_ms, 100, DAY_MS),
        retry_max_ms=section.thousandths("retry_max_s", usual.retry_max_ms, 1_000, DAY_MS),
        inventory_wait_ms=section.thousandths("inventory_wait_s", usual.inventory_wait_ms, 0, DAY_MS),
        inventory_min_ms=section.thousandths("inventory_min_s", usual.inventory_min_ms, 1_000, DAY_MS),
        bulk_share_bp=section.hundredths("bulk_share_percent", usual.bulk_share_bp, 0, SHARE_MAX_BP),
        urgent_share_bp=section.hundredths("urgent_share_percent", usual.urgent_share_bp, 0, SHARE_MAX_BP),
        channel_busy_bp=section.hundredths("channel_busy_percent", usual.channel_busy_bp, 0, BUSY_MAX_BP),
    )
    section.finish()
    if policy.bulk_share_bp > policy.urgent_share_bp:
        raise ConfigError(
            section.file,
            "delivery.bulk_share_percent",
            f"found {policy.bulk_share_bp / 100:g}, allowed is at most delivery.urgent_share_percent, "
            f"{policy.urgent_share_bp / 100:g}: what is urgent may use all that the rest may",
        )
    return policy


def _with_duty(policy: Policy, section: Section) -> Policy:
    lock_min = section.integer("lock_min", policy.lock_idle_ms // MINUTE_MS, 0, DUTY_MIN_MAX)
    absent_min = section.integer("absent_min", policy.absent_ms // MINUTE_MS, 0, DUTY_MIN_MAX)
    section.finish()
    return replace(policy, lock_idle_ms=lock_min * MINUTE_MS, absent_ms=absent_min * MINUTE_MS)
