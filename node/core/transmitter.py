"""Frames inside the radio: few at a time, each with a ticket, none trusted to be answered.

The radio may answer, refuse, fall silent or lose its power. A frame occupies its slot until the radio took it and its
first relay and the answer to it had time on the air: two stations that do not hear each other and send to one between
them both lose (none of 16 arrived, seen on firmware 2.7.26). Its ticket is remembered longer, since "silent" comes tens
of seconds later. The second slot is for what is urgent and the third for FLASH, so that none waits for what can: up to
eight airtimes, 15 s of full frames on LONG_FAST.
"""

from dataclasses import dataclass, field

from node.core.effects import SendFrame
from node.core.events import Outcome
from node.core.offers import Ready
from node.core.policy import RADIO_ANSWER_MS, RADIO_FRAMES_MAX
from node.core.turn import Turn
from protocol.numbers import Precedence

_AIRTIMES_TO_LEAVE = 3
"""An accepted frame leaves the radio after its contention, typically 1-2 s on LONG_FAST (seen on firmware 2.7.26)."""
_AIRTIMES_TO_RELAY = 8
"""For a frame that others pass on: contention, relay, contention and the recipient's receipt."""
_AIRTIMES_TO_ANSWER = 3
"""Once the relay was overheard, the recipient's receipt is what is left."""


@dataclass(slots=True)
class InRadio:
    """One frame handed to the radio."""

    item_id: int | None
    station: int | None
    """Whom it is for alone."""
    airtime_ms: int
    is_relayed: bool
    """Others pass it on."""
    free_at: int
    """When its slot is free, as far as is known."""
    forget_at: int
    """When its ticket is given up."""
    is_accepted: bool = False
    text_id: int | None = None
    """The text to a handheld that it is."""


@dataclass(slots=True)
class Transmitter:
    """The slots inside the radio."""

    is_up: bool = False
    _next_ticket: int = 1
    _inside: dict[int, InRadio] = field(default_factory=dict)

    def has_room(self, precedence: Precedence, at: int) -> bool:
        """Whether a frame of that precedence may be handed over."""
        kept_free = min(precedence, RADIO_FRAMES_MAX - 1)
        return self.is_up and self.inside(at) < RADIO_FRAMES_MAX - kept_free

    def inside(self, at: int) -> int:
        """Slots occupied."""
        return sum(frame.free_at > at for frame in self._inside.values())

    def send(self, turn: Turn, ready: Ready, precedence: Precedence, airtime_ms: int) -> None:
        """Order the frame to be handed to the radio."""
        for ticket in [t for t, frame in self._inside.items() if frame.forget_at <= turn.at]:
            del self._inside[ticket]
        ticket = self._next_ticket
        self._next_ticket += 1
        give_up_at = turn.at + RADIO_ANSWER_MS
        self._inside[ticket] = InRadio(
            *(ready.item_id, ready.station, airtime_ms, ready.hop_limit > 0, give_up_at, give_up_at),
            text_id=ready.text_id,
        )
        is_text = ready.text_id is not None
        order = SendFrame(ticket, ready.payload, ready.hop_limit, ready.want_ack, precedence, ready.node, is_text)
        turn.effects.append(order)

    def answered(self, ticket: int, outcome: Outcome, at: int) -> InRadio | None:
        """Take the radio's word; the frame it is about, None when its ticket was given up before."""
        frame = self._inside.get(ticket)
        if frame is None:
            return None
        if outcome is Outcome.ACCEPTED:
            frame.is_accepted = True
            airtimes = _AIRTIMES_TO_RELAY if frame.is_relayed else _AIRTIMES_TO_LEAVE
            frame.free_at = min(frame.free_at, at + airtimes * frame.airtime_ms)
        elif outcome is Outcome.RELAYED:
            frame.free_at = min(frame.free_at, at + _AIRTIMES_TO_ANSWER * frame.airtime_ms)
        else:
            del self._inside[ticket]
        return frame

    def clear(self) -> list[InRadio]:
        """The radio is gone, and with it what was inside."""
        lost = list(self._inside.values())
        self._inside.clear()
        return lost

    def withdraw(self, ticket: int) -> None:
        """The order never left, since its commit failed."""
        self._inside.pop(ticket, None)

    def next_free_at(self, at: int) -> int | None:
        """When the next occupied slot frees itself."""
        return min((frame.free_at for frame in self._inside.values() if frame.free_at > at), default=None)
