"""The file that describes a simulated air: TOML in, a checked plan out, or one sentence that says what to correct.

[air]
preset = "LONG_FAST"            # all devices share it
seed = 1                        # the same seed draws the same chances
firmware = "2.7"                # or "2.8"
contacts = "loaded"             # all know all keys; or "learned": NodeInfo goes over the air, 30 s after a start
restart_wait_s = 7.0            # from a write of settings to the restart that it causes

[[device]]
name = "town-hall"
port = 4403                     # of its client API on 127.0.0.1; 0 lets the system choose
pty = "town-hall.tty"           # in place of the port or beside it: a serial port of that name, next to this file
log_text = false                # on the serial port: a line of log text before each frame
node_number = 0xA1B20010        # made from the name when left out
fresh = true                    # as out of the box: no region, no keys
keypad = true                   # a handheld with texts to choose from
role = "CLIENT"                 # or "CLIENT_MUTE", which passes nothing on, or "ROUTER"
rebroadcast = "ALL"             # or "LOCAL_ONLY", "NONE", "CORE_PORTNUMS_ONLY": what else it passes on

[[stranger]]                    # a radio of other people on the same slot: unreadable, but heard
name = "hikers"
packets_per_hour = 20.0
bytes = 60                      # of each on the air, the header of 16 included

[[link]]                        # between devices, strangers included
between = ["town-hall", "relay"]
snr_db = 8.0
loss = 0.1                      # chance that a frame is lost, 0 to 1; 0 when left out

[[fault]]                       # something that goes wrong with a device or its cable
at_s = 600                      # since the start
device = "relay"
kind = "reboot"                 # or power, replug, drop, hang, stuck, slow, late, garbage, cut, ...: see RADIOS.md
for_s = 8                       # 0 when left out
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from hardware.airtime import LORA_BYTES_MAX, PRESETS, Preset
from hardware.simulated.admin import RESTART_WAIT_S
from hardware.simulated.air import Link
from hardware.simulated.air_table import AirFileError, Table
from hardware.simulated.conduct import Rebroadcast, Role
from hardware.simulated.faults import FAULT_KEYS, FAULTS_MAX, Fault, read_fault
from hardware.simulated.identity import Generation, Identity
from hardware.simulated.stranger import LORA_BYTES_MIN, PACKETS_AN_HOUR_MAX, Habit
from hardware.toml_table import read_text

FILE_BYTES_MAX = 256 * 1024
"""Far above any air of `DEVICES_MAX`; keeps a wrong path from filling the memory."""

DEVICES_MAX = 64
"""Strangers included: every transmission is checked against each of them."""

NAME_CHARACTERS_MAX = 24
PATH_CHARACTERS_MAX = 255
DEVICE_KEYS = ("name", "port", "pty", "log_text", "node_number", "fresh", "keypad", "role", "rebroadcast")
STRANGER_KEYS = ("name", "packets_per_hour", "bytes")
NODE_NUMBER_MAX = 0xFFFFFFFE
SNR_DB_MAX = 30.0
SEED_MAX = 2**32 - 1


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """One device to be."""

    identity: Identity
    name: str
    port: int | None
    """Of its client API over TCP, if it has one."""
    pty: Path | None
    """Name of its serial port, if it has one."""
    log_text: bool
    """Whether log text stands between the frames on the serial port."""
    is_fresh: bool = False
    """Whether it comes without region and keys."""
    has_keypad: bool = False
    """Whether it is a handheld with texts to choose from."""
    role: Role = Role.CLIENT
    rebroadcast: Rebroadcast = Rebroadcast.ALL


@dataclass(frozen=True, slots=True)
class StrangerPlan:
    """One radio of other people to be."""

    name: str
    habit: Habit


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """One link to be."""

    one: str
    other: str
    link: Link


@dataclass(frozen=True, slots=True)
class AirPlan:
    """A whole air: names, ports and node numbers are unique, links name devices that exist."""

    preset: Preset
    seed: int
    generation: Generation
    learns: bool
    """Whether devices start without contacts and announce themselves; otherwise all know all."""
    devices: tuple[DevicePlan, ...]
    links: tuple[LinkPlan, ...]
    faults: tuple[Fault, ...] = ()
    restart_wait_s: float = RESTART_WAIT_S
    """From a write of settings to the restart that it causes."""
    strangers: tuple[StrangerPlan, ...] = ()


def read_air_file(path: Path) -> AirPlan:
    """Read and check an air file.

    Raises:
        AirFileError: it cannot be read, is no TOML, or says something that cannot be.
    """
    return parse_air(read_text(path, FILE_BYTES_MAX, "an air file", AirFileError), str(path), path.parent)


def parse_air(text: str, source: str, folder: Path = Path()) -> AirPlan:
    """Check the text of an air file.

    Args:
        text: TOML.
        source: named in errors.
        folder: what the paths in it are relative to.

    Raises:
        AirFileError: it is no TOML, or says something that cannot be.
    """
    try:
        parsed: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AirFileError(f"{source}: {error}; correct the TOML there") from error
    whole = Table(parsed, source, "the file", ("air", "device", "stranger", "link", "fault"))
    air = whole.table("air", ("preset", "seed", "firmware", "contacts", "restart_wait_s"))
    preset = PRESETS[air.choice("preset", PRESETS)]
    seed = air.whole("seed", 0, SEED_MAX, default=1)
    generation = Generation(air.choice("firmware", list(Generation), default=Generation.V2_7))
    learns = air.choice("contacts", ("loaded", "learned"), default="loaded") == "learned"
    devices = tuple(_device(table, folder) for table in whole.tables("device", DEVICE_KEYS))
    strangers = tuple(_stranger(table) for table in whole.tables("stranger", STRANGER_KEYS))
    if not len(devices) >= 1 or len(devices) + len(strangers) > DEVICES_MAX:
        many = f"{len(devices)} of them and {len(strangers)} strangers"
        raise whole.wrong("device", f"{many}; describe 1 to {DEVICES_MAX} altogether, one device at least")
    _check_unique(whole, devices, strangers)
    names = [*(each.name for each in devices), *(each.name for each in strangers)]
    links = tuple(_link(table, names) for table in whole.tables("link", ("between", "snr_db", "loss")))
    faults = tuple(read_fault(table, names) for table in whole.tables("fault", FAULT_KEYS))
    if len(faults) > FAULTS_MAX:
        raise whole.wrong("fault", f"{len(faults)} of them; describe {FAULTS_MAX} at most")
    restart_wait_s = air.real("restart_wait_s", 0.0, RESTART_WAIT_S, default=RESTART_WAIT_S)
    return AirPlan(preset, seed, generation, learns, devices, links, faults, restart_wait_s, strangers)


def _device(table: Table, folder: Path) -> DevicePlan:
    name = table.text("name", NAME_CHARACTERS_MAX)
    has_pty = table.has("pty")
    number = table.whole("node_number", 0, NODE_NUMBER_MAX, default=0)
    return DevicePlan(
        identity=Identity.named(name, number or None),
        name=name,
        port=None if has_pty and not table.has("port") else table.whole("port", 0, 65535),
        pty=folder / table.text("pty", PATH_CHARACTERS_MAX) if has_pty else None,
        log_text=table.flag("log_text", default=False),
        is_fresh=table.flag("fresh", default=False),
        has_keypad=table.flag("keypad", default=False),
        role=Role(table.choice("role", list(Role), default=Role.CLIENT)),
        rebroadcast=Rebroadcast(table.choice("rebroadcast", list(Rebroadcast), default=Rebroadcast.ALL)),
    )


def _stranger(table: Table) -> StrangerPlan:
    habit = Habit(
        packets_an_hour=table.real("packets_per_hour", 0.1, PACKETS_AN_HOUR_MAX),
        lora_bytes=table.whole("bytes", LORA_BYTES_MIN, LORA_BYTES_MAX),
    )
    return StrangerPlan(table.text("name", NAME_CHARACTERS_MAX), habit)


def _link(table: Table, names: list[str]) -> LinkPlan:
    one, other = table.pair("between", names)
    link = Link(
        snr_db=table.real("snr_db", -SNR_DB_MAX, SNR_DB_MAX),
        loss=table.real("loss", 0.0, 1.0, default=0.0),
    )
    return LinkPlan(one, other, link)


def _check_unique(whole: Table, devices: tuple[DevicePlan, ...], strangers: tuple[StrangerPlan, ...]) -> None:
    names = [*(each.name for each in devices), *(each.name for each in strangers)]
    ports = [str(device.port) for device in devices if device.port]
    numbers = [f"{device.identity.node_number:#x}" for device in devices]
    ptys = [str(device.pty) for device in devices if device.pty]
    for key, found in (("name", names), ("port", ports), ("pty", ptys), ("node_number", numbers)):
        for each in found:
            if found.count(each) > 1:
                raise whole.wrong(f"device.{key}", f"{each} is given to two devices; give each its own")
