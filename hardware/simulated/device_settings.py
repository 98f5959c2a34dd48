"""The settings of one simulated device as state: what is in force, and what its flash keeps.

    in force --write outside an edit--> in force and kept
    in force --write inside an edit---> in force only, until the commit keeps everything
    power cut, restart ---------------> in force is what was kept

An edit outlives the client that began it and ends with its commit or with the power: the firmware has one flag for it,
not one for each client (src/modules/AdminModule.cpp). What no message can change stays as recorded.
"""

from collections.abc import Iterator
from dataclasses import replace

from hardware.airtime import PRESETS, Preset
from hardware.meshtastic_protobufs import channel_pb2, config_pb2, mesh_pb2, module_config_pb2
from hardware.simulated.channels import Channel, factory_channel
from hardware.simulated.conduct import Conduct, Rebroadcast, Role
from hardware.simulated.identity import Generation, Identity
from hardware.simulated.settings_state import TX_POWER_DBM_MAX, factory_state

CHANNELS = 8

NODE_INFO_S_MIN = 3600
"""Less is raised to this (src/mesh/Default.h, min_node_info_broadcast_secs)."""

_STATUS_MESSAGE = 13
_TEAM_AWARENESS = 15
"""Asked for, it is empty; the handshake of 2.8 has it and one more."""
_CODING_RATES = range(5, 9)
_KINDS = config_pb2.Config.LoRaConfig
_ROLES = config_pb2.Config.DeviceConfig.Role
_MODES = config_pb2.Config.DeviceConfig.RebroadcastMode
_CORE_PORTNUMS_ONLY = config_pb2.Config.DeviceConfig.RebroadcastMode.CORE_PORTNUMS_ONLY


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
        self._preset = preset
        self._now = factory_state(identity, generation, preset, is_fresh=is_fresh)
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
        return bool(self._now.security.is_managed)

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

    def conduct(self) -> Conduct:
        """Say how it behaves towards other devices."""
        device = self._now.configs[0].device
        role, mode = _ROLES.Name(device.role), _MODES.Name(device.rebroadcast_mode)
        return Conduct(
            channels=tuple(self._on_the_air(channel) for channel in self._now.channels),
            role=Role(role) if role in list(Role) else Role.CLIENT,
            rebroadcast=Rebroadcast(mode) if mode in list(Rebroadcast) else Rebroadcast.ALL,
        )

    def behave(self, conduct: Conduct) -> None:
        """Be set to a conduct from the start, as if by an earlier client; called once, before the first power."""
        device = self._now.configs[0].device
        device.role = _ROLES.Value(conduct.role)
        device.rebroadcast_mode = _MODES.Value(conduct.rebroadcast)
        usual = factory_channel(self._preset)
        for index, channel in enumerate(conduct.channels):
            if channel is not None and channel != usual:
                theirs = self._now.channels[index]
                theirs.role = channel_pb2.Channel.Role.SECONDARY if index else channel_pb2.Channel.Role.PRIMARY
                theirs.index, theirs.settings.name, theirs.settings.psk = index, channel.name, channel.key
        self._keep()

    def _on_the_air(self, channel: channel_pb2.Channel) -> Channel | None:
        if channel.role == channel_pb2.Channel.Role.DISABLED:
            return None
        usual, settings = factory_channel(self._preset), channel.settings
        # One byte stands for a key that everybody knows, nothing for the primary channel's (Channels.cpp, getKey).
        key = settings.psk if len(settings.psk) > 1 else usual.key
        if not settings.psk and channel.index:
            primary = self._now.channels[0].settings.psk
            key = primary if len(primary) > 1 else usual.key
        return Channel(settings.name or usual.name, key)

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
        lora, was = self._now.lora, before.lora
        if lora.region != was.region and was.region == _KINDS.RegionCode.UNSET:
            self._now.has_keys = True
            # The older one shows the key of its own NodeInfo after the next start only.
            self._shows_key = self._shows_key or self._generation is Generation.V2_8
            lora.tx_enabled = True
            lora.ignore_mqtt = True
            self._set_keys()
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
        if not self._now.security.private_key and self._now.has_keys:
            self._set_keys()

    def _set_keys(self) -> None:
        self._now.security.public_key = self._identity.public_key
        self._now.security.private_key = self._identity.private_key
