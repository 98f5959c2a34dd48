"""What a radio says to the link: one message of the client API becomes one value, whatever its bytes.

Only what the link needs has a value of its own; everything else that is well formed is `Unneeded`. What cannot be
read is `Dropped` with its reason. Nothing here raises.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from google.protobuf.message import DecodeError

from hardware.harmless_text import enum_name, printable
from hardware.meshtastic_protobufs import channel_pb2, config_pb2, mesh_pb2, portnums_pb2, telemetry_pb2
from hardware.radio import HOP_LIMIT_MAX, TEXT_BYTES_MAX


class DropReason(StrEnum):
    """Why a message of the radio was dropped."""

    UNDECODABLE = "not a protobuf message of the client API"
    BAD_VALUE = "a field has a value that no radio sends"
    CUT = "a frame cut off on the way"
    OWN_ECHO = "a payload that claims to come from our own radio"
    OTHER_CHANNEL = "a payload on another channel"
    OTHER_NODE = "a payload to another node"
    NOT_READY = "a payload before the settings were complete"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message that was not used."""

    reason: DropReason


@dataclass(frozen=True, slots=True)
class Unneeded:
    """A well-formed message of a kind the link has no use for."""


@dataclass(frozen=True, slots=True)
class OwnNumber:
    """The radio's own node number."""

    node_number: int


@dataclass(frozen=True, slots=True)
class Firmware:
    """The radio's firmware."""

    version: str


@dataclass(frozen=True, slots=True)
class LoraSettings:
    """Region and modem preset by name; `CUSTOM` without a preset, the bare number when it has no name here."""

    region: str
    modem_preset: str


@dataclass(frozen=True, slots=True)
class ChannelInUse:
    """One of the radio's channels."""

    index: int
    name: str
    """Empty: it goes by the preset's name."""


@dataclass(frozen=True, slots=True)
class SettingsComplete:
    """Everything asked for under this nonce has been said."""

    nonce: int


@dataclass(frozen=True, slots=True)
class Restarted:
    """The radio has just started anew."""


@dataclass(frozen=True, slots=True)
class QueueReport:
    """The radio's own queue, after one packet or on a heartbeat."""

    packet_id: int
    """0 when no packet is meant. Relays and the radio's own packets are reported as well."""
    result: int
    """A `Routing.Error`; 0 is queued, 32 no place."""
    free: int
    places: int


@dataclass(frozen=True, slots=True)
class Routed:
    """An ack or an error about a packet."""

    from_node: int
    """Our own number: overheard or refused here. The destination's: that radio speaks."""
    packet_id: int
    """Of the packet it is about."""
    error: int
    """A `Routing.Error`; 0 is an ack."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for people; the only place where the radio tells how long the duty cycle lasts."""

    packet_id: int
    """Of the packet it is about, or 0."""
    text: str


@dataclass(frozen=True, slots=True)
class PrivatePayload:
    """A packet on the private port."""

    from_node: int
    to_node: int
    packet_id: int
    channel: int
    to_our_key: bool
    payload: bytes
    hops: int | None
    snr_db: float
    rssi_dbm: int


@dataclass(frozen=True, slots=True)
class TextPayload:
    """A text of a plain handheld."""

    from_node: int
    to_node: int
    packet_id: int
    channel: int
    sender_key: bytes
    """32 bytes; empty when it was not encrypted to our key."""
    text: bytes
    hops: int | None
    snr_db: float
    rssi_dbm: int


@dataclass(frozen=True, slots=True)
class NodeTold:
    """A node told who or where it is: it is on."""

    from_node: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """How busy a node finds the air."""

    from_node: int
    channel_utilization_pct: float
    air_util_tx_pct: float
    uptime_s: int | None
    """Since that node started; None when it does not say."""


Said = (
    OwnNumber
    | Firmware
    | LoraSettings
    | ChannelInUse
    | SettingsComplete
    | Restarted
    | QueueReport
    | Routed
    | Notice
    | PrivatePayload
    | TextPayload
    | NodeTold
    | Metrics
    | Unneeded
    | Dropped
)


def understand(message: bytes) -> Said:
    """Read one message of the client API: any bytes at all."""
    try:
        said = mesh_pb2.FromRadio.FromString(message)
        match said.WhichOneof("payload_variant"):
            case "packet":
                return _packet(said.packet)
            case "queueStatus":
                report = said.queueStatus
                return QueueReport(report.mesh_packet_id, report.res, report.free, report.maxlen)
            case "my_info":
                return OwnNumber(said.my_info.my_node_num)
            case "metadata":
                return Firmware(printable(said.metadata.firmware_version))
            case "config" if said.config.HasField("lora"):
                return _lora(said.config.lora)
            case "channel" if said.channel.role != channel_pb2.Channel.Role.DISABLED:
                return ChannelInUse(said.channel.index, printable(said.channel.settings.name))
            case "config_complete_id":
                return SettingsComplete(said.config_complete_id)
            case "rebooted":
                return Restarted()
            case "clientNotification":
                return Notice(said.clientNotification.reply_id, said.clientNotification.message)
            case _:
                return Unneeded()
    except DecodeError:
        return Dropped(DropReason.UNDECODABLE)


def _packet(packet: mesh_pb2.MeshPacket) -> Said:
    """Sort one mesh packet.

    Raises:
        DecodeError: what it carries is not what its port says.
    """
    if not packet.HasField("decoded"):
        return Unneeded()
    from_node: int = getattr(packet, "from")
    decoded = packet.decoded
    match decoded.portnum:
        case portnums_pb2.PortNum.PRIVATE_APP:
            if not math.isfinite(packet.rx_snr):
                return Dropped(DropReason.BAD_VALUE)
            return PrivatePayload(
                from_node=from_node,
                to_node=packet.to,
                packet_id=packet.id,
                channel=packet.channel,
                to_our_key=packet.pki_encrypted,
                payload=decoded.payload,
                hops=_hops(packet),
                snr_db=packet.rx_snr,
                rssi_dbm=packet.rx_rssi,
            )
        case portnums_pb2.PortNum.TEXT_MESSAGE_APP:
            return _text(packet)
        case portnums_pb2.PortNum.NODEINFO_APP | portnums_pb2.PortNum.POSITION_APP:
            return NodeTold(from_node)
        case portnums_pb2.PortNum.ROUTING_APP:
            routing = mesh_pb2.Routing.FromString(decoded.payload)
            # A route asked for or answered is a Routing message too, and says nothing about a packet of ours.
            if routing.WhichOneof("variant") != "error_reason":
                return Unneeded()
            return Routed(from_node, decoded.request_id, routing.error_reason)
        case portnums_pb2.PortNum.TELEMETRY_APP:
            return _metrics(from_node, telemetry_pb2.Telemetry.FromString(decoded.payload))
        case _:
            return Unneeded()


def _text(packet: mesh_pb2.MeshPacket) -> Said:
    if not math.isfinite(packet.rx_snr) or not 0 < len(packet.decoded.payload) <= TEXT_BYTES_MAX:
        return Dropped(DropReason.BAD_VALUE)
    return TextPayload(
        from_node=getattr(packet, "from"),
        to_node=packet.to,
        packet_id=packet.id,
        channel=packet.channel,
        sender_key=packet.public_key if packet.pki_encrypted else b"",
        text=packet.decoded.payload,
        hops=_hops(packet),
        snr_db=packet.rx_snr,
        rssi_dbm=packet.rx_rssi,
    )


def _metrics(from_node: int, telemetry: telemetry_pb2.Telemetry) -> Said:
    if not telemetry.HasField("device_metrics"):
        return Unneeded()
    metrics = telemetry.device_metrics
    if not (metrics.HasField("channel_utilization") and metrics.HasField("air_util_tx")):
        return Unneeded()
    # A negated comparison, so that a NaN fails it too.
    if not (0 <= metrics.channel_utilization < math.inf and 0 <= metrics.air_util_tx < math.inf):
        return Dropped(DropReason.BAD_VALUE)
    uptime_s = metrics.uptime_seconds if metrics.HasField("uptime_seconds") else None
    return Metrics(from_node, metrics.channel_utilization, metrics.air_util_tx, uptime_s)


def _hops(packet: mesh_pb2.MeshPacket) -> int | None:
    """Count the relays on the way.

    A start of 0 means "sent with no hops to spare" only from firmware that also sets the bitfield; older firmware
    leaves both out (src/mesh/NodeDB.cpp, getHopsAway).
    """
    if packet.hop_start == 0 and not packet.decoded.HasField("bitfield"):
        return None
    hops = packet.hop_start - packet.hop_limit
    return hops if 0 <= hops <= HOP_LIMIT_MAX else None


def _lora(lora: config_pb2.Config.LoRaConfig) -> LoraSettings:
    kinds = config_pb2.Config.LoRaConfig
    preset_name = enum_name(kinds.ModemPreset, lora.modem_preset)
    return LoraSettings(enum_name(kinds.RegionCode, lora.region), preset_name if lora.use_preset else "CUSTOM")
