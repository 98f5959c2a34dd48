"""All settings of one radio as it says them, to be compared and written back. Holds keys: never printed or logged."""

from dataclasses import dataclass, field

from google.protobuf.message import DecodeError, Message

from hardware.harmless_text import enum_name, printable
from hardware.meshtastic_protobufs import channel_pb2, mesh_pb2
from hardware.portrait_reader import CHANNELS_MAX, NODES_MAX


@dataclass(frozen=True, slots=True)
class KnownNode:
    """Another node that the radio knows."""

    long_name: str
    public_key: bytes
    is_verified: bool
    """Its key cannot be overwritten, only removed with the node."""


@dataclass(slots=True, repr=False)
class RadioSettings:
    """What a radio is set to."""

    node_number: int = 0
    firmware: str = ""
    hardware: str = ""
    long_name: str = ""
    short_name: str = ""
    parts: dict[str, Message] = field(default_factory=dict)
    """Parts of the settings and modules by the names of the protobufs: `lora`, `device`, `telemetry`, ..."""
    channels: dict[int, channel_pb2.Channel] = field(default_factory=dict)
    nodes: dict[int, KnownNode] = field(default_factory=dict)
    """All others."""
    canned_messages: str | None = None
    """None: not asked for, or nothing of the kind."""

    @property
    def is_complete(self) -> bool:
        """Whether the radio has said all that is compared."""
        needed = {"device", "lora", "security"}
        return bool(self.node_number and self.firmware and needed <= self.parts.keys() and self.channels)


class SettingsReader:
    """Puts settings together from a radio's messages: any bytes, in any order."""

    def __init__(self) -> None:
        self._found = RadioSettings()
        self._nodes: dict[int, mesh_pb2.NodeInfo] = {}

    def hear(self, message: bytes) -> None:
        """Take one message of the client API."""
        try:
            said = mesh_pb2.FromRadio.FromString(message)
        except DecodeError:
            return
        match said.WhichOneof("payload_variant"):
            case "my_info":
                self._found.node_number = said.my_info.my_node_num
            case "metadata":
                self._found.firmware = printable(said.metadata.firmware_version)
                self._found.hardware = enum_name(mesh_pb2.HardwareModel, said.metadata.hw_model)
            case "config" | "moduleConfig" as kind:
                part = said.config if kind == "config" else said.moduleConfig
                if name := part.WhichOneof("payload_variant"):
                    self._found.parts[name] = getattr(part, name)
            case "channel" if 0 <= said.channel.index < CHANNELS_MAX:
                self._found.channels[said.channel.index] = said.channel
            case "node_info" if len(self._nodes) < NODES_MAX:
                self._nodes[said.node_info.num] = said.node_info
            case _:
                pass

    def settings(self) -> RadioSettings:
        """Sum up."""
        for number, node in self._nodes.items():
            if number == self._found.node_number:
                self._found.long_name, self._found.short_name = node.user.long_name, node.user.short_name
            else:
                known = KnownNode(node.user.long_name, node.user.public_key, node.is_key_manually_verified)
                self._found.nodes[number] = known
        return self._found
