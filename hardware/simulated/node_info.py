"""How nodes learn each other's names and keys: when a device sends its NodeInfo, and whom it answers.

* 30 s after the start and every 3 hours, to all, where the air file has contacts learnt.
* On a heartbeat with nonce 1, to all, asking for theirs, with 2.8 to the neighbours only; at most once a minute.
* To whoever asks (`want_response`), and to a node heard for the first time, asking for its own.
* To a node that answered PKI_UNKNOWN_PUBKEY: it lacked our key.
* Otherwise not within 10 minutes of the last one; that is remembered through power cuts.

(Firmware src/modules/NodeInfoModule.cpp, MeshService.cpp, ReliableRouter.cpp; seen on recordings of 2.7. The gates by
channel use are not modelled.)
"""

from collections.abc import Callable
from enum import Enum, auto

from google.protobuf.message import DecodeError

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.air import AirFrame
from hardware.simulated.contacts import Contacts
from hardware.simulated.identity import EVERYBODY, Contact, Generation, Identity
from hardware.simulated.scheduler import Scheduler, Timer
from hardware.simulated.speech import user

FIRST_S = 30.0
"""After the start."""

PERIOD_S = 3 * 3600.0

SPACING_S = 600.0
SPACING_URGENT_S = 60.0
"""When a person, or a missing key, is waiting for it."""

HOP_LIMIT = 3
PRIORITY_USUAL = mesh_pb2.MeshPacket.Priority.BACKGROUND
PRIORITY_URGENT = mesh_pb2.MeshPacket.Priority.DEFAULT


class Reaction(Enum):
    """What the modules of a device make of a packet that it could read."""

    NONE = auto()
    ANSWERED = auto()
    """It gets a response, which stands for the ack."""
    LEFT = auto()
    """It was for a module that gives no response this time."""


class NodeInfo:
    """One device's NodeInfo module; outlives its power cuts.

    Args:
        identity: of the device.
        generation: of its firmware.
        contacts: what it learns goes there.
        scheduler: shared with the device.
        is_periodic: whether it announces itself unasked.
    """

    def __init__(
        self,
        identity: Identity,
        generation: Generation,
        contacts: Contacts,
        scheduler: Scheduler,
        *,
        is_periodic: bool,
    ) -> None:
        self._identity = identity
        self._generation = generation
        self._contacts = contacts
        self._scheduler = scheduler
        self._is_periodic = is_periodic
        self._send: Callable[[mesh_pb2.MeshPacket], None] | None = None
        self._sent_s: float | None = None
        self._timer: Timer | None = None

    def switch_on(self, send: Callable[[mesh_pb2.MeshPacket], None]) -> None:
        """Begin; packets go out through `send`."""
        self._send = send
        if self._is_periodic:
            self._plan(FIRST_S)

    def switch_off(self) -> None:
        """Stop announcing."""
        self._send = None
        if self._timer is not None:
            self._timer.cancel()

    def rename(self, identity: Identity) -> None:
        """Announce another name or key from now on."""
        self._identity = identity

    def announce(self) -> None:
        """Tell the others who we are and ask who they are, as a client wants it."""
        self._tell(EVERYBODY, asks=True, is_urgent=True)

    def hear(self, frame: AirFrame, data: mesh_pb2.Data) -> Reaction:
        """Take a packet that this device could read: any at all."""
        is_for_us = frame.to_node in (EVERYBODY, self._identity.node_number)
        if data.portnum == portnums_pb2.PortNum.NODEINFO_APP:
            self._learn(frame.from_node, data.payload)
            if data.want_response and is_for_us:
                is_answered = self._tell(frame.from_node, request_id=frame.packet_id)
                return Reaction.ANSWERED if is_answered else Reaction.LEFT
        elif frame.from_node not in self._contacts:
            self._tell(frame.from_node, asks=True)
        elif is_for_us and _lacks_our_key(data):
            self._tell(frame.from_node, is_urgent=True)
        return Reaction.NONE

    def _learn(self, node_number: int, payload: bytes) -> None:
        try:
            said = mesh_pb2.User.FromString(payload)
        except DecodeError:
            return
        self._contacts.learn(Contact(node_number, said.long_name, said.short_name, said.public_key, said.macaddr))

    def _tell(self, to: int, *, asks: bool = False, is_urgent: bool = False, request_id: int = 0) -> bool:
        now_s = self._scheduler.now_s()
        spacing_s = SPACING_URGENT_S if is_urgent else SPACING_S
        if self._send is None or (self._sent_s is not None and now_s - self._sent_s < spacing_s):
            return False
        self._sent_s = now_s
        is_for_neighbours = asks and to == EVERYBODY and self._generation is Generation.V2_8
        packet = mesh_pb2.MeshPacket(
            to=to,
            hop_limit=0 if is_for_neighbours else HOP_LIMIT,
            priority=PRIORITY_URGENT if is_urgent else PRIORITY_USUAL,
            decoded=mesh_pb2.Data(
                portnum=portnums_pb2.PortNum.NODEINFO_APP,
                payload=user(self._identity, self._generation).SerializeToString(),
                want_response=asks,
                request_id=request_id,
            ),
        )
        self._send(packet)
        return True

    def _plan(self, wait_s: float) -> None:
        self._timer = self._scheduler.call_at(self._scheduler.now_s() + wait_s, self._period_over)

    def _period_over(self) -> None:
        self._tell(EVERYBODY)
        self._plan(PERIOD_S)


def _lacks_our_key(data: mesh_pb2.Data) -> bool:
    if data.portnum != portnums_pb2.PortNum.ROUTING_APP:
        return False
    try:
        routing = mesh_pb2.Routing.FromString(data.payload)
    except DecodeError:
        return False
    return bool(routing.error_reason == mesh_pb2.Routing.Error.PKI_UNKNOWN_PUBKEY)
