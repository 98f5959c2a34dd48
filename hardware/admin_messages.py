"""What a client says to administer its own radio, and what the radio answers. No I/O.

A message goes to the radio's own number on the admin port. A write is acked by a Routing packet; a question is
answered by an admin message, or by a plain ack when the radio has nothing of the kind or is managed (recorded, f_27).
"""

from dataclasses import dataclass

from google.protobuf.message import DecodeError, Message

from hardware.meshtastic_protobufs import admin_pb2, channel_pb2, config_pb2, mesh_pb2, module_config_pb2, portnums_pb2
from hardware.profile import ContactProfile
from hardware.stream import frame

HOP_LIMIT = 3
"""As clients send them; they never leave the radio."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The radio has carried out a message, or refused it with a `Routing.Error`."""

    packet_id: int
    error: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a question."""

    packet_id: int
    answer: admin_pb2.AdminMessage


@dataclass(frozen=True, slots=True)
class Restarted:
    """The radio has started anew, on a connection that stayed."""


@dataclass(frozen=True, slots=True)
class Other:
    """Any other message: the radio is alive."""


Heard = Acknowledged | Answered | Restarted | Other


def request(message: admin_pb2.AdminMessage, packet_id: int, own_number: int) -> bytes:
    """Put one admin message into a frame for the radio."""
    kind = message.WhichOneof("payload_variant") or ""
    data = mesh_pb2.Data(
        portnum=portnums_pb2.PortNum.ADMIN_APP,
        payload=message.SerializeToString(),
        want_response=kind.startswith("get_"),
    )
    packet = mesh_pb2.MeshPacket(to=own_number, id=packet_id, hop_limit=HOP_LIMIT, want_ack=True, decoded=data)
    return frame(mesh_pb2.ToRadio(packet=packet).SerializeToString())


def understand(message: bytes) -> Heard | None:
    """Read one message of the client API: any bytes at all; None for what is none."""
    try:
        said = mesh_pb2.FromRadio.FromString(message)
        match said.WhichOneof("payload_variant"):
            case "packet":
                return _packet(said.packet)
            case "queueStatus" if said.queueStatus.res != 0:
                return Acknowledged(said.queueStatus.mesh_packet_id, said.queueStatus.res)
            case "rebooted":
                return Restarted()
            case None:
                return None
            case _:
                return Other()
    except DecodeError:
        return None


def _packet(packet: mesh_pb2.MeshPacket) -> Heard:
    """Read one packet.

    Raises:
        DecodeError: what it carries is not what its port says.
    """
    # Others' answers come with their numbers, from the air.
    if getattr(packet, "from") != packet.to or not packet.HasField("decoded"):
        return Other()
    decoded = packet.decoded
    match decoded.portnum:
        case portnums_pb2.PortNum.ROUTING_APP:
            return Acknowledged(decoded.request_id, mesh_pb2.Routing.FromString(decoded.payload).error_reason)
        case portnums_pb2.PortNum.ADMIN_APP:
            return Answered(decoded.request_id, admin_pb2.AdminMessage.FromString(decoded.payload))
        case _:
            return Other()


def begin() -> admin_pb2.AdminMessage:
    """Open an edit: nothing is kept and nothing restarts until its commit."""
    return admin_pb2.AdminMessage(begin_edit_settings=True)


def commit() -> admin_pb2.AdminMessage:
    """Keep everything and restart 7 s later."""
    return admin_pb2.AdminMessage(commit_edit_settings=True)


def set_part(name: str, part: Message) -> admin_pb2.AdminMessage:
    """Write one part of the settings, or the settings of one module."""
    if name in config_pb2.Config.DESCRIPTOR.fields_by_name:
        config = config_pb2.Config()
        getattr(config, name).CopyFrom(part)
        return admin_pb2.AdminMessage(set_config=config)
    module = module_config_pb2.ModuleConfig()
    getattr(module, name).CopyFrom(part)
    return admin_pb2.AdminMessage(set_module_config=module)


def set_channel(channel: channel_pb2.Channel) -> admin_pb2.AdminMessage:
    """Write one channel."""
    return admin_pb2.AdminMessage(set_channel=channel)


def set_owner(long_name: str, short_name: str) -> admin_pb2.AdminMessage:
    """Name the radio."""
    return admin_pb2.AdminMessage(set_owner=mesh_pb2.User(long_name=long_name, short_name=short_name))


def add_contact(contact: ContactProfile) -> admin_pb2.AdminMessage:
    """Load another radio's key, marked as verified so that nothing heard on the air replaces it."""
    user = mesh_pb2.User(
        id=f"!{contact.node_number:08x}",
        long_name=contact.long_name,
        short_name=contact.short_name,
        public_key=contact.public_key,
    )
    shared = admin_pb2.SharedContact(node_num=contact.node_number, user=user, manually_verified=True)
    return admin_pb2.AdminMessage(add_contact=shared)


def remove_node(node_number: int) -> admin_pb2.AdminMessage:
    """Forget a node: the only way to another key for a verified one."""
    return admin_pb2.AdminMessage(remove_by_nodenum=node_number)


def set_canned_messages(text: str) -> admin_pb2.AdminMessage:
    """Write the texts to choose from, with bars between."""
    return admin_pb2.AdminMessage(set_canned_message_module_messages=text)


def get_canned_messages() -> admin_pb2.AdminMessage:
    """Ask for the texts to choose from."""
    return admin_pb2.AdminMessage(get_canned_message_module_messages_request=True)


def set_time(utc_s: int) -> admin_pb2.AdminMessage:
    """Tell the radio the time; only from a clock that is trusted."""
    return admin_pb2.AdminMessage(set_time_only=utc_s)
