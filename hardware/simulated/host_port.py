"""What a simulated radio has for its host, and the host that listens or is away.

Whatever is for the host comes at the scheduler's time, never from inside a call of the host's. While none listens it
waits in 32 places, acks included; what comes when they are full is dropped silently, since nothing here is a text
(firmware src/mesh/MeshService.cpp).
"""

from collections import deque
from dataclasses import dataclass
from typing import Protocol

from hardware.from_radio import Routed
from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.radio import HOP_LIMIT_MAX, AirUse, Outcome, Outgoing, Refusal, SendOutcome
from hardware.simulated.client_port import PACKETS_MAX
from hardware.simulated.host_link import HostLink, Sender
from hardware.simulated.reading import Heard
from hardware.simulated.results import Result
from hardware.simulated.scheduler import Scheduler, Timer

_PRIVATE = portnums_pb2.PortNum.PRIVATE_APP
_ROUTING = portnums_pb2.PortNum.ROUTING_APP

STATION_CHANNEL = 0
"""Payloads on any other channel are not for a station."""


class Host(Protocol):
    """The station's side of a radio."""

    def heard(self, payload: bytes, from_node: int, hops: int | None) -> None:
        """Take a private-port payload of another radio, on the station channel or to this radio's key.

        Args:
            payload: unauthenticated, possibly hostile.
            from_node: whom it claims to come from.
            hops: relays on the way; None when the packet does not tell.
        """

    def answered(self, ticket: int, outcome: Outcome) -> None:
        """Take what became of a frame, so far (`hardware.radio`)."""

    def measured(self, channel_use_pct: float, sent_hour_pct: float, uptime_s: int | None) -> None:
        """Take the radio's own figures, about once a minute.

        Args:
            channel_use_pct: share of the last minute in which the channel was taken.
            sent_hour_pct: share of the last hour spent sending, as far back as the radio was on.
            uptime_s: how long it has been on.
        """


@dataclass(frozen=True, slots=True)
class _Payload:
    """A packet for the station."""

    payload: bytes
    from_node: int
    hops: int | None


class HostPort:
    """The host's side of one radio.

    Args:
        own_number: of the radio.
        preset_name: of the air.
        sender: the radio.
        scheduler: shared with the radio.
    """

    def __init__(self, own_number: int, preset_name: str, sender: Sender, scheduler: Scheduler) -> None:
        self._own_number = own_number
        self._preset_name = preset_name
        self._sender = sender
        self._scheduler = scheduler
        self._host: Host | None = None
        self._link: HostLink | None = None
        self._waiting: deque[_Payload | Routed | AirUse | SendOutcome] = deque()
        self._handing: Timer | None = None

    @property
    def has_waiting(self) -> bool:
        """Whether anything waits for the host."""
        return bool(self._waiting)

    def attach(self, host: Host) -> None:
        """Let a host listen; what waited comes at once. Another that listened is detached."""
        self.detach()
        self._host = host
        self._link = HostLink(self._own_number, self._preset_name, self._sender, self._scheduler, self._put)
        self._hand_on_soon()

    def detach(self) -> None:
        """Let the host go; its open tickets get no answer any more."""
        if self._link is not None:
            self._link.close()
        self._host = self._link = None
        self._waiting = deque(each for each in self._waiting if not isinstance(each, SendOutcome))

    def send(self, outgoing: Outgoing, *, is_on: bool) -> None:
        """Take a frame of the host.

        Args:
            outgoing: the frame.
            is_on: whether the radio has power.

        Raises:
            RuntimeError: no host is attached that could hear of it.
        """
        if self._link is None:
            raise RuntimeError("no host is attached that could send")
        if is_on:
            self._link.send(outgoing)
        else:
            self._link.refuse(outgoing, Refusal.RADIO_ABSENT)

    def power_gone(self) -> None:
        """Lose what the radio held for the host; the link, if there is one, ends its frames."""
        self._waiting = deque(each for each in self._waiting if isinstance(each, SendOutcome))
        if self._link is not None:
            self._link.radio_gone()

    def heard(self, heard: Heard, channel_index: int) -> None:
        """Take a packet from the air: a payload or an ack, nothing else is for a station."""
        frame, data = heard.frame, heard.data
        if data is None:
            return
        is_ours = frame.channel is None or channel_index == STATION_CHANNEL
        if data.portnum == _PRIVATE and is_ours and frame.from_node != self._own_number:
            hops = frame.hop_start - frame.hop_limit
            self._keep(_Payload(data.payload, frame.from_node, hops if 0 <= hops <= HOP_LIMIT_MAX else None))
        elif data.portnum == _ROUTING:
            error = mesh_pb2.Routing.FromString(data.payload).error_reason
            self._keep(Routed(frame.from_node, data.request_id, error))

    def routed(self, packet_id: int, result: Result) -> None:
        """Take an implicit ack of a packet from here, or an error about it."""
        self._keep(Routed(self._own_number, packet_id, result))

    def silenced(self, packet_id: int) -> None:
        """Nothing: the link asks for the minutes with the refusal, and a relay held back is nobody's ticket."""

    def measured(self, use: AirUse) -> None:
        """Take the radio's own figures."""
        self._keep(use)

    def place_free(self) -> None:
        """Take note that the radio's full queue has a place again."""
        if self._link is not None:
            self._link.place_free()

    def _keep(self, said: _Payload | Routed | AirUse) -> None:
        if len(self._waiting) < PACKETS_MAX:
            self._put(said)

    def _put(self, said: _Payload | Routed | AirUse | SendOutcome) -> None:
        self._waiting.append(said)
        self._hand_on_soon()

    def _hand_on_soon(self) -> None:
        if self._host is not None and self._handing is None:
            self._handing = self._scheduler.call_at(self._scheduler.now_s(), self._hand_on)

    def _hand_on(self) -> None:
        self._handing = None
        while self._waiting and self._host is not None and self._link is not None:
            match self._waiting.popleft():
                case _Payload(payload, from_node, hops):
                    self._host.heard(payload, from_node, hops)
                case Routed() as routed:
                    self._link.routed(routed)
                case SendOutcome(ticket, outcome):
                    self._host.answered(ticket, outcome)
                case AirUse(channel_use_pct, sent_hour_pct, uptime_s):
                    self._host.measured(channel_use_pct, sent_hour_pct, uptime_s)
