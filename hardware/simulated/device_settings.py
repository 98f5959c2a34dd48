"""The settings of one simulated device as state: what is in force, and what its flash keeps.

    in force --write outside an edit--> in force and kept
    in force --write inside an edit---> in force only, until the commit keeps everything
    power cut, restart ---------------> in force is what was kept

An edit outlives the client that began it and ends with its commit or with the power: the firmware has one flag for it,
not one for each client (src/modules/AdminModule.cpp). What no message can change stays as recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hardware.airtime import PRESETS, Preset
from hardware.meshtastic_protobufs import channel_pb2, config_pb2, mesh_pb2, module_config_pb2
from hardware.simulated import factory_settings as factory
from hardware.simulated.identity import Generation, Identity

CHANNELS = 8

TX_POWER_DBM_MAX = 27
"""Of region EU_868; 0 and whatever is above become this (src/mesh/RadioInterface.cpp, applyModemConfig)."""

TX_POWER_DBM_UNSET = 30
"""What a device without a region says."""

NODE_INFO_S_MIN = 3600
"""Less is raised to this (src/mesh/Default.h, min_node_info_broadcast_secs)."""

_STATUS_MESSAGE = 13
_TEAM_AWARENESS = 15
"""Asked for, it is empty; the handshake of 2.8 has it and one more."""
_CODING_RATES = range(5, 9)
_KINDS = config_pb2.Config.LoRaConfig
_ROLES = config_pb2.Config.DeviceConfig.Role
_CORE_PORTNUMS_ONLY = config_pb2.Config.DeviceConfig.RebroadcastMode.CORE_PORTNUMS_ONLY


@dataclass(slots=True)
class _State:
    configs: list[config_pb2.Config]
    modules: list[module_config_pb2.ModuleConfig]
    channels: list[channel_pb2.Channel]
    long_name: str
    short_name: str
    is_unmessagable: bool = False
    has_keys: bool = True
    canned_messages: str = ""

    def copy(self) -> "_State":
        state = replace(self, configs=[], modules=[], channels=[])
        for mine, theirs in ((self.configs, state.configs), (self.modules, state.modules)):
            for message in mine:
                theirs.append(type(message).FromString(message.SerializeToString()))
        state.channels = [channel_pb2.Channel.FromString(each.SerializeToString()) for each in self.channels]
        return state


class DeviceSettings:
    """One device's settings; outlive its power cuts as far as they were kept.

    Args:
        identity: who it is in the factory.
        generation: of its firmware.
        preset: what it sends with from the start.
        is_fresh: as out of the box, without a region and keys.
    """

    def __init__(self, identity: Identity, generation: Generation, preset: Preset, *, is_fresh: bool = False) -> None:
        self._identity = identity
        self._generation = generation
        self._now = _factory_state(identity, generation, preset)
        if is_fresh:
            self._make_fresh()
        self._kept = self._now.copy()
        self._is_editing = False
        self._shows_key = self._now.has_keys

    @property
    def identity(self) -> Identity:
        """Who the device says it is: with its owner's names, without a key that it does not show yet."""
        return replace(
            self._identity,
            long_name=self._now.long_name,
            short_name=self._now.short_name,
            public_key=self._identity.public_key if self._shows_key else b"",
        )

    @property
    def is_editing(self) -> bool:
        """Whether an edit is open."""
        return self._is_editing

    @property
    def is_managed(self) -> bool:
        """Whether its own client is not listened to."""
        return bool(self.config(config_pb2.Config.DESCRIPTOR.fields_by_name["security"].index).security.is_managed)

    @property
    def is_unmessagable(self) -> bool:
        """Whether it tells people not to write to it: role ROUTER makes it so, and it stays."""
        return self._now.is_unmessagable

    @property
    def role(self) -> int:
        """Its role (`Config.DeviceConfig.Role`)."""
        return int(self._now.configs[0].device.role)

    @property
    def canned_messages(self) -> str:
        """Texts to choose from on a device without a keyboard, with bars between."""
        return self._now.canned_messages

    def config(self, kind: int) -> config_pb2.Config:
        """Return one part of the settings; empty when there is none of that number."""
        return self._now.configs[kind] if 0 <= kind < len(self._now.configs) else config_pb2.Config()

    def module(self, kind: int) -> module_config_pb2.ModuleConfig:
        """Return the settings of one module; empty when nobody is answered about that number."""
        if not 0 <= kind < _TEAM_AWARENESS:
            return module_config_pb2.ModuleConfig()
        module = self._now.modules[kind]
        # The handshake of 2.7 leaves it out, an answer does not.
        if kind == _STATUS_MESSAGE and module.WhichOneof("payload_variant") is None:
            return module_config_pb2.ModuleConfig(statusmessage=module_config_pb2.ModuleConfig.StatusMessageConfig())
        return module

    def channel(self, index: int) -> channel_pb2.Channel:
        """Return one channel, 0 to 7."""
        return self._now.channels[index]

    def handshake(self) -> Iterator[mesh_pb2.FromRadio]:
        """Say all settings in the firmware's order: channels, parts, modules."""
        for channel in self._now.channels:
            yield mesh_pb2.FromRadio(channel=channel)
        for config in self._now.configs:
            yield mesh_pb2.FromRadio(config=config)
        for module in self._now.modules:
            yield mesh_pb2.FromRadio(moduleConfig=module)

    def begin(self) -> None:
        """Open an edit."""
        self._is_editing = True

    def commit(self) -> None:
        """Keep everything and end the edit."""
        self._is_editing = False
        self._keep()

    def restart(self) -> None:
        """Take up what was kept."""
        self._is_editing = False
        self._now = self._kept.copy()
        self._shows_key = self._now.has_keys

    def set_owner(self, user: mesh_pb2.User) -> bool:
        """Take names; empty ones change nothing. Says whether the device restarts."""
        before = (self._now.long_name, self._now.short_name, self._now.is_unmessagable)
        self._now.long_name = user.long_name or self._now.long_name
        self._now.short_name = user.short_name or self._now.short_name
        if user.HasField("is_unmessagable"):
            self._now.is_unmessagable = user.is_unmessagable
        return self._changed(restarts=before != (self._now.long_name, self._now.short_name, self._now.is_unmessagable))

    def set_channel(self, channel: channel_pb2.Channel) -> bool:
        """Take a channel; one of a number that is not there is passed over. A new primary demotes the old one."""
        if 0 <= channel.index < CHANNELS:
            if channel.role == channel_pb2.Channel.Role.PRIMARY:
                for other in self._now.channels:
                    if other.role == channel_pb2.Channel.Role.PRIMARY:
                        other.role = channel_pb2.Channel.Role.SECONDARY
            self._now.channels[channel.index].CopyFrom(channel)
            self._now.channels[channel.index].settings.SetInParent()
        return self._changed(restarts=False)

    def set_config(self, config: config_pb2.Config) -> bool:
        """Take one part of the settings; says whether the device restarts."""
        name = config.WhichOneof("payload_variant")
        if name is None:
            return False
        kind = config_pb2.Config.DESCRIPTOR.fields_by_name[name].index
        before, self._now.configs[kind] = (
            self._now.configs[kind],
            config_pb2.Config.FromString(config.SerializeToString()),
        )
        match name:
            case "device":
                return self._changed(restarts=self._took_device(before))
            case "lora":
                self._took_lora(before)
                return self._changed(restarts=False)
            case "security":
                self._took_security()
                return self._changed(restarts=False)
            case _:
                return self._changed(restarts=True)

    def set_module(self, module: module_config_pb2.ModuleConfig) -> bool:
        """Take the settings of one module; the device restarts."""
        name = module.WhichOneof("payload_variant")
        if name is None:
            return False
        kind = module_config_pb2.ModuleConfig.DESCRIPTOR.fields_by_name[name].number - 1
        if kind < len(self._now.modules):
            self._now.modules[kind] = module_config_pb2.ModuleConfig.FromString(module.SerializeToString())
        return self._changed(restarts=True)

    def set_canned_messages(self, text: str) -> bool:
        """Take the texts to choose from."""
        self._now.canned_messages = text
        return self._changed(restarts=False)

    def _changed(self, *, restarts: bool) -> bool:
        if self._is_editing:
            return False
        self._keep()
        return restarts

    def _keep(self) -> None:
        self._kept = self._now.copy()

    def _took_device(self, before: config_pb2.Config) -> bool:
        device, was = self._now.configs[0].device, before.device
        if device.role != was.role and device.role == _ROLES.ROUTER:
            # Said by nobody and asked by nobody; it stays when the role is changed back.
            device.rebroadcast_mode = _CORE_PORTNUMS_ONLY
            self._now.is_unmessagable = True
        device.node_info_broadcast_secs = max(device.node_info_broadcast_secs, NODE_INFO_S_MIN)
        return bool(device.role != was.role or device.rebroadcast_mode != was.rebroadcast_mode)

    def _took_lora(self, before: config_pb2.Config) -> None:
        lora, was = self._lora(), before.lora
        if lora.region != was.region and was.region == _KINDS.RegionCode.UNSET:
            self._now.has_keys = True
            # The older one shows the key of its own NodeInfo after the next start only.
            self._shows_key = self._shows_key or self._generation is Generation.V2_8
            lora.tx_enabled = True
            lora.ignore_mqtt = True
            self._set_security()
        if lora.region == _KINDS.RegionCode.UNSET:
            return
        preset = PRESETS.get(_KINDS.ModemPreset.Name(lora.modem_preset)) if lora.use_preset else None
        if preset is not None:
            lora.spread_factor = preset.spreading_factor
            # A rate written back from an earlier reading beats the preset's.
            if lora.coding_rate not in _CODING_RATES:
                lora.coding_rate = preset.coding_rate
        if not 0 < lora.tx_power <= TX_POWER_DBM_MAX:
            lora.tx_power = TX_POWER_DBM_MAX

    def _took_security(self) -> None:
        security = self._now.configs[config_pb2.Config.DESCRIPTOR.fields_by_name["security"].index].security
        if not security.private_key and self._now.has_keys:
            security.public_key, security.private_key = self._identity.public_key, self._identity.private_key

    def _lora(self) -> config_pb2.Config.LoRaConfig:
        return self._now.configs[config_pb2.Config.DESCRIPTOR.fields_by_name["lora"].index].lora

    def _set_security(self) -> None:
        security = self._now.configs[config_pb2.Config.DESCRIPTOR.fields_by_name["security"].index].security
        has_keys = self._now.has_keys
        security.public_key = self._identity.public_key if has_keys else b""
        security.private_key = self._identity.private_key if has_keys else b""

    def _make_fresh(self) -> None:
        lora = self._lora()
        is_new = self._generation is Generation.V2_8
        preset = _KINDS.ModemPreset.Name(lora.modem_preset)
        lora.Clear()
        lora.use_preset = True
        lora.modem_preset = _KINDS.ModemPreset.Value(preset)
        lora.bandwidth = 0 if is_new else PRESETS[preset].bandwidth_khz
        lora.spread_factor = 0 if is_new else PRESETS[preset].spreading_factor
        lora.hop_limit = 3
        lora.tx_enabled = True
        lora.tx_power = TX_POWER_DBM_UNSET
        lora.sx126x_rx_boosted_gain = True
        lora.fem_lna_mode = _KINDS.FEM_LNA_Mode.NOT_PRESENT
        self._now.has_keys = False
        self._set_security()


def _factory_state(identity: Identity, generation: Generation, preset: Preset) -> _State:
    is_new = generation is Generation.V2_8
    primary = factory.PRIMARY_CHANNEL_28 if is_new else factory.PRIMARY_CHANNEL_27
    modules_last = factory.MODULES_LAST_28 if is_new else factory.MODULES_LAST_27
    before = [_said(text).config for text in factory.CONFIG_BEFORE_LORA]
    after = [_said(text).config for text in factory.CONFIG_AFTER_SECURITY]
    own = [
        config_pb2.Config(lora=_lora_config(generation, preset)),
        _said(factory.BLUETOOTH_CONFIG).config,
        config_pb2.Config(security=_security_config(identity)),
    ]
    return _State(
        configs=[*before, *own, *after],
        modules=[_said(text).moduleConfig for text in (*factory.MODULES, *modules_last)],
        channels=[_said(text).channel for text in (primary, *factory.DISABLED_CHANNELS)],
        long_name=identity.long_name,
        short_name=identity.short_name,
    )


def _said(text: str) -> mesh_pb2.FromRadio:
    return mesh_pb2.FromRadio.FromString(bytes.fromhex(text))


def _lora_config(generation: Generation, preset: Preset) -> config_pb2.Config.LoRaConfig:
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


def _security_config(me: Identity) -> config_pb2.Config.SecurityConfig:
    return config_pb2.Config.SecurityConfig(public_key=me.public_key, private_key=me.private_key, serial_enabled=True)
