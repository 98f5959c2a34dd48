"""Who a simulated device is, and which firmware it behaves like. Kept through power cuts."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hardware.airtime import Preset

if TYPE_CHECKING:
    from hardware.simulated.device_settings import DeviceSettings

EVERYBODY = 0xFFFFFFFF
"""The node number of a broadcast."""

EVERYBODY_ELSEWHERE = 1
"""The number of a broadcast that is not meant for LoRa and goes out there all the same (src/mesh/MeshTypes.h)."""


def is_for_everybody(node_number: int) -> bool:
    """Whether a packet to this number is a broadcast."""
    return node_number in (EVERYBODY, EVERYBODY_ELSEWHERE)


class Generation(StrEnum):
    """Which firmware a device behaves like."""

    V2_7 = "2.7"
    """2.7.26, the stable line."""
    V2_8 = "2.8"
    """2.8.0 as of its development head: signs broadcasts that leave room for it."""


@dataclass(frozen=True, slots=True)
class Contact:
    """What a device says of itself to others."""

    node_number: int
    long_name: str
    short_name: str
    public_key: bytes
    hardware_address: bytes


@dataclass(frozen=True, slots=True)
class Identity(Contact):
    """Who a device is."""

    private_key: bytes

    @classmethod
    def named(cls, name: str, node_number: int | None = None) -> "Identity":
        """Make an identity from a name, the same each time."""
        digest = hashlib.sha256(name.encode()).digest()
        if node_number is None:
            # The two lowest numbers and the highest are reserved.
            node_number = 4 + int.from_bytes(digest[:4], "big") % (EVERYBODY - 8)
        return cls(
            node_number=node_number,
            long_name=name,
            short_name=name[:4],
            public_key=hashlib.sha256(b"public " + digest).digest(),
            private_key=hashlib.sha256(b"private " + digest).digest(),
            hardware_address=b"\x02B" + node_number.to_bytes(4, "big"),
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """What a device says of itself at the beginning of a connection."""

    identity: Identity
    generation: Generation
    preset: Preset
    firmware: str
    nodes: tuple[Contact, ...] = ()
    """Others whose keys it knows."""
    favourites: frozenset[int] = frozenset()
    """Those of them that were loaded as contacts."""
    verified: frozenset[int] = frozenset()
    """Those of them whose keys are marked as verified."""
    settings: "DeviceSettings | None" = None
    """None: as from the factory."""


def firmware_version(generation: Generation) -> str:
    """Name the build that the model follows."""
    match generation:
        case Generation.V2_7:
            return "2.7.26.54e0d8d"
        case Generation.V2_8:
            return "2.8.0.7754068"
