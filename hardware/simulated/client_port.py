"""The client's side of a simulated device: one connection at a time, settings on request, then what happens.

* A new connection closes the old one. A client silent for 15 minutes is dropped.
* Packets are handled before the settings are asked for; but only heartbeats are answered then.
* Two queue reports wait at most, the older is lost; five heartbeats at once get one answer; one with nonce 1 gets
  none, but makes the device announce itself.
* Packets wait in 32 places: full, a text evicts the oldest, anything else is lost. They wait through a change of
  clients, and while a client does not read. Settings come as the client reads them; asked for anew, they begin anew.

(Firmware src/mesh/PhoneAPI.cpp, MeshService.cpp, api/ServerAPI.cpp; seen on recordings.)
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from google.protobuf.message import DecodeError

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated import speech
from hardware.simulated.acks import HOP_LIMIT_DEFAULT
from hardware.simulated.firmware_stream import FirmwareReader
from hardware.simulated.identity import Profile
from hardware.simulated.rate_limits import TOO_FAR, TOO_OFTEN, RateLimits, Verdict
from hardware.simulated.results import Result
from hardware.simulated.scheduler import Scheduler, Timer
from hardware.stream import frame

IDLE_S_MAX = 900.0
REPORTS_MAX = 2
PACKETS_MAX = 32
NOTICES_MAX = 4
PAYLOAD_BYTES_MAX = 233
"""A larger payload is not even decoded (mesh.options, DATA_PAYLOAD_LEN)."""


class Connection(Protocol):
    """One client's connection, as the port sees it."""

    def can_take_more(self) -> bool:
        """Whether what is written will leave soon."""

    def write(self, chunk: bytes) -> None:
        """Send bytes."""

    def close(self) -> None:
        """End the connection; nothing more is received from it."""


@dataclass(frozen=True, slots=True)
class Commands:
    """What a client can do to the device behind the port."""

    settings: Callable[[], Profile]
    send: Callable[[mesh_pb2.MeshPacket], tuple[int, Result]]
    answer: Callable[[int, int, Result], None]
    """Sends an error about a packet to a node, over the air."""
    free: Callable[[], int]
    minutes_to_wait: Callable[[], int]
    new_packet_id: Callable[[], int]
    announce: Callable[[], None]
    epoch_s: Callable[[], int]
    """Its time, 0 when it has none."""


class ClientPort:
    """The client API of one device since it was switched on."""

    def __init__(self, scheduler: Scheduler, commands: Commands) -> None:
        self._scheduler = scheduler
        self._commands = commands
        self._connection: Connection | None = None
        self._limits = RateLimits(scheduler)
        self._reader = FirmwareReader()
        self._settings: Iterator[bytes] | None = None
        self._has_settings = False
        self._is_handling = False
        self._heartbeat_due = False
        self._reports: deque[bytes] = deque(maxlen=REPORTS_MAX)
        self._notices: deque[bytes] = deque(maxlen=NOTICES_MAX)
        self._packets: deque[bytes] = deque()
        self._idle: Timer | None = None

    @property
    def has_client(self) -> bool:
        """Whether somebody is connected."""
        return self._connection is not None

    @property
    def has_packets(self) -> bool:
        """Whether packets wait for the client."""
        return bool(self._packets)

    def connected(self, connection: Connection) -> None:
        """Serve this client from now on, and no other."""
        self.close()
        self._connection = connection
        self._reader = FirmwareReader()
        self._settings = None
        self._has_settings = False
        self._restart_idle_timer()

    def disconnected(self, connection: Connection) -> None:
        """Take note that a client has gone."""
        if connection is self._connection:
            self._connection = None

    def close(self) -> None:
        """Drop the client, if there is one."""
        if self._idle is not None:
            self._idle.cancel()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def received(self, connection: Connection, chunk: bytes) -> None:
        """Take bytes from a client: any bytes at all."""
        if connection is not self._connection:
            return
        self._restart_idle_timer()
        # The firmware reads all there is before it answers, so a burst overruns the two places for reports.
        self._is_handling = True
        for message in self._reader.feed(chunk):
            self._handle(message)
        self._is_handling = False
        self.flush()

    def heard(self, message: bytes, *, is_text: bool) -> None:
        """Keep a packet for the client."""
        if len(self._packets) >= PACKETS_MAX:
            if not is_text:
                return
            self._packets.popleft()
        self._packets.append(message)
        self.flush()

    def routed(self, packet_id: int, result: Result, hop_limit: int = 0) -> None:
        """Tell the client what became of a packet from here, one that it never sent included."""
        new_id = self._commands.new_packet_id()
        message = speech.routing_error(
            self._own_number, packet_id, result, new_id, hop_limit=hop_limit, rx_time=self._commands.epoch_s()
        )
        self.heard(message, is_text=False)

    def silenced(self, packet_id: int) -> None:
        """Tell people that the duty cycle kept a packet back, one that was to be relayed included."""
        self._notices.append(speech.duty_cycle_notice(packet_id, self._commands.minutes_to_wait()))
        self.flush()

    def report(self, packet_id: int, result: Result) -> None:
        """Tell the client that a packet was queued or not: its own, or one that the device sends by itself."""
        self._reports.append(speech.queue_report(packet_id, result, self._commands.free()))
        self.flush()

    def place_free(self) -> None:
        """Tell the client that the full queue has a place again."""
        self.report(0, Result.NONE)

    def flush(self) -> None:
        """Write what waits, as far as the client reads."""
        connection = self._connection
        if connection is None or self._is_handling:
            return
        if self._heartbeat_due and connection.can_take_more():
            self._heartbeat_due = False
            connection.write(frame(speech.queue_report(0, Result.NONE, self._commands.free())))
        while self._settings is not None and connection.can_take_more():
            message = next(self._settings, None)
            if message is None:
                self._settings, self._has_settings = None, True
            else:
                connection.write(frame(message))
        if not self._has_settings:
            return
        for waiting in (self._reports, self._notices, self._packets):
            while waiting and connection.can_take_more():
                connection.write(frame(waiting.popleft()))

    def _handle(self, message: bytes) -> None:
        try:
            said = mesh_pb2.ToRadio.FromString(message)
        except DecodeError:
            return
        match said.WhichOneof("payload_variant"):
            case "want_config_id":
                self._settings = speech.settings(self._commands.settings(), said.want_config_id)
                self._has_settings = False
            case "heartbeat" if said.heartbeat.nonce == 0:
                self._heartbeat_due = True
            case "heartbeat" if said.heartbeat.nonce == 1:
                self._commands.announce()
            case "packet" if len(said.packet.decoded.payload) <= PAYLOAD_BYTES_MAX:
                self._send(said.packet)
            case "disconnect":
                self.close()
            case "xmodemPacket" if said.xmodemPacket.control == said.xmodemPacket.Control.SOH:
                # Files are not modelled: refused, as the firmware refuses what is no block of a file.
                self._notices.append(speech.file_refused())
            case _:
                pass

    @property
    def _own_number(self) -> int:
        return self._commands.settings().identity.node_number

    def _send(self, packet: mesh_pb2.MeshPacket) -> None:
        match self._limits.judge(packet):
            case Verdict.TAKEN:
                self._send_taken(packet)
                return
            case Verdict.REPEATED:
                return
            case Verdict.TOO_OFTEN:
                self._notices.append(speech.notice(packet.id, TOO_OFTEN))
            case Verdict.TOO_FAR:
                self._notices.append(speech.notice(packet.id, TOO_FAR))
            case Verdict.REFUSED if getattr(packet, "from") == self._own_number:
                self.routed(packet.id, Result.RATE_LIMIT)
            case Verdict.REFUSED:
                self._commands.answer(getattr(packet, "from"), packet.id, Result.RATE_LIMIT)
            case Verdict.SILENTLY_DROPPED:
                pass
        self.report(packet.id, Result.NONE)

    def _send_taken(self, packet: mesh_pb2.MeshPacket) -> None:
        packet_id, result = self._commands.send(packet)
        self.report(packet_id, result)
        if result not in (Result.NONE, Result.BAD_REQUEST):
            self.routed(packet_id, result)
        elif result is Result.NONE and packet.to == self._own_number and packet.want_ack and not _is_admin(packet):
            self.routed(packet_id, result, hop_limit=HOP_LIMIT_DEFAULT)

    def _restart_idle_timer(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = self._scheduler.call_at(self._scheduler.now_s() + IDLE_S_MAX, self.close)


def _is_admin(packet: mesh_pb2.MeshPacket) -> bool:
    """Whether it is answered, or acked, by the admin module."""
    return bool(packet.decoded.portnum == portnums_pb2.PortNum.ADMIN_APP)
