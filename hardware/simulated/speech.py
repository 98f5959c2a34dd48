"""What a simulated device says to its client: messages of the client API, byte for byte as the firmware says them.

Settings without a bearing on who the device is are kept as the firmware's own bytes. The rest is made from the
device's identity and from what its client has set. A test compares whole handshakes with recordings of both
generations.
"""

from collections.abc import Iterator

from hardware.airtime import HEADER_BYTES
from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2, telemetry_pb2
from hardware.simulated import factory_settings as factory
from hardware.simulated.air import AirFrame
from hardware.simulated.device_settings import DeviceSettings
from hardware.simulated.identity import EVERYBODY, Contact, Generation, Profile, firmware_version

QUEUE_PLACES = 16
"""The firmware's transmit queue (src/mesh/RadioInterface.h)."""

ONLY_SETTINGS_NONCE = 69420
"""Leaves out the other nodes (src/mesh/PhoneAPI.h)."""

ONLY_NODES_NONCE = 69421
"""Leaves out all but the nodes."""

_MIN_APP_VERSION = 30200
_POWERED = 101
_NOISE_DBM = -95


def settings(profile: Profile, nonce: int) -> Iterator[bytes]:
    """Answer `want_config_id`: everything the client asked for, in the firmware's order, and the nonce last."""
    me, is_new = profile.identity, profile.generation is Generation.V2_8
    state = profile.settings or DeviceSettings(me, profile.generation, profile.preset)
    own_node = _own_node(profile, state)
    if nonce != ONLY_NODES_NONCE:
        yield from _about_itself(profile, own_node)
        yield from map(_said, state.handshake())
    else:
        yield own_node
    if nonce != ONLY_SETTINGS_NONCE:
        for node in profile.nodes:
            yield _node(node, profile)
    if nonce != ONLY_NODES_NONCE:
        yield from map(bytes.fromhex, factory.FILES_28 if is_new else factory.FILES_27)
    yield _said(mesh_pb2.FromRadio(config_complete_id=nonce))


def _about_itself(profile: Profile, own_node: bytes) -> Iterator[bytes]:
    me, is_new = profile.identity, profile.generation is Generation.V2_8
    my_info = mesh_pb2.MyNodeInfo(
        my_node_num=me.node_number,
        min_app_version=_MIN_APP_VERSION,
        pio_env="native",
        nodedb_count=1 + len(profile.nodes),
        device_id=me.hardware_address + bytes(10) if is_new else b"",
    )
    yield _said(mesh_pb2.FromRadio(my_info=my_info))
    yield bytes.fromhex(factory.DEVICE_UI)
    yield own_node
    about = metadata(profile.generation)
    about.firmware_version = profile.firmware
    yield _said(mesh_pb2.FromRadio(metadata=about))
    if is_new:
        yield bytes.fromhex(factory.REGION_TABLE_28)


def metadata(generation: Generation) -> mesh_pb2.DeviceMetadata:
    """Say what the device is made of."""
    is_new = generation is Generation.V2_8
    return mesh_pb2.DeviceMetadata(
        firmware_version=firmware_version(generation),
        device_state_version=25 if is_new else 24,
        hasWifi=True,
        position_flags=811,
        hw_model=mesh_pb2.HardwareModel.PORTDUINO,
        hasPKC=True,
        excluded_modules=15828 if is_new else 15812,
    )


def user(contact: Contact, generation: Generation) -> mesh_pb2.User:
    """Say who a node is, to a client or on the air; of a contact loaded and never heard its client knows less."""
    if not contact.hardware_address:
        return mesh_pb2.User(
            id=f"!{contact.node_number:08x}",
            long_name=contact.long_name,
            short_name=contact.short_name,
            macaddr=bytes(6),
            public_key=contact.public_key,
        )
    return mesh_pb2.User(
        id=f"!{contact.node_number:08x}",
        long_name=contact.long_name,
        short_name=contact.short_name,
        macaddr=bytes(6) if generation is Generation.V2_8 else contact.hardware_address,
        hw_model=mesh_pb2.HardwareModel.PORTDUINO,
        public_key=contact.public_key,
        is_unmessagable=False,
    )


def _own_node(profile: Profile, state: DeviceSettings) -> bytes:
    """Describe the device itself; only it has a position."""
    me = user(profile.identity, profile.generation)
    me.role = mesh_pb2.User(role=state.config(0).device.role).role
    me.is_unmessagable = state.is_unmessagable
    node = mesh_pb2.NodeInfo(num=profile.identity.node_number, user=me, is_favorite=True)
    node.position.SetInParent()
    return _said(mesh_pb2.FromRadio(node_info=node))


def _node(contact: Contact, profile: Profile) -> bytes:
    """Describe another node."""
    number = contact.node_number
    node = mesh_pb2.NodeInfo(
        num=number,
        user=user(contact, profile.generation),
        is_favorite=number in profile.favourites,
        is_key_manually_verified=number in profile.verified,
    )
    return _said(mesh_pb2.FromRadio(node_info=node))


def queue_report(packet_id: int, result: int, free: int) -> bytes:
    """Report on the transmit queue; `packet_id` 0 on a heartbeat."""
    report = mesh_pb2.QueueStatus(res=result, free=free, maxlen=QUEUE_PLACES, mesh_packet_id=packet_id)
    return _said(mesh_pb2.FromRadio(queueStatus=report))


def packet(message: mesh_pb2.MeshPacket) -> bytes:
    """Hand the client one packet."""
    return _said(mesh_pb2.FromRadio(packet=message))


def routing_error(
    own_number: int, packet_id: int, error: int, new_id: int, *, hop_limit: int = 0, rx_time: int = 0
) -> bytes:
    """Say what became of a packet from here; error 0 is the implicit ack.

    Args:
        own_number: of the device.
        packet_id: of the packet.
        error: of `Routing.Error`.
        new_id: of this message itself.
        hop_limit: 3 on the ack of a packet to the device itself.
        rx_time: the device's time, 0 when it has none.
    """
    routing = mesh_pb2.Routing(error_reason=mesh_pb2.Routing.Error.ValueType(error))
    message = mesh_pb2.MeshPacket(
        to=own_number,
        id=new_id,
        hop_limit=hop_limit,
        rx_time=rx_time,
        priority=mesh_pb2.MeshPacket.Priority.ACK,
        decoded=mesh_pb2.Data(
            portnum=portnums_pb2.PortNum.ROUTING_APP, payload=routing.SerializeToString(), request_id=packet_id
        ),
    )
    setattr(message, "from", own_number)
    return packet(message)


def admin_answer(own_number: int, packet_id: int, response: bytes, new_id: int) -> bytes:
    """Answer a question of the client about the device's settings."""
    data = mesh_pb2.Data(portnum=portnums_pb2.PortNum.ADMIN_APP, payload=response, request_id=packet_id)
    return _to_itself(own_number, new_id, data, mesh_pb2.MeshPacket.Priority.RELIABLE)


def admin_ack(own_number: int, packet_id: int, error: int, new_id: int) -> bytes:
    """Say what became of an admin message that has no answer of its own."""
    routing = mesh_pb2.Routing(error_reason=mesh_pb2.Routing.Error.ValueType(error))
    data = mesh_pb2.Data(
        portnum=portnums_pb2.PortNum.ROUTING_APP, payload=routing.SerializeToString(), request_id=packet_id
    )
    return _to_itself(own_number, new_id, data, mesh_pb2.MeshPacket.Priority.ACK)


def _to_itself(own_number: int, new_id: int, data: mesh_pb2.Data, priority: int) -> bytes:
    message = mesh_pb2.MeshPacket(
        to=own_number,
        id=new_id,
        hop_limit=3,
        priority=mesh_pb2.MeshPacket.Priority.ValueType(priority),
        decoded=data,
    )
    setattr(message, "from", own_number)
    return packet(message)


def heard_packet(
    frame: AirFrame, snr_db: float, sender_key: bytes, *, channel_index: int = 0, rx_time: int = 0
) -> bytes:
    """Hand the client a packet from the air.

    Args:
        frame: as heard.
        snr_db: of the last hop; the signal strength follows from it as in the firmware's simulated radio.
        sender_key: of the sender, when the packet came encrypted to us; else empty.
        channel_index: of the channel it came on.
        rx_time: the device's time, 0 when it has none.
    """
    message = _from_the_air(frame, snr_db, rx_time)
    message.channel = channel_index
    message.public_key = sender_key
    message.pki_encrypted = bool(sender_key)
    message.decoded.ParseFromString(frame.data)
    return packet(message)


def unread_packet(frame: AirFrame, snr_db: float, *, rx_time: int = 0) -> bytes:
    """Hand the client a packet that the device cannot read; the model has no real encryption, only its length."""
    message = _from_the_air(frame, snr_db, rx_time)
    message.channel = frame.channel_hash
    message.encrypted = bytes(frame.lora_bytes - HEADER_BYTES)
    return packet(message)


def _from_the_air(frame: AirFrame, snr_db: float, rx_time: int) -> mesh_pb2.MeshPacket:
    message = mesh_pb2.MeshPacket(
        to=frame.to_node,
        id=frame.packet_id,
        rx_time=rx_time,
        rx_snr=snr_db,
        rx_rssi=_NOISE_DBM + round(snr_db),
        hop_limit=frame.hop_limit,
        hop_start=frame.hop_start,
        want_ack=frame.want_ack,
        next_hop=frame.next_hop,
        relay_node=frame.relay_node,
        transport_mechanism=mesh_pb2.MeshPacket.TransportMechanism.TRANSPORT_LORA,
    )
    setattr(message, "from", frame.from_node)
    return message


def device_metrics(
    own_number: int,
    channel_utilization_pct: float,
    air_util_tx_pct: float,
    uptime_s: int,
    new_id: int,
    epoch_s: int = 0,
) -> bytes:
    """Tell the client how busy the air is; `epoch_s` is 0 while the device has no source of time."""
    metrics = telemetry_pb2.DeviceMetrics(
        battery_level=_POWERED,
        voltage=0.0,
        channel_utilization=channel_utilization_pct,
        air_util_tx=air_util_tx_pct,
        uptime_seconds=uptime_s,
    )
    return measured(own_number, telemetry_pb2.Telemetry(time=epoch_s, device_metrics=metrics), new_id)


def measured(own_number: int, telemetry: telemetry_pb2.Telemetry, new_id: int) -> bytes:
    """Hand the client what the device has measured of itself."""
    message = mesh_pb2.MeshPacket(
        to=EVERYBODY,
        id=new_id,
        rx_time=telemetry.time,
        hop_limit=3,
        priority=mesh_pb2.MeshPacket.Priority.BACKGROUND,
        decoded=mesh_pb2.Data(portnum=portnums_pb2.PortNum.TELEMETRY_APP, payload=telemetry.SerializeToString()),
    )
    setattr(message, "from", own_number)
    return packet(message)


def duty_cycle_notice(packet_id: int, minutes: int) -> bytes:
    """Tell people how long the duty cycle lasts."""
    return notice(packet_id, duty_cycle_sentence(minutes))


def duty_cycle_sentence(minutes: int) -> str:
    """Word how long the duty cycle lasts."""
    return f"Duty cycle limit exceeded. You can send again in {minutes} mins"


def notice(packet_id: int, text: str) -> bytes:
    """Tell people something about a packet."""
    notification = mesh_pb2.ClientNotification(reply_id=packet_id, level=mesh_pb2.LogRecord.Level.WARNING, message=text)
    return _said(mesh_pb2.FromRadio(clientNotification=notification))


def file_refused() -> bytes:
    """Refuse a block of a file."""
    refusal = mesh_pb2.FromRadio()
    refusal.xmodemPacket.control = refusal.xmodemPacket.Control.NAK
    return _said(refusal)


def _said(message: mesh_pb2.FromRadio) -> bytes:
    encoded: bytes = message.SerializeToString()
    return encoded
