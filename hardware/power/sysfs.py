"""Power supplies that the kernel knows: files under /sys/class/power_supply, one folder each.

    type         Battery or UPS; Mains, USB or Wireless feed the machine
    scope        Device: the battery of a mouse or keyboard, not ours
    capacity     0 to 100 %                         status       Charging, Discharging, Full, Not charging, Unknown
    voltage_now  uV                                 current_now  uA; out of the battery is negative, in many drivers not
    online       0, 1 or 2 of what feeds            present      0: no battery in its place
    charge_full, energy_full: weigh several batteries

(Documentation/ABI/testing/sysfs-class-power of the kernel.) A file that is missing, or that the driver has nothing
for, is a figure unknown.
"""

import errno
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hardware.power.reading import PowerFault, PowerReading, checked

ROOT: Final = Path("/sys/class/power_supply")

FILE_BYTES_MAX: Final = 64
"""Far above any word or number that is read here."""
SUPPLIES_MAX: Final = 16
"""A machine has two or three; a wrong root is not read to its end."""

VOLTAGE_UV_MAX: Final = 60_000_000
"""Safety extra-low voltage ends there, and so do the batteries that people open a case next to."""
VOLTAGE_UV_MIN: Final = 2_000_000
CURRENT_UA_MAX: Final = 50_000_000
FULL_MAX: Final = 10**12
"""uAh or uWh."""
ONLINE_MAX: Final = 2
"""Online at a fixed, or (2) at a programmable voltage."""

_BATTERIES: Final = ("Battery", "UPS")
_FEEDS: Final = ("Mains", "USB", "Wireless")
"""By their beginning: older kernels say `USB_DCP` and the like."""
_NOTHING_TOLD: Final = frozenset({errno.ENOENT, errno.ENODATA, errno.EINVAL, errno.ENODEV})


@dataclass(frozen=True, slots=True)
class _Battery:
    """One battery as its files have it."""

    name: str
    charge_percent: int | None
    voltage_uv: int | None
    current_ua: int | None
    full: int | None
    status: str


class SysfsPower:
    """All batteries of the machine as one, and whether anything feeds it.

    Args:
        root: the folder of supplies.
        must_exist: a machine without a battery is a fault; else it is a machine without a battery.
    """

    def __init__(self, root: Path = ROOT, *, must_exist: bool = True) -> None:
        self._root = root
        self._must_exist = must_exist
        self._names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Such as `BAT0 in /sys/class/power_supply`, as it was last found."""
        if self._names:
            return f"{', '.join(self._names)} in {self._root}"
        return str(self._root) if self._must_exist else ""

    def read(self) -> PowerReading:
        """Look once at every supply.

        Raises:
            PowerFault: there is no battery and must be one, or a file says what cannot be.
        """
        supplies = [path for path in self._supplies() if _text(path / "scope") != "Device"]
        batteries = [self._battery(path) for path in supplies if self._is_battery(path)]
        self._names = tuple(battery.name for battery in batteries)
        if not batteries:
            if self._must_exist:
                raise PowerFault(f"{self._root}: no battery; load its driver, or write another power.source")
            return PowerReading()
        feeds = [path for path in supplies if (_text(path / "type") or "").startswith(_FEEDS)]
        online = [self._number(path, "online", 0, ONLINE_MAX) for path in feeds]
        voltages = [battery.voltage_uv for battery in batteries]
        currents = [battery.current_ua for battery in batteries]
        return PowerReading(
            # Several batteries have no one voltage.
            voltage_mv=round(voltages[0] / 1000) if len(voltages) == 1 and voltages[0] is not None else None,
            current_ma=None if None in currents else round(sum(one for one in currents if one is not None) / 1000),
            charge_percent=_charge(batteries),
            on_mains=_on_mains(online, [battery.status for battery in batteries]),
        )

    def _supplies(self) -> list[Path]:
        try:
            return sorted(self._root.iterdir())[:SUPPLIES_MAX]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise PowerFault(f"{self._root}: {error.strerror}; let the station's user read it") from error

    def _is_battery(self, path: Path) -> bool:
        return _text(path / "type") in _BATTERIES and _text(path / "present") != "0"

    def _battery(self, path: Path) -> _Battery:
        status = _text(path / "status") or ""
        current_ua = self._number(path, "current_now", -CURRENT_UA_MAX, CURRENT_UA_MAX)
        full = self._number(path, "energy_full", 1, FULL_MAX)
        return _Battery(
            name=path.name,
            charge_percent=self._number(path, "capacity", 0, 100),
            voltage_uv=self._number(path, "voltage_now", VOLTAGE_UV_MIN, VOLTAGE_UV_MAX),
            current_ua=None if current_ua is None else _signed(current_ua, status),
            full=self._number(path, "charge_full", 1, FULL_MAX) if full is None else full,
            status=status,
        )

    def _number(self, supply: Path, file: str, least: int, most: int) -> int | None:
        text = _text(supply / file)
        if text is None:
            return None
        try:
            value = int(text)
        except ValueError as error:
            raise PowerFault(f"{supply / file}: {text!r} is no number; is the right driver loaded?") from error
        checked(str(supply), file, value, least, most)
        return value


def _text(file: Path) -> str | None:
    """One word of the kernel; None when it has nothing to tell."""
    try:
        with file.open("rb") as stream:
            return stream.read(FILE_BYTES_MAX).decode("ascii", "replace").strip()
    except OSError as error:
        if error.errno in _NOTHING_TOLD:
            return None
        raise PowerFault(f"{file}: {error.strerror}; check the board's wiring and the kernel's log") from error


def _signed(current_ua: int, status: str) -> int | None:
    """The status decides, since many drivers give the amount alone; without it only a negative one says which way."""
    match status:
        case "Discharging":
            return -abs(current_ua)
        case "Charging":
            return abs(current_ua)
        case _:
            return current_ua if current_ua <= 0 else None


def _charge(batteries: list[_Battery]) -> float | None:
    """The one battery's, or all batteries' by weight; None when one of them, or its weight, is unknown."""
    weights = [1 if len(batteries) == 1 else battery.full for battery in batteries]
    parts = [
        battery.charge_percent * weight
        for battery, weight in zip(batteries, weights, strict=True)
        if battery.charge_percent is not None and weight is not None
    ]
    if len(parts) < len(batteries):
        return None
    return sum(parts) / sum(weight for weight in weights if weight is not None)


def _on_mains(online: list[int | None], statuses: list[str]) -> bool | None:
    """Whether anything feeds the machine; a battery that charges is fed by something, known to the kernel or not."""
    if any(online) or "Charging" in statuses:
        return True
    if "Discharging" in statuses or (online and None not in online):
        return False
    return None
