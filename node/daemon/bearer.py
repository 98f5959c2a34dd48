"""Between a radio and the core: events one way, frames the other, nothing decided here."""

from collections.abc import Callable
from typing import Final

from hardware.radio import (
    Accepted,
    AirUse,
    Delivered,
    LossAssumed,
    NodeHeard,
    Outgoing,
    PacketHeard,
    Priority,
    Radio,
    RadioDown,
    RadioEvent,
    RadioUp,
    Refusal,
    Refused,
    Relayed,
    SendOutcome,
    Silent,
    TextHeard,
    answerable,
)
from node.core import events
from node.core.effects import SendFrame
from node.core.events import AirMeasured, BearerDown, BearerUp, Event, FrameHeard, FrameOutcome, Outcome
from protocol.numbers import Precedence

_PRIORITIES: Final = {
    Precedence.FLASH: Priority.HIGH,
    Precedence.IMMEDIATE: Priority.RESPONSE,
    Precedence.PRIORITY: Priority.RELIABLE,
    Precedence.ROUTINE: Priority.DEFAULT,
}
"""Inside the radio's own queue, where more than a few frames of ours never stand."""


class Bearer:
    """One radio as the core sees it.

    Args:
        radio: run elsewhere, with `heard` as its listener.
        post: takes events to the core.
        told: is told of each radio coming and going, and of what may be lost, for the status and the log.
    """

    def __init__(
        self, radio: Radio, post: Callable[[Event], None], told: Callable[[RadioUp | RadioDown | LossAssumed], None]
    ) -> None:
        self._radio = radio
        self._post = post
        self._told = told

    async def run(self) -> None:
        """Keep the link up until cancelled."""
        await self._radio.run(self.heard)

    def send(self, order: SendFrame) -> None:
        """Hand a frame to the radio."""
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

    def heard(self, event: RadioEvent) -> None:
        """Pass on what the radio says."""
        match event:
            case PacketHeard():
                self._post(FrameHeard(event.payload, event.hops, answerable(event.from_node)))
            case TextHeard() if answerable(event.from_node) is not None:
                self._post(_text_heard(event))
            case NodeHeard(from_node):
                self._post(events.NodeHeard(from_node))
            case SendOutcome(ticket, Refused(Refusal.KEY_UNKNOWN)):
                self._post(FrameOutcome(ticket, Outcome.UNADDRESSABLE))
            case SendOutcome(ticket, Refused(_, retry_after_s)):
                retry_after_ms = None if retry_after_s is None else retry_after_s * 1000
                self._post(FrameOutcome(ticket, Outcome.REFUSED, retry_after_ms))
            case SendOutcome(ticket, outcome):
                self._post(FrameOutcome(ticket, _outcome(outcome)))
            case RadioUp():
                self._told(event)
                self._post(BearerUp())
            case LossAssumed():
                # `BearerUp` came before: beacons and inventories, begun anew, find what is missing.
                self._told(event)
            case RadioDown(reason):
                self._told(event)
                self._post(BearerDown(reason))
            case AirUse(channel_pct, sent_pct, uptime_s):
                self._post(AirMeasured(round(channel_pct * 100), round(sent_pct * 100), uptime_s))


def _text_heard(event: TextHeard) -> events.TextHeard:
    return events.TextHeard(
        text=event.text,
        from_node=event.from_node,
        packet_id=event.packet_id,
        is_for_us_alone=event.to_node is not None,
        sender_key=event.sender_key,
        hops=event.hops,
        snr_db=round(event.snr_db),
        rssi_dbm=event.rssi_dbm,
    )


def _outcome(outcome: Accepted | Relayed | Delivered | Refused | Silent) -> Outcome:
    match outcome:
        case Accepted():
            return Outcome.ACCEPTED
        case Relayed():
            return Outcome.RELAYED
        case Delivered():
            return Outcome.DELIVERED
        case Refused():
            return Outcome.REFUSED
        case Silent():
            return Outcome.SILENT
