"""What a radio must be set to, made from the network profile: pure. What is not named here stays as the radio has it.

A base station's radio: RADIOS.md, "Setting up radios". A plain handheld has the handheld channel alone, as its primary
channel, so that losing one gives away nothing of the stations'; its Bluetooth stays as it is, for the phone beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from hardware.airtime import PRESETS
from hardware.meshtastic_protobufs import config_pb2
from hardware.profile import ChannelProfile, ContactProfile, NetworkProfile, StationProfile

CHANNELS: Final = 8

STATION_CHANNEL: Final = 0
HANDHELD_CHANNEL: Final = 1
"""Of a station's radio."""

MARK_CHANNEL: Final = 7
MARK: Final = "bavn edits"
"""Name of the last channel, not in use, from before an edit begins until it is checked. What an edit has changed looks
the same to a client before and after its commit, but is lost with the power before: without the mark, a setup that was
interrupted between its last write and the commit would look finished."""

_KINDS: Final = config_pb2.Config.LoRaConfig
_DEVICE: Final = config_pb2.Config.DeviceConfig


@dataclass(frozen=True, slots=True)
class WantedField:
    """A value that a field must have."""

    value: int
    also: tuple[int, ...] = ()
    """Values that are as good."""

    def is_met(self, found: int) -> bool:
        """Whether nothing has to be changed."""
        return found == self.value or found in self.also


@dataclass(frozen=True, slots=True)
class WantedChannel:
    """One channel in use."""

    name: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one radio must be set to."""

    long_name: str
    short_name: str
    parts: Mapping[str, Mapping[str, WantedField]]
    """Fields by part, in the order of writing; a part that the radio does not have is passed over. A role changes an
    interval of telemetry, a first region makes the keys: both are written after whatever they change."""
    channels: Mapping[int, WantedChannel]
    """By index; 0 is the primary. All others must be out of use and hold no key."""
    contacts: tuple[ContactProfile, ...] = ()
    canned_messages: str | None = None
    """None: whatever is there."""

    @property
    def region(self) -> int:
        """The region (`LoRaConfig.RegionCode`)."""
        return self.parts["lora"]["region"].value


def wanted_station(profile: NetworkProfile, station: StationProfile) -> Wanted:
    """Set a base station's radio."""
    parts = {
        "security": {
            "admin_channel_enabled": WantedField(0),
            "debug_log_api_enabled": WantedField(0),
        },
        "position": {
            "position_broadcast_secs": WantedField(profile.position_s),
            "position_broadcast_smart_enabled": WantedField(0),
        },
        "power": {"is_power_saving": WantedField(0)},
        "bluetooth": {"enabled": WantedField(0)},
        **_quiet_modules(profile),
        "device": {
            "role": WantedField(_DEVICE.Role.Value(station.role)),
            "rebroadcast_mode": WantedField(_DEVICE.RebroadcastMode.ALL),
            "node_info_broadcast_secs": WantedField(profile.node_info_s),
        },
        "lora": _lora(profile),
    }
    channels = {
        STATION_CHANNEL: _channel(profile.station_channel),
        HANDHELD_CHANNEL: _channel(profile.handheld_channel),
    }
    return Wanted(station.long_name, station.short_name, _frozen(parts), MappingProxyType(channels), profile.contacts)


def wanted_handheld(profile: NetworkProfile, long_name: str, short_name: str) -> Wanted:
    """Set a plain handheld."""
    parts = {
        "security": {"admin_channel_enabled": WantedField(0)},
        "position": {"position_broadcast_secs": WantedField(profile.position_s)},
        **_quiet_modules(profile),
        "device": {
            "role": WantedField(_DEVICE.Role.CLIENT, also=(_DEVICE.Role.CLIENT_MUTE,)),
            "rebroadcast_mode": WantedField(_DEVICE.RebroadcastMode.ALL),
            "node_info_broadcast_secs": WantedField(profile.node_info_s),
        },
        "lora": _lora(profile),
    }
    canned = "|".join(profile.canned_messages) or None
    channels = {STATION_CHANNEL: _channel(profile.handheld_channel)}
    return Wanted(long_name, short_name, _frozen(parts), MappingProxyType(channels), canned_messages=canned)


def _lora(profile: NetworkProfile) -> dict[str, WantedField]:
    preset = PRESETS[profile.preset]
    return {
        "use_preset": WantedField(1),
        "modem_preset": WantedField(_KINDS.ModemPreset.Value(profile.preset)),
        # The radio fills in its preset's rate; any other would beat the preset.
        "coding_rate": WantedField(0, also=(preset.coding_rate,)),
        "region": WantedField(_KINDS.RegionCode.Value(profile.region)),
        "hop_limit": WantedField(profile.hop_limit),
        "tx_enabled": WantedField(1),
        "tx_power": WantedField(profile.tx_power_dbm),
        "channel_num": WantedField(0),
        "override_duty_cycle": WantedField(0),
        "ignore_mqtt": WantedField(1),
        "config_ok_to_mqtt": WantedField(0),
    }


def _quiet_modules(profile: NetworkProfile) -> dict[str, dict[str, WantedField]]:
    off = {"enabled": WantedField(0)}
    return {
        "mqtt": off,
        "store_forward": off,
        "range_test": off,
        "neighbor_info": off,
        "telemetry": {
            "device_update_interval": WantedField(profile.telemetry_s),
            "environment_measurement_enabled": WantedField(0),
            "power_measurement_enabled": WantedField(0),
        },
    }


def _channel(channel: ChannelProfile) -> WantedChannel:
    return WantedChannel(channel.name, channel.key)


def _frozen(parts: dict[str, dict[str, WantedField]]) -> Mapping[str, Mapping[str, WantedField]]:
    return MappingProxyType({name: MappingProxyType(fields) for name, fields in parts.items()})
