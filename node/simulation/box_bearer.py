"""Between a simulated radio and one core: as `node.daemon.bearer`, without a link that must be kept up."""

from collections.abc import Callable
from typing import Final

from hardware.radio import Accepted, Delivered, Outgoing, Priority, Refusal, Refused, Relayed, Silent, answerable
from hardware.radio import Outcome as RadioOutcome
from hardware.simulated.bare_radio import BareRadio
from hardware.simulated.scheduler import Scheduler
from node.core.effects import SendFrame
from node.core.events import AirMeasured, Event, FrameHeard, FrameOutcome, Outcome
from node.simulation.watching import FrameAnswered, FrameOrdered, Watcher
from protocol.numbers import Precedence

_PRIORITIES: Final = {
    Precedence.FLASH: Priority.HIGH,
    Precedence.IMMEDIATE: Priority.RESPONSE,
    Precedence.PRIORITY: Priority.RELIABLE,
    Precedence.ROUTINE: Priority.DEFAULT,
}
"""As in `node.daemon.bearer`."""
_OUTCOMES: Final = {
    Accepted: Outcome.ACCEPTED,
    Relayed: Outcome.RELAYED,
    Delivered: Outcome.DELIVERED,
    Refused: Outcome.REFUSED,
    Silent: Outcome.SILENT,
}


class BoxBearer:
    """The host of one radio. Implements `hardware.simulated.host_port.Host`.

    Args:
        station: its number.
        radio: gets the frames.
        post: takes events to the core.
        watcher: told of frames and what became of them.
        scheduler: of the simulation.
    """

    def __init__(
        self, station: int, radio: BareRadio, post: Callable[[Event], None], watcher: Watcher, scheduler: Scheduler
    ) -> None:
        self._station = station
        self._radio = radio
        self._post = post
        self._watcher = watcher
        self._scheduler = scheduler

    def send(self, order: SendFrame) -> None:
        """Hand a frame to the radio."""
        ordered = FrameOrdered(self._station, order.payload, order.precedence, order.hop_limit)
        self._watcher.saw(ordered, self._scheduler.now_s())
        self._radio.send(
            Outgoing(
                ticket=order.ticket,
                payload=order.payload,
                hop_limit=order.hop_limit,
                want_ack=order.want_ack,
                destination=order.to_node,
                priority=_PRIORITIES[order.precedence],
                is_text=order.is_text,
            )
        )

    def heard(self, payload: bytes, from_node: int, hops: int | None) -> None:
        """A frame came in."""
        self._post(FrameHeard(payload, hops, answerable(from_node)))

    def answered(self, ticket: int, outcome: RadioOutcome) -> None:
        """The radio says something of a frame of ours."""
        is_keyless = isinstance(outcome, Refused) and outcome.reason is Refusal.KEY_UNKNOWN
        kind = Outcome.UNADDRESSABLE if is_keyless else _OUTCOMES[type(outcome)]
        self._watcher.saw(FrameAnswered(self._station, kind), self._scheduler.now_s())
        retry_s = outcome.retry_after_s if isinstance(outcome, Refused) else None
        self._post(FrameOutcome(ticket, kind, None if retry_s is None else retry_s * 1000))

    def measured(self, channel_use_pct: float, sent_hour_pct: float, uptime_s: int | None) -> None:
        """The radio's figures."""
        self._post(AirMeasured(round(channel_use_pct * 100), round(sent_hour_pct * 100), uptime_s))
