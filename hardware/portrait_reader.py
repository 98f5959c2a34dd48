"""Puts a portrait together from a radio's messages: any bytes, in any order; what is not needed is passed over."""

from typing import Final

from google.protobuf.message import DecodeError

from hardware.harmless_text import enum_name, printable
from hardware.meshtastic_protobufs import channel_pb2, config_pb2, mesh_pb2, module_config_pb2
from hardware.portrait import ChannelPortrait, KeyKind, LoraPortrait, ModulesPortrait, NodePortrait, Portrait

NODES_MAX: Final = 1000
"""More than any firmware keeps; whoever tells of more is no radio of ours."""

CHANNELS_MAX: Final = 8

PUBLIC_KEY_STEM: Final = bytes.fromhex("d4f1bb3a20290759f0bcffabcf4e69")
"""All but the last byte of the keys that everybody knows (src/mesh/Channels.cpp, cryptoKeyIsPublic)."""

_AES_128_BYTES: Final = 16


class PortraitReader:
    """Takes one radio's messages."""

    def __init__(self) -> None:
        self._own_number: int | None = None
        self._metadata: mesh_pb2.DeviceMetadata | None = None
        self._device: config_pb2.Config.DeviceConfig | None = None
        self._lora: config_pb2.Config.LoRaConfig | None = None
        self._position: config_pb2.Config.PositionConfig | None = None
        self._bluetooth: config_pb2.Config.BluetoothConfig | None = None
        self._mqtt: module_config_pb2.ModuleConfig.MQTTConfig | None = None
        self._store_forward: module_config_pb2.ModuleConfig.StoreForwardConfig | None = None
        self._telemetry: module_config_pb2.ModuleConfig.TelemetryConfig | None = None
        self._channels: dict[int, channel_pb2.Channel] = {}
        self._nodes: dict[int, mesh_pb2.NodeInfo] = {}
        self._queue: mesh_pb2.QueueStatus | None = None

    def hear(self, message: bytes) -> None:
        """Take one message of the client API."""
        try:
            said = mesh_pb2.FromRadio.FromString(message)
        except DecodeError:
            return
        match said.WhichOneof("payload_variant"):
            case "my_info":
                self._own_number = said.my_info.my_node_num
            case "metadata":
                self._metadata = said.metadata
            case "config":
                self._config(said.config)
            case "moduleConfig":
                self._module(said.moduleConfig)
            case "channel" if 0 <= said.channel.index < CHANNELS_MAX:
                self._channels[said.channel.index] = said.channel
            case "node_info" if len(self._nodes) < NODES_MAX:
                self._nodes[said.node_info.num] = said.node_info
            case "queueStatus":
                self._queue = said.queueStatus
            case _:
                pass

    def portrait(self) -> Portrait | None:
        """Sum up; None when the radio has left out who it is or how it sends."""
        if self._own_number is None or self._metadata is None or self._lora is None or self._device is None:
            return None
        own = self._nodes.get(self._own_number, mesh_pb2.NodeInfo())
        metrics = own.device_metrics if own.HasField("device_metrics") else None
        kinds = config_pb2.Config.DeviceConfig
        return Portrait(
            firmware=printable(self._metadata.firmware_version),
            hardware=enum_name(mesh_pb2.HardwareModel, self._metadata.hw_model),
            node_number=self._own_number,
            long_name=printable(own.user.long_name),
            short_name=printable(own.user.short_name),
            has_key=bool(own.user.public_key),
            role=enum_name(kinds.Role, self._device.role),
            rebroadcast_mode=enum_name(kinds.RebroadcastMode, self._device.rebroadcast_mode),
            lora=_lora(self._lora),
            modules=self._modules(),
            channels=tuple(self._channel(index) for index in sorted(self._channels) if self._is_used(index)),
            nodes=tuple(_node(self._nodes[number]) for number in sorted(self._nodes) if number != self._own_number),
            battery_pct=metrics.battery_level if metrics and metrics.HasField("battery_level") else None,
            channel_utilization_pct=metrics.channel_utilization if metrics else None,
            air_util_tx_pct=metrics.air_util_tx if metrics else None,
            tx_queue_free=self._queue.free if self._queue else None,
            tx_queue_places=self._queue.maxlen if self._queue else None,
        )

    def _config(self, config: config_pb2.Config) -> None:
        match config.WhichOneof("payload_variant"):
            case "device":
                self._device = config.device
            case "lora":
                self._lora = config.lora
            case "position":
                self._position = config.position
            case "bluetooth":
                self._bluetooth = config.bluetooth
            case _:
                pass

    def _module(self, module: module_config_pb2.ModuleConfig) -> None:
        match module.WhichOneof("payload_variant"):
            case "mqtt":
                self._mqtt = module.mqtt
            case "store_forward":
                self._store_forward = module.store_forward
            case "telemetry":
                self._telemetry = module.telemetry
            case _:
                pass

    def _modules(self) -> ModulesPortrait:
        position = self._position
        is_enabled = config_pb2.Config.PositionConfig.GpsMode.ENABLED
        return ModulesPortrait(
            bluetooth=self._bluetooth.enabled if self._bluetooth else None,
            mqtt=self._mqtt.enabled if self._mqtt else None,
            store_forward=self._store_forward.enabled if self._store_forward else None,
            sends_position=position.gps_mode == is_enabled or position.fixed_position if position else None,
            position_interval_s=position.position_broadcast_secs if position else None,
            telemetry_interval_s=self._telemetry.device_update_interval if self._telemetry else None,
        )

    def _is_used(self, index: int) -> bool:
        return bool(self._channels[index].role != channel_pb2.Channel.Role.DISABLED)

    def _channel(self, index: int) -> ChannelPortrait:
        channel = self._channels[index]
        is_secondary = channel.role == channel_pb2.Channel.Role.SECONDARY
        return ChannelPortrait(
            index=index,
            name=printable(channel.settings.name),
            role=enum_name(channel_pb2.Channel.Role, channel.role),
            key=_key_kind(channel.settings.psk, is_secondary=is_secondary),
        )


def _key_kind(key: bytes, *, is_secondary: bool) -> KeyKind:
    """Tell what kind of key it is (src/mesh/Channels.cpp, getKey); the only place that looks at it."""
    if not key:
        return KeyKind.PRIMARYS if is_secondary else KeyKind.NONE
    if len(key) == 1:
        return KeyKind.PUBLIC if key[0] else KeyKind.NONE
    if len(key) == _AES_128_BYTES and key.startswith(PUBLIC_KEY_STEM):
        return KeyKind.PUBLIC
    return KeyKind.OWN_128 if len(key) <= _AES_128_BYTES else KeyKind.OWN_256


def _lora(lora: config_pb2.Config.LoRaConfig) -> LoraPortrait:
    kinds = config_pb2.Config.LoRaConfig
    return LoraPortrait(
        region=enum_name(kinds.RegionCode, lora.region),
        preset=enum_name(kinds.ModemPreset, lora.modem_preset) if lora.use_preset else "CUSTOM",
        hop_limit=lora.hop_limit,
        tx_power_dbm=lora.tx_power,
        sends=lora.tx_enabled,
        overrides_duty_cycle=lora.override_duty_cycle,
        allows_mqtt=lora.config_ok_to_mqtt,
    )


def _node(node: mesh_pb2.NodeInfo) -> NodePortrait:
    return NodePortrait(
        node_number=node.num,
        long_name=printable(node.user.long_name),
        short_name=printable(node.user.short_name),
        has_key=bool(node.user.public_key),
        hops=node.hops_away if node.HasField("hops_away") else None,
    )
