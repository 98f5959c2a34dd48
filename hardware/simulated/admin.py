"""What a simulated device does when its own client administers it: reads, writes, edits, restarts.

* Only messages to its own number on the admin port, from its own client. A managed device acks them and does nothing.
* A question that wants a response gets it, with the session's passkey; one that does not gets nothing. A question that
  nothing here answers gets a plain ack, a channel that is not there BAD_REQUEST.
* A write gets an ack. Names, roles and modules restart the device `restart_wait_s` after the last such write; channels,
  LoRa and contacts do not. Inside an edit nothing restarts and nothing is kept until the commit, which always restarts.

(Firmware src/modules/AdminModule.cpp, 2.7.26; recorded as f_27 and f_28. LoRa settings restart older hardware too.)
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from hardware.meshtastic_protobufs import admin_pb2, mesh_pb2, portnums_pb2
from hardware.simulated import factory_settings as factory
from hardware.simulated.contacts import Contacts
from hardware.simulated.device_settings import CHANNELS, DeviceSettings
from hardware.simulated.identity import Contact, Generation
from hardware.simulated.results import Result
from hardware.simulated.scheduler import Scheduler, Timer
from hardware.simulated.speech import metadata, user

RESTART_WAIT_S = 7.0
"""From a write to the restart (src/modules/AdminModule.h, DEFAULT_REBOOT_SECONDS)."""

PASSKEY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a message of the client."""

    response: bytes
    """An admin message."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An ack, or an error."""

    result: Result


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nothing is said."""


Answer = Answered | Acknowledged | Unanswered


class Admin:
    """The admin module of one device since it was switched on.

    Args:
        settings: outlive it.
        contacts: outlive it.
        generation: of the firmware.
        scheduler: shared with the device.
        chance: draws the passkey.
        restart: restarts the device.
        restart_wait_s: from a write to the restart.
        has_keypad: whether it is a handheld with texts to choose from.
    """

    def __init__(
        self,
        settings: DeviceSettings,
        contacts: Contacts,
        generation: Generation,
        scheduler: Scheduler,
        chance: random.Random,
        *,
        restart: Callable[[], None],
        restart_wait_s: float = RESTART_WAIT_S,
        has_keypad: bool = False,
    ) -> None:
        self._settings = settings
        self._contacts = contacts
        self._generation = generation
        self._scheduler = scheduler
        self._passkey = chance.randbytes(PASSKEY_BYTES)
        self._restart = restart
        self._restart_wait_s = restart_wait_s
        self._has_keypad = has_keypad
        self._timer: Timer | None = None

    def is_for_us(self, packet: mesh_pb2.MeshPacket) -> bool:
        """Whether a packet of the client administers this device."""
        is_own = packet.to == self._settings.identity.node_number
        return bool(is_own and packet.decoded.portnum == portnums_pb2.PortNum.ADMIN_APP)

    def handle(self, packet: mesh_pb2.MeshPacket) -> Answer:
        """Carry out one message: any bytes at all."""
        try:
            said = admin_pb2.AdminMessage.FromString(packet.decoded.payload)
        except DecodeError:
            return _plain(packet)
        if self._settings.is_managed:
            return _plain(packet)
        kind = said.WhichOneof("payload_variant") or ""
        if kind.startswith("get_"):
            return self._answer(packet, said)
        self._write(said)
        return _plain(packet)

    def switch_off(self) -> None:
        """Forget a restart to come."""
        if self._timer is not None:
            self._timer.cancel()

    def _answer(self, packet: mesh_pb2.MeshPacket, said: admin_pb2.AdminMessage) -> Answer:
        if not packet.decoded.want_response:
            return _plain(packet)
        response = admin_pb2.AdminMessage(session_passkey=self._passkey)
        match said.WhichOneof("payload_variant"):
            case "get_owner_request":
                response.get_owner_response.CopyFrom(self._owner())
            case "get_config_request":
                response.get_config_response.CopyFrom(self._settings.config(said.get_config_request))
            case "get_module_config_request":
                response.get_module_config_response.CopyFrom(self._settings.module(said.get_module_config_request))
            case "get_channel_request" if 1 <= said.get_channel_request <= CHANNELS:
                response.get_channel_response.CopyFrom(self._settings.channel(said.get_channel_request - 1))
            case "get_channel_request":
                return Acknowledged(Result.BAD_REQUEST)
            case "get_device_metadata_request":
                response.get_device_metadata_response.CopyFrom(metadata(self._generation))
            case "get_device_connection_status_request":
                response.get_device_connection_status_response.MergeFromString(
                    bytes.fromhex(factory.WIFI_AND_SERIAL_STATUS)
                )
            case "get_ui_config_request":
                response.ClearField("session_passkey")
                response.get_ui_config_response.MergeFromString(bytes.fromhex(factory.UI_CONFIG))
            case "get_canned_message_module_messages_request" if self._has_keypad:
                response.get_canned_message_module_messages_response = self._settings.canned_messages
            case _:
                return _plain(packet)
        return Answered(response.SerializeToString())

    def _owner(self) -> mesh_pb2.User:
        owner = user(self._settings.identity, Generation.V2_7)
        owner.role = mesh_pb2.User(role=self._settings.config(0).device.role).role
        owner.is_unmessagable = self._settings.is_unmessagable
        return owner

    def _write(self, said: admin_pb2.AdminMessage) -> None:
        if self._write_settings(said):
            self._restart_in(self._restart_wait_s)
        match said.WhichOneof("payload_variant"):
            case "add_contact":
                self._add(said.add_contact)
            case "remove_by_nodenum":
                self._contacts.forget(said.remove_by_nodenum)
            case "nodedb_reset":
                self._contacts.forget_strangers()
                self._restart_in(self._restart_wait_s)
            case "reboot_seconds":
                self._restart_in(None if said.reboot_seconds < 0 else float(said.reboot_seconds))
            case _:
                # Time, position and the rest have no effect that the model could show.
                pass

    def _write_settings(self, said: admin_pb2.AdminMessage) -> bool:
        """Pass a write on to the settings; say whether the device restarts."""
        match said.WhichOneof("payload_variant"):
            case "set_owner":
                return self._settings.set_owner(said.set_owner)
            case "set_config":
                return self._settings.set_config(said.set_config)
            case "set_module_config":
                return self._settings.set_module(said.set_module_config)
            case "set_channel":
                return self._settings.set_channel(said.set_channel)
            case "set_canned_message_module_messages" if self._has_keypad:
                return self._settings.set_canned_messages(said.set_canned_message_module_messages)
            case "begin_edit_settings":
                self._settings.begin()
            case "commit_edit_settings":
                self._settings.commit()
                return True
            case _:
                pass
        return False

    def _add(self, shared: admin_pb2.SharedContact) -> None:
        their = shared.user
        contact = Contact(shared.node_num, their.long_name, their.short_name, their.public_key, b"")
        self._contacts.load(contact, is_verified=shared.manually_verified)

    def _restart_in(self, wait_s: float | None) -> None:
        self.switch_off()
        if wait_s is not None:
            self._timer = self._scheduler.call_at(self._scheduler.now_s() + wait_s, self._restart)


def _plain(packet: mesh_pb2.MeshPacket) -> Answer:
    """Ack, where anything was wanted."""
    wanted = packet.want_ack or packet.decoded.want_response
    return Acknowledged(Result.NONE) if wanted else Unanswered()
