"""All that a client can set of a device, as one value to be copied; and what it is as the device leaves the factory."""

from dataclasses import dataclass, replace

from hardware.airtime import Preset
from hardware.meshtastic_protobufs import channel_pb2, config_pb2, mesh_pb2, module_config_pb2
from hardware.simulated import factory_settings as factory
from hardware.simulated.identity import Generation, Identity

TX_POWER_DBM_MAX = 27
"""Of region EU_868; 0 and whatever is above become this (src/mesh/RadioInterface.cpp, applyModemConfig)."""

TX_POWER_DBM_UNSET = 30
"""What a device without a region says."""

_KINDS = config_pb2.Config.LoRaConfig


@dataclass(slots=True)
class SettingsState:
    """What a device is set to."""

    configs: list[config_pb2.Config]
    """By `AdminMessage.ConfigType`."""
    modules: list[module_config_pb2.ModuleConfig]
    """By `AdminMessage.ModuleConfigType`."""
    channels: list[channel_pb2.Channel]
    long_name: str
    short_name: str
    is_unmessagable: bool = False
    has_keys: bool = True
    canned_messages: str = ""

    @property
    def lora(self) -> config_pb2.Config.LoRaConfig:
        """How it sends."""
        return self.configs[config_pb2.Config.DESCRIPTOR.fields_by_name["lora"].index].lora

    @property
    def security(self) -> config_pb2.Config.SecurityConfig:
        """Its keys, and who may set it."""
        return self.configs[config_pb2.Config.DESCRIPTOR.fields_by_name["security"].index].security

    def copy(self) -> "SettingsState":
        """Return one that shares nothing with this one."""
        return replace(
            self,
            configs=[config_pb2.Config.FromString(each.SerializeToString()) for each in self.configs],
            modules=[module_config_pb2.ModuleConfig.FromString(each.SerializeToString()) for each in self.modules],
            channels=[channel_pb2.Channel.FromString(each.SerializeToString()) for each in self.channels],
        )


def factory_state(identity: Identity, generation: Generation, preset: Preset, *, is_fresh: bool) -> SettingsState:
    """Make the state of a device as recorded.

    Args:
        identity: who it is.
        generation: of its firmware.
        preset: what it sends with.
        is_fresh: its region was never set, so that it has no keys.
    """
    is_new = generation is Generation.V2_8
    primary = factory.PRIMARY_CHANNEL_28 if is_new else factory.PRIMARY_CHANNEL_27
    modules_last = factory.MODULES_LAST_28 if is_new else factory.MODULES_LAST_27
    lora = _lora_without_region(generation, preset) if is_fresh else _lora(generation, preset)
    own = [
        config_pb2.Config(lora=lora),
        _said(factory.BLUETOOTH_CONFIG).config,
        config_pb2.Config(security=_security(identity, has_keys=not is_fresh)),
    ]
    before = [_said(text).config for text in factory.CONFIG_BEFORE_LORA]
    after = [_said(text).config for text in factory.CONFIG_AFTER_SECURITY]
    return SettingsState(
        configs=[*before, *own, *after],
        modules=[_said(text).moduleConfig for text in (*factory.MODULES, *modules_last)],
        channels=[_said(text).channel for text in (primary, *factory.DISABLED_CHANNELS)],
        long_name=identity.long_name,
        short_name=identity.short_name,
        has_keys=not is_fresh,
    )


def _said(text: str) -> mesh_pb2.FromRadio:
    return mesh_pb2.FromRadio.FromString(bytes.fromhex(text))


def _lora(generation: Generation, preset: Preset) -> config_pb2.Config.LoRaConfig:
    return config_pb2.Config.LoRaConfig(
        use_preset=True,
        modem_preset=_KINDS.ModemPreset.Value(preset.name),
        bandwidth=preset.bandwidth_khz if generation is Generation.V2_7 else 0,
        spread_factor=preset.spreading_factor,
        coding_rate=preset.coding_rate,
        region=_KINDS.RegionCode.EU_868,
        hop_limit=3,
        tx_enabled=True,
        tx_power=TX_POWER_DBM_MAX,
        sx126x_rx_boosted_gain=True,
        ignore_mqtt=True,
        fem_lna_mode=_KINDS.FEM_LNA_Mode.NOT_PRESENT,
    )


def _lora_without_region(generation: Generation, preset: Preset) -> config_pb2.Config.LoRaConfig:
    fills_in = generation is Generation.V2_7
    return config_pb2.Config.LoRaConfig(
        use_preset=True,
        modem_preset=_KINDS.ModemPreset.Value(preset.name),
        bandwidth=preset.bandwidth_khz if fills_in else 0,
        spread_factor=preset.spreading_factor if fills_in else 0,
        hop_limit=3,
        tx_enabled=True,
        tx_power=TX_POWER_DBM_UNSET,
        sx126x_rx_boosted_gain=True,
        fem_lna_mode=_KINDS.FEM_LNA_Mode.NOT_PRESENT,
    )


def _security(me: Identity, *, has_keys: bool) -> config_pb2.Config.SecurityConfig:
    return config_pb2.Config.SecurityConfig(
        public_key=me.public_key if has_keys else b"",
        private_key=me.private_key if has_keys else b"",
        serial_enabled=True,
    )
