"""The file that describes a simulated air: TOML in, a checked plan out, or one sentence that says what to correct.

[air]
preset = "LONG_FAST"            # all devices share it
seed = 1                        # the same seed draws the same chances
firmware = "2.7"                # or "2.8"

[[device]]
name = "town-hall"
port = 4403                     # of its client API on 127.0.0.1; 0 lets the system choose
node_number = 0xA1B20010        # made from the name when left out

[[link]]
between = ["town-hall", "relay"]
snr_db = 8.0
loss = 0.1                      # chance that a frame is lost, 0 to 1; 0 when left out
"""

import difflib
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hardware.airtime import PRESETS, Preset
from hardware.errors import HardwareError
from hardware.simulated.air import Link
from hardware.simulated.identity import Generation, Identity

FILE_BYTES_MAX = 256 * 1024
"""Far above any air of `DEVICES_MAX`; keeps a wrong path from filling the memory."""

DEVICES_MAX = 64
"""Every transmission is checked against every device."""

NAME_CHARACTERS_MAX = 24
NODE_NUMBER_MAX = 0xFFFFFFFE
SNR_DB_MAX = 30.0
SEED_MAX = 2**32 - 1


class AirFileError(HardwareError):
    """An air file cannot be used; the text names file, place and remedy."""


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """One device to be."""

    identity: Identity
    name: str
    port: int


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
    devices: tuple[DevicePlan, ...]
    links: tuple[LinkPlan, ...]


def read_air_file(path: Path) -> AirPlan:
    """Read and check an air file.

    Raises:
        AirFileError: it cannot be read, is no TOML, or says something that cannot be.
    """
    try:
        with path.open("rb") as file:
            text = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise AirFileError(f"{path}: {error.strerror}; give the path of an air file") from error
    if len(text) > FILE_BYTES_MAX:
        raise AirFileError(f"{path}: larger than {FILE_BYTES_MAX} bytes; give the path of an air file")
    try:
        return parse_air(text.decode(), str(path))
    except UnicodeDecodeError as error:
        raise AirFileError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8") from error


def parse_air(text: str, source: str) -> AirPlan:
    """Check the text of an air file.

    Args:
        text: TOML.
        source: named in errors.

    Raises:
        AirFileError: it is no TOML, or says something that cannot be.
    """
    try:
        parsed: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AirFileError(f"{source}: {error}; correct the TOML there") from error
    whole = _Table(parsed, source, "the file", ("air", "device", "link"))
    air = whole.table("air", ("preset", "seed", "firmware"))
    preset = PRESETS[air.choice("preset", PRESETS)]
    seed = air.whole("seed", 0, SEED_MAX, default=1)
    generation = Generation(air.choice("firmware", list(Generation), default=Generation.V2_7))
    devices = tuple(_device(table) for table in whole.tables("device", ("name", "port", "node_number")))
    if not 1 <= len(devices) <= DEVICES_MAX:
        raise whole.wrong("device", f"{len(devices)} of them; describe 1 to {DEVICES_MAX}")
    _check_unique(whole, devices)
    names = [device.name for device in devices]
    links = tuple(_link(table, names) for table in whole.tables("link", ("between", "snr_db", "loss")))
    return AirPlan(preset, seed, generation, devices, links)


def _device(table: "_Table") -> DevicePlan:
    name = table.text("name", NAME_CHARACTERS_MAX)
    port = table.whole("port", 0, 65535)
    number = table.whole("node_number", 0, NODE_NUMBER_MAX, default=0)
    return DevicePlan(Identity.named(name, number or None), name, port)


def _link(table: "_Table", names: list[str]) -> LinkPlan:
    one, other = table.pair("between", names)
    link = Link(
        snr_db=table.real("snr_db", -SNR_DB_MAX, SNR_DB_MAX),
        loss=table.real("loss", 0.0, 1.0, default=0.0),
    )
    return LinkPlan(one, other, link)


def _check_unique(whole: "_Table", devices: tuple[DevicePlan, ...]) -> None:
    names = [device.name for device in devices]
    ports = [str(device.port) for device in devices if device.port]
    numbers = [f"{device.identity.node_number:#x}" for device in devices]
    for key, found in (("name", names), ("port", ports), ("node_number", numbers)):
        for each in found:
            if found.count(each) > 1:
                raise whole.wrong(f"device.{key}", f"{each} is given to two devices; give each its own")


class _Table:
    """One table of the file. Keys that nobody knows are found first: a misspelt one explains the missing one."""

    def __init__(self, entries: dict[str, object], source: str, place: str, known: tuple[str, ...]) -> None:
        self._entries = entries
        self._source = source
        self._place = place
        for key in entries:
            if key not in known:
                raise self.wrong(key, f"not a key here; {_nearest(key, known)}")

    def wrong(self, key: str, problem: str) -> AirFileError:
        return AirFileError(f"{self._source}: {self._place}: {key}: {problem}")

    def table(self, key: str, known: tuple[str, ...]) -> "_Table":
        entry = self._entries.get(key)
        if not isinstance(entry, dict):
            raise self.wrong(key, f"missing or not a table; write [{key}]")
        return _Table(entry, self._source, f"[{key}]", known)

    def tables(self, key: str, known: tuple[str, ...]) -> list["_Table"]:
        entries = self._entries.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self.wrong(key, f"not a list of tables; write [[{key}]] before each")
        return [_Table(entry, self._source, f"[[{key}]] {number}", known) for number, entry in enumerate(entries, 1)]

    def text(self, key: str, characters_max: int) -> str:
        entry = self._entries.get(key)
        if not isinstance(entry, str) or not 1 <= len(entry) <= characters_max or not entry.isprintable():
            raise self.wrong(key, f"{_shown(entry)}; write 1 to {characters_max} characters in quotation marks")
        return entry

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        known = list(choices)
        entry = self._entries.get(key)
        if entry is None and default is not None:
            return default
        if not isinstance(entry, str) or entry not in known:
            raise self.wrong(key, f"{_shown(entry)}; {_nearest(str(entry), known)}")
        return entry

    def whole(self, key: str, least: int, most: int, default: int | None = None) -> int:
        entry = self._entries.get(key)
        if entry is None and default is not None:
            return default
        if not isinstance(entry, int) or isinstance(entry, bool) or not least <= entry <= most:
            raise self.wrong(key, f"{_shown(entry)}; write a whole number from {least} to {most}")
        return entry

    def real(self, key: str, least: float, most: float, default: float | None = None) -> float:
        entry = self._entries.get(key)
        if entry is None and default is not None:
            return default
        if not isinstance(entry, int | float) or isinstance(entry, bool) or not least <= entry <= most:
            raise self.wrong(key, f"{_shown(entry)}; write a number from {least:g} to {most:g}")
        return float(entry)

    def pair(self, key: str, names: list[str]) -> tuple[str, str]:
        entry = self._entries.get(key)
        if not isinstance(entry, list) or len(entry) != len({*map(str, entry)}) or len(entry) != len(("one", "other")):
            raise self.wrong(key, f"{_shown(entry)}; write the names of two devices")
        for name in entry:
            if name not in names:
                raise self.wrong(key, f"no device is called {name!r}; {_nearest(str(name), names)}")
        return entry[0], entry[1]


def _nearest(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"write one of {', '.join(known)}"


def _shown(entry: object) -> str:
    return "missing" if entry is None else f"{str(entry)[:NAME_CHARACTERS_MAX]!r} does not fit"
