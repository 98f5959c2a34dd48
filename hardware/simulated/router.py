"""Where packets go: what a device sends for its client, hands to it, acks and passes on.

    heard ---- 2.8 cannot read it: passed on, by the header alone, each time it is heard anew; nothing else
      |------- known already: a repetition by its author is relayed (and acked) again; any other copy cancels ours
      `------- new: NodeInfo module, ack, next hops, relay, client

* Overhearing one of ours ends its repetitions and is the implicit ack. 2.8 cannot read its own direct messages, so
  there is none for them, and relays of 2.8 pass the repetitions of such a message back and forth.
* An ack or a reply to somebody else cancels our relay of what it answers.
* Whatever asks for a response from everybody who can read it, and gets none from a module, gets NO_RESPONSE.

(Firmware src/mesh/FloodingRouter.cpp, NextHopRouter.cpp, ReliableRouter.cpp, Router.cpp, MeshModule.cpp; 2.7.26 and
2.8.0 as recorded.)
"""

import random
from collections.abc import Callable

from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.acks import Ack, ack_for, hop_limit_back, hops_away
from hardware.simulated.admission import Admission, priority_of
from hardware.simulated.air import AirFrame, last_byte
from hardware.simulated.conduct import Conduct
from hardware.simulated.contacts import Keys
from hardware.simulated.identity import EVERYBODY, Generation, Identity, is_for_everybody
from hardware.simulated.modem import Modem, Outbound
from hardware.simulated.next_hops import NextHops
from hardware.simulated.node_info import Reaction
from hardware.simulated.packet_history import PacketHistory, Seen
from hardware.simulated.reading import Heard, Reading
from hardware.simulated.relaying import Relaying
from hardware.simulated.results import Result
from hardware.simulated.scheduler import Scheduler
from hardware.simulated.sending import Sending, ToClient
from hardware.simulated.wall_clock import WallClock


class Router:
    """One device's packets since it was switched on.

    Args:
        identity: of the device.
        generation: of its firmware.
        signs: whether it signs broadcasts.
        conduct: asks for the settings in force.
        contacts: other devices whose keys it knows.
        clock: of the device.
        modem: sends.
        is_silenced: asks whether the duty cycle forbids sending.
        scheduler: shared with the modem.
        chance: draws packet numbers.
        to_client: hears what the client shall hear.
        read: the modules: told of each packet that this device can read, once.
    """

    def __init__(
        self,
        *,
        identity: Identity,
        generation: Generation,
        signs: bool,
        conduct: Callable[[], Conduct],
        contacts: Keys,
        clock: WallClock,
        modem: Modem,
        is_silenced: Callable[[], bool],
        scheduler: Scheduler,
        chance: random.Random,
        to_client: ToClient,
        read: Callable[[AirFrame, mesh_pb2.Data], Reaction],
    ) -> None:
        self._own = identity.node_number
        self._generation = generation
        self._conduct = conduct
        self._reading = Reading(identity.node_number, contacts, conduct)
        self._contacts = contacts
        self._next_hops = NextHops(generation, scheduler, clock)
        self._modem = modem
        self._chance = chance
        self._to_client = to_client
        self._read = read
        self._history = PacketHistory(identity.node_number)
        self._admission = Admission(identity, contacts, conduct, signs=signs)
        self._sending = Sending(
            own_number=identity.node_number,
            conduct=conduct,
            modem=modem,
            history=self._history,
            next_hops=self._next_hops,
            is_silenced=is_silenced,
            scheduler=scheduler,
            to_client=to_client,
        )

        self._relaying = Relaying(identity.node_number, generation, conduct, self._sending)

    def new_packet_id(self) -> int:
        """Draw a packet number."""
        return self._chance.randrange(1, EVERYBODY)

    def originate(self, packet: mesh_pb2.MeshPacket) -> tuple[int, Result]:
        """Send a packet of the client or of a module; return its number and what the queue report shall say."""
        packet_id = packet.id or self.new_packet_id()
        if packet.WhichOneof("payload_variant") != "decoded":
            return packet_id, Result.BAD_REQUEST
        if packet.to == self._own:
            return packet_id, Result.NONE
        frame = self._admission.frame(packet, packet_id)
        if isinstance(frame, Result):
            return packet_id, frame
        priority = priority_of(frame, packet.decoded, packet.priority)
        return packet_id, self._sending.send_own(Outbound(frame, priority), want_ack=packet.want_ack)

    def answer(self, to_node: int, packet_id: int, result: Result) -> None:
        """Send an error about a packet that the client claimed to be from somewhere else, as the firmware does."""
        self._acknowledge(to_node, packet_id, Ack(result, 0), channel_index=0)

    def inject(self, payload: bytes, hop_limit: int, from_node: int | None = None) -> bool:
        """Broadcast a private-port payload that no client gave, and say whether there was a place.

        Args:
            payload: any bytes that fit a broadcast.
            hop_limit: 0 to 7.
            from_node: whom it claims to come from; this device when None.
        """
        number = self._own if from_node is None else from_node
        frame = AirFrame(
            from_node=number,
            to_node=EVERYBODY,
            packet_id=self.new_packet_id(),
            hop_limit=hop_limit,
            hop_start=hop_limit,
            want_ack=False,
            relay_node=last_byte(number),
            channel=self._conduct().channel(0),
            data=mesh_pb2.Data(
                portnum=portnums_pb2.PortNum.PRIVATE_APP, payload=payload, bitfield=0
            ).SerializeToString(),
        )
        return self._sending.flood(Outbound(frame, mesh_pb2.MeshPacket.Priority.DEFAULT)) is Result.NONE

    def hear(self, frame: AirFrame, snr_db: float, airtime_us: int) -> None:
        """Take a frame from the air."""
        heard = Heard(frame, self._reading.read(frame), snr_db)
        if heard.data is None and self._generation is Generation.V2_8:
            self._relaying.pass_unread(heard)
            return
        if frame.from_node == self._own and self._sending.repetitions.has(self._own, frame.packet_id):
            self._to_client.routed(frame.packet_id, Result.NONE)
            self._sending.stop(self._own, frame.packet_id)
        self._sending.repetitions.postpone(airtime_us)
        seen = self._history.note(frame)
        if seen.has_more_hops and self._take_better(heard):
            return
        if seen.is_known:
            self._hear_again(heard, seen)
        else:
            self._hear_new(heard)

    def switch_off(self) -> None:
        """Forget everything."""
        self._sending.repetitions.clear()

    def _take_better(self, heard: Heard) -> bool:
        frame = heard.frame
        if not self._conduct().relays or frame.hop_limit == 0:
            return False
        if not self._modem.cancel(frame.from_node, frame.packet_id, hop_limit_below=frame.hop_limit):
            return False
        self._relaying.pass_on(heard)
        return True

    def _hear_again(self, heard: Heard, seen: Seen) -> None:
        frame = heard.frame
        is_repeated = frame.hops_used == 0
        if not is_for_everybody(frame.to_node):
            self._sending.stop(frame.from_node, frame.packet_id)
        is_queued = self._modem.has_queued(frame.from_node, frame.packet_id)
        if is_repeated or seen.falls_back:
            if is_queued or self._relaying.pass_on(heard):
                return
            if not seen.falls_back and frame.to_node == self._own and frame.want_ack:
                self._acknowledge(frame.from_node, frame.packet_id, Ack(Result.NONE, 0), self._reading.index(frame))
        elif (is_for_everybody(frame.to_node) or not seen.was_for_us) and self._conduct().yields:
            self._sending.cancel(frame.from_node, frame.packet_id)

    def _hear_new(self, heard: Heard) -> None:
        frame, data = heard.frame, heard.data
        if data is not None and self._conduct().ignores(data.portnum):
            self._sending.cancel(frame.from_node, frame.packet_id)
            return
        reaction = Reaction.NONE if data is None else self._read(frame, data)
        if frame.to_node == self._own:
            ack = ack_for(frame, data, last_byte(self._own))
            if ack is not None and reaction is not Reaction.ANSWERED:
                self._acknowledge(frame.from_node, frame.packet_id, ack, self._reading.index(frame))
            if data is not None and data.request_id:
                self._take_answer(frame, data)
        if data is not None and (data.request_id or data.reply_id):
            self._learn(frame, data)
        self._relaying.pass_on(heard)
        self._deliver(heard)
        is_for_us = frame.to_node == self._own or is_for_everybody(frame.to_node)
        if data is not None and data.want_response and is_for_us and reaction is Reaction.NONE:
            no_response = Ack(Result.NO_RESPONSE, hop_limit_back(frame))
            self._acknowledge(frame.from_node, frame.packet_id, no_response, self._reading.index(frame))

    def _take_answer(self, frame: AirFrame, data: mesh_pb2.Data) -> None:
        self._sending.stop(self._own, data.request_id)
        is_error = data.portnum == portnums_pb2.PortNum.ROUTING_APP and self._reading.routing_error(data) != 0
        if not is_error:
            self._next_hops.proved(frame.from_node)

    def _learn(self, frame: AirFrame, data: mesh_pb2.Data) -> None:
        is_direct = hops_away(frame) == 0
        if frame.from_node in self._contacts and self._history.shows_way(
            frame.relay_node, frame.to_node, data.request_id, is_direct=is_direct
        ):
            self._next_hops.learn(frame.from_node, frame.relay_node)
        if frame.to_node != self._own:
            self._sending.cancel(frame.to_node, data.request_id)
            self._sending.stop(frame.to_node, data.request_id)

    def _deliver(self, heard: Heard) -> None:
        frame = heard.frame
        if frame.to_node != self._own and not is_for_everybody(frame.to_node):
            return
        self._to_client.heard(heard, self._reading.index(frame))

    def _acknowledge(self, to_node: int, packet_id: int, ack: Ack, channel_index: int) -> None:
        routing = mesh_pb2.Routing(error_reason=mesh_pb2.Routing.Error.ValueType(ack.result))
        packet = mesh_pb2.MeshPacket(
            to=to_node,
            channel=channel_index,
            hop_limit=ack.hop_limit,
            want_ack=ack.want_ack,
            decoded=mesh_pb2.Data(
                portnum=portnums_pb2.PortNum.ROUTING_APP,
                payload=routing.SerializeToString(),
                request_id=packet_id,
            ),
        )
        self.originate(packet)
