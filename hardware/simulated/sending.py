"""How a packet leaves a device: noted in the history, given a next hop, put up for repetition, queued.

    flooded   asks everybody to pass it on: broadcasts, relays of floods, every last repetition
    directed  asks the next hop that was learnt, if one was, and is then repeated by whoever directs it: own packets
              to one node, and relays that we were asked for

An own packet with want_ack goes up to three times, any other directed one twice, the last time flooded. An own one that
nobody acked ends in MAX_RETRANSMIT, asked for or not: acks that a device sends through a next hop end so too. (Firmware
src/mesh/ReliableRouter.cpp, send; NextHopRouter.cpp, send, doRetransmissions; Router.cpp, send.)
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from hardware.simulated.air import AirFrame, last_byte
from hardware.simulated.conduct import Conduct
from hardware.simulated.identity import is_for_everybody
from hardware.simulated.modem import Modem, Outbound
from hardware.simulated.next_hops import NextHops
from hardware.simulated.packet_history import PacketHistory
from hardware.simulated.reading import Heard
from hardware.simulated.repetitions import TRANSMISSIONS_HOP, TRANSMISSIONS_OWN, Repetitions
from hardware.simulated.results import Result
from hardware.simulated.scheduler import Scheduler


class ToClient(Protocol):
    """The router's way to the client."""

    def heard(self, heard: Heard, channel_index: int) -> None:
        """Take a packet from the air, and on which of the device's channels it came."""

    def routed(self, packet_id: int, result: Result) -> None:
        """Take an implicit ack of a packet from here, or an error about it."""

    def silenced(self, packet_id: int) -> None:
        """Take note that the duty cycle kept a packet back."""


class Sending:
    """The sending side of one device's router.

    Args:
        own_number: of the device.
        conduct: asks for the settings in force.
        modem: queues and sends.
        history: remembers what was sent.
        next_hops: gives directions.
        is_silenced: asks whether the duty cycle forbids sending.
        scheduler: shared with the modem.
        to_client: hears how packets end.
    """

    def __init__(
        self,
        *,
        own_number: int,
        conduct: Callable[[], Conduct],
        modem: Modem,
        history: PacketHistory,
        next_hops: NextHops,
        is_silenced: Callable[[], bool],
        scheduler: Scheduler,
        to_client: ToClient,
    ) -> None:
        self._own_number = own_number
        self._own = last_byte(own_number)
        self._conduct = conduct
        self._modem = modem
        self._history = history
        self._next_hops = next_hops
        self._is_silenced = is_silenced
        self._to_client = to_client
        self.repetitions = Repetitions(modem, scheduler, self._again, self._gave_up)

    def send_own(self, outbound: Outbound, *, want_ack: bool) -> Result:
        """Send a packet made here.

        Args:
            outbound: without a next hop.
            want_ack: repeat it until it is acked or relayed; also for a broadcast, whose frame never says so.
        """
        frame = outbound.frame
        if want_ack:
            self.repetitions.add(outbound, TRANSMISSIONS_OWN)
        self.repetitions.postpone(self._modem.airtime_us(frame.lora_bytes), but_not=frame.packet_id)
        if is_for_everybody(frame.to_node):
            result = self.flood(outbound)
        else:
            result = self.direct(outbound, repeats=not want_ack)
        if result is Result.DUTY_CYCLE_LIMIT:
            self.repetitions.stop(frame.from_node, frame.packet_id)
        return result

    def flood(self, outbound: Outbound) -> Result:
        """Send a packet to be passed on by everybody."""
        self._history.note(outbound.frame)
        return self.queue(outbound)

    def direct(self, outbound: Outbound, *, repeats: bool) -> Result:
        """Send a packet through the next hop to its destination, if one is known.

        Args:
            outbound: as heard or made.
            repeats: send it again when the next hop is not heard to pass it on.
        """
        self._history.note(outbound.frame)
        next_hop = self._next_hops.toward(outbound.frame.to_node, self._own)
        directed = replace(outbound, frame=replace(outbound.frame, next_hop=next_hop))
        if repeats and next_hop and (directed.frame.hop_limit > 0 or directed.frame.want_ack):
            self.repetitions.add(directed, TRANSMISSIONS_HOP)
        return self.queue(directed)

    def queue(self, outbound: Outbound) -> Result:
        """Put a packet into the queue; over the legal share it is dropped, and the client told."""
        if self._is_silenced():
            self._to_client.silenced(outbound.frame.packet_id)
            return Result.DUTY_CYCLE_LIMIT
        return Result.NONE if self._modem.send(outbound) else Result.BAD_REQUEST

    def cancel(self, from_node: int, packet_id: int) -> None:
        """Take a packet out of the queue; we do not carry it then."""
        if self._modem.cancel(from_node, packet_id):
            self._history.forget_relay(from_node, packet_id)

    def stop(self, from_node: int, packet_id: int) -> None:
        """Repeat a packet no more."""
        is_own = from_node == self._own_number
        self.repetitions.stop(from_node, packet_id, spares_queue=not is_own and not self._conduct().yields)

    def _again(self, outbound: Outbound, is_last: bool) -> Outbound:  # noqa: FBT001 - a callback of the repetitions
        frame = outbound.frame
        if is_for_everybody(frame.to_node):
            result = self.flood(outbound)
        elif is_last:
            self._next_hops.failed(frame.to_node)
            outbound = replace(outbound, frame=replace(frame, next_hop=0))
            result = self.flood(outbound)
        else:
            result = self.direct(outbound, repeats=frame.from_node != self._own_number)
        if result is Result.DUTY_CYCLE_LIMIT and frame.from_node == self._own_number:
            self._to_client.routed(frame.packet_id, result)
            self.repetitions.stop(frame.from_node, frame.packet_id)
        return outbound

    def _gave_up(self, frame: AirFrame) -> None:
        if frame.from_node == self._own_number:
            self._to_client.routed(frame.packet_id, Result.MAX_RETRANSMIT)
