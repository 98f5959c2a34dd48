"""The network profile: what all radios of one network have in common, and what each has of its own.

TOML in, a checked profile out, or one sentence that says what to correct. Keys stand in files of their own, named here.

[network]
preset = "MEDIUM_FAST"          # one for the whole network
region = "EU_868"               # the only one so far: duty cycle and airtime are counted for it
hop_limit = 3                   # 1 to 7; more than 3 only where the plan needs it
tx_power_dbm = 27               # 1 to 27
role = "CLIENT"                 # of every station that names no other

[channels.station]              # stations among themselves
name = "bavn"
key_file = "station.key"        # next to this file, readable by its owner alone

[channels.handheld]             # stations and plain handhelds; handhelds have no other
name = "folk"
key_file = "handheld.key"

[intervals]                     # all in seconds, and all rare: each packet costs the whole network airtime
node_info_s = 10800
position_s = 43200
telemetry_s = 43200

[handheld]
canned_messages = ["Ja", "Nej"] # texts to choose from on a device without a keyboard

[[station]]
short_name = "PLH"              # at most 4 bytes
long_name = "Plejehjemmet Havblik"
address = "serial:///dev/..."   # when left out, it is given on the command line
role = "ROUTER"                 # on a high site; else as in [network]

[[contact]]                     # printed by `bavn radio setup`: whose key the other radios load
short_name = "PLH"
long_name = "Plejehjemmet Havblik"
node = "!a1b20010"
key = "..."                     # public, base64
"""

import base64
import binascii
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hardware.addresses import parse_address
from hardware.airtime import PRESETS
from hardware.base_station import REGION, SLOW_PRESETS
from hardware.errors import AddressError
from hardware.key_file import KEY_BYTES, read_key
from hardware.toml_table import Table, TomlMistake

FILE_BYTES_MAX: Final = 256 * 1024
STATIONS_MAX: Final = 250
"""Firmware keeps that many nodes at the most (src/mesh/mesh-pb-constants.h, ESP32-S3 with PSRAM)."""

LONG_NAME_BYTES_MAX: Final = 39
SHORT_NAME_BYTES_MAX: Final = 4
CHANNEL_NAME_BYTES_MAX: Final = 11
"""What the firmware keeps (mesh.options, channel.options); longer ones are cut inside a letter."""

CANNED_BYTES_MAX: Final = 200
"""All texts with bars between (src/mesh/mesh.options, get_canned_message_module_messages_response)."""
CANNED_COUNT_MAX: Final = 16

HOP_LIMIT_MAX: Final = 7
TX_POWER_DBM_MAX: Final = 27
"""Of EU_868: 500 mW."""

NODE_INFO_S_MIN: Final = 3600
"""The firmware raises what is less."""
INTERVAL_S_MIN: Final = 3600
INTERVAL_S_MAX: Final = 7 * 24 * 3600

ROLES: Final = ("CLIENT", "CLIENT_BASE", "ROUTER", "ROUTER_LATE")
"""Those that relay stations' frames."""

PROFILE_PRESETS: Final = tuple(name for name in PRESETS if name not in SLOW_PRESETS)


@dataclass(frozen=True, slots=True)
class ChannelProfile:
    """One channel of the network."""

    name: str
    key: bytes = field(repr=False)
    key_file: Path


@dataclass(frozen=True, slots=True)
class StationProfile:
    """One station's radio."""

    short_name: str
    long_name: str
    role: str
    address: str | None


@dataclass(frozen=True, slots=True)
class ContactProfile:
    """Another radio whose key is loaded."""

    short_name: str
    long_name: str
    node_number: int
    public_key: bytes


@dataclass(frozen=True, slots=True)
class NetworkProfile:
    """What a network's radios must be set to."""

    preset: str
    region: str
    hop_limit: int
    tx_power_dbm: int
    station_channel: ChannelProfile
    handheld_channel: ChannelProfile
    node_info_s: int
    position_s: int
    telemetry_s: int
    canned_messages: tuple[str, ...]
    stations: tuple[StationProfile, ...]
    contacts: tuple[ContactProfile, ...]


def read_profile(path: Path) -> NetworkProfile:
    """Read and check a profile and its key files.

    Raises:
        TomlMistake: it cannot be read, is no TOML, or says something that cannot be.
        KeyFileError: a key file cannot be used.
    """
    try:
        with path.open("rb") as file:
            text = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise TomlMistake(f"{path}: {error.strerror}; make one with: bavn radio profile new") from error
    if len(text) > FILE_BYTES_MAX:
        raise TomlMistake(f"{path}: larger than {FILE_BYTES_MAX} bytes; give the path of a network profile")
    try:
        parsed: dict[str, object] = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TomlMistake(f"{path}: {error}; correct the TOML there") from error
    known = ("network", "channels", "intervals", "handheld", "station", "contact")
    return _profile(Table(parsed, str(path), "the file", known), path.parent)


def _profile(whole: Table, folder: Path) -> NetworkProfile:
    network = whole.table("network", ("preset", "region", "hop_limit", "tx_power_dbm", "role"))
    channels = whole.table("channels", ("station", "handheld"))
    intervals = _optional(whole, "intervals", ("node_info_s", "position_s", "telemetry_s"))
    handheld = _optional(whole, "handheld", ("canned_messages",))
    role = network.choice("role", ROLES, default="CLIENT")
    profile = NetworkProfile(
        preset=network.choice("preset", PROFILE_PRESETS),
        region=network.choice("region", (REGION,), default=REGION),
        hop_limit=network.whole("hop_limit", 1, HOP_LIMIT_MAX, default=3),
        tx_power_dbm=network.whole("tx_power_dbm", 1, TX_POWER_DBM_MAX, default=TX_POWER_DBM_MAX),
        station_channel=_channel(channels, "station", folder),
        handheld_channel=_channel(channels, "handheld", folder),
        node_info_s=intervals.whole("node_info_s", NODE_INFO_S_MIN, INTERVAL_S_MAX, default=3 * 3600),
        position_s=intervals.whole("position_s", INTERVAL_S_MIN, INTERVAL_S_MAX, default=12 * 3600),
        telemetry_s=intervals.whole("telemetry_s", INTERVAL_S_MIN, INTERVAL_S_MAX, default=12 * 3600),
        canned_messages=_canned(handheld),
        stations=tuple(
            _station(each, role) for each in whole.tables("station", ("short_name", "long_name", "role", "address"))
        ),
        contacts=tuple(_contact(each) for each in whole.tables("contact", ("short_name", "long_name", "node", "key"))),
    )
    _check_unique(whole, profile)
    return profile


def _optional(whole: Table, key: str, known: tuple[str, ...]) -> Table:
    return whole.table(key, known) if whole.has(key) else Table({}, "", f"[{key}]", known)


def _channel(channels: Table, which: str, folder: Path) -> ChannelProfile:
    table = channels.table(which, ("name", "key_file"))
    key_file = folder / table.text("key_file", 255)
    name = _short_enough(table, "name", CHANNEL_NAME_BYTES_MAX)
    return ChannelProfile(name=name, key=read_key(key_file), key_file=key_file)


def _station(table: Table, role: str) -> StationProfile:
    address = table.text("address", 255) if table.has("address") else None
    if address is not None:
        try:
            address = str(parse_address(address))
        except AddressError as error:
            raise table.wrong("address", f"{error.problem}; {error.remedy}") from error
    return StationProfile(
        short_name=_short_enough(table, "short_name", SHORT_NAME_BYTES_MAX),
        long_name=_short_enough(table, "long_name", LONG_NAME_BYTES_MAX),
        role=table.choice("role", ROLES, default=role),
        address=address,
    )


def _contact(table: Table) -> ContactProfile:
    node = table.text("node", 16)
    try:
        node_number = int(node.removeprefix("!"), 16)
    except ValueError:
        node_number = 0
    if not node.startswith("!") or not 0 < node_number < 0xFFFFFFFF:
        raise table.wrong("node", f"{node!r} is no node; write it as the radio says it, such as '!a1b20010'")
    try:
        key = base64.b64decode(table.text("key", 64), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise table.wrong("key", f"not {KEY_BYTES} bytes in base64; copy it from what `bavn radio setup` printed")
    return ContactProfile(
        short_name=_short_enough(table, "short_name", SHORT_NAME_BYTES_MAX),
        long_name=_short_enough(table, "long_name", LONG_NAME_BYTES_MAX),
        node_number=node_number,
        public_key=key,
    )


def _short_enough(table: Table, key: str, bytes_max: int) -> str:
    text = table.text(key, bytes_max)
    if len(text.encode()) > bytes_max or not text.strip():
        raise table.wrong(key, f"{text!r} does not fit; write 1 to {bytes_max} bytes: a letter such as Ø takes two")
    return text


def _canned(table: Table) -> tuple[str, ...]:
    texts = table.texts("canned_messages", CANNED_COUNT_MAX, CANNED_BYTES_MAX)
    if any("|" in text for text in texts) or len("|".join(texts).encode()) > CANNED_BYTES_MAX:
        raise table.wrong("canned_messages", f"at most {CANNED_BYTES_MAX} bytes in all, and no bar; shorten them")
    return texts


def _check_unique(whole: Table, profile: NetworkProfile) -> None:
    if profile.station_channel.key == profile.handheld_channel.key:
        raise whole.wrong("channels", "both have the same key; handhelds must not hold the stations'")
    if profile.station_channel.name == profile.handheld_channel.name:
        raise whole.wrong("channels", "both have the same name; give each its own")
    names = [station.short_name for station in profile.stations]
    addresses = [station.address for station in profile.stations if station.address]
    nodes = [f"!{contact.node_number:08x}" for contact in profile.contacts]
    for key, found in (("station.short_name", names), ("station.address", addresses), ("contact.node", nodes)):
        for each in found:
            if found.count(each) > 1:
                raise whole.wrong(key, f"{each} is there twice; give each its own")
    for key, count in (("station", len(names)), ("contact", len(nodes))):
        if count > STATIONS_MAX:
            raise whole.wrong(key, f"{count} of them; a radio keeps at most {STATIONS_MAX}")
