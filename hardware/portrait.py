"""All that a radio says of itself and that matters to a base station, put together from its settings.

Never in it: keys. Of a channel's key it is only said what kind it is.
"""

from dataclasses import dataclass
from enum import StrEnum


class KeyKind(StrEnum):
    """How secret a channel is."""

    NONE = "none"
    """Not encrypted at all."""
    PUBLIC = "public"
    """One of the keys that everybody knows."""
    OWN_128 = "own, 128 bits"
    OWN_256 = "own, 256 bits"
    PRIMARYS = "the primary channel's"

    @property
    def is_own(self) -> bool:
        """Whether it keeps others out."""
        return self in (KeyKind.OWN_128, KeyKind.OWN_256)


@dataclass(frozen=True, slots=True)
class ChannelPortrait:
    """One channel in use."""

    index: int
    name: str
    """Empty: it goes by the preset's name."""
    role: str
    """`PRIMARY` or `SECONDARY`."""
    key: KeyKind


@dataclass(frozen=True, slots=True)
class NodePortrait:
    """One node that the radio knows."""

    node_number: int
    long_name: str
    short_name: str
    has_key: bool
    """Whether a direct message to it can be encrypted; without, it fails."""
    hops: int | None
    """Relays between, when the radio has said."""


@dataclass(frozen=True, slots=True)
class LoraPortrait:
    """How it sends."""

    region: str
    """`UNSET` sends nothing."""
    preset: str
    """`CUSTOM` when the radio uses none."""
    hop_limit: int
    """Of packets that the radio sends by itself."""
    tx_power_dbm: int
    """0: as much as the region allows."""
    sends: bool
    overrides_duty_cycle: bool
    allows_mqtt: bool
    """Whether it asks others to put its packets on MQTT."""


@dataclass(frozen=True, slots=True)
class ModulesPortrait:
    """What it does besides; None where the radio has not said."""

    bluetooth: bool | None
    mqtt: bool | None
    store_forward: bool | None
    sends_position: bool | None
    """Whether it has a position to send, from GPS or fixed."""
    position_interval_s: int | None
    """0: the firmware's default."""
    telemetry_interval_s: int | None
    """0: the firmware's default."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """A radio, as it says."""

    firmware: str
    hardware: str
    node_number: int
    long_name: str
    short_name: str
    has_key: bool
    """Whether it has a key of its own: made when the region is first set, shown after the next start."""
    role: str
    rebroadcast_mode: str
    lora: LoraPortrait
    modules: ModulesPortrait
    channels: tuple[ChannelPortrait, ...]
    """Those in use."""
    nodes: tuple[NodePortrait, ...]
    """All others that it knows."""
    battery_pct: int | None
    """101: on external power. None: it has not said."""
    channel_utilization_pct: float | None
    air_util_tx_pct: float | None
    tx_queue_free: int | None
    tx_queue_places: int | None
